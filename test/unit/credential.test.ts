import 'reflect-metadata';
import {
	displayParameter,
	type ICredentialDataDecryptedObject,
	type IHttpRequestOptions,
	type INodeProperties,
} from 'n8n-workflow';
import { join } from 'node:path';

import { MispScopedApi } from '../../credentials/MispScopedApi.credentials';
import { startSandbox, type Sandbox } from '../sandbox/server';
import { everythingIn, KEY, startTls, type TestServer } from './support';

/** How a request looks after n8n's older or newer code has been told what to do with it. */
type Request = IHttpRequestOptions & Record<string, unknown>;

const credential = new MispScopedApi();
const PIN = 'AB'.repeat(32);

const data = (changes: ICredentialDataDecryptedObject = {}): ICredentialDataDecryptedObject => ({
	url: 'https://misp.example.org/misp/',
	authKey: KEY,
	...changes,
});

const authenticate = async (request: object, changes: ICredentialDataDecryptedObject = {}) =>
	(await credential.authenticate(data(changes), request as IHttpRequestOptions)) as Request;

const refusal = async (request: object, changes: ICredentialDataDecryptedObject = {}) => {
	let given: Request;
	try {
		given = await authenticate(request, changes);
	} catch (error) {
		return error as Error;
	}
	throw new Error(`The key should not have been attached to ${JSON.stringify(given)}`);
};

describe('The credential attaches the key to', () => {
	it.each([
		['url', { url: 'https://misp.example.org/misp/events/view/1' }],
		['url with the default port', { url: 'https://misp.example.org:443/misp/events' }],
		['url in capitals', { url: 'HTTPS://MISP.EXAMPLE.ORG/misp/events' }],
		['baseURL and url', { baseURL: 'https://misp.example.org/misp', url: '/events/view/1' }],
		['baseURL with a slash', { baseURL: 'https://misp.example.org/misp/', url: 'events' }],
		['baseURL alone', { baseURL: 'https://misp.example.org/misp', url: '' }],
		['a whole url beside a baseURL', { baseURL: 'x', url: 'https://misp.example.org/misp/a' }],
		['the older uri', { uri: 'https://misp.example.org/misp/events/view/1' }],
		['the older uri as an object', { uri: new URL('https://misp.example.org/misp/events') }],
	])('%s', async (_form, request) => {
		const given = await authenticate(request);
		expect(given.headers?.Authorization).toBe(KEY);
	});
});

