/** Attribute types: which categories take them, the default category, and whether they are for IDS. */

const CATEGORIES: Record<string, string> = {
	I: 'Internal reference',
	T: 'Targeting data',
	V: 'Antivirus detection',
	D: 'Payload delivery',
	R: 'Artifacts dropped',
	P: 'Payload installation',
	S: 'Persistence mechanism',
	N: 'Network activity',
	Y: 'Payload type',
	A: 'Attribution',
	X: 'External analysis',
	F: 'Financial fraud',
	U: 'Support Tool',
	O: 'Social network',
	E: 'Person',
	Z: 'Other',
};
const ALL = Object.keys(CATEGORIES).join('');

/** [categories by letter (* = all, *-T = all but Targeting data), default, to_ids, types; _ = blank] */
const TABLE: Array<[string, string, 0 | 1, string]> = [
	[
		'DRPX',
		'D',
		1,
		'md5 sha1 sha256 filename|md5 filename|sha1 filename|sha256 malware-sample sha3-224 sha3-256 sha3-384 sha3-512 filename|sha3-224 filename|sha3-256 filename|sha3-384 filename|sha3-512',
	],
	['DRPSX', 'D', 1, 'filename'],
	[
		'R',
		'R',
		0,
		'pdb gene kusto-query named_pipe process-state windows-scheduled-task windows-service-name windows-service-displayname',
	],
	[
		'DNX',
		'N',
		1,
		'ip-src ip-dst hostname domain url ja3-fingerprint-md5 jarm-fingerprint hassh-md5 hasshserver-md5 ip-dst|port ip-src|port onion-address',
	],
	['NX', 'N', 1, 'domain|ip snort bro zeek community-id dom-hash'],
	['DNAOE', 'O', 1, 'email'],
	['DNO', 'D', 1, 'email-src'],
	['NO', 'N', 1, 'eppn'],
	['DNO', 'N', 1, 'email-dst'],
	['DN', 'D', 0, 'email-subject'],
	['D', 'D', 1, 'email-attachment'],
	[
		'D',
		'D',
		0,
		'email-body email-dst-display-name email-src-display-name email-header email-reply-to email-x-mailer email-mime-boundary email-thread-index email-message-id',
	],
	['Z', 'Z', 0, 'float size-in-bytes counter integer datetime boolean'],
	['I', 'I', 0, 'git-commit-id'],
	['N', 'N', 0, 'http-method ssh-fingerprint dkim dkim-signature'],
	['DNX', 'N', 0, 'user-agent AS mac-address mac-eui-64'],
	['N', 'N', 1, 'favicon-mmh3 uri'],
	['RSX', 'S', 1, 'regkey regkey|value'],
	['DRPNX', 'P', 1, 'pattern-in-file filename-pattern'],
	['DPNX', 'N', 1, 'pattern-in-traffic'],
	['RPX', 'P', 1, 'pattern-in-memory'],
	['ROEZ', 'E', 0, 'pgp-public-key pgp-private-key'],
	['DRP', 'P', 1, 'yara sigma'],
	['DRPN', 'P', 1, 'stix2-pattern'],
	['DRP', 'R', 0, 'mime-type'],
	[
		'E',
		'E',
		0,
		'identity-card-number first-name middle-name last-name full-name date-of-birth place-of-birth gender passport-number passport-country passport-expiration redress-number nationality visa-number issue-date-of-the-visa primary-residence country-of-residence special-service-request frequent-flyer-number travel-details payment-details place-port-of-original-embarkation place-port-of-clearance place-port-of-onward-foreign-destination passenger-name-record-locator-number',
	],
	['RN', 'N', 0, 'cookie'],
	['DPX', 'X', 0, 'vulnerability weakness'],
	['DPXZ', 'X', 0, 'cpe'],
	['VDRPNXU', 'X', 0, 'attachment'],
	['IVDXU', 'X', 0, 'link'],
	['*', 'Z', 0, 'comment anonymised'],
	['*-T', 'Z', 0, 'text other'],
	['IVDRPSNFUZ', 'Z', 0, 'hex'],
	['R', 'R', 1, 'mutex'],
	[
		'T',
		'T',
		0,
		'target-user target-email target-machine target-org target-location target-external',
	],
	['F', 'F', 1, 'btc dash xmr iban bic bank-account-nr aba-rtn bin cc-number prtn'],
	['FEZ', 'E', 0, 'phone-number'],
	[
		'A',
		'A',
		0,
		'threat-actor campaign-name campaign-id whois-registrant-phone whois-registrant-name whois-registrant-org whois-registrar whois-creation-date dns-soa-email',
	],
	['DP', 'D', 0, 'malware-type'],
	[
		'DRP',
		'D',
		1,
		'authentihash vhash ssdeep imphash telfhash impfuzzy sha224 sha384 sha512 sha512/224 sha512/256 cdhash filename|authentihash filename|vhash filename|ssdeep filename|imphash filename|impfuzzy filename|pehash filename|sha224 filename|sha384 filename|sha512 filename|sha512/224 filename|sha512/256 filename|tlsh',
	],
	['DP', 'D', 1, 'pehash tlsh mobile-application-id azure-application-id chrome-extension-id'],
	['DAO', 'A', 0, 'whois-registrant-email'],
	['DRPNAX', 'N', 1, 'x509-fingerprint-sha1 x509-fingerprint-md5 x509-fingerprint-sha256'],
	['NZ', 'N', 0, 'port'],
	['DN', 'N', 1, 'hostname|port'],
	['O', 'O', 0, 'github-username github-organisation jabber-id twitter-id'],
	['XO', 'O', 0, 'github-repository'],
	['X', 'X', 0, 'cortex'],
];

