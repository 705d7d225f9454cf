import { Readable } from 'node:stream';

import axios, { AxiosError, type AxiosInstance, type AxiosResponse } from 'axios';
import axiosRetry, { exponentialDelay } from 'axios-retry';

import { agentFor, type SecureLookup } from './agent';
import type { Connection } from './connection';
import { MispError } from './errors';
import type { MispPath } from './path';
import { isWorthWaiting, pauseAfter, respectWindows } from './rateLimit';
import { redact, redactText } from './redact';
import type { RawReply } from './rawReply';
import { readReply } from './reply';
import type { Gate, MispReply, MispRequest, MispStream, RequestOptions } from './request';
import { begin, Begun, TOO_LARGE, withoutSecret, type Wanted } from './body';
import { transportError } from './transportError';

export type { Gate, MispReply, MispRequest, MispStream, RequestOptions } from './request';

export interface ClientOptions {
	/** Stops everything that is under way. */
	signal?: AbortSignal | undefined;
	/** Name resolution under n8n's egress policy. */
	lookup?: SecureLookup | undefined;
	/** Waited for before each request is sent; throws to keep it from being sent. */
	admit?: (() => Promise<void>) | undefined;
	/** Told of each request when it is sent. */
	onRequest?: (() => void) | undefined;
	/** How often a read is tried again. Default 3. */
	retries?: number | undefined;
	/** What every request and every reply must pass. */
	gate?: Gate | undefined;
	/** The longest wait for a rate limit to end, in seconds, before giving up. Default 60. */
	maxRateLimitWait?: number | undefined;
}

type Body = string | Buffer | Begun;

const RETRY_STATUS = new Set([429, 502, 503, 504]);
const RETRY_CODE = new Set(['ECONNRESET', 'EPIPE', 'ECONNREFUSED', 'ETIMEDOUT', 'EAI_AGAIN']);

/**
 * MISP over HTTPS.
 *
 * Knows no operation: it sends, judges the reply by one rule (`readReply`), retries reads and
 * turns every failure into a `MispError` without the key.
 */
export class Misp {
	private readonly http: AxiosInstance;

	private readonly maxRateLimitWait: number;

	/** How far MISP's clock was ahead of ours at its last reply, in seconds. */
	clockAhead: number | undefined;

	constructor(
		readonly connection: Connection,
		private readonly options: ClientOptions = {},
	) {
		this.maxRateLimitWait = options.maxRateLimitWait ?? 60;
		this.http = axios.create({
			httpsAgent: agentFor(connection, options.lookup),
			proxy: false, // the agent goes through n8n's proxy where one applies
			maxRedirects: 0, // a redirect would take the key along
			timeout: connection.timeoutMs,
			maxBodyLength: Infinity,
			// `begin` reads and unpacks the replies, and keeps to a limit.
			responseType: 'stream',
			decompress: false,
			transformResponse: (body: unknown) => body,
			validateStatus: () => true,
			headers: {
				Accept: 'application/json',
				'Content-Type': 'application/json',
				// MISP pretty-prints for everybody whose name does not start with its own.
				'User-Agent': 'MISP n8n-nodes-misp',
			},
		});
		this.http.interceptors.response.use(undefined, begin);
		respectWindows(this.http, connection, this.maxRateLimitWait);
		axiosRetry(this.http, {
			retries: 0,
			validateResponse: (response) => isComplete(response) && !RETRY_STATUS.has(response.status),
			retryCondition: (error) => this.isWorthRetrying(error),
			retryDelay: (count, error) => pauseAfter(error) || exponentialDelay(count),
		});
	}

	/** Reads. @throws MispError */
	async get<T = unknown>(path: MispPath, options: RequestOptions = {}): Promise<T> {
		return unwrapped<T>(await this.request({ ...options, method: 'GET', path }), options);
	}

	/** Writes, or reads when `options.read` says so. @throws MispError */
	async post<T = unknown>(
		path: MispPath,
		body: unknown = {},
		options: RequestOptions = {},
	): Promise<T> {
		return unwrapped<T>(await this.request({ ...options, method: 'POST', path, body }), options);
	}

	/** The same MISP behind a gate. */
	behind(gate: Gate): Misp {
		return new Misp(this.connection, { ...this.options, gate });
	}

	/** One request with the reply's headers. @throws MispError */
	async request(request: MispRequest): Promise<MispReply> {
		const { gate } = this.options;
		if (gate === undefined) return await this.send(request);
		gate.check(request);
		return await gate.pass(await this.send(request), request);
	}

	/**
	 * Reads what may be larger than memory, such as an export: the reply is judged by its beginning
	 * and handed on while it arrives. It is tried again until the beginning is there, never after.
	 * The timeout bounds all of it.
	 *
	 * @throws MispError; the body does, too, when it breaks off or the execution is cancelled
	 */
	async stream(read: MispRequest): Promise<MispStream> {
		const request = { ...read, read: true, text: true };
		this.options.gate?.check(request);
		const response = await this.exchange(request, 'beginning');
		const begun = response.data as Begun;
		let body: Readable | undefined;
		try {
			const head = begun.head.toString();
			const { status, headers } = this.judge({ ...response, data: head }, request);
			const shown = redactText(head, this.connection.key);
			body = Readable.from(this.handedOn(begun, request), { objectMode: false });
			return { status, headers, head: shown, isWhole: begun.isWhole, body };
		} finally {
			if (body === undefined) begun.discard();
		}
	}

