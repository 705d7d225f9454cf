import { createServer } from 'node:http';
import { connect } from 'node:net';

import { closeAgents, type SecureLookup } from '../../nodes/Misp/client/agent';
import { Misp } from '../../nodes/Misp/client/client';
import type { Connection } from '../../nodes/Misp/client/connection';
import { path } from '../../nodes/Misp/client/path';
import {
	createAuthority,
	fingerprint,
	serverCertificate,
	type Authority,
	type Pem,
} from '../sandbox/certificates';
import {
	connectionTo,
	everythingIn,
	failureOf,
	KEY,
	listen,
	startTls,
	type TestServer,
} from './support';

const VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
	name,
	name.toLowerCase(),
]);

let authority: Authority;
let certificate: Pem;
let server: TestServer;
let proxy: Proxy;
const before = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]));

interface Proxy extends TestServer {
	/** Where it was asked to connect to, and as whom. */
	asked: Array<{ target: string | undefined; login: string | undefined }>;
	/** What it answers instead of connecting. */
	refusal: string | undefined;
}

/** A proxy that knows CONNECT only, as in front of most company networks. */
async function startProxy(): Promise<Proxy> {
	const http = createServer((_request, response) => response.writeHead(400).end());
	const test: Proxy = Object.assign(await listen(http), { asked: [], refusal: undefined });
	http.on('connect', (request, socket) => {
		const login = request.headers['proxy-authorization'];
		test.asked.push({ target: request.url, login });
		if (test.refusal !== undefined) return void socket.end(test.refusal);
		// Names are resolved here, whatever they are.
		const port = Number(request.url?.split(':').pop());
		const onward = connect(port, '127.0.0.1', () => {
			socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
			onward.pipe(socket);
			socket.pipe(onward);
		});
		onward.on('error', () => socket.destroy());
		onward.on('close', () => socket.destroy());
		socket.on('error', () => onward.destroy());
		socket.on('close', () => onward.destroy());
	});
	return test;
}

beforeAll(async () => {
	authority = await createAuthority();
	certificate = await serverCertificate(authority, 'valid');
});

beforeEach(async () => {
	for (const name of VARIABLES) delete process.env[name];
	server = await startTls(certificate);
	proxy = await startProxy();
	process.env.HTTPS_PROXY = `http://127.0.0.1:${proxy.port}`;
});

afterEach(async () => {
	closeAgents();
	await server.stop();
	await proxy.stop();
	for (const [name, value] of Object.entries(before)) {
		if (value === undefined) delete process.env[name];
		else process.env[name] = value;
	}
});

const byCa = (): Partial<Connection> => ({ trust: { kind: 'ca', pem: authority.cert } });
const byPin = (pem = certificate): Partial<Connection> => ({
	trust: { kind: 'pin', sha256: [fingerprint(pem.cert).replaceAll(':', '')] },
});

const version = async (
	changes: Partial<Connection> = byCa(),
	url = server.url,
	lookup?: SecureLookup,
) =>
	await new Misp(connectionTo(url, changes), { retries: 0, lookup }).get(path`/servers/getVersion`);

