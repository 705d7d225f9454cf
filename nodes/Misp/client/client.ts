import axios, { AxiosError, type AxiosInstance, type AxiosResponse } from 'axios';
import axiosRetry, { exponentialDelay } from 'axios-retry';

import { agentFor, type SecureLookup } from './agent';
import type { Connection } from './connection';
import { MispError } from './errors';
import type { MispPath } from './path';
import { isWorthWaiting, pauseAfter, respectWindows } from './rateLimit';
import { redact, redactText } from './redact';
import { readReply, type RawReply } from './reply';
import { transportError } from './transportError';

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

export interface RequestOptions {
	/** A POST that changes nothing, such as a search: it may be repeated. */
	read?: boolean | undefined;
	/** A key that a good reply has; with it, a 200 that only says why it failed is an error. */
	expect?: string | undefined;
	/** A key that a good reply has, and whose value `get` and `post` return. */
	unwrap?: string | undefined;
	/** The reply's keys are data, such as the values that were asked for: none of them is a verdict. */
	keyed?: boolean | undefined;
	/** `errors` beside what was saved are read by the caller. */
	partial?: boolean | undefined;
	/** Return the body as text. */
	text?: boolean | undefined;
	/** Return the body as bytes, for files. */
	bytes?: boolean | undefined;
	/** Ask as a page's script does: MISP then answers some actions with a verdict instead of a redirect. */
	xhr?: boolean | undefined;
	/** The media type of a body that is sent as it is, such as `application/xml`. JSON without it. */
	contentType?: string | undefined;
	/** The caller has made sure that a reply which is no JSON holds nothing above the TLP ceiling. */
	judged?: boolean | undefined;
	/** The media type to ask for; JSON without it. MISP makes STIX 1 as XML only for those who ask so. */
	accept?: string | undefined;
}

export interface MispRequest extends RequestOptions {
	method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
	path: MispPath;
	body?: unknown;
}

/** Judges requests before they are sent, and replies before anybody sees them. */
export interface Gate {
	/** @throws MispError for a request whose reply could not be judged */
	check(request: MispRequest): void;
	/** The reply, or what may be seen of it. @throws MispError when nothing may be */
	pass(reply: MispReply, request: MispRequest): Promise<MispReply>;
}

export interface MispReply {
	status: number;
	/** Header names in lower case. */
	headers: Record<string, string | undefined>;
	data: unknown;
}

/** Replies above this are refused, since n8n would hold them in memory: 200 MiB. */
const MAX_REPLY_BYTES = 200 * 1024 * 1024;

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
			maxContentLength: MAX_REPLY_BYTES,
			maxBodyLength: Infinity,
			responseType: 'text',
			transformResponse: (body: unknown) => body,
			validateStatus: () => true,
			headers: {
				Accept: 'application/json',
				'Content-Type': 'application/json',
				// MISP pretty-prints for everybody whose name does not start with its own.
				'User-Agent': 'MISP n8n-nodes-misp',
			},
		});
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

	private async send(request: MispRequest): Promise<MispReply> {
		const { method, path, body } = request;
		const { key, baseUrl, timeoutMs } = this.connection;
		const reads = isRead(request);
		await this.options.admit?.();
		this.options.onRequest?.();
		// axios' own timeout is about silence; this one bounds the whole request.
		const deadline = AbortSignal.timeout(timeoutMs);
		const signal = this.options.signal
			? AbortSignal.any([this.options.signal, deadline])
			: deadline;
		const what = `${method} ${path}`;
		if (this.options.signal?.aborted) {
			throw new MispError('cancelled', 'The execution was cancelled.', { request: what });
		}
		let response: AxiosResponse<string | Buffer>;
		try {
			response = await this.http.request<string | Buffer>({
				method,
				url: baseUrl + path,
				signal,
				headers: {
					Authorization: key,
					...(request.xhr === true ? { 'X-Requested-With': 'XMLHttpRequest' } : {}),
					...(request.accept === undefined ? {} : { Accept: request.accept }),
					...(request.contentType === undefined ? {} : { 'Content-Type': request.contentType }),
				},
				...(request.bytes === true ? { responseType: 'arraybuffer' } : {}),
				...(body === undefined || method === 'GET' || method === 'HEAD'
					? {}
					: { data: request.contentType === undefined ? JSON.stringify(body) : body }),
				'axios-retry': { retries: reads ? (this.options.retries ?? 3) : 0 },
			});
		} catch (error) {
			if (error instanceof AxiosError && isComplete(error.response)) {
				response = error.response;
			} else {
				throw this.withoutKey(
					transportError(error, {
						request: what,
						changes: !reads,
						timeoutMs,
						cancelled: this.options.signal?.aborted === true,
						host: new URL(baseUrl).host,
						privateCa: this.connection.trust.kind === 'ca',
					}),
				);
			}
		}
		return this.judge(response, request, what);
	}

	private judge(
		response: AxiosResponse<string | Buffer>,
		request: MispRequest,
		what: string,
	): MispReply {
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
				request: what,
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
		if (!isComplete(error.response)) return true;
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

function unwrapped<T>({ data }: MispReply, { unwrap }: RequestOptions): T {
	return (unwrap === undefined ? data : (data as Record<string, unknown>)[unwrap]) as T;
}

/** Whether the reply was read to its end: axios leaves nothing in one that broke off. */
function isComplete(
	response: AxiosResponse | undefined,
): response is AxiosResponse<string | Buffer> {
	return typeof response?.data === 'string' || Buffer.isBuffer(response?.data);
}
