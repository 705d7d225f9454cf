import { createPrivateKey } from 'node:crypto';
import { createServer as createTcpServer } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import tls from 'node:tls';

import { closeAgents, type SecureLookup } from '../../nodes/Misp/client/agent';
import { Misp, type ClientOptions } from '../../nodes/Misp/client/client';
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
	lookupTo,
	startTls,
	type TestServer,
} from './support';

let authority: Authority;
let valid: Pem;
let renewed: Pem;
let expired: Pem;
let wrongHost: Pem;
const servers: TestServer[] = [];

beforeAll(async () => {
	authority = await createAuthority();
	valid = await serverCertificate(authority, 'valid');
	renewed = await serverCertificate(authority, 'valid');
	expired = await serverCertificate(authority, 'expired');
	wrongHost = await serverCertificate(authority, 'wrongHost');
});

afterEach(async () => {
	closeAgents();
	await Promise.all(servers.splice(0).map(async (server) => await server.stop()));
});

async function serve(...args: Parameters<typeof startTls>): Promise<TestServer> {
	const server = await startTls(...args);
	servers.push(server);
	return server;
}

const misp = (url: string, changes: Partial<Connection> = {}, options: ClientOptions = {}) =>
	new Misp(connectionTo(url, changes), { retries: 0, ...options });

const version = async (
	url: string,
	changes: Partial<Connection> = {},
	options: ClientOptions = {},
) => await misp(url, changes, options).get(path`/servers/getVersion`);

const byCa = (): Partial<Connection> => ({ trust: { kind: 'ca', pem: authority.cert } });

const byPin = (...pems: Pem[]): Partial<Connection> => ({
	trust: { kind: 'pin', sha256: pems.map(({ cert }) => fingerprint(cert).replaceAll(':', '')) },
});

/** A failure before any HTTP: the server must not have seen a request, and the error not the key. */
async function refused(server: TestServer, changes: Partial<Connection>, url = server.url) {
	const error = await failureOf(version(url, changes));
	expect(server.requests).toEqual([]);
	expect(everythingIn(error)).not.toContain(KEY);
	expect(error.request).toBe('GET /servers/getVersion');
	return error;
}

