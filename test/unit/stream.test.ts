import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { closeAgents } from '../../nodes/Misp/client/agent';
import { Misp, type ClientOptions } from '../../nodes/Misp/client/client';
import { path } from '../../nodes/Misp/client/path';
import { createAuthority, serverCertificate, type Pem } from '../sandbox/certificates';
import { connectionTo, everythingIn, failureOf, KEY, startTls, type TestServer } from './support';

/** Replies that are handed on while they arrive. */

let authority: Pem;
let certificate: Pem;
let open: TestServer[] = [];

beforeAll(async () => {
	const ca = await createAuthority();
	authority = ca;
	certificate = await serverCertificate(ca, 'valid');
});

afterEach(async () => {
	closeAgents();
	await Promise.all(open.map(async (server) => await server.stop()));
	open = [];
});

type Handler = NonNullable<Parameters<typeof startTls>[1]>;

/** A server whose n-th request is answered by the n-th handler, and those after by the last. */
async function clientOf(handlers: Handler[], options: ClientOptions = {}, timeoutMs = 20_000) {
	const server = await startTls(certificate, (request, response) => {
		request.resume();
		handlers[Math.min(server.requests.length, handlers.length) - 1]?.(request, response);
	});
	open.push(server);
	const trust = { kind: 'ca', pem: authority.cert } as const;
	const misp = new Misp(connectionTo(server.url, { trust, timeoutMs }), options);
	const request = { method: 'POST', path: path`/attributes/restSearch`, body: {} } as const;
	return { server, stream: async () => await misp.stream(request) };
}

async function textOf(chunks: AsyncIterable<unknown>): Promise<string> {
	const parts: Buffer[] = [];
	for await (const chunk of chunks) parts.push(chunk as Buffer);
	return Buffer.concat(parts).toString();
}

const CSV = { 'Content-Type': 'text/csv', 'X-Result-Count': '3' };
const LONG = 'line of a list\n'.repeat(20_000);

const sends =
	(body: string | Buffer, headers: Record<string, string> = CSV, status = 200): Handler =>
	(_request, response) => {
		response.writeHead(status, headers);
		response.end(body);
	};

/** Sends the beginning of a reply, and breaks the connection. */
const breaksAfter =
	(body: string): Handler =>
	(_request, response) => {
		response.writeHead(200, { ...CSV, 'Content-Length': String(LONG.length) });
		response.write(body, () => void wait(30).then(() => response.destroy()));
	};

it.each([
	['short', 'a,b\n'],
	['nothing at all', ''],
	['long', LONG],
])('A reply that is %s arrives whole, with its headers', async (_what, body) => {
	const { stream } = await clientOf([sends(body)]);
	const reply = await stream();
	expect(reply).toMatchObject({ status: 200, isWhole: body !== LONG });
	expect(reply.headers['x-result-count']).toBe('3');
	expect(body.startsWith(reply.head)).toBe(true);
	expect(await textOf(reply.body)).toBe(body);
});

it('A packed reply is unpacked; one that was cut fails', async () => {
	const packed = gzipSync(LONG);
	const headers = { ...CSV, 'Content-Encoding': 'gzip' };
	const { stream } = await clientOf([
		sends(packed, headers),
		sends(packed.subarray(0, -20), headers),
	]);
	expect(await textOf((await stream()).body)).toBe(LONG);
	const error = await failureOf(stream().then(async ({ body }) => await textOf(body)));
	expect(error.kind).toBe('notMisp');
	expect(error.message).toMatch(/cannot be unpacked: it was cut short/);
});

it('The key is in none of it, also where it stands across two chunks', async () => {
	const parts = [`${LONG}${KEY}`.slice(0, -20), `${KEY.slice(-20)},${KEY}`, `${KEY}${KEY}, end`];
	const { stream } = await clientOf([
		(_request, response) => {
			response.writeHead(200, CSV);
			void (async () => {
				for (const part of parts) {
					response.write(part);
					await wait(20);
				}
				response.end();
			})();
		},
	]);
	const text = await textOf((await stream()).body);
	const hidden = '[key hidden]';
	expect(text).toBe(`${LONG}${hidden},${hidden}${hidden}${hidden}, end`);
});