export interface TypeFacts {
	name: string;
	categories: string[];
	defaultCategory: string;
	toIds: boolean;
}

function categoriesOf(letters: string): string[] {
	const wanted = letters === '*' ? ALL : letters === '*-T' ? ALL.replace('T', '') : letters;
	return [...wanted].map((letter) => CATEGORIES[letter] as string);
}

export const TYPES: ReadonlyMap<string, TypeFacts> = new Map(
	TABLE.flatMap(([letters, standard, toIds, names]) =>
		names.split(' ').map((written): [string, TypeFacts] => {
			const name = written.replaceAll('_', ' ');
			return [
				name,
				{
					name,
					categories: categoriesOf(letters),
					defaultCategory: CATEGORIES[standard] as string,
					toIds: toIds === 1,
				},
			];
		}),
	),
);

export const CATEGORY_NAMES: readonly string[] = Object.values(CATEGORIES);

/** Two values in one: `a|b`. A malware sample is stored like one without being named like one. */
export function isComposite(type: string): boolean {
	return type.includes('|') || type === 'malware-sample';
}

/** MISP does not correlate these: they repeat without meaning. */
const NEVER_CORRELATED = new Set([
	'comment',
	'text',
	'other',
	'http-method',
	'user-agent',
	'boolean',
	'counter',
	'float',
	'integer',
	'datetime',
	'size-in-bytes',
	'mime-type',
	'port',
]);

export function isCorrelated(type: string): boolean {
	return !NEVER_CORRELATED.has(type);
}

/** The reply of /attributes/describeTypes. */
export function describeTypes(): Record<string, unknown> {
	const facts = [...TYPES.values()];
	return {
		result: {
			sane_defaults: Object.fromEntries(
				facts.map((type) => [
					type.name,
					{ default_category: type.defaultCategory, to_ids: type.toIds ? 1 : 0 },
				]),
			),
			types: facts.map((type) => type.name),
			categories: CATEGORY_NAMES,
			category_type_mappings: Object.fromEntries(
				CATEGORY_NAMES.map((category) => [
					category,
					facts.filter((type) => type.categories.includes(category)).map((type) => type.name),
				]),
			),
		},
	};
}
