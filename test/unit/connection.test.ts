import { generateKeyPairSync } from 'node:crypto';
import { createSecureContext } from 'node:tls';

import {
	authKeyOf,
	baseUrlOf,
	connectionOf,
	isWithin,
	pemOf,
	pinsOf,
} from '../../nodes/Misp/client/connection';
import { createAuthority, type Pem } from '../sandbox/certificates';
import { everythingIn, KEY, refusalOf } from './support';

describe('The MISP URL', () => {
	it.each([
		['https://misp.example.org', 'https://misp.example.org'],
		['https://misp.example.org/', 'https://misp.example.org'],
		['  https://misp.example.org//  ', 'https://misp.example.org'],
		['HTTPS://MISP.Example.ORG', 'https://misp.example.org'],
		['https://misp.example.org:443', 'https://misp.example.org'],
		['https://misp.example.org:8443/', 'https://misp.example.org:8443'],
		['https://misp.example.org:8443/misp/', 'https://misp.example.org:8443/misp'],
		['https://example.org/security/misp', 'https://example.org/security/misp'],
		['https://192.0.2.10', 'https://192.0.2.10'],
		['https://[2001:db8::1]:8443/misp', 'https://[2001:db8::1]:8443/misp'],
		['https://mïsp.example.org/', 'https://xn--msp-zma.example.org'],
	])('"%s" is %s', (typed, expected) => {
		expect(baseUrlOf(typed)).toBe(expected);
	});

	it.each([
		['https://misp.example.org/events/index', 'https://misp.example.org'],
		['https://misp.example.org/events/index/limit:10/page:2', 'https://misp.example.org'],
		['https://misp.example.org/Events/Index?sort=date#top', 'https://misp.example.org'],
		['https://misp.example.org/misp/events/view/5', 'https://misp.example.org/misp'],
		['https://misp.example.org/users/login', 'https://misp.example.org'],
		['https://misp.example.org/auth_keys/index', 'https://misp.example.org'],
		['https://misp.example.org/servers/getVersion.json', 'https://misp.example.org'],
		['https://misp.example.org/misp/?x=1', 'https://misp.example.org/misp'],
		['https://misp.example.org/a/b/../misp/galaxies', 'https://misp.example.org/a/misp'],
	])('of a pasted page, "%s", is %s', (typed, expected) => {
		expect(baseUrlOf(typed)).toBe(expected);
	});

	it.each([
		['', /is empty/],
		['   ', /is empty/],
		[undefined, /is empty/],
		[5, /is empty/],
		['http://misp.example.org', /sent in the clear/],
		['HTTP://misp.example.org', /sent in the clear/],
		['misp.example.org', /does not start with https/],
		['ftp://misp.example.org', /does not start with https/],
		['//misp.example.org', /does not start with https/],
		['https:misp.example.org', /does not start with https/],
		['https://', /not a valid address/],
		['https://misp example.org', /not a valid address/],
		['https://misp.example.org:99999', /not a valid address/],
		['https://user@misp.example.org', /user name or a password/],
		['https://user:geheim@misp.example.org', /user name or a password/],
		['https://:geheim@misp.example.org', /user name or a password/],
	])('is refused when it is "%s"', (typed, message) => {
		const error = refusalOf(() => baseUrlOf(typed));
		expect(error.kind).toBe('input');
		expect(error.message).toMatch(message);
		expect(error.hint).toMatch(/https:\/\/|Auth Key/);
	});

	it('is not repeated in the error, since people paste a key or a password into the wrong field', () => {
		for (const typed of [KEY, `https://misp ${KEY}`, 'https://u:geheim@misp.example.org:x']) {
			const said = everythingIn(refusalOf(() => baseUrlOf(typed)));
			expect(said).not.toContain(KEY);
			expect(said).not.toContain('geheim');
		}
	});
});