describe('It is tried again', () => {
	it.each<[string, Handler]>([
		[
			'where the connection breaks before anything came',
			(_request, response) => response.destroy(),
		],
		['where it breaks within the beginning', breaksAfter('a,b\n')],
		['where a proxy says that MISP is not there', sends('<html>502</html>', {}, 502)],
		['where the rate limit ends soon', sends('{}', { 'X-Rate-Limit-Reset': '0' }, 429)],
	])('%s', async (_when, fails) => {
		const { stream, server } = await clientOf([fails, sends(LONG)]);
		expect(await textOf((await stream()).body)).toBe(LONG);
		expect(server.requests).toHaveLength(2);
	});

	it('never after something was handed on', async () => {
		const { stream, server } = await clientOf([breaksAfter(LONG.slice(0, 200_000)), sends(LONG)]);
		const { body } = await stream();
		let received = 0;
		const error = await failureOf(
			(async () => {
				for await (const chunk of body as AsyncIterable<Buffer>) received += chunk.length;
			})(),
		);
		expect(error).toMatchObject({
			kind: 'network',
			message: expect.stringContaining('connection to 127.0.0.1'),
			request: 'POST /attributes/restSearch',
		});
		expect(received).toBeGreaterThan(16_000);
		expect(server.requests).toHaveLength(1);
	});
});

it.each<[string, Handler, string, RegExp]>([
	['a web page', sends('<!DOCTYPE html><html>Log in</html>', {}), 'notMisp', /web page/],
	[
		'a long web page',
		sends(`<html>${LONG}</html>`, { 'Content-Type': 'text/html' }),
		'notMisp',
		/web page/,
	],
	['a refusal', sends('{"message": "No &#039;x&#039;."}', {}, 404), 'notFound', /No 'x'/],
	['a redirect', sends('', { Location: '/users/login' }, 302), 'maintenance', /log-in/],
	[
		'the key in a refusal',
		sends(`{"message": "No ${KEY}"}`, {}, 403),
		'permission',
		/\[key hidden\]/,
	],
])('%s is an error, as it is elsewhere', async (_what, handler, kind, message) => {
	const { stream } = await clientOf([handler]);
	const error = await failureOf(stream());
	expect(error.kind).toBe(kind);
	expect(error.message).toMatch(message);
	expect(everythingIn(error)).not.toContain(KEY);
});

/** Sends something now and then, and never ends. */
const drips: Handler = (_request, response) => {
	response.writeHead(200, CSV);
	response.write(LONG);
	const timer = setInterval(() => response.write('more\n'), 20);
	response.on('close', () => clearInterval(timer));
};

it('The timeout bounds all of it', async () => {
	const { stream } = await clientOf([drips], {}, 700);
	const { body } = await stream();
	expect((await failureOf(textOf(body))).kind).toBe('timeout');
});

it.each(['while it is read', 'while nobody reads'])('A cancelled one ends %s', async (when) => {
	const cancel = new AbortController();
	const { stream, server } = await clientOf([drips], { signal: cancel.signal });
	const { body } = await stream();
	const reading = when === 'while it is read' ? failureOf(textOf(body)) : undefined;
	await wait(50);
	cancel.abort();
	expect((await (reading ?? failureOf(textOf(body)))).kind).toBe('cancelled');
	await wait(50);
	expect(server.open.size).toBe(0);
});

it('Who stops reading closes the connection', async () => {
	const { stream, server } = await clientOf([drips]);
	const { body } = await stream();
	await body[Symbol.asyncIterator]().next();
	body.destroy();
	await wait(50);
	expect(server.open.size).toBe(0);
});

it('A gate refuses a text that nobody has judged', async () => {
	const refused: unknown[] = [];
	const gate = {
		check: (request: unknown) => void refused.push(request),
		pass: async () => await Promise.reject(new Error('A stream cannot be judged.')),
	};
	const { stream } = await clientOf([sends('a')], { gate });
	expect(await textOf((await stream()).body)).toBe('a');
	expect(refused).toMatchObject([{ text: true, path: '/attributes/restSearch' }]);
});