describe('The credential refuses, without the key in the error,', () => {
	it.each([
		['http', { url: 'http://misp.example.org/misp/events' }],
		['another host', { url: 'https://evil.test/misp/events' }],
		['another port', { url: 'https://misp.example.org:8443/misp/events' }],
		['a path outside of MISP’s', { url: 'https://misp.example.org/events' }],
		['a path that begins alike', { url: 'https://misp.example.org/misp2/events' }],
		['a path that climbs out', { url: 'https://misp.example.org/misp/../other' }],
		['an encoded path that climbs out', { url: 'https://misp.example.org/misp/%2e%2e/other' }],
		['MISP as the user name', { url: 'https://misp.example.org@evil.test/misp/events' }],
		['a user name', { url: 'https://evil@misp.example.org/misp/events' }],
		['the older uri of another host', { uri: 'https://evil.test/misp/events' }],
		['the older uri over http', { uri: 'http://misp.example.org/misp/events' }],
		['a foreign baseURL', { baseURL: 'https://evil.test', url: '/misp/events' }],
		[
			'a foreign url beside its baseURL',
			{ baseURL: 'https://misp.example.org/misp', url: '//evil.test/' },
		],
		[
			'what looks like its own url but is joined to a foreign baseURL',
			{ baseURL: 'https://evil.test', url: 'https:misp.example.org/misp/events' },
		],
		[
			'what looks like its own url behind a space',
			{ baseURL: 'https://evil.test', url: ' https://misp.example.org/misp/events' },
		],
		['a path alone, pasted without the address', { url: '/events/index' }],
		['nothing', {}],
	])('%s', async (_what, request) => {
		const error = await refusal(request);
		expect(error.message).toMatch(
			/^This credential is for https:\/\/misp\.example\.org\/misp only\. Its key was not sent to /,
		);
		expect(everythingIn(error)).not.toContain(KEY);
		expect(JSON.stringify(request)).not.toContain(KEY);
	});

	it('a foreign address, of which it names the host only', async () => {
		const error = await refusal({ url: `https://evil.test/${KEY}?password=geheim` });
		expect(error.message).toBe(
			'This credential is for https://misp.example.org/misp only. Its key was not sent to https://evil.test.',
		);
	});

	it.each([
		['http://misp.example.org', /sent in the clear/],
		['misp.example.org', /does not start with https/],
		['', /is empty/],
	])('everything when its own URL is "%s"', async (url, message) => {
		const error = await refusal({ url: `${url}/events` }, { url });
		expect(error.message).toMatch(message);
		expect(everythingIn(error)).not.toContain(KEY);
	});

	it('everything when the certificate is pinned, since n8n cannot check a pin', async () => {
		const request = { url: 'https://misp.example.org/misp/events' };
		const error = await refusal(request, {
			serverCertificate: 'pin',
			certificateFingerprint: PIN,
		});
		expect(error.message).toContain('pins the server’s certificate');
		expect(request).toEqual({ url: 'https://misp.example.org/misp/events' });
	});

	it('everything below a TLP ceiling, which no other node keeps', async () => {
		const request = { url: 'https://misp.example.org/misp/events' };
		const error = await refusal(request, { tlpCeiling: 'amber' });
		expect(error.message).toContain('TLP ceiling');
		expect(request).toEqual({ url: 'https://misp.example.org/misp/events' });
	});
});

describe('The credential changes a request so that', () => {
	const url = 'https://misp.example.org/misp/events';

	it('redirects are off in both forms', async () => {
		const given = await authenticate({
			url,
			disableFollowRedirect: false,
			followRedirect: true,
			followAllRedirects: true,
			maxRedirects: 21,
		});
		expect(given.disableFollowRedirect).toBe(true);
		expect(given.followRedirect).toBe(false);
		expect(given).not.toHaveProperty('followAllRedirects');
	});

	it('certificates are checked in both forms', async () => {
		const given = await authenticate({
			url,
			skipSslCertificateValidation: true,
			rejectUnauthorized: false,
			agentOptions: { rejectUnauthorized: false, minVersion: 'TLSv1' },
		});
		expect(given.skipSslCertificateValidation).toBe(false);
		expect(given.rejectUnauthorized).toBe(true);
		expect(given.agentOptions).toEqual({ rejectUnauthorized: true, minVersion: 'TLSv1.2' });
	});

	it('there is one Authorization, one Accept and one Content-Type, whatever their case', async () => {
		const given = await authenticate({
			url,
			headers: {
				authorization: 'Bearer x',
				AUTHORIZATION: 'Bearer y',
				accept: 'text/csv',
				'content-type': 'application/xml',
				'X-Other': '1',
			},
		});
		expect(given.headers).toEqual({
			Authorization: KEY,
			accept: 'text/csv',
			'content-type': 'application/xml',
			'X-Other': '1',
		});
	});

	it('MISP reads it as JSON when nothing else is said', async () => {
		expect((await authenticate({ url })).headers).toEqual({
			Authorization: KEY,
			Accept: 'application/json',
			'Content-Type': 'application/json',
		});
	});
});

/** n8n's own code for both forms, which its package does not export. */
const dist = join(__dirname, '..', '..', 'node_modules', '@n8n', 'backend-network', 'dist', 'http');
const { httpRequest } = jest.requireActual<{ httpRequest(request: object): Promise<unknown> }>(
	join(dist, 'axios', 'request.js'),
);
const { executeLegacyRequest } = jest.requireActual<{
	executeLegacyRequest(request: object, ssrf: undefined, logger: object): Promise<unknown>;
}>(join(dist, 'legacy-request.js'));
const send: Record<string, (request: object) => Promise<unknown>> = {
	'helpers.httpRequest': async (request) => await httpRequest(request),
	'the HTTP Request node': async (request) =>
		await executeLegacyRequest(request, undefined, { debug: () => undefined }),
};

