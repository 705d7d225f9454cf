import { createServer } from 'node:tls';
import { brotliCompressSync, constants, deflateSync } from 'node:zlib';

import { closeAgents } from '../../nodes/Misp/client/agent';
import { Misp, type ClientOptions } from '../../nodes/Misp/client/client';
import { path } from '../../nodes/Misp/client/path';
import { createAuthority, serverCertificate, type Pem } from '../sandbox/certificates';
import { connectionTo, failureOf, KEY, listen, startTls, type TestServer } from './support';

/** What no server can make the client do, whatever it answers. */

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

const VERSION = path`/servers/getVersion`;
const ADD = path`/events/add`;
const GIANT = 201 * 1024 * 1024;

async function serve(handler?: Parameters<typeof startTls>[1]): Promise<TestServer> {
	const server = await startTls(certificate, handler);
	open.push(server);
	return server;
}

const clientOf = (server: TestServer, timeoutMs = 30_000, options: ClientOptions = {}) => {
	const trust = { kind: 'ca', pem: authority.cert } as const;
	return new Misp(connectionTo(server.url, { trust, timeoutMs }), options);
};

describe.each([301, 302, 303, 307, 308])('A redirect with status %i is not followed', (status) => {
	const redirecting = async (location: (own: TestServer) => string) => {
		const server: TestServer = await serve((_request, response) => {
			response.writeHead(status, { Location: location(server) });
			response.end();
		});
		return server;
	};

	it('to another port of the same host', async () => {
		const elsewhere = await serve();
		const misp = clientOf(await redirecting(() => `${elsewhere.url}/servers/getVersion`));
		for (const work of [misp.get(VERSION), misp.post(ADD, {})]) {
			const { kind, message } = await failureOf(work);
			expect(kind).toBe('notMisp');
			expect(message).toContain('The key was not sent there.');
		}
		expect(elsewhere.connections).toBe(0);
	});

	it('to plain http on the same host and port', async () => {
		const server = await redirecting((own) => own.url.replace('https', 'http'));
		expect((await failureOf(clientOf(server).get(VERSION))).kind).toBe('notMisp');
		expect(server.requests).toHaveLength(1);
	});

	it('to another page of the same MISP', async () => {
		const server = await redirecting(() => '/events/index');
		const { kind, message } = await failureOf(clientOf(server).get(VERSION));
		expect(kind).toBe('server');
		expect(message).toContain('redirect to /events/index');
		expect(server.requests).toHaveLength(1);
	});

	it('to another host without a scheme', async () => {
		const server = await redirecting(() => '//misp.example.org/servers/getVersion');
		const { message } = await failureOf(clientOf(server).get(VERSION));
		expect(message).toContain('redirects to https://misp.example.org');
	});
});

describe('A small reply that unpacks to a giant one is refused', () => {
	it.each([
		[
			'br',
			() =>
				brotliCompressSync(Buffer.alloc(GIANT, ' '), {
					params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
				}),
		],
		['deflate', () => deflateSync(Buffer.alloc(GIANT, ' '))],
	])('in the encoding %s', async (encoding, packed) => {
		const body = packed();
		expect(body.length).toBeLessThan(1024 * 1024);
		const server = await serve((_request, response) => {
			response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': encoding });
			response.end(body);
		});
		expect(await failureOf(clientOf(server).get(VERSION))).toMatchObject({
			kind: 'tooLarge',
			message: expect.stringContaining('200 MiB'),
		});
	});

	it('and so is one that says nothing of its length', async () => {
		const chunk = Buffer.alloc(1024 * 1024, ' ');
		const server = await serve((_request, response) => {
			response.writeHead(200, { 'Content-Type': 'application/json' });
			const more = (): void => {
				while (!response.destroyed && response.write(chunk));
			};
			response.on('drain', more);
			response.on('error', () => undefined);
			more();
		});
		expect((await failureOf(clientOf(server).get(VERSION))).kind).toBe('tooLarge');
	});
});

describe('Headers', () => {
	it('are read up to a limit', async () => {
		const server = await serve((_request, response) => {
			response.writeHead(200, {
				'Content-Type': 'application/json',
				'X-Long': 'x'.repeat(100_000),
			});
			response.end('{}');
		});
		expect(await failureOf(clientOf(server).get(VERSION))).toMatchObject({
			kind: 'tooLarge',
			message: 'The headers of the reply are larger than Node.js reads.',
		});
	});

	it('that are none are named', async () => {
		const server = await listen(
			createServer(certificate, (socket) => void socket.end('hello, this is no HTTP\r\n\r\n')),
		);
		open.push(server);
		const { kind, message } = await failureOf(clientOf(server).get(VERSION));
		expect(kind).toBe('notMisp');
		expect(message).toMatch(/answered with something that is not HTTP \(HPE_\w+\)/);
	});

	it('cannot make the client keep a session', async () => {
		const server = await serve((_request, response) => {
			response.writeHead(200, {
				'Content-Type': 'application/json',
				'Set-Cookie': 'MISP-session=abc; Path=/; HttpOnly',
			});
			response.end('{"version":"2.5.1"}');
		});
		const misp = clientOf(server);
		await misp.get(VERSION);
		await misp.get(VERSION);
		expect(server.headers.map(({ cookie }) => cookie)).toEqual([undefined, undefined]);
		expect(server.headers.map(({ authorization }) => authorization)).toEqual([KEY, KEY]);
	});
});

it('The time-out counts all attempts of a request together', async () => {
	const server = await serve((_request, response) => {
		response.writeHead(503, { 'Content-Type': 'text/html' });
		response.end('<html></html>');
	});
	// The pauses between its four attempts alone take more than a second.
	const { message } = await failureOf(clientOf(server, 500).get(VERSION));
	expect(message).toContain('answered 503');
	expect(server.requests.length).toBeLessThan(4);
});
