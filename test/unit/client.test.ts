import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { closeAgents } from '../../nodes/Misp/client/agent';
import { Misp, type ClientOptions } from '../../nodes/Misp/client/client';
import type { MispPath } from '../../nodes/Misp/client/path';
import { path } from '../../nodes/Misp/client/path';
import { createAuthority, serverCertificate, type Pem } from '../sandbox/certificates';
import { startSandbox, type FaultName, type KeyName, type Sandbox } from '../sandbox/server';
import {
	connectionTo,
	everythingIn,
	failureOf,
	KEY,
	mispOf,
	startTls,
	type TestServer,
} from './support';

let sandbox: Sandbox;
let authority: Pem;
let certificate: Pem;

beforeAll(async () => {
	sandbox = await startSandbox();
	const ca = await createAuthority();
	authority = ca;
	certificate = await serverCertificate(ca, 'valid');
});

beforeEach(() => {
	sandbox.faults.clear();
	sandbox.requests.length = 0;
});

afterAll(async () => {
	closeAgents();
	await sandbox.stop();
});

const VERSION = path`/servers/getVersion`;
const SEARCH = path`/attributes/restSearch`;
const ADD = path`/events/add`;

/** A server of one's own beside the sandbox, for what a MISP would not do. */
async function withServer<T>(
	handler: Parameters<typeof startTls>[1],
	use: (misp: Misp, server: TestServer) => Promise<T>,
	options: ClientOptions = {},
	timeoutMs = 10_000,
): Promise<T> {
	const server = await startTls(certificate, handler);
	try {
		const trust = { kind: 'ca', pem: authority.cert } as const;
		return await use(new Misp(connectionTo(server.url, { trust, timeoutMs }), options), server);
	} finally {
		closeAgents();
		await server.stop();
	}
}

/** What a failure may never show. */
const keysIn = (text: string) =>
	[KEY, ...Object.values(sandbox.keys)].filter((key) => text.includes(key));

describe('A request', () => {
	it('asks for JSON, sends JSON and names the key as MISP wants it', async () => {
		await mispOf(sandbox).post(SEARCH, { value: 'x' }, { read: true });
		expect(sandbox.requests).toMatchObject([
			{
				method: 'POST',
				path: '/attributes/restSearch',
				key: 'admin',
				body: { value: 'x' },
				headers: {
					authorization: sandbox.keys.admin,
					accept: 'application/json',
					'content-type': 'application/json',
					'user-agent': expect.stringMatching(/^MISP /),
				},
				status: 200,
			},
		]);
	});

	it('has an empty object as body of a POST that has none, and no body in a GET', async () => {
		await mispOf(sandbox).get(VERSION);
		await failureOf(mispOf(sandbox).post(path`/events/publish/${999}`));
		expect(sandbox.requests.map(({ body }) => body)).toEqual([undefined, {}]);
	});

	it('goes below the path that MISP is installed under', async () => {
		const below = await startSandbox({ basePath: '/misp' });
		try {
			expect(await mispOf(below).get(VERSION)).toHaveProperty('version');
			expect(below.requests).toMatchObject([{ path: '/servers/getVersion' }]);
			const bare = mispOf(below, 'admin', {}, { baseUrl: below.url.replace('/misp', '') });
			expect((await failureOf(bare.get(VERSION))).kind).toBe('notMisp');
		} finally {
			await below.stop();
		}
	});

	it('gives the headers of the reply in lower case', async () => {
		const reply = await mispOf(sandbox).request({
			method: 'POST',
			path: path`/events/index`,
			body: { limit: 1, page: 1 },
		});
		expect(Number(reply.headers['x-result-count'])).toBeGreaterThan(1);
		expect(reply.status).toBe(200);
	});

	it('can be about existence alone', async () => {
		const [event] = sandbox.world.events.values();
		const client = mispOf(sandbox);
		const head = async (id: number) =>
			await client.request({ method: 'HEAD', path: path`/events/view/${id}` });
		expect(await head(event?.id ?? 0)).toMatchObject({ status: 200, data: '' });
		expect(await failureOf(head(99_999))).toMatchObject({ kind: 'notFound', status: 404 });
	});

	it('gets a compressed reply as if it were not', async () => {
		const body = JSON.stringify({ version: 'x'.repeat(10_000) });
		await withServer(
			(_request, response) => {
				response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
				response.end(gzipSync(body));
			},
			async (misp, server) => {
				expect(JSON.stringify(await misp.get(VERSION))).toBe(body);
				expect(server.headers[0]?.['accept-encoding']).toContain('gzip');
			},
		);
	});

	it('gets text in UTF-8, also where a character is split between two packets', async () => {
		const bytes = Buffer.from('{"info":"Größe 🦦"}');
		await withServer(
			(_request, response) => {
				response.writeHead(200, { 'Content-Type': 'application/json' });
				response.write(bytes.subarray(0, 17));
				setTimeout(() => response.end(bytes.subarray(17)), 20);
			},
			async (misp) => expect(await misp.get(VERSION)).toEqual({ info: 'Größe 🦦' }),
		);
	});
});

