/** Formats for other tools, each in MISP's frame; what stands inside is simpler than MISP's. */
import type { Json } from '../http';
import type { AttributeRow } from '../rows';
import { joinValue } from '../values';

const lines = (all: string[]) => `${all.join('\n')}\n`;

const ipsIn = (rows: AttributeRow[]) =>
	rows.filter(({ type }) => /^ip-(src|dst)/.test(type)).map(({ value1 }) => value1);

const namesIn = (rows: AttributeRow[]) =>
	rows.filter(({ type }) => /^(domain|hostname)/.test(type)).map(({ value1 }) => value1);

const ACTIONS: Record<string, string> = {
	NXDOMAIN: '.',
	NODATA: '*.',
	DROP: 'rpz-drop.',
	PASSTHRU: 'rpz-passthru.',
	'TCP-only': 'rpz-tcp-only.',
};

function rpz(rows: AttributeRow[], params: Json): string {
	const { ttl = '1w', ns = 'localhost.', email = 'root.localhost', serial = '2026112400' } = params;
	const { refresh = '2h', retry = '30m', expiry = '30d', minimum_ttl: minimum = '1h' } = params;
	const policy = String(params.policy ?? 'NXDOMAIN');
	const action = ACTIONS[policy] ?? String(params.walled_garden ?? '127.0.0.1');
	const alternative = params.ns_alt === undefined ? [] : [`                NS ${params.ns_alt}`];
	return lines([
		`$TTL ${ttl};`,
		`@               SOA ${ns} ${email} (${serial} ${refresh} ${retry} ${expiry} ${minimum})`,
		`                NS ${ns}`,
		...alternative,
		'',
		...ipsIn(rows).map((ip) => `32.${ip.split('.').reverse().join('.')}.rpz-ip CNAME ${action}`),
		...namesIn(rows).flatMap((name) => [`${name} CNAME ${action}`, `*.${name} CNAME ${action}`]),
	]);
}

const nids = (tool: string) => (rows: AttributeRow[]) =>
	lines([
		`# MISP export of IDS rules - optimized for ${tool}`,
		'#',
		...namesIn(rows).map((name) => `alert dns any any -> any any (content:"${name}"; nocase;)`),
		...ipsIn(rows).map((ip) => `alert ip ${ip} any -> any any (msg: "MISP ${ip}";)`),
	]);

const stix2 = (rows: AttributeRow[]) =>
	JSON.stringify({
		type: 'bundle',
		id: 'bundle--5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b',
		objects: rows.map(({ uuid }) => ({ type: 'indicator', id: `indicator--${uuid}` })),
	});

const yaraOf = (rows: AttributeRow[]) => rows.filter(({ type }) => type === 'yara').map(joinValue);

export const RULES: Record<string, (rows: AttributeRow[], params: Json) => string> = {
	hosts: (rows) => lines(namesIn(rows).map((name) => `127.0.0.1 ${name}`)),
	netfilter: (rows) => lines(ipsIn(rows).map((ip) => `iptables -A INPUT -s ${ip} -j DROP`)),
	openioc: () => '<?xml version="1.0" encoding="utf-8"?>\n<ioc/>\n',
	rpz,
	snort: nids('snort'),
	suricata: nids('suricata'),
	kunai: (rows) => JSON.stringify({ iocs: rows.map(joinValue) }),
	cache: (rows) => lines(rows.map(({ uuid }) => `${uuid.replaceAll('-', '')},${uuid}`)),
	stix: () => '<?xml version="1.0"?>\n<stix:STIX_Package version="1.1.1"/>\n',
	'stix-json': () => JSON.stringify({ id: 'STIXPackage', version: '1.1.1' }),
	stix2,
	yara: (rows) => lines(yaraOf(rows)),
	'yara-json': (rows) => JSON.stringify(yaraOf(rows)),
	'attack-sightings': () => '[]',
	attack: () => '<div id="matrix_container"></div>\n',
	context: () => '<div>\n\t<h2>Tags and Taxonomies</h2>\n</div>\n',
	'context-markdown': () => '# Aggregated context data\n## Tags and Taxonomies\n',
};

/** MISP 2.5.1 fails inside on these. */
export const BROKEN_FOR_ATTRIBUTES: ReadonlySet<string> = new Set(['cache', 'stix', 'stix-json']);

/** Views of MISP's pages, sent as what was asked for, without the headers of a search. */
export const VIEWS: ReadonlySet<string> = new Set(['attack', 'context', 'context-markdown']);