describe('The auth key', () => {
	it.each([KEY, `  ${KEY}\n`, `\u00a0${KEY}\u00a0`])(
		'is taken without spaces around it',
		(typed) => {
			expect(authKeyOf(typed)).toBe(KEY);
		},
	);

	it.each([
		['', 'The auth key is empty.'],
		[undefined, 'The auth key is empty.'],
		[KEY.slice(1), 'The auth key has 39 characters. A MISP auth key is 40 letters and digits.'],
		[`${KEY}x`, 'The auth key has 41 characters. A MISP auth key is 40 letters and digits.'],
		[
			`${KEY.slice(1)}:`,
			'The auth key has a character that is neither. A MISP auth key is 40 letters and digits.',
		],
		[
			`${KEY.slice(1)}ö`,
			'The auth key has a character that is neither. A MISP auth key is 40 letters and digits.',
		],
		[
			`${KEY.slice(0, 20)} ${KEY.slice(21)}`,
			'The auth key has a character that is neither. A MISP auth key is 40 letters and digits.',
		],
		[`Bearer ${KEY}`, 'The auth key has 47 characters. A MISP auth key is 40 letters and digits.'],
	])('is refused when it is "%s", without repeating it', (typed, message) => {
		const error = refusalOf(() => authKeyOf(typed));
		expect(error.kind).toBe('input');
		expect(error.message).toBe(message);
		expect(everythingIn(error)).not.toContain(KEY.slice(1, 20));
	});
});

describe('A request is within MISP', () => {
	it.each([
		['https://misp.example.org', 'https://misp.example.org/events/view/1'],
		['https://misp.example.org', 'https://misp.example.org'],
		['https://misp.example.org', 'HTTPS://MISP.EXAMPLE.ORG/events'],
		['https://misp.example.org', 'https://misp.example.org:443/events'],
		['https://misp.example.org/misp', 'https://misp.example.org/misp'],
		['https://misp.example.org/misp', 'https://misp.example.org/misp/events?x=1#y'],
		['https://misp.example.org/misp', 'https://misp.example.org/misp/a/../events'],
		['https://misp.example.org', 'https://misp.example.org\\events'],
	])('%s: %s', (base, target) => {
		expect(isWithin(base, target)).toBe(true);
	});

	it.each([
		['another scheme', 'https://misp.example.org', 'http://misp.example.org/events'],
		['another host', 'https://misp.example.org', 'https://evil.example.org/events'],
		['a host that begins alike', 'https://misp.example.org', 'https://misp.example.org.evil.test/'],
		['a subdomain', 'https://misp.example.org', 'https://x.misp.example.org/'],
		['another port', 'https://misp.example.org', 'https://misp.example.org:8443/'],
		['no port', 'https://misp.example.org:8443', 'https://misp.example.org/'],
		['another prefix', 'https://misp.example.org/misp', 'https://misp.example.org/misp2/events'],
		['no prefix', 'https://misp.example.org/misp', 'https://misp.example.org/events'],
		['the prefix in capitals', 'https://misp.example.org/misp', 'https://misp.example.org/MISP/x'],
		['dots', 'https://misp.example.org/misp', 'https://misp.example.org/misp/../events'],
		[
			'encoded dots',
			'https://misp.example.org/misp',
			'https://misp.example.org/misp/%2e%2e/events',
		],
		['half encoded dots', 'https://misp.example.org/misp', 'https://misp.example.org/misp/.%2E/x'],
		['an encoded slash', 'https://misp.example.org/misp', 'https://misp.example.org/misp/..%2fx'],
		[
			'an encoded backslash',
			'https://misp.example.org/misp',
			'https://misp.example.org/misp/..%5Cx',
		],
		['backslashes', 'https://misp.example.org/misp', 'https://misp.example.org/misp\\..\\events'],
		['MISP as user name', 'https://misp.example.org', 'https://misp.example.org@evil.test/'],
		[
			'MISP as user name and password',
			'https://misp.example.org',
			'https://misp.example.org:443@evil.test/',
		],
		['a user name', 'https://misp.example.org', 'https://evil@misp.example.org/events'],
		['a backslash before @', 'https://misp.example.org', 'https://evil.test\\@misp.example.org/'],
		['no scheme', 'https://misp.example.org', '//misp.example.org/events'],
		['a path alone', 'https://misp.example.org', '/events/view/1'],
		['nothing', 'https://misp.example.org', ''],
		['nonsense', 'https://misp.example.org', 'https://'],
	])('but not with %s', (_what, base, target) => {
		expect(isWithin(base, target)).toBe(false);
	});
});

