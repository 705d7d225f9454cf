import type { ICredentialTestFunctions, ICredentialsDecrypted } from 'n8n-workflow';
import { createServer } from 'node:http';

import { closeAgents } from '../../nodes/Misp/client/agent';
import { testCredential } from '../../nodes/Misp/definition/credentialTest';
import { createAuthority } from '../sandbox/certificates';
import { startSandbox, type KeyName, type Sandbox } from '../sandbox/server';
import { answerJson, KEY, listen, startTls } from './support';

let sandbox: Sandbox;

beforeAll(async () => {
	sandbox = await startSandbox();
});

beforeEach(() => {
	sandbox.faults.clear();
	sandbox.requests.length = 0;
});

afterAll(async () => {
	closeAgents();
	await sandbox.stop();
});

/** What the person who saves the credential reads. */
async function tested(changes: Record<string, unknown> = {}, key: KeyName = 'user') {
	const data = {
		url: sandbox.url,
		authKey: sandbox.keys[key],
		accessLevel: 'contribute',
		serverCertificate: 'ca',
		caCertificate: sandbox.ca,
		...changes,
	};
	const { status, message } = await testCredential.call(
		{} as ICredentialTestFunctions,
		{
			id: '1',
			name: 'MISP',
			type: 'mispScopedApi',
			data,
		} as ICredentialsDecrypted<typeof data>,
	);
	expect(message).not.toContain(data.authKey);
	return { status, message };
}

describe('The test of a credential succeeds', () => {
	it('and names the version and whose key it is', async () => {
		expect(await tested()).toEqual({
			status: 'OK',
			message: 'Connected to MISP 2.5.1 as user@alpha.test (role User).',
		});
		expect(sandbox.requests).toMatchObject([
			{ method: 'GET', path: '/servers/getVersion' },
			{ method: 'GET', path: '/users/view/me' },
			{ method: 'POST', path: '/auth_keys/index' },
		]);
	});

	it('and warns of a key that expires soon', async () => {
		const key = [...sandbox.world.authKeys.values()].find(
			({ value }) => value === sandbox.keys.user,
		);
		if (key) key.expiration = sandbox.world.now() + 5 * 86_400 + 60;
		const { status, message } = await tested().finally(() => {
			if (key) key.expiration = 0;
		});
		expect(status).toBe('OK');
		expect(message).toContain('The key of this credential expires in 5 days');
	});

	it('with a broader key, where the credential accepts that', async () => {
		expect(await tested({ acceptBroaderKey: true }, 'admin')).toMatchObject({ status: 'OK' });
	});

	it('with a pinned certificate', async () => {
		const certificateFingerprint = `sha256 Fingerprint=${sandbox.serverCertificateSha256}`;
		expect(await tested({ serverCertificate: 'pin', certificateFingerprint })).toMatchObject({
			status: 'OK',
		});
	});

	it('with a page’s address', async () => {
		expect(await tested({ url: `${sandbox.url}/events/index` })).toMatchObject({ status: 'OK' });
	});
});

const says = async (expected: string, ...args: Parameters<typeof tested>) =>
	expect(await tested(...args)).toEqual({ status: 'Error', message: expected });