it('A reply that is too large is refused, not held in memory, even when it is small on the wire', async () => {
	const mebibyte = gzipSync(Buffer.alloc(1024 * 1024, ' '), { level: 9 });
	await withServer(
		(_request, response) => {
			response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
			response.end(Buffer.concat(Array.from({ length: 201 }, () => mebibyte)));
		},
		async (misp) => {
			const error = await failureOf(misp.get(VERSION));
			expect(error.kind).toBe('tooLarge');
			expect(error.message).toContain('200 MiB');
		},
		{},
		60_000, // it is about the size, however slow the machine
	);
});

describe('A read is tried again', () => {
	it.each<[FaultName, number]>([
		['badGateway', 2],
		['unavailable', 2],
		['gatewayTimeout', 1],
		['reset', 2],
		['resetMidReply', 1],
	])('after %s (%i times)', async (fault, times) => {
		sandbox.faults.set(fault, { times });
		expect(await mispOf(sandbox).get(VERSION)).toHaveProperty('version');
		expect(sandbox.requests).toHaveLength(times + 1);
	});

	it('when it is a search, with the same body', async () => {
		sandbox.faults.set('unavailable', { times: 1 });
		await mispOf(sandbox).post(SEARCH, { value: 'größe' }, { read: true });
		expect(sandbox.requests.map(({ body, headers }) => [body, headers['content-type']])).toEqual([
			[{ value: 'größe' }, 'application/json'],
			[{ value: 'größe' }, 'application/json'],
		]);
	});

	it('but not for ever', async () => {
		sandbox.faults.set('badGateway');
		const error = await failureOf(mispOf(sandbox, 'admin', { retries: 1 }).get(VERSION));
		expect(error).toMatchObject({ kind: 'network', status: 502 });
		expect(sandbox.requests).toHaveLength(2);
	});

	it('after the time that a rate limit asks for', async () => {
		sandbox.faults.set('rateLimit', { times: 1, resetSeconds: 1 });
		const started = Date.now();
		await mispOf(sandbox).post(SEARCH, { value: 'x' }, { read: true });
		expect(sandbox.requests).toHaveLength(2);
		expect(Date.now() - started).toBeGreaterThanOrEqual(990);
	});

	it.each<[string, ClientOptions, number]>([
		['the longest wait', { maxRateLimitWait: 60 }, 120_000],
		['the default wait', {}, 120_000],
		['the timeout', { maxRateLimitWait: 3600 }, 10_000],
	])('but not when a rate limit lasts longer than %s', async (_what, options, timeoutMs) => {
		sandbox.faults.set('rateLimit', { resetSeconds: 61 });
		const misp = mispOf(sandbox, 'admin', options, { timeoutMs });
		const error = await failureOf(misp.post(SEARCH, { value: 'x' }, { read: true }));
		expect(error).toMatchObject({ kind: 'rateLimited', status: 429, retryAfterSeconds: 61 });
		expect(sandbox.requests).toHaveLength(1);
	});

	it.each<[FaultName, string]>([
		['internalError', 'server'],
		['maintenance', 'maintenance'],
		['htmlPage', 'notMisp'],
		['malformedJson', 'notMisp'],
		['foreignRedirect', 'notMisp'],
	])('but not after %s, which would be the same again', async (fault, kind) => {
		sandbox.faults.set(fault);
		const error = await failureOf(mispOf(sandbox, 'user').get(VERSION));
		expect(error.kind).toBe(kind);
		expect(sandbox.requests).toHaveLength(1);
	});

	it('but not with a wrong key, since MISP counts failures', async () => {
		const error = await failureOf(mispOf(sandbox, 'wrong').get(VERSION));
		expect(error.kind).toBe('authentication');
		expect(sandbox.requests).toHaveLength(1);
	});
});