describe('A server certificate', () => {
	it('of a private CA is accepted with that CA', async () => {
		const server = await serve(valid);
		expect(await version(server.url, byCa())).toEqual({ version: '2.5.1' });
		expect(server.headers[0]).toMatchObject({ authorization: KEY, accept: 'application/json' });
	});

	it('of a private CA is accepted when that CA is one of several', async () => {
		const other = await createAuthority('Other');
		const server = await serve(valid);
		const trust = { kind: 'ca', pem: other.cert + authority.cert } as const;
		expect(await version(server.url, { trust })).toEqual({ version: '2.5.1' });
	});

	it('of an unknown CA is refused, with what to do', async () => {
		const server = await serve(valid);
		const error = await refused(server, {});
		expect(error.kind).toBe('tls');
		expect(error.message).toMatch(/is not trusted: it was not issued by a public authority/);
		expect(error.hint).toMatch(/"From a Private CA" .*"Pinned"/);
	});

	it('of another CA than the given one is refused', async () => {
		const server = await serve(valid);
		const { cert: pem } = await createAuthority('Other');
		expect(await refused(server, { trust: { kind: 'ca', pem } })).toMatchObject({ kind: 'tls' });
	});

	it('that expired is refused', async () => {
		const error = await refused(await serve(expired), byCa());
		expect(error).toMatchObject({ kind: 'tls', code: 'CERT_HAS_EXPIRED' });
		expect(error.message).toMatch(/has expired\. Nothing was sent\./);
	});

	it('for another host is refused', async () => {
		const error = await refused(await serve(wrongHost), byCa());
		expect(error).toMatchObject({ kind: 'tls', code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
		expect(error.message).toMatch(/was issued for another name/);
	});

	it('is not checked less because of NODE_TLS_REJECT_UNAUTHORIZED', async () => {
		const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
		process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
		try {
			expect(await refused(await serve(valid), {})).toMatchObject({ kind: 'tls' });
		} finally {
			if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
			else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
		}
	});
});

describe('A pinned certificate', () => {
	it('is accepted without its CA', async () => {
		const server = await serve(valid);
		expect(await version(server.url, byPin(valid))).toEqual({ version: '2.5.1' });
	});

	it('is accepted by name', async () => {
		const server = await serve(valid);
		const url = `https://localhost:${server.port}`;
		expect(await version(url, byPin(valid))).toEqual({ version: '2.5.1' });
	});

	it('may be one of several, for a renewal', async () => {
		for (const pem of [valid, renewed]) {
			const server = await serve(pem);
			expect(await version(server.url, byPin(valid, renewed))).toEqual({ version: '2.5.1' });
		}
	});

	it('that another one replaced is refused before a byte of HTTP, with the new fingerprint', async () => {
		const server = await serve(renewed);
		const error = await refused(server, byPin(valid));
		expect(error).toMatchObject({ kind: 'tls', code: 'PIN_MISMATCH' });
		expect(error.message).toBe('The server’s certificate is not the pinned one. Nothing was sent.');
		expect(error.hint).toContain(fingerprint(renewed.cert));
	});

	it('is asked for anew on every connection, not taken over from a session', async () => {
		const server = await serve(valid);
		const client = misp(server.url, byPin(valid));
		await client.get(path`/a`);
		for (const socket of server.open) socket.destroy();
		await server.stop();
		servers.length = 0;
		// Another server at the same address.
		const impostor = await serve(renewed);
		const error = await failureOf(version(impostor.url, byPin(valid)).finally(() => undefined));
		expect(error.code).toBe('PIN_MISMATCH');
		expect(impostor.requests).toEqual([]);
	});

	it('that expired is refused', async () => {
		const error = await refused(await serve(expired), byPin(expired));
		expect(error).toMatchObject({ kind: 'tls', code: 'CERT_HAS_EXPIRED' });
	});

	it('for another host is refused', async () => {
		const error = await refused(await serve(wrongHost), byPin(wrongHost));
		expect(error).toMatchObject({ kind: 'tls', code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
	});

	it('gives up on a server that never ends the handshake', async () => {
		const silent = await listen(createTcpServer());
		servers.push(silent);
		const error = await failureOf(version(silent.url, { ...byPin(valid), timeoutMs: 300 }));
		expect(error.kind).toBe('timeout');
		expect(silent.connections).toBe(1);
	});

	it('refuses when the server hangs up during the handshake', async () => {
		const rude = createTcpServer((socket) => socket.destroy());
		const server = await listen(rude);
		servers.push(server);
		const error = await failureOf(version(server.url, byPin(valid)));
		expect(error).toMatchObject({ kind: 'network', code: 'ECONNRESET' });
	});
});

describe('A client certificate', () => {
	let client: Pem;
	let demanding: Parameters<typeof startTls>[0];

	beforeAll(async () => {
		client = await authority.issue('n8n', { client: true });
		demanding = { ...valid, ca: authority.cert, requestCert: true, rejectUnauthorized: true };
	});

	it.each(['TLSv1.2', 'TLSv1.3'] as const)(
		'is shown when it is asked for (%s)',
		async (maxVersion) => {
			const server = await serve({ ...demanding, maxVersion });
			expect(await version(server.url, { ...byCa(), clientCertificate: client })).toEqual({
				version: '2.5.1',
			});
		},
	);

	it.each(['TLSv1.2', 'TLSv1.3'] as const)('that is missing is named (%s)', async (maxVersion) => {
		const server = await serve({ ...demanding, maxVersion });
		const error = await refused(server, byCa());
		expect(error.kind).toBe('tls');
		expect(error.message).toMatch(/it may ask for a client certificate/);
		expect(error.hint).toMatch(/switch on Client Certificate/);
	});

	it('goes with a pin, too', async () => {
		const server = await serve(demanding);
		const changes = { ...byPin(valid), clientCertificate: client };
		expect(await version(server.url, changes)).toEqual({ version: '2.5.1' });
	});

	it('of another authority is refused', async () => {
		const server = await serve(demanding);
		const foreign = await (await createAuthority('Other')).issue('n8n', { client: true });
		const error = await refused(server, { ...byCa(), clientCertificate: foreign });
		expect(error.kind).toMatch(/^(tls|network)$/);
	});

	describe('with an encrypted key', () => {
		let encrypted: Pem;

		beforeAll(() => {
			encrypted = {
				cert: client.cert,
				key: createPrivateKey(client.key).export({
					type: 'pkcs8',
					format: 'pem',
					cipher: 'aes-256-cbc',
					passphrase: 'geheim',
				}) as string,
			};
		});

		it('is used with the passphrase', async () => {
			const server = await serve(demanding);
			const clientCertificate = { ...encrypted, passphrase: 'geheim' };
			expect(await version(server.url, { ...byCa(), clientCertificate })).toEqual({
				version: '2.5.1',
			});
		});

		it.each([undefined, 'falsch'])('is refused with the passphrase %s', async (passphrase) => {
			const server = await serve(demanding);
			const clientCertificate = { ...encrypted, ...(passphrase && { passphrase }) };
			const error = await refused(server, { ...byCa(), clientCertificate });
			expect(error.kind).toBe('tls');
			expect(error.message).toMatch(/^The client certificate cannot be used/);
			expect(error.hint).toMatch(/passphrase/);
		});
	});

	it('with the key of another one is refused', async () => {
		const server = await serve(demanding);
		const clientCertificate = { cert: client.cert, key: valid.key };
		const error = await refused(server, { ...byCa(), clientCertificate });
		expect(error.message).toMatch(/^The client certificate cannot be used/);
	});
});

describe('No safe connection is made', () => {
	it('with TLS 1.1, not even where Node.js is told to accept it', async () => {
		const ciphers = 'DEFAULT:@SECLEVEL=0';
		const server = await serve({ ...valid, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers });
		const { DEFAULT_MIN_VERSION, DEFAULT_CIPHERS } = tls;
		Object.assign(tls, { DEFAULT_MIN_VERSION: 'TLSv1', DEFAULT_CIPHERS: ciphers });
		try {
			const error = await refused(server, byCa());
			expect(error.kind).toBe('tls');
			expect(error.hint).toContain('TLS 1.2 or newer');
		} finally {
			Object.assign(tls, { DEFAULT_MIN_VERSION, DEFAULT_CIPHERS });
		}
	});

	it('with a port for plain http', async () => {
		const http = createHttpServer((_request, response) => response.end('{}'));
		const server = await listen(http);
		servers.push(server);
		const error = await refused(server, byCa());
		expect(error.kind).toBe('tls');
		expect(error.message).toMatch(/does not speak https/);
	});

	it('with something else entirely', async () => {
		const server = await listen(createTcpServer((socket) => socket.end('220 smtp ready\r\n')));
		servers.push(server);
		const error = await refused(server, byCa());
		expect(error.kind).toBe('tls');
		expect(error.message).toMatch(/does not speak https/);
	});
});

describe('No connection at all', () => {
	it('to a name that does not exist', async () => {
		const error = await failureOf(version('https://misp.invalid', byCa()));
		expect(error).toMatchObject({ kind: 'network' });
		expect(error.message).toBe('The name misp.invalid was not found.');
	});

	it('to a port where nobody listens', async () => {
		const server = await startTls(valid);
		await server.stop();
		const error = await failureOf(version(server.url, byCa()));
		expect(error).toMatchObject({ kind: 'network', code: 'ECONNREFUSED' });
		expect(error.message).toBe(`127.0.0.1:${server.port} refused the connection.`);
	});
});

describe('n8n’s name resolution', () => {
	const denied = (seen: string[]): SecureLookup =>
		((hostname: string, _options: object, callback: (error: Error) => void) => {
			seen.push(hostname);
			callback(new Error('The address is not allowed here'));
		}) as SecureLookup;

	it('is used for names', async () => {
		const server = await serve(valid);
		const seen: string[] = [];
		const lookup = lookupTo('127.0.0.1', seen);
		const url = `https://localhost:${server.port}`;
		expect(await version(url, byCa(), { lookup })).toEqual({ version: '2.5.1' });
		expect(seen).toContain('localhost');
	});

	it.each<[string, () => Partial<Connection>]>([
		['a CA', byCa],
		['a pin', () => byPin(valid)],
	])(
		'can forbid a name, and an address, which Node.js never looks up (with %s)',
		async (_trust, trust) => {
			const server = await serve(valid);
			for (const host of ['localhost', '127.0.0.1']) {
				const seen: string[] = [];
				const error = await failureOf(
					version(`https://${host}:${server.port}`, trust(), { lookup: denied(seen) }),
				);
				expect(seen).toEqual([host]);
				expect(error.kind).toBe('network');
				expect(error.message).toContain('The address is not allowed here');
			}
			expect(server.connections).toBe(0);
		},
	);

	it('lets an address pass that it allows', async () => {
		const server = await serve(valid);
		const lookup = lookupTo('127.0.0.1');
		expect(await version(server.url, byCa(), { lookup })).toEqual({ version: '2.5.1' });
		expect(await version(server.url, byPin(valid), { lookup })).toEqual({ version: '2.5.1' });
	});
});

describe('Connections', () => {
	it.each<[string, () => Partial<Connection>]>([
		['a CA', byCa],
		['a pin', () => byPin(valid)],
	])('are reused, also by another client for the same MISP (with %s)', async (_trust, trust) => {
		const server = await serve(valid);
		for (let count = 0; count < 5; count += 1) await version(server.url, trust());
		expect(server.requests).toHaveLength(5);
		expect(server.connections).toBe(1);
	});

	it('are not shared between credentials that trust differently', async () => {
		const server = await serve(valid);
		await version(server.url, byPin(valid));
		expect((await failureOf(version(server.url, byPin(renewed)))).code).toBe('PIN_MISMATCH');
		expect((await failureOf(version(server.url))).kind).toBe('tls');
		expect(server.requests).toHaveLength(1);
	});

	it('are eight at most for one MISP', async () => {
		const server = await serve(valid, (_request, response) => {
			setTimeout(() => response.end('{}'), 30);
		});
		const client = misp(server.url, byCa());
		await Promise.all(Array.from({ length: 40 }, async () => await client.get(path`/x`)));
		expect(server.requests).toHaveLength(40);
		expect(server.connections).toBeLessThanOrEqual(8);
	});

	it('are closed by us when idle, before the server does it', async () => {
		const server = await serve(valid);
		await version(server.url, byCa());
		const [socket] = server.open;
		const closed = new Promise<void>((resolve) => socket?.once('close', () => resolve()));
		expect(server.open.size).toBe(1);
		await closed;
		expect(server.open.size).toBe(0);
		expect(await version(server.url, byCa())).toEqual({ version: '2.5.1' });
		expect(server.connections).toBe(2);
	});
});
