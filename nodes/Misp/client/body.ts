import { addAbortSignal, pipeline, Readable } from 'node:stream';
import { createBrotliDecompress, createUnzip } from 'node:zlib';

import { AxiosError } from 'axios';

/** How much is read before anything is handed on: a verdict of MISP and a web page show by then. */
const HEAD_BYTES = 16 * 1024;

/** How much of a failure is read to tell what it is. */
const FAILURE_BYTES = 1024 * 1024;

type Chunks = AsyncIterable<Buffer>;

/** The body of a reply of which the beginning was read, enough to judge it by. */
export class Begun {
	private constructor(
		readonly head: Buffer,
		private readonly rest: AsyncIterator<Buffer> | undefined,
	) {}

	static async read(source: Readable, bytes: number): Promise<Begun> {
		const rest = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
		const chunks: Buffer[] = [];
		for (let size = 0; size < bytes; size += chunks.at(-1)?.length ?? 0) {
			const { value, done } = await rest.next();
			if (done === true) return new Begun(Buffer.concat(chunks), undefined);
			chunks.push(value);
		}
		return new Begun(Buffer.concat(chunks), rest);
	}

	/** Whether the beginning is all there is. */
	get isWhole(): boolean {
		return this.rest === undefined;
	}

	/** Everything, once. */
	async *chunks(): AsyncGenerator<Buffer, void, undefined> {
		if (this.head.length > 0) yield this.head;
		const { rest } = this;
		if (rest !== undefined) yield* { [Symbol.asyncIterator]: () => rest };
	}

	/** Closes the connection of what nobody reads. */
	discard(): void {
		void this.rest?.return?.();
	}
}

/** What is unpacked comes in pieces of this size: each takes a round of the event loop. */
const PIECES = { chunkSize: 64 * 1024 };

/** The body as it was before it was packed. axios itself takes one that was cut for a whole one. */
function unpacked(body: Readable, encoding: unknown): Readable {
	const text = typeof encoding === 'string' ? encoding.trim().toLowerCase() : '';
	if (text === '' || text === 'identity') return body;
	return pipeline(
		body,
		text === 'br' ? createBrotliDecompress(PIECES) : createUnzip(PIECES),
		() => {},
	);
}

/** How much of a reply is wanted before it is judged. */
export type Wanted = 'beginning' | 'text' | 'bytes';

declare module 'axios' {
	interface AxiosRequestConfig {
		wanted?: Wanted | undefined;
	}
}

/** Replies above this are refused where they would be held in memory: 200 MiB. */
const MAX_REPLY_BYTES = 200 * 1024 * 1024;

/** The `code` of what breaks off a reply that is larger. */
export const TOO_LARGE = 'REPLY_TOO_LARGE';

const tooLarge = () => Object.assign(new Error('the reply is too large'), { code: TOO_LARGE });

/**
 * All of a body. Pieces of text are joined, not pieces of memory: what is large lives outside of the
 * heap, where hundreds of megabytes could pile up before anybody clears them away.
 */
async function whole(body: Readable, wanted: 'text' | 'bytes'): Promise<string | Buffer> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of body as Chunks) {
		size += chunk.length;
		if (size > MAX_REPLY_BYTES) throw tooLarge();
		chunks.push(chunk);
	}
	if (wanted === 'bytes') return Buffer.concat(chunks);
	const decoder = new TextDecoder();
	let text = '';
	for (const chunk of chunks) text += decoder.decode(chunk, { stream: true });
	return text + decoder.decode();
}

/**
 * Reads a reply, or the beginning of a large one, while axios-retry may still send the request again:
 * what breaks here is a broken connection to it.
 *
 * axios itself stops a body no more once it has handed out its headers, and holds what it reads for
 * as long as the connection is kept.
 */
export async function begin(error: AxiosError): Promise<never> {
	const { response, config } = error;
	const sent: unknown = response?.data;
	if (!response || !(sent instanceof Readable)) throw error;
	const body = unpacked(sent, response.headers['content-encoding']);
	if (config?.signal) addAbortSignal(config.signal as AbortSignal, body);
	const wanted = config?.wanted ?? 'text';
	try {
		response.data =
			wanted === 'beginning'
				? await Begun.read(body, response.status < 300 ? HEAD_BYTES : FAILURE_BYTES)
				: await whole(body, wanted);
	} catch (broken) {
		const unread = { ...response, data: undefined };
		throw AxiosError.from(broken as Error, undefined, config, error.request, unread);
	}
	throw error;
}

/** The same bytes with the key gone, also where it stands across two chunks. */
export async function* withoutSecret(chunks: Chunks, key: string): AsyncGenerator<Buffer> {
	const secret = Buffer.from(key);
	let kept = Buffer.alloc(0);
	for await (const chunk of chunks) {
		let data = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
		if (data.includes(secret)) {
			data = Buffer.from(data.toString('latin1').split(key).join('[key hidden]'), 'latin1');
		}
		const end = Math.max(0, data.length - (secret.length - 1));
		if (end > 0) yield data.subarray(0, end);
		kept = Buffer.from(data.subarray(end));
	}
	if (kept.length > 0) yield kept;
}