describe('The test of a credential says what is wrong and what to do when', () => {
	it('the URL is not https', async () => {
		await says(
			'The MISP URL starts with http://, so the key would be sent in the clear. Only https:// is accepted. If your MISP has no certificate from a public authority, use https:// and choose "From a Private CA" or "Pinned" under Server Certificate.',
			{ url: sandbox.url.replace('https', 'http') },
		);
		expect(sandbox.requests).toEqual([]);
	});

	it('the port is for plain http', async () => {
		const server = await listen(createServer((_request, response) => response.end('{}')));
		try {
			await says(
				`127.0.0.1:${server.port} does not speak https. Nothing was sent. Check the port in the MISP URL: this one may be for plain http.`,
				{ url: server.url },
			);
		} finally {
			await server.stop();
		}
	});

	it('the name is not found', async () => {
		await says(
			'The name misp.invalid was not found. Check the MISP URL in the credential and the name resolution of your n8n.',
			{ url: 'https://misp.invalid' },
		);
	});

	it('nobody listens there', async () => {
		const server = await listen(createServer());
		await server.stop();
		await says(
			`127.0.0.1:${server.port} refused the connection. Check the port in the MISP URL, and whether MISP is running.`,
			{ url: server.url },
		);
	});

	it('the certificate is not trusted, and how to trust it', async () => {
		const { message } = await tested({ serverCertificate: 'system' });
		expect(message).toMatch(
			/^The certificate of 127\.0\.0\.1:\d+ is not trusted: it was not issued by a public authority \([A-Z_]+\)\. Nothing was sent\. In the credential, set Server Certificate to "From a Private CA" and paste your CA’s certificate, or to "Pinned" and enter the SHA-256 fingerprint of the server’s certificate\.$/,
		);
		expect(sandbox.requests).toEqual([]);
	});

	it('the certificate is not from the CA of the credential', async () => {
		const { cert } = await createAuthority('Other');
		const { message } = await tested({ caCertificate: cert });
		expect(message).toMatch(
			/^The certificate of 127\.0\.0\.1:\d+ is not trusted: it was not issued by the CA in the credential \([A-Z_]+\)\. Nothing was sent\. Paste the certificate of the CA that issued it/,
		);
	});

	it('the certificate is not the pinned one', async () => {
		await says(
			`The server’s certificate is not the pinned one. Nothing was sent. It shows the SHA-256 fingerprint ${sandbox.serverCertificateSha256}. If the certificate was renewed, check this on the server and enter it in the credential; if not, somebody may be in between.`,
			{ serverCertificate: 'pin', certificateFingerprint: 'AB'.repeat(32) },
		);
		expect(sandbox.requests).toEqual([]);
	});

	it.each([
		[
			'expired',
			/^The certificate of 127\.0\.0\.1:\d+ has expired\. Nothing was sent\. Renew the certificate on the MISP server\. If it is new, check the clock of your n8n\.$/,
		],
		[
			'wrongHost',
			/^The certificate of 127\.0\.0\.1:\d+ was issued for another name\. Nothing was sent\. Enter the MISP URL with the name that stands in the certificate\.$/,
		],
	] as const)('the certificate is %s', async (certificate, expected) => {
		const other = await startSandbox({ tls: { certificate } });
		try {
			const changes = { url: other.url, caCertificate: other.ca };
			expect(await tested(changes)).toEqual({
				status: 'Error',
				message: expect.stringMatching(expected),
			});
		} finally {
			await other.stop();
		}
	});

	it('a client certificate is missing', async () => {
		const other = await startSandbox({ tls: { requireClientCertificate: true } });
		const changes = { url: other.url, caCertificate: other.ca, authKey: other.keys.user };
		try {
			expect((await tested(changes)).message).toMatch(
				/refused the TLS handshake; it may ask for a client certificate\. Nothing was sent\. In the credential, switch on Client Certificate/,
			);
			const { cert, key } = other.clientCertificate;
			expect(
				await tested({
					...changes,
					useClientCertificate: true,
					clientCertificate: cert,
					clientKey: key.replace(/\n/g, ' '),
				}),
			).toMatchObject({ status: 'OK' });
		} finally {
			await other.stop();
		}
	});

	it.each<[string, Parameters<typeof startTls>[1], RegExp]>([
		[
			'a web page',
			(_request, response) => {
				response.writeHead(200, { 'Content-Type': 'text/html' });
				response.end('<!DOCTYPE html><html>Welcome</html>');
			},
			/^The server answered with a web page instead of MISP’s data\. Check the MISP URL/,
		],
		[
			'another API',
			answerJson({ status: 'up' }),
			/^MISP’s reply has no "version"\. Whatever answered may not be a MISP/,
		],
		[
			'nothing there',
			(_request, response) => {
				response.writeHead(404, { 'Content-Type': 'text/html' });
				response.end('<html><h1>404</h1></html>');
			},
			/^The server answered 404 with a web page instead of MISP’s data\. Check the MISP URL/,
		],
		[
			'a redirect elsewhere',
			(_request, response) => {
				response.writeHead(301, { Location: 'https://www.example.org/' });
				response.end();
			},
			/^The server redirects to https:\/\/www\.example\.org, which is not the MISP of this credential\. The key was not sent there\. Enter the address that MISP really has/,
		],
	])('it is not a MISP but %s', async (_what, handler, expected) => {
		const authority = await createAuthority();
		const { serverCertificate } = await import('../sandbox/certificates');
		const server = await startTls(await serverCertificate(authority, 'valid'), handler);
		try {
			const { status, message } = await tested({
				url: server.url,
				caCertificate: authority.cert,
				authKey: KEY,
			});
			expect(status).toBe('Error');
			expect(message).toMatch(expected);
		} finally {
			closeAgents();
			await server.stop();
		}
	});

	it('MISP is in maintenance', async () => {
		sandbox.faults.set('maintenance');
		await says(
			'MISP answered with its log-in page instead of data. MISP is in maintenance mode, or a proxy in front of it removes the Accept header. Try again later.',
		);
	});

	it.each<[string, KeyName]>([
		['wrong', 'wrong'],
		['expired, which MISP answers in the same words', 'admin_expired'],
	])('the key is %s', async (_what, key) => {
		await says(
			'Authentication failed. Please make sure you pass the API key of an API enabled user along in the Authorization header. The key is wrong, expired or deleted, or its user may not use the API. Check the key in the credential, and in MISP under My Profile > Auth keys.',
			{},
			key,
		);
		// MISP logs every failure: once is enough.
		expect(sandbox.requests).toHaveLength(1);
	});

	it('the key is bound to other addresses', async () => {
		await says(
			'It is not possible to use this Auth key from your IP address. The key is bound to other addresses. Add the address of your n8n to "Allowed IPs" of the key in MISP.',
			{},
			'admin_blocked_ip',
		);
	});

	it('the key can do more than the access level says', async () => {
		await says(
			'This key can publish and administer (role admin of admin@admin.test), but the credential is "Contribute". In MISP, create a key for a user whose role cannot publish and administer, such as User, and enter it in the credential, or raise the Access Level to "Administer". To go on with this key nevertheless, switch on "Accept a Key That Can Do More" in the credential.',
			{},
			'admin',
		);
	});

	it('the key can do less', async () => {
		await says(
			'This key cannot write (role Read Only of readonly@alpha.test), but the credential is "Contribute". Use the key of a user whose role may, such as User, or lower the Access Level to "Read Only".',
			{},
			'readonly',
		);
	});

	it('it cannot be found out what the key may do', async () => {
		sandbox.faults.set('internalError', { match: /users\/view/ });
		const { status, message } = await tested();
		expect(status).toBe('Error');
		expect(message).toMatch(
			/^It could not be checked what the key of this credential may do\. GET/,
		);
	});

	it('the user is disabled', async () => {
		const user = sandbox.world.user('user@alpha.test');
		user.disabled = true;
		try {
			expect((await tested()).message).toMatch(
				/^Authentication failed\. Your user account has been disabled\. Ask an administrator of your MISP/,
			);
		} finally {
			user.disabled = false;
		}
	});

	it.each([
		[
			{ authKey: 'abc' },
			'The auth key has 3 characters. A MISP auth key is 40 letters and digits. Copy the whole key from MISP. It is shown only once: if it is lost, create another under My Profile > Auth keys.',
		],
		[{ url: '' }, 'The MISP URL is empty. Enter it like https://misp.example.org.'],
		[
			{ caCertificate: '' },
			'The CA certificate is not in PEM form. Paste the text from "-----BEGIN …-----" to "-----END …-----", both lines included.',
		],
	])('a field cannot be right: %j', async (changes, expected) => {
		const { status, message } = await tested(changes);
		expect({ status, message }).toEqual({ status: 'Error', message: expected });
		expect(sandbox.requests).toEqual([]);
	});

	it('MISP is down behind its proxy, without trying again', async () => {
		sandbox.faults.set('badGateway');
		await says(
			'The server in front of MISP answered 502: MISP is down, restarting or too slow. Try again later.',
		);
		expect(sandbox.requests).toHaveLength(1);
	});
});

it('The test of an empty credential says what is missing', async () => {
	const result = await testCredential.call(
		{} as ICredentialTestFunctions,
		{ id: '1', name: 'MISP', type: 'mispScopedApi' } as ICredentialsDecrypted,
	);
	expect(result.status).toBe('Error');
	expect(result.message).toMatch(/is empty/);
});
