/** Normalising and checking attribute values, with MISP's own words for what is wrong. */
import { isIP } from 'node:net';
import { isComposite } from './types';

const OTHER = 'Please double check the value or select type "other".';

const HASH_LENGTHS: Record<string, number> = {
	md5: 32,
	imphash: 32,
	'ja3-fingerprint-md5': 32,
	'hassh-md5': 32,
	'hasshserver-md5': 32,
	'x509-fingerprint-md5': 32,
	'dom-hash': 32,
	sha1: 40,
	pehash: 40,
	'x509-fingerprint-sha1': 40,
	'git-commit-id': 40,
	sha224: 56,
	'sha512/224': 56,
	'sha3-224': 56,
	jarm: 62,
	'jarm-fingerprint': 62,
	sha256: 64,
	authentihash: 64,
	'sha512/256': 64,
	'sha3-256': 64,
	'x509-fingerprint-sha256': 64,
	sha384: 96,
	'sha3-384': 96,
	sha512: 128,
	'sha3-512': 128,
};

const LOWERED = new Set(['domain', 'hostname', 'email', 'email-src', 'email-dst', 'onion-address']);
const IP_TYPES = new Set(['ip', 'ip-src', 'ip-dst']);
const MAIL_TYPES = new Set(['email', 'email-src', 'email-dst', 'target-email', 'dns-soa-email']);

function refang(value: string): string {
	return value
		.replace(/^hxxp/i, 'http')
		.replace(/\[\.\]/g, '.')
		.replace(/\[@\]/g, '@')
		.replace(/\[:\]/g, ':');
}

function normaliseOne(type: string, raw: string): string {
	let value = raw.trim();
	if (['url', 'link', 'domain', 'hostname'].includes(type) || IP_TYPES.has(type)) {
		value = refang(value);
	}
	if (MAIL_TYPES.has(type)) value = refang(value);
	if (LOWERED.has(type) || type in HASH_LENGTHS) value = value.toLowerCase();
	if (type === 'domain') value = value.replace(/\.$/, '');
	if (type === 'vulnerability' || type === 'weakness' || type === 'http-method') {
		value = value.toUpperCase();
	}
	if (IP_TYPES.has(type)) value = value.toLowerCase().replace(/\/(32|128)$/, '');
	if (type === 'AS') value = value.replace(/^as/i, '');
	return value;
}

/** The parts of a composite type, by the name that rules each part. */
function partTypes(type: string): [string, string] {
	if (type === 'malware-sample') return ['filename', 'md5'];
	const [first = '', second = ''] = type.split('|');
	return [first, second];
}

export function normalise(type: string, raw: string): string {
	if (!isComposite(type)) return normaliseOne(type, raw);
	const value = type.endsWith('|port') ? raw.replace(/^([^|:]+):(\d+)$/, '$1|$2') : raw;
	const at = value.indexOf('|');
	if (at < 0) return value.trim();
	const [first, second] = partTypes(type);
	return `${normaliseOne(first, value.slice(0, at))}|${normaliseOne(second, value.slice(at + 1))}`;
}

function isIpOrRange(value: string): boolean {
	const [address = '', bits, ...more] = value.split('/');
	const version = isIP(address);
	if (version === 0 || more.length > 0) return false;
	if (bits === undefined) return true;
	return /^\d+$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}

type Check = [valid: (value: string) => boolean, complaint: string];

const matches = (pattern: RegExp) => (value: string) => pattern.test(value);

const DOMAIN = /^[a-z0-9\-_.]+\.[a-z0-9-]{2,}$/i;
const CHECKS: Record<string, Check> = {
	domain: [matches(DOMAIN), `Domain has an invalid format. ${OTHER}`],
	hostname: [matches(DOMAIN), `Hostname has an invalid format. ${OTHER}`],
	port: [
		(value) => /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= 65535,
		'Port numbers have to be integers between 1 and 65535.',
	],
	url: [(value) => !/[\r\n]/.test(value), 'URL cannot contain new line characters.'],
	link: [matches(/^[a-z][a-z0-9+.-]*:\/\/\S+$/i), 'Link has to be a valid URL.'],
	vulnerability: [matches(/^CVE-\d{4}-\d{4,}$/), 'Invalid format. Expected: CVE-xxxx-xxxx.'],
	weakness: [matches(/^CWE-\d+$/), 'Invalid format. Expected: CWE-x.'],
	AS: [
		(value) => /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= 4294967295,
		'AS number have to be integer between 1 and 4294967295',
	],
	'size-in-bytes': [matches(/^\d+$/), 'The value has to be a whole number greater or equal 0.'],
	counter: [matches(/^\d+$/), 'The value has to be a whole number greater or equal 0.'],
	integer: [matches(/^-?\d+$/), 'The value has to be an integer.'],
	float: [matches(/^-?\d+(\.\d+)?$/), 'The value has to be a float.'],
	boolean: [matches(/^[01]$/), 'The value has to be either true or false.'],
	datetime: [(value) => !Number.isNaN(Date.parse(value)), 'Datetime has to be in the ISO format.'],
	hex: [matches(/^[0-9a-f]+$/i), `Invalid format. ${OTHER}`],
	'mac-address': [matches(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i), 'MAC address has an invalid format.'],
};

function complaintOfPart(type: string, value: string): string | undefined {
	if (value === '') return 'Value cannot be empty.';
	const length = HASH_LENGTHS[type];
	if (length !== undefined) {
		if (value.length === length && /^[0-9a-f]+$/.test(value)) return undefined;
		return `Checksum has an invalid length or format (expected: ${length} hexadecimal characters). ${OTHER}`;
	}
	if (IP_TYPES.has(type)) {
		return isIpOrRange(value) ? undefined : 'IP address has an invalid format.';
	}
	if (MAIL_TYPES.has(type)) {
		return /^\S+@\S+\.\S+$/.test(value)
			? undefined
			: `Email address has an invalid format. ${OTHER}`;
	}
	const check = CHECKS[type];
	return check === undefined || check[0](value) ? undefined : check[1];
}

/** MISP's complaint about a normalised value, or undefined when it is fine. */
export function complaintAbout(type: string, value: string): string | undefined {
	if (value === '') return 'Value cannot be empty.';
	if (!isComposite(type)) return complaintOfPart(type, value);
	const parts = value.split('|');
	if (parts.length !== 2) {
		return 'Composite type found but the value not in the composite (value1|value2) format.';
	}
	const [first, second] = partTypes(type);
	return complaintOfPart(first, parts[0] ?? '') ?? complaintOfPart(second, parts[1] ?? '');
}

export function splitValue(type: string, value: string): [string, string] {
	if (!isComposite(type)) return [value, ''];
	const at = value.indexOf('|');
	return at < 0 ? [value, ''] : [value.slice(0, at), value.slice(at + 1)];
}

export function joinValue(row: { value1: string; value2: string; type: string }): string {
	return isComposite(row.type) && row.value2 !== '' ? `${row.value1}|${row.value2}` : row.value1;
}

/** first_seen and last_seen: ISO with microseconds in UTC; null when it is no date. */
export function seenDate(value: unknown): string | null | undefined {
	if (value === null || value === undefined || value === '') return null;
	const text = String(value);
	const zoned = /(Z|[+-]\d{2}:?\d{2})$/.test(text) || !text.includes('T') ? text : `${text}Z`;
	const time = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(zoned) ? `${zoned}T00:00:00Z` : zoned);
	if (Number.isNaN(time)) return undefined;
	return `${new Date(time).toISOString().replace(/\.(\d{3})Z$/, '.$1000')}+00:00`;
}
