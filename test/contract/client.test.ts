import { decodeHTML } from 'entities';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { MispError, type MispErrorKind } from '../../nodes/Misp/client/errors';
import type { RawReply } from '../../nodes/Misp/client/rawReply';
import { readReply } from '../../nodes/Misp/client/reply';
import { recordings, replyOf, type Recording } from './recordings';

/** Where the recorded MISP believes it is: its redirects say so. */
const ORIGIN = 'https://localhost:8443';

/** Folders with more recordings, separated by colons. */
const more = (process.env.MISP_RECORDINGS ?? '').split(':').filter((folder) => folder !== '');

const all: Recording[] = [
	...recordings(),
	...more.flatMap((folder) =>
		readdirSync(folder)
			.filter((file) => file.endsWith('.json'))
			.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Recording),
	),
];

const lower = (headers: Record<string, string>) =>
	Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

function rawOf(one: Recording): RawReply {
	const { status, headers, body } = replyOf(one);
	return { status, headers: lower(headers), body };
}

const typeOf = (one: Recording) => rawOf(one).headers['content-type'] ?? '';
const isJson = (one: Recording) => one.response !== null && one.response_truncated !== true;

type Outcome = { data: unknown } | { error: MispError };

function outcomeOf(one: Recording, text = false): Outcome {
	try {
		return { data: readReply(rawOf(one), { request: one.request.line, origin: ORIGIN, text }) };
	} catch (error) {
		if (error instanceof MispError) return { error };
		throw error;
	}
}

const errorOf = (one: Recording): MispError => {
	const outcome = outcomeOf(one);
	if ('error' in outcome) return outcome.error;
	throw new Error(`${one.name} should fail, but gave ${JSON.stringify(outcome.data)}`);
};

type Body = Record<string, unknown>;
const bodyOf = (one: Recording): Body =>
	one.response !== null && typeof one.response === 'object' && !Array.isArray(one.response)
		? (one.response as Body)
		: {};

/** What MISP itself calls a failure in a reply with status 200. */
function hidesFailure(one: Recording): boolean {
	const body = bodyOf(one);
	const { errors, message } = body;
	const names = Object.keys(body);
	return (
		body.saved === false ||
		body.success === false ||
		names.includes('false') ||
		(names.length === 1 && ('error' in body || /^Could not /.test(String(message)))) ||
		(errors !== undefined && errors !== null && JSON.stringify(errors).length > 2)
	);
}

const named = (chosen: Recording[]) => chosen.map((one) => [one.name, one] as const);

it('There are recordings to try', () => {
	expect(all.length).toBeGreaterThan(300);
});

describe('A success is read', () => {
	const good = all.filter((one) => one.status < 300 && isJson(one) && !hidesFailure(one));

	it.each(named(good))('%s', (_name, one) => {
		expect(outcomeOf(one)).toEqual({ data: one.response });
	});
});

describe('A failure within status 200 is one', () => {
	it.each(named(all.filter((one) => one.status < 300 && isJson(one) && hidesFailure(one))))(
		'%s',
		(_name, one) => {
			const error = errorOf(one);
			expect(['validation', 'notFound', 'conflict', 'permission']).toContain(error.kind);
			expect(error.status).toBe(one.status);
			expect(error.message).not.toMatch(/\[object|undefined|&#?\w+;/);
		},
	);
});

/** Kinds that a status may have; what MISP says decides among them. */
const KINDS: Record<number, MispErrorKind[]> = {
	302: ['maintenance', 'server'],
	304: ['server'],
	400: ['validation'],
	401: ['authentication', 'permission'],
	403: ['authentication', 'permission', 'validation', 'conflict', 'notFound'],
	404: ['notFound', 'conflict', 'validation', 'permission'],
	405: ['validation', 'notFound', 'permission', 'conflict'],
	413: ['tooLarge'],
	429: ['rateLimited'],
	500: ['server'],
};

describe('A failure is one, of a kind that fits its status, in MISP’s words', () => {
	it.each(named(all.filter((one) => one.status >= 300)))('%s', (_name, one) => {
		const error = errorOf(one);
		expect(KINDS[one.status]).toContain(error.kind);
		expect(error.status).toBe(one.status);
		expect(error.request).toBe(one.request.line);
		expect(error.message).not.toBe('');
		expect(error.message).not.toMatch(/\[object|undefined|&#?\w+;/);

		const { message, errors } = bodyOf(one);
		if (errors === undefined && typeof message === 'string' && message !== '') {
			expect(error.message).toBe(decodeHTML(message).trim());
		} else if (typeof errors === 'string' && !/^[[{]|^application\/json$/.test(errors)) {
			expect(error.message).toBe(decodeHTML(errors).trim());
		} else if (errors !== undefined && errors !== 'application/json') {
			// Every sentence of MISP's is in the message.
			const sentences = JSON.stringify(errors).match(/"[^"\\]* [^"\\]*"/g) ?? [];
			for (const sentence of sentences) {
				expect(error.message).toContain(decodeHTML(sentence.slice(1, -1)).trim());
			}
		}
	});
});

describe('What is not JSON', () => {
	const texts = all.filter(
		(one) => one.status === 200 && /^(text\/(plain|csv)|application\/xml)/.test(typeOf(one)),
	);

	it.each(named(texts))('is text when it was asked for: %s', (_name, one) => {
		expect(outcomeOf(one, true)).toEqual({ data: rawOf(one).body });
	});

	const cut = all.filter(
		(one) => one.response_truncated === true && /json/.test(typeOf(one)) && one.status === 200,
	);

	it.each(named(cut))('and cut JSON is no success: %s', (_name, one) => {
		expect(errorOf(one)).toMatchObject({ kind: 'notMisp', status: 200 });
	});
});

describe('A key is refused', () => {
	const authentication = (name: RegExp) =>
		all.filter((one) => name.test(one.request.key ?? '') && one.status === 403);

	it.each(named(authentication(/^(wrong|admin_expired|admin_blocked_ip)$/)))(
		'as such, with advice: %s',
		(_name, one) => {
			const error = errorOf(one);
			expect(error.kind).toBe('authentication');
			expect(error.hint).toMatch(/key/i);
		},
	);
});

it('Every kind of failure that a MISP answers with is among the recordings', () => {
	const kinds = new Set(all.filter((one) => one.status >= 300).map((one) => errorOf(one).kind));
	expect([...kinds].sort()).toEqual(
		expect.arrayContaining([
			'authentication',
			'conflict',
			'maintenance',
			'notFound',
			'permission',
			'rateLimited',
			'server',
			'validation',
		]),
	);
});