describe('A write is never repeated', () => {
	it.each<[FaultName, string]>([
		['badGateway', 'network'],
		['unavailable', 'network'],
		['gatewayTimeout', 'timeout'],
		['rateLimit', 'rateLimited'],
		['reset', 'network'],
		['resetMidReply', 'network'],
	])('after %s', async (fault, kind) => {
		sandbox.faults.set(fault, { resetSeconds: 1 });
		const error = await failureOf(mispOf(sandbox).post(ADD, { Event: { info: 'once' } }));
		expect(error.kind).toBe(kind);
		expect(sandbox.requests).toHaveLength(1);
	});

	it('and its outcome is called unknown when the connection breaks', async () => {
		sandbox.faults.set('resetMidReply');
		const error = await failureOf(mispOf(sandbox).post(ADD, { Event: { info: 'once' } }));
		expect(error.message).toMatch(/It is not known whether MISP made the change/);
		sandbox.faults.set('resetMidReply');
		const read = await failureOf(mispOf(sandbox, 'admin', { retries: 0 }).get(VERSION));
		expect(read.message).not.toMatch(/not known/);
	});
});

describe('A timeout', () => {
	it.each<FaultName>(['slowHeader', 'slowBody'])('ends waiting with %s', async (fault) => {
		sandbox.faults.set(fault, { delayMs: 1_500, times: 1 });
		const error = await failureOf(mispOf(sandbox, 'admin', {}, { timeoutMs: 300 }).get(VERSION));
		expect(error.kind).toBe('timeout');
		expect(error.message).toMatch(/^MISP did not answer within/);
		expect(error.hint).toContain('raise the timeout');
	});

	it('ends a body that trickles, too', async () => {
		await withServer(
			(_request, response) => {
				response.writeHead(200, { 'Content-Type': 'application/json' });
				const timer = setInterval(() => response.write(' '), 50);
				response.on('close', () => clearInterval(timer));
			},
			async (misp) => expect((await failureOf(misp.get(VERSION))).kind).toBe('timeout'),
			{},
			600,
		);
	});

	it('of a write leaves its outcome unknown', async () => {
		sandbox.faults.set('slowHeader', { delayMs: 1_500, times: 1 });
		const misp = mispOf(sandbox, 'admin', {}, { timeoutMs: 300 });
		const error = await failureOf(misp.post(ADD, { Event: { info: 'slow' } }));
		expect(error).toMatchObject({ kind: 'timeout' });
		expect(error.message).toMatch(/It is not known whether MISP made the change/);
	});
});

describe('Cancelling', () => {
	const cancelled = { kind: 'cancelled', message: 'The execution was cancelled.' };

	it('before a request keeps it from being sent', async () => {
		const misp = mispOf(sandbox, 'admin', { signal: AbortSignal.abort() });
		expect(await failureOf(misp.get(VERSION))).toMatchObject(cancelled);
		expect(sandbox.requests).toEqual([]);
	});

	it('during a request ends it', async () => {
		await withServer(
			() => undefined,
			async (_misp, server) => {
				const stop = new AbortController();
				const trust = { kind: 'ca', pem: authority.cert } as const;
				const misp = new Misp(connectionTo(server.url, { trust }), { signal: stop.signal });
				const failure = failureOf(misp.get(VERSION));
				while (server.requests.length === 0) await wait(5);
				stop.abort();
				expect(await failure).toMatchObject(cancelled);
				while (server.open.size > 0) await wait(5);
				expect(server.requests).toHaveLength(1);
			},
		);
	});

	it('while waiting to try again ends the waiting', async () => {
		sandbox.faults.set('rateLimit', { resetSeconds: 50 });
		const stop = new AbortController();
		const misp = mispOf(sandbox, 'admin', { signal: stop.signal }, { timeoutMs: 120_000 });
		const failure = failureOf(misp.post(SEARCH, { value: 'x' }, { read: true }));
		while (sandbox.requests[0]?.status !== 429) await wait(5);
		await wait(50);
		stop.abort();
		expect(await failure).toMatchObject(cancelled);
		expect(sandbox.requests).toHaveLength(1);
	});
});