describe('Certificates and keys in PEM form', () => {
	let authority: Pem;
	let other: Pem;

	beforeAll(async () => {
		authority = await createAuthority('One');
		other = await createAuthority('Two');
	});

	const connection = (data: Record<string, unknown>) =>
		connectionOf({ url: 'https://misp.example.org', authKey: KEY, ...data });
	const ca = (caCertificate: unknown) =>
		connection({ serverCertificate: 'ca', caCertificate }).trust;

	it.each<[string, (pem: string) => string]>([
		['as it is', (pem) => pem],
		['with line breaks lost to spaces', (pem) => pem.replace(/\n/g, ' ')],
		['with line breaks lost altogether', (pem) => pem.replace(/\n/g, '')],
		['with Windows line breaks', (pem) => pem.replace(/\n/g, '\r\n')],
		['with line breaks written as \\n', (pem) => pem.replace(/\n/g, '\\n')],
		['with line breaks written as \\r\\n', (pem) => pem.replace(/\n/g, '\\r\\n')],
		['indented', (pem) => pem.replace(/^/gm, '   ')],
		['after what openssl prints before it', (pem) => `subject=CN = One\nissuer=CN = One\n${pem}`],
	])('are read %s', (_how, spoil) => {
		expect(pemOf(spoil(authority.cert), 'It')).toBe(authority.cert);
		expect(ca(spoil(authority.cert))).toEqual({ kind: 'ca', pem: authority.cert });
	});

	it('may be several', () => {
		const both = authority.cert + other.cert;
		expect(ca(both.replace(/\n/g, ' '))).toEqual({ kind: 'ca', pem: both });
	});

	it.each<[string, () => unknown, RegExp]>([
		['nothing', () => '', /is not in PEM form/],
		['undefined', () => undefined, /is not in PEM form/],
		['a path', () => '/etc/ssl/misp.pem', /is not in PEM form/],
		['base64 alone', () => authority.cert.replace(/-----.*-----/g, ''), /is not in PEM form/],
		['a key', () => authority.key, /The CA certificate cannot be read/],
		['a certificate and a key', () => authority.cert + authority.key, /cannot be read/],
		[
			'a certificate that was cut',
			() => authority.cert.replace(/\n.{64}\n/, '\n'),
			/The CA certificate cannot be read/,
		],
	])('as a CA are refused when they are %s', (_what, pem, message) => {
		const error = refusalOf(() => ca(pem()));
		expect(error.kind).toBe('input');
		expect(error.message).toMatch(message);
		expect(error.hint).toContain('-----BEGIN');
		expect(everythingIn(error)).not.toContain(authority.key.split('\n')[1]);
	});

	it('of a client are taken only when they are switched on', () => {
		const data = { clientCertificate: authority.cert, clientKey: authority.key };
		expect(connection(data).clientCertificate).toBeUndefined();
		expect(connection({ ...data, useClientCertificate: true }).clientCertificate).toEqual({
			cert: authority.cert,
			key: authority.key,
		});
		expect(
			connection({ ...data, useClientCertificate: true, clientKeyPassphrase: 'x' })
				.clientCertificate,
		).toEqual({ cert: authority.cert, key: authority.key, passphrase: 'x' });
	});

	it('of a client are refused when certificate and key were swapped', () => {
		expect(
			refusalOf(() =>
				connection({
					useClientCertificate: true,
					clientCertificate: authority.key,
					clientKey: authority.key,
				}),
			).message,
		).toBe('The client certificate cannot be read.');
		expect(
			refusalOf(() =>
				connection({
					useClientCertificate: true,
					clientCertificate: authority.cert,
					clientKey: authority.cert,
				}),
			).message,
		).toBe('The key of the client certificate is not a private key.');
	});

	it.each([
		['PKCS#8', 'pkcs8'],
		['OpenSSL’s older form with headers', 'pkcs1'],
	] as const)(
		'of an encrypted key in %s are usable after losing their line breaks',
		(_form, type) => {
			const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
			const pem = privateKey.export({
				type,
				format: 'pem',
				cipher: 'aes-256-cbc',
				passphrase: 'geheim',
			}) as string;
			for (const spoilt of [pem, pem.replace(/\n/g, ' '), pem.replace(/\n/g, '\\n')]) {
				const key = pemOf(spoilt, 'The key');
				expect(key).toBe(pem);
				expect(() => createSecureContext({ key, passphrase: 'geheim' })).not.toThrow();
			}
		},
	);
});

