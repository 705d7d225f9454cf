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

/** The body as it was before it was packed. axios itself takes one that was cut for a whole one. */
function unpacked(body: Readable, encoding: unknown): Readable {
	const text = typeof encoding === 'string' ? encoding.trim().toLowerCase() : '';
	if (text === '' || text === 'identity') return body;
	return pipeline(body, text === 'br' ? createBrotliDecompress() : createUnzip(), () => {});
}

/**
 * Reads the beginning of a streamed reply while axios-retry may still send the request again: what
 * breaks here is a broken connection to it.
 *
 * axios itself stops a body no more once it has handed out its headers.
 */
export async function begin(error: AxiosError): Promise<never> {
	const { response, config } = error;
	const sent: unknown = response?.data;
	if (!response || !(sent instanceof Readable)) throw error;
	const body = unpacked(sent, response.headers['content-encoding']);
	if (config?.signal) addAbortSignal(config.signal as AbortSignal, body);
	try {
		response.data = await Begun.read(body, response.status < 300 ? HEAD_BYTES : FAILURE_BYTES);
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