describe('Through a proxy', () => {
	it.each<[string, () => Partial<Connection>]>([
		['a private CA', byCa],
		['a pin', byPin],
	])('MISP is reached with %s, and the proxy sees no key', async (_trust, trust) => {
		expect(await version(trust())).toEqual({ version: '2.5.1' });
		expect(proxy.asked).toEqual([{ target: `127.0.0.1:${server.port}`, login: undefined }]);
		expect(server.headers).toMatchObject([{ authorization: KEY }]);
		expect(server.headers[0]).not.toHaveProperty('proxy-authorization');
	});

	it('connections are kept and used again', async () => {
		for (let count = 0; count < 4; count += 1) await version();
		expect(server.requests).toHaveLength(4);
		expect(server.connections).toBe(1);
		expect(proxy.asked).toHaveLength(1);
	});

	it('a client certificate is shown', async () => {
		const demanding = await startTls({
			...certificate,
			ca: authority.cert,
			requestCert: true,
			rejectUnauthorized: true,
		});
		const clientCertificate = await authority.issue('n8n', { client: true });
		try {
			expect(await version({ ...byCa(), clientCertificate }, demanding.url)).toEqual({
				version: '2.5.1',
			});
		} finally {
			closeAgents();
			await demanding.stop();
		}
	});

	it('an unknown CA is refused', async () => {
		expect((await failureOf(version({}))).kind).toBe('tls');
		expect(server.requests).toEqual([]);
	});

	it('a wrong pin is refused before any HTTP', async () => {
		const other = await serverCertificate(authority, 'valid');
		expect((await failureOf(version(byPin(other)))).code).toBe('PIN_MISMATCH');
		expect(server.requests).toEqual([]);
	});

	describe('the host name is checked', () => {
		it('also when it is an address', async () => {
			// Good for "localhost", which is what the library would compare with.
			const local = await authority.issue('local', {
				hosts: [{ type: 'dns', value: 'localhost' }],
			});
			const impostor = await startTls(local);
			try {
				for (const changes of [byCa(), byPin(local)]) {
					const error = await failureOf(version(changes, impostor.url));
					expect(error).toMatchObject({ kind: 'tls', code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
				}
				expect(impostor.requests).toEqual([]);
			} finally {
				closeAgents();
				await impostor.stop();
			}
		});

		it('and a certificate for the address alone is good', async () => {
			const exact = await authority.issue('exact', { hosts: [{ type: 'ip', value: '127.0.0.1' }] });
			const exactly = await startTls(exact);
			try {
				expect(await version(byCa(), exactly.url)).toEqual({ version: '2.5.1' });
			} finally {
				closeAgents();
				await exactly.stop();
			}
		});

		it('by the name that was asked for, which the proxy resolves', async () => {
			const url = `https://misp.example.org:${server.port}`;
			const error = await failureOf(version(byCa(), url));
			expect(error).toMatchObject({ kind: 'tls', code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
			expect(proxy.asked).toMatchObject([{ target: `misp.example.org:${server.port}` }]);
			expect(server.requests).toEqual([]);
		});
	});
});

describe('The proxy’s own log-in', () => {
	beforeEach(() => {
		process.env.HTTPS_PROXY = `http://soc:ge%40heim@127.0.0.1:${proxy.port}`;
	});

	it('is sent to the proxy alone', async () => {
		await version();
		const basic = `Basic ${Buffer.from('soc:ge@heim').toString('base64')}`;
		expect(proxy.asked).toMatchObject([{ login: basic }]);
		expect(JSON.stringify(server.headers)).not.toContain(basic);
	});

	it('is not in errors', async () => {
		proxy.refusal = 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n';
		const error = await failureOf(version());
		expect(everythingIn(error)).not.toMatch(/ge%40heim|ge@heim/);
		expect(everythingIn(error)).not.toContain(KEY);
	});
});

describe('A proxy that does not connect', () => {
	it.each<[string, string, () => Partial<Connection>]>([
		['407 Proxy Authentication Required', '407: it wants a log-in', byCa],
		['407 Proxy Authentication Required', '407: it wants a log-in', byPin],
		['403 Forbidden', '403', byCa],
		['503 Service Unavailable', '503', byPin],
	])('because of %s is named, and does not pass for MISP', async (status, why, trust) => {
		const page = '{"message":"Authentication failed. From the proxy."}';
		proxy.refusal = `HTTP/1.1 ${status}\r\nContent-Length: ${page.length}\r\n\r\n${page}`;
		const error = await failureOf(version(trust()));
		expect(error.kind).toBe('network');
		expect(error.message).toBe(
			`The proxy 127.0.0.1:${proxy.port} does not connect to MISP (${why}).`,
		);
		expect(error.hint).toMatch(/HTTPS_PROXY and NO_PROXY/);
		expect(server.connections).toBe(0);
	});

	it('because it is not there is named', async () => {
		await proxy.stop();
		const error = await failureOf(version());
		expect(error).toMatchObject({ kind: 'network', code: 'ECONNREFUSED' });
		expect(error.message).toBe(
			`The proxy 127.0.0.1:${proxy.port} does not connect to MISP (ECONNREFUSED).`,
		);
		proxy = await startProxy();
	});

	it('because MISP is not there is named', async () => {
		await server.stop();
		const error = await failureOf(version());
		expect(error.kind).toBe('network');
		server = await startTls(certificate);
	});
});

describe('Which proxy', () => {
	it.each<[string, Record<string, string>, boolean]>([
		['HTTPS_PROXY', {}, true],
		[
			'https_proxy before HTTPS_PROXY',
			{ HTTPS_PROXY: 'http://127.0.0.1:9', https_proxy: 'PROXY' },
			true,
		],
		['ALL_PROXY when there is no other', { HTTPS_PROXY: '', ALL_PROXY: 'PROXY' }, true],
		['not HTTP_PROXY, which is for http', { HTTPS_PROXY: '', HTTP_PROXY: 'PROXY' }, false],
		['none for a host in NO_PROXY', { NO_PROXY: 'other.example,127.0.0.1' }, false],
		['none for a host in no_proxy', { no_proxy: '127.0.0.1' }, false],
		['none with NO_PROXY=*', { NO_PROXY: '*' }, false],
		['one for other hosts than those in NO_PROXY', { NO_PROXY: 'misp.example.org' }, true],
	])('%s', async (_what, variables, used) => {
		for (const [name, value] of Object.entries(variables)) {
			process.env[name] = value.replace('PROXY', `http://127.0.0.1:${proxy.port}`);
		}
		expect(await version()).toEqual({ version: '2.5.1' });
		expect(proxy.asked).toHaveLength(used ? 1 : 0);
	});
});

it('n8n’s egress policy can forbid an address behind the proxy', async () => {
	const lookup = ((_host: string, _options: object, callback: (error: Error) => void) => {
		callback(new Error('The address is not allowed here'));
	}) as SecureLookup;
	const error = await failureOf(version(byCa(), server.url, lookup));
	expect(error.message).toContain('The address is not allowed here');
	expect(proxy.asked).toEqual([]);
});