	private async *handedOn(begun: Begun, request: MispRequest): AsyncGenerator<Buffer> {
		try {
			yield* withoutSecret(begun.chunks(), this.connection.key);
		} catch (error) {
			throw this.broken(error, request);
		}
	}

	private async send(request: MispRequest): Promise<MispReply> {
		const response = await this.exchange(request, request.bytes === true ? 'bytes' : 'text');
		return this.judge(response as AxiosResponse<string | Buffer>, request);
	}

	private async exchange(request: MispRequest, wanted: Wanted): Promise<AxiosResponse<Body>> {
		const { method, path, body } = request;
		const { key, baseUrl, timeoutMs } = this.connection;
		await this.options.admit?.();
		this.options.onRequest?.();
		// axios' own timeout is about silence; this one bounds the whole request.
		const deadline = AbortSignal.timeout(timeoutMs);
		const signals = [deadline, this.options.signal, request.signal].filter(
			(one) => one !== undefined,
		);
		if (this.options.signal?.aborted) {
			throw new MispError('cancelled', 'The execution was cancelled.', { request: named(request) });
		}
		try {
			return await this.http.request<Body>({
				method,
				url: baseUrl + path,
				signal: AbortSignal.any(signals),
				wanted,
				headers: {
					Authorization: key,
					...(request.xhr === true ? { 'X-Requested-With': 'XMLHttpRequest' } : {}),
					...(request.accept === undefined ? {} : { Accept: request.accept }),
					...(request.contentType === undefined ? {} : { 'Content-Type': request.contentType }),
				},
				...(body === undefined || method === 'GET' || method === 'HEAD'
					? {}
					: { data: request.contentType === undefined ? JSON.stringify(body) : body }),
				'axios-retry': { retries: isRead(request) ? (this.options.retries ?? 3) : 0 },
			});
		} catch (error) {
			if (error instanceof AxiosError && isComplete(error.response)) return error.response;
			throw this.broken(error, request);
		}
	}

	/** What broke the exchange, in words for people. */
	private broken(error: unknown, request: MispRequest): MispError {
		const { baseUrl, timeoutMs, trust } = this.connection;
		return this.withoutKey(
			transportError(error, {
				request: named(request),
				changes: !isRead(request),
				timeoutMs,
				cancelled: this.options.signal?.aborted === true,
				host: new URL(baseUrl).host,
				privateCa: trust.kind === 'ca',
			}),
		);
	}

	private judge(response: AxiosResponse<string | Buffer>, request: MispRequest): MispReply {
		const bytes = Buffer.isBuffer(response.data) ? response.data : undefined;
		const date = Date.parse(String(response.headers.date));
		if (!Number.isNaN(date)) this.clockAhead = Math.round((date - Date.now()) / 1000);
		const reply: RawReply = {
			status: response.status,
			headers: response.headers as unknown as Record<string, string | undefined>,
			// Only its beginning is looked at where the body is a file: whether it is a web page or an error.
			body: bytes
				? bytes.toString('utf8', 0, response.status < 300 ? 1000 : bytes.length)
				: String(response.data),
		};
		try {
			const data = readReply(reply, {
				request: named(request),
				origin: new URL(this.connection.baseUrl).origin,
				changes: !isRead(request),
				expect: request.unwrap ?? request.expect,
				keyed: request.keyed,
				partial: request.partial,
				text: request.text === true || request.method === 'HEAD',
				bytes: bytes !== undefined,
			});
			return {
				status: reply.status,
				headers: reply.headers,
				data: bytes && response.status < 300 ? bytes : redact(data, this.connection.key),
			};
		} catch (error) {
			throw error instanceof MispError ? this.withoutKey(error) : error;
		}
	}

	private isWorthRetrying(error: AxiosError): boolean {
		if (this.options.signal?.aborted) return false;
		if (!error.response) return RETRY_CODE.has(error.code ?? '');
		if (!isComplete(error.response)) return error.code !== TOO_LARGE;
		if (error.response.status !== 429) return RETRY_STATUS.has(error.response.status);
		return isWorthWaiting(error, this.maxRateLimitWait);
	}

	/** The same error with the key gone from every text. */
	private withoutKey(error: MispError): MispError {
		const { key } = this.connection;
		const clean = (text: string | undefined) => (text === undefined ? text : redactText(text, key));
		const copy = new MispError(error.kind, redactText(error.message, key), {
			hint: clean(error.hint),
			status: error.status,
			request: clean(error.request),
			errors: redact(error.errors, key),
			retryAfterSeconds: error.retryAfterSeconds,
			code: error.code,
		});
		return copy;
	}
}

/** Whether a request changes nothing, so that it may be repeated. */
const isRead = ({ read, method }: MispRequest): boolean =>
	read ?? (method === 'GET' || method === 'HEAD');

const named = ({ method, path }: MispRequest): string => `${method} ${path}`;

function unwrapped<T>({ data }: MispReply, { unwrap }: RequestOptions): T {
	return (unwrap === undefined ? data : (data as Record<string, unknown>)[unwrap]) as T;
}

/** Whether the reply was read as far as was wanted: axios leaves nothing in one that broke off. */
function isComplete(response: AxiosResponse | undefined): response is AxiosResponse<Body> {
	const data: unknown = response?.data;
	return typeof data === 'string' || Buffer.isBuffer(data) || data instanceof Begun;
}