describe('A redirect is not followed', () => {
	it('to another host, and the key does not go there', async () => {
		await withServer(undefined, async (_misp, elsewhere) => {
			sandbox.faults.set('foreignRedirect', { location: `${elsewhere.url}/events/view/1` });
			const error = await failureOf(mispOf(sandbox).get(VERSION));
			expect(error.kind).toBe('notMisp');
			expect(error.message).toContain(elsewhere.url);
			expect(elsewhere.connections).toBe(0);
		});
	});

	it('to the log-in page of a MISP in maintenance', async () => {
		sandbox.faults.set('maintenance');
		const error = await failureOf(mispOf(sandbox, 'user').get(VERSION));
		expect(error.kind).toBe('maintenance');
		expect(sandbox.requests).toHaveLength(1);
		expect(await mispOf(sandbox, 'admin').get(VERSION)).toHaveProperty('version');
	});
});

describe('The key is shown nowhere', () => {
	it.each<[string, KeyName, MispPath, FaultName | undefined]>([
		['a wrong key', 'wrong', VERSION, undefined],
		['an expired key', 'admin_expired', VERSION, undefined],
		['a missing event', 'user', path`/events/view/${99_999}`, undefined],
		['a missing permission', 'user', path`/servers/index`, undefined],
		['a broken connection', 'user', VERSION, 'reset'],
		['a broken reply', 'user', VERSION, 'resetMidReply'],
		['a proxy’s page', 'user', VERSION, 'badGateway'],
		['a page', 'user', VERSION, 'htmlPage'],
		['a cut reply', 'user', VERSION, 'malformedJson'],
		['a rate limit', 'user', VERSION, 'rateLimit'],
		['a redirect', 'user', VERSION, 'foreignRedirect'],
	])('in the error of %s', async (_what, key, where, fault) => {
		if (fault) sandbox.faults.set(fault);
		const error = await failureOf(mispOf(sandbox, key, { retries: 0 }).get(where));
		expect(keysIn(everythingIn(error))).toEqual([]);
		expect(keysIn(JSON.stringify(error))).toEqual([]);
		expect(error).not.toHaveProperty('config');
		expect(error.cause).toBeUndefined();
	});

	it('in an error of a server that repeats it, in words, errors and redirects', async () => {
		const texts = { message: `Bad key ${KEY}`, errors: { key: [KEY], [KEY]: ['x'] } };
		await withServer(
			(request, response) => {
				const redirects = request.url === '/servers/getVersion';
				response.writeHead(redirects ? 302 : 403, {
					'Content-Type': 'application/json',
					Location: `/x/${KEY}`,
				});
				response.end(JSON.stringify(texts));
			},
			async (misp) => {
				for (const where of [VERSION, path`/events/index`]) {
					const error = await failureOf(misp.get(where));
					expect(keysIn(everythingIn(error))).toEqual([]);
				}
			},
		);
	});

	it('in a reply that repeats it, or that has one of MISP’s own key fields', async () => {
		const other = 'Z'.repeat(40);
		await withServer(
			(_request, response) => {
				response.writeHead(200, { 'Content-Type': 'application/json' });
				response.end(
					JSON.stringify({ User: { authkey: other, email: 'a@example.org' }, [KEY]: [KEY] }),
				);
			},
			async (misp) => {
				expect(await misp.get(path`/users/view/me`)).toEqual({
					User: { authkey: '[hidden]', email: 'a@example.org' },
					'[key hidden]': ['[key hidden]'],
				});
				expect(await misp.get(path`/users/view/me`, { text: true })).not.toContain(KEY);
			},
		);
	});
});