describe.each(Object.keys(send))('Sent by %s of n8n, a request', (way) => {
	let sandbox: Sandbox;
	let elsewhere: TestServer;

	beforeAll(async () => {
		sandbox = await startSandbox();
		const { createAuthority, serverCertificate } = await import('../sandbox/certificates');
		elsewhere = await startTls(await serverCertificate(await createAuthority(), 'valid'));
	});

	afterAll(async () => {
		await sandbox.stop();
		await elsewhere.stop();
	});

	beforeEach(() => {
		sandbox.requests.length = 0;
		sandbox.faults.clear();
	});

	const go = async (request: object, changes: ICredentialDataDecryptedObject = {}) => {
		const form = way === 'helpers.httpRequest' ? 'url' : 'uri';
		const prepared = await authenticate(
			{ method: 'GET', json: true, [form]: `${sandbox.url}/servers/getVersion`, ...request },
			{
				url: sandbox.url,
				authKey: sandbox.keys.user,
				serverCertificate: 'ca',
				caCertificate: sandbox.ca,
				...changes,
			},
		);
		return await send[way]?.(prepared);
	};

	it('reaches MISP with the key and the private CA', async () => {
		expect(await go({})).toMatchObject({ version: expect.stringMatching(/^2\.\d/) });
		expect(sandbox.requests).toMatchObject([{ key: 'user', status: 200 }]);
	});

	it('does not follow a redirect', async () => {
		sandbox.faults.set('foreignRedirect', { location: `${elsewhere.url}/events` });
		await expect(
			go({ followRedirect: true, followAllRedirects: true, maxRedirects: 5 }),
		).rejects.toMatchObject({ response: { status: 302 } });
		expect(elsewhere.connections).toBe(0);
	});

	it('is not sent to a server with an unknown certificate, even with "ignore SSL issues"', async () => {
		await expect(
			go(
				{ rejectUnauthorized: false, skipSslCertificateValidation: true },
				{ serverCertificate: 'system' },
			),
		).rejects.toThrow(/certificate|SSL/i);
		expect(sandbox.requests).toEqual([]);
	});

	it('carries JSON to a search, whose filters MISP would drop otherwise', async () => {
		await go({
			method: 'POST',
			[way === 'helpers.httpRequest' ? 'url' : 'uri']: `${sandbox.url}/attributes/restSearch`,
			body: { value: 'no-such-value.example' },
		});
		expect(sandbox.requests).toMatchObject([
			{ body: { value: 'no-such-value.example' }, status: 200 },
		]);
	});
});

describe('The form of the credential', () => {
	it('hides what is secret, and only that', () => {
		const secret = credential.properties
			.filter(({ typeOptions }) => typeOptions?.password === true)
			.map(({ name }) => name);
		expect(secret).toEqual(['authKey', 'clientKey', 'clientKeyPassphrase']);
	});

	it.each([
		['http://misp.example.org', true],
		['misp.example.org', true],
		['ftp://misp.example.org', true],
		['https://misp.example.org', false],
		[' https://misp.example.org', false],
		[' http://misp.example.org', true],
		['https:/misp.example.org', true],
		['https', true],
		['', false],
		['={{ $vars.misp }}', false],
	])('warns about the URL "%s": %s', (url, warns) => {
		const notice = credential.properties.find(({ name }) => name === 'httpsNotice');
		expect(notice).toBeDefined();
		expect(displayParameter({ url }, notice as INodeProperties, null, null)).toBe(warns);
	});

	it('offers no way to switch the certificate check off', () => {
		const choices = credential.properties.find(({ name }) => name === 'serverCertificate');
		expect(choices?.options?.map((option) => (option as { value: string }).value)).toEqual([
			'system',
			'ca',
			'pin',
		]);
	});

	it('starts as read only', () => {
		expect(credential.properties.find(({ name }) => name === 'accessLevel')?.default).toBe('read');
	});
});
