import { Readable } from 'node:stream';

import type { Misp, MispStream } from '../client/client';
import type { Row } from '../client/paging';
import { SCOPES } from '../client/searchScopes';
import { MispError, recover } from '../definition';
import { formatFor } from './exportFormats';
import { wholeDocument } from './wholeDocument';

type Scope = 'events' | 'attributes';

/** An export while it arrives. */
export interface Exported {
	/** Its bytes, without the key; what is wrong with them makes it break off with a `MispError`. */
	content: Readable;
	/** All of it, where it is short. */
	whole?: string | undefined;
	/** How many rows were found, where that is known; when the content was read. */
	count(): { result_count?: number };
}

/** A failure that came with status 200 in the place of the export. @throws MispError */
export function refuseVerdict(body: string, request: string): void {
	if (!/^\s*\{/.test(body)) return;
	let reply: { message?: unknown; errors?: unknown; saved?: unknown; response?: unknown };
	try {
		reply = JSON.parse(body) as typeof reply;
	} catch {
		return; // no JSON, so it is the export
	}
	const { message, errors, saved, response } = reply;
	if (response !== undefined || (errors === undefined && saved !== false && !('url' in reply)))
		return;
	const said = typeof message === 'string' ? message : JSON.stringify(errors ?? 'no reason given');
	throw new MispError('server', `MISP did not make the export: ${said}`, { request, errors });
}

const CONVERTS =
	'MISP makes some formats with programs of its own (STIX, YARA need Python on the server), and not every format of attributes. Try to export events, another format, or less at once.';

/** The error with what to do about it, where it is the format that MISP stumbled over. */
function explained(error: MispError, format: string): MispError {
	const unknown = /Invalid output format/i.test(error.message);
	const hint = unknown
		? `This MISP has no format "${format}" for this. It may be older than the format.`
		: `${CONVERTS} ${error.hint ?? ''}`.trim();
	return new MispError(error.kind, error.message, { ...error, hint });
}

/** How many were found. With a limit, MISP's count of attributes is not to be relied on. */
function countOf({ headers }: MispStream, limit: unknown): { result_count?: number } {
	const count = Number(headers['x-result-count'] ?? NaN);
	return limit === undefined && Number.isInteger(count) ? { result_count: count } : {};
}

/**
 * What MISP makes of a search, handed on while it arrives.
 *
 * @param body with `returnFormat`, judged by the TLP ceiling where there is one
 * @throws MispError in MISP's words
 */
export async function exportByMisp(misp: Misp, scope: Scope, body: Row): Promise<Exported> {
	const format = String(body.returnFormat);
	const { accept, document } = formatFor(scope, format);
	const { path } = SCOPES[scope];
	const request = `POST ${path}`;
	const reply = await recover(
		misp.stream({ method: 'POST', path, body, accept, judged: true }),
		({ message, status }) => status === 500 || /Invalid output format/i.test(message),
		(error) => {
			throw explained(error, format);
		},
	);
	if (reply.isWhole) refuseVerdict(reply.head, request);
	const content =
		document === undefined
			? reply.body
			: Readable.from(wholeDocument(reply.body, document, request), { objectMode: false });
	return {
		content,
		whole: reply.isWhole ? reply.head : undefined,
		count: () => countOf(reply, body.limit),
	};
}

const MAX_TEXT_MIB = 20;

/** An export as a text. @throws MispError of kind `tooLarge` for one that does not fit into an item */
export async function textOf(scope: Scope, content: AsyncIterable<unknown>): Promise<string> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of content as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size > MAX_TEXT_MIB * 1024 * 1024) {
			throw new MispError(
				'tooLarge',
				`The export is larger than ${MAX_TEXT_MIB} MiB, too much for a field of an item.`,
				{
					hint: 'Set "Put Output In" to "File", which is stored while it arrives, or export less.',
					request: `POST ${SCOPES[scope].path}`,
				},
			);
		}
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString();
}
