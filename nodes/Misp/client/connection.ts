import { X509Certificate } from 'node:crypto';

import { ACCESS_LEVELS, type AccessLevel } from './access';
import { ceilingRule, type CeilingInput } from './ceilingRule';
import { inputError } from './errors';

/** How the server's certificate is judged. There is no way to switch the check off. */
export type ServerTrust =
	| { kind: 'system' }
	| { kind: 'ca'; pem: string }
	/** SHA-256 fingerprints of server certificates, upper-case hex without colons. */
	| { kind: 'pin'; sha256: string[] };

export interface ClientCertificate {
	cert: string;
	key: string;
	passphrase?: string;
}

/** Everything the client needs to talk to one MISP, checked. */
export interface Connection {
	/** Where MISP is: always https, with its path prefix, never with a slash at the end. */
	baseUrl: string;
	/** The auth key: 40 letters and digits. */
	key: string;
	access: AccessLevel;
	/** Whether a key is used that can do more than `access` says. */
	acceptsBroaderKey?: boolean;
	/** The TLP ceiling for everything that is read with this credential. */
	ceiling?: CeilingInput;
	trust: ServerTrust;
	clientCertificate?: ClientCertificate;
	/** For one request, in milliseconds. */
	timeoutMs: number;
}

/** First path segments of MISP's own pages: what comes before them is where MISP is installed. */
const MISP_PAGES = new Set(
	`admin analyst_data api attributes audit_logs auth_keys authkeys collections communities correlations
	dashboards decayingModel eventBlocklists event_reports eventReports events feeds galaxies
	galaxy_clusters galaxy_cluster_relations jobs logs news noticelists objects objectReferences
	objectTemplates object_templates organisations orgBlocklists pages roles servers shadow_attributes
	sharing_groups sightings tag_collections tags taxonomies threads user_settings users warninglists
	workflows`
		.split(/\s+/)
		.map((page) => page.toLowerCase()),
);

/**
 * Where MISP is, from what a person typed or pasted.
 *
 * `https://misp.example.org/`, `https://misp.example.org:8443/misp` and a page's address such as
 * `https://misp.example.org/misp/events/index` are all understood.
 *
 * @returns the URL without a slash at the end
 * @throws MispError of kind `input` when it is not https or not a URL
 */
export function baseUrlOf(typed: unknown): string {
	const text = typeof typed === 'string' ? typed.trim() : '';
	if (text === '')
		throw inputError('The MISP URL is empty.', 'Enter it like https://misp.example.org.');
	if (/^http:\/\//i.test(text)) {
		throw inputError(
			'The MISP URL starts with http://, so the key would be sent in the clear.',
			'Only https:// is accepted. If your MISP has no certificate from a public authority, use https:// and choose "From a Private CA" or "Pinned" under Server Certificate.',
		);
	}
	if (!/^https:\/\//i.test(text)) {
		throw inputError(
			'The MISP URL does not start with https://.',
			'Enter it like https://misp.example.org.',
		);
	}
	let url: URL;
	try {
		url = new URL(text);
	} catch {
		throw inputError(
			'The MISP URL is not a valid address.',
			'Enter it like https://misp.example.org.',
		);
	}
	if (url.username !== '' || url.password !== '') {
		throw inputError(
			'The MISP URL contains a user name or a password.',
			'Enter the address alone; the key goes into the field Auth Key.',
		);
	}
	const segments = url.pathname.split('/').filter((segment) => segment !== '');
	const page = segments.findIndex((segment) => MISP_PAGES.has(segment.toLowerCase()));
	const prefix = page === -1 ? segments : segments.slice(0, page);
	return [url.origin, ...prefix].join('/');
}

/**
 * The auth key without the spaces that come along when it is pasted.
 *
 * MISP takes exactly 40 letters and digits and answers anything else as if the key were wrong.
 */
export function authKeyOf(typed: unknown): string {
	const key = typeof typed === 'string' ? typed.trim() : '';
	if (key === '')
		throw inputError('The auth key is empty.', 'Create one in MISP under My Profile > Auth keys.');
	if (/^[a-zA-Z0-9]{40}$/.test(key)) return key;
	const found =
		key.length === 40 ? 'has a character that is neither' : `has ${key.length} characters`;
	throw inputError(
		`The auth key ${found}. A MISP auth key is 40 letters and digits.`,
		'Copy the whole key from MISP. It is shown only once: if it is lost, create another under My Profile > Auth keys.',
	);
}

/** Whether a request to `target` stays within the MISP at `baseUrl`: same scheme, host, port and path prefix. */
export function isWithin(baseUrl: string, target: string): boolean {
	let url: URL;
	try {
		url = new URL(target);
	} catch {
		return false;
	}
	const base = new URL(baseUrl);
	const prefix = base.pathname.replace(/\/$/, '');
	// URL has resolved `..` by now; an encoded slash or dot could still climb out on the server's side.
	if (/%2e|%2f|%5c/i.test(url.pathname)) return false;
	// HTTP libraries turn these into an Authorization header, in place of the key.
	if (url.username !== '' || url.password !== '') return false;
	return (
		url.protocol === 'https:' &&
		url.origin === base.origin &&
		(url.pathname === prefix || url.pathname.startsWith(`${prefix}/`))
	);
}