describe('Pinned fingerprints', () => {
	const hex = 'AB12'.repeat(16);
	const other = '00FF'.repeat(16);
	const colons = (pin: string) => pin.match(/../g)?.join(':') ?? '';

	it.each([
		[hex, [hex]],
		[hex.toLowerCase(), [hex]],
		[colons(hex), [hex]],
		[colons(hex).toLowerCase(), [hex]],
		[`sha256 Fingerprint=${colons(hex)}`, [hex]],
		[`SHA256 Fingerprint=${colons(hex)}\n`, [hex]],
		[`SHA-256: ${hex}`, [hex]],
		[`sha256:${hex.toLowerCase()}`, [hex]],
		[`${colons(hex)}, ${other}`, [hex, other]],
		[`${hex};${other}`, [hex, other]],
		[`${hex}\n${other}\n`, [hex, other]],
		[`sha256 Fingerprint=${colons(hex)} sha256 Fingerprint=${colons(other)}`, [hex, other]],
	])('"%s" are understood', (typed, expected) => {
		expect(pinsOf(typed)).toEqual(expected);
	});

	it.each([
		'',
		'  ',
		',',
		hex.slice(2),
		`${hex}00`,
		'AB'.repeat(20),
		`${hex}, ${hex.slice(1)}`,
		hex.replace('A', 'G'),
		`sha1 Fingerprint=${colons('AB'.repeat(20))}`,
		undefined,
	])('"%s" are refused, with the command that prints the right one', (typed) => {
		const error = refusalOf(() => pinsOf(typed));
		expect(error.kind).toBe('input');
		expect(error.message).toContain('SHA-256');
		expect(error.hint).toContain('openssl x509 -in server.crt -noout -fingerprint -sha256');
	});
});

describe('The connection of a credential', () => {
	const data = { url: 'https://misp.example.org/', authKey: KEY };

	it('has safe defaults: read only, public authorities, two minutes', () => {
		expect(connectionOf(data)).toEqual({
			baseUrl: 'https://misp.example.org',
			key: KEY,
			access: 'read',
			trust: { kind: 'system' },
			timeoutMs: 120_000,
		});
	});

	it.each(['read', 'contribute', 'publish', 'administer'])('takes the access level %s', (level) => {
		expect(connectionOf({ ...data, accessLevel: level }).access).toBe(level);
	});

	it.each(['', 'admin', 'READ', 5, 'constructor'])('refuses the access level "%s"', (level) => {
		expect(refusalOf(() => connectionOf({ ...data, accessLevel: level })).message).toContain(
			'Unknown access level',
		);
	});

	it.each([
		[1, 1_000],
		['30', 30_000],
		[3600, 3_600_000],
		[undefined, 120_000],
	])('takes a timeout of %s s', (timeout, expected) => {
		expect(connectionOf({ ...data, timeout }).timeoutMs).toBe(expected);
	});

	it.each([0, -1, 3601, 'soon', '', Number.NaN, Infinity])(
		'refuses a timeout of "%s"',
		(timeout) => {
			expect(refusalOf(() => connectionOf({ ...data, timeout })).message).toContain(
				'between 1 and 3600 seconds',
			);
		},
	);

	it('refuses an unknown way of checking certificates, such as not at all', () => {
		expect(
			refusalOf(() => connectionOf({ ...data, serverCertificate: 'ignore' })).message,
		).toContain('Unknown choice for Server Certificate');
	});

	it('takes pins and nothing else from the field of the chosen way', () => {
		const pin = 'AB'.repeat(32);
		expect(
			connectionOf({
				...data,
				serverCertificate: 'pin',
				certificateFingerprint: pin,
				caCertificate: 'left over',
			}).trust,
		).toEqual({ kind: 'pin', sha256: [pin] });
	});
});
