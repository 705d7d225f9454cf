/** Requests and replies recorded from MISP 2.5.1, kept one per file in test/fixtures/exchanges. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyName } from '../sandbox/server';

export interface Recording {
	name: string;
	request: {
		/** Method and path. */
		line: string;
		/** Whose key; null = none, or one given among the headers. */
		key: KeyName | null;
		/** Beyond Authorization, Accept and Content-Type; null = left out. */
		headers: Record<string, string | null>;
		/** JSON, or text as it was sent. */
		body: unknown;
	};
	status: number;
	/** The headers of note, not all of them. */
	response_headers: Record<string, string>;
	/** Null when the body was empty, not JSON, or cut. */
	response: unknown;
	/** The body where it is not JSON, or the beginning of one that was cut. */
	response_text?: string;
	response_bytes: number;
	response_truncated?: boolean;
	/** Of sequences: when it was sent, by the server's clock. */
	sent_epoch?: number;
	server_date?: string;
	note?: string;
}

export interface Reply {
	status: number;
	headers: Record<string, string>;
	body: string;
}

const DIRECTORY = join(__dirname, '..', 'fixtures', 'exchanges');

let loaded: Recording[] | undefined;

export function recordings(): Recording[] {
	loaded ??= readdirSync(DIRECTORY)
		.filter((file) => file.endsWith('.json'))
		.sort()
		.map((file) => JSON.parse(readFileSync(join(DIRECTORY, file), 'utf8')) as Recording);
	return loaded;
}

export function recording(name: string): Recording {
	const found = recordings().find((one) => one.name === name);
	if (found === undefined) throw new Error(`No recording ${name}`);
	return found;
}

/**
 * The reply as a client sees it. Long lists and texts are shortened in the recordings, and the body
 * of one with `response_truncated` is only a beginning, so Content-Length is left out.
 */
export function replyOf(one: Recording): Reply {
	const headers = Object.fromEntries(
		Object.entries(one.response_headers).filter(([name]) => name !== 'Content-Length'),
	);
	const cut = one.response_truncated === true || one.response === null;
	return {
		status: one.status,
		headers,
		body: cut ? (one.response_text ?? '') : JSON.stringify(one.response),
	};
}

export function methodOf(one: Recording): string {
	return one.request.line.split(' ')[0] ?? 'GET';
}

export function pathOf(one: Recording): string {
	return one.request.line.slice(methodOf(one).length + 1);
}