/** The headers of a key that OpenSSL encrypted in its older form. */
const KEY_HEADERS = /^\s*(Proc-Type: *\S+)\s+(DEK-Info: *\S+)\s+/;

const PEM_BLOCK = /-----BEGIN [A-Z0-9 ]+-----[\s\S]+?-----END [A-Z0-9 ]+-----/g;

/**
 * PEM text as OpenSSL wants it. n8n's one-line password fields turn the line breaks of a pasted
 * PEM into spaces, so they are put back.
 */
export function pemOf(typed: unknown, what: string): string {
	const text = typeof typed === 'string' ? typed.replace(/(\\r)?\\n/g, '\n') : '';
	const blocks = text.match(PEM_BLOCK);
	if (!blocks) {
		throw inputError(
			`${what} is not in PEM form.`,
			'Paste the text from "-----BEGIN …-----" to "-----END …-----", both lines included.',
		);
	}
	return blocks
		.map((block) => {
			const [, begin = '', body = '', end = ''] =
				/^(-----BEGIN [A-Z0-9 ]+-----)([\s\S]*)(-----END [A-Z0-9 ]+-----)$/.exec(block) ?? [];
			const [headers = '', type, info] = KEY_HEADERS.exec(body) ?? [];
			const base64 = body.slice(headers.length).replace(/\s+/g, '');
			return [
				begin,
				...(headers === '' ? [] : [type, info, '']),
				...(base64.match(/.{1,64}/g) ?? []),
				end,
			].join('\n');
		})
		.join('\n')
		.concat('\n');
}

function certificatesOf(typed: unknown, what: string): string {
	const pem = pemOf(typed, what);
	for (const block of pem.match(PEM_BLOCK) ?? []) {
		try {
			new X509Certificate(block);
		} catch {
			throw inputError(
				`${what} cannot be read.`,
				'It must be a certificate in PEM form ("-----BEGIN CERTIFICATE-----"), not a key or a request.',
			);
		}
	}
	return pem;
}

/** Fingerprints as `openssl x509 -fingerprint -sha256` prints them, one or several. */
export function pinsOf(typed: unknown): string[] {
	const text = typeof typed === 'string' ? typed : '';
	const pins = text
		.replace(/sha-?256(\s+fingerprint)?\s*[:=]/gi, ' ')
		.split(/[\s,;]+/)
		.map((pin) => pin.replace(/:/g, '').toUpperCase())
		.filter((pin) => pin !== '');
	if (pins.length === 0 || pins.some((pin) => !/^[0-9A-F]{64}$/.test(pin))) {
		throw inputError(
			'The certificate fingerprint is not a SHA-256 in hexadecimal (64 digits, with or without colons).',
			'Read it on the server with: openssl x509 -in server.crt -noout -fingerprint -sha256',
		);
	}
	return pins;
}

function trustOf(data: Record<string, unknown>): ServerTrust {
	switch (data.serverCertificate ?? 'system') {
		case 'ca':
			return { kind: 'ca', pem: certificatesOf(data.caCertificate, 'The CA certificate') };
		case 'pin':
			return { kind: 'pin', sha256: pinsOf(data.certificateFingerprint) };
		case 'system':
			return { kind: 'system' };
		default:
			throw inputError(
				`Unknown choice for Server Certificate: "${String(data.serverCertificate)}".`,
			);
	}
}

function clientCertificateOf(data: Record<string, unknown>): ClientCertificate | undefined {
	if (data.useClientCertificate !== true) return undefined;
	const cert = certificatesOf(data.clientCertificate, 'The client certificate');
	const key = pemOf(data.clientKey, 'The key of the client certificate');
	if (!key.includes('PRIVATE KEY-----')) {
		throw inputError(
			'The key of the client certificate is not a private key.',
			'Paste the text from "-----BEGIN PRIVATE KEY-----" to "-----END PRIVATE KEY-----", both lines included.',
		);
	}
	const passphrase = typeof data.clientKeyPassphrase === 'string' ? data.clientKeyPassphrase : '';
	return passphrase === '' ? { cert, key } : { cert, key, passphrase };
}

/**
 * The connection that a credential describes.
 *
 * n8n does not check a credential again when it is edited, so this runs before every use.
 *
 * @param data the decrypted fields of the credential `mispScopedApi`
 * @throws MispError of kind `input` that names the field
 */
export function connectionOf(data: Record<string, unknown>): Connection {
	const access = data.accessLevel ?? 'read';
	if (!ACCESS_LEVELS.includes(access as AccessLevel)) {
		throw inputError(`Unknown access level in the credential: "${String(access)}".`);
	}
	const seconds = Number(data.timeout ?? 120);
	if (!Number.isFinite(seconds) || seconds < 1 || seconds > 3600) {
		throw inputError('The timeout in the credential must be between 1 and 3600 seconds.');
	}
	const clientCertificate = clientCertificateOf(data);
	const { tlpCeiling, tlpUnmarked } = data;
	const ceiling = { tlpCeiling, tlpUnmarked };
	return {
		baseUrl: baseUrlOf(data.url),
		key: authKeyOf(data.authKey),
		access: access as AccessLevel,
		...(data.acceptBroaderKey === true ? { acceptsBroaderKey: true } : {}),
		...(ceilingRule(ceiling) ? { ceiling } : {}),
		trust: trustOf(data),
		...(clientCertificate ? { clientCertificate } : {}),
		timeoutMs: seconds * 1000,
	};
}
