import { sorted, useLab, type Setting } from './support';

const lab = useLab();
const SETTING = { key: 'org_admin', access: 'read' } as const;

type Row = Record<string, unknown> & { matches: Array<Record<string, unknown>> };

const lookUp = async (
	values: unknown,
	more: Record<string, unknown> = {},
	setting: Setting = {},
): Promise<Row[]> =>
	(await lab.rows(
		'attribute',
		'lookup',
		{ values: '={{ $json.values }}', ...more },
		{ ...SETTING, input: [{ values }], ...setting },
	)) as Row[];

const own = (type: string, value: string, more: Record<string, unknown> = {}) => {
	const event = lab.world.addEvent({ info: 'Own', orgId: 2, orgcId: 2, published: true });
	return lab.world.addAttribute(event, { type, value, ...more });
};

const short = (rows: Row[]) => rows.map(({ value, status, verdict }) => [value, status, verdict]);

it('answers a thousand items in order with a handful of requests', async () => {
	const values = Array.from({ length: 1000 }, (_, index) =>
		index % 100 === 0 ? '203.0.113.77' : `host-${index}.example.net`,
	);
	const { items, error } = await lab.run(
		'attribute',
		'lookup',
		{ values: '={{ $json.value }}' },
		{ ...SETTING, input: values.map((value) => ({ value })) },
	);
	expect(error).toBeUndefined();
	expect(items.map(({ json }) => json.value)).toEqual(values);
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
		values.map((_, index) => ({ item: index })),
	);
	expect(items.filter(({ json }) => json.status === 'found')).toHaveLength(10);
	// The first two at the same time.
	expect(sorted(lab.sent.slice(0, 2))).toEqual([
		'POST /attributes/restSearch',
		'POST /warninglists/checkValue',
	]);
	expect(lab.sent.slice(2)).toEqual(['POST /events/index']);
	const search = lab.requests.find(({ path }) => path === '/attributes/restSearch');
	expect((search?.body as { value: unknown[] }).value).toHaveLength(991);
});

it('shows where a value is known, with tags, galaxies and the event', async () => {
	const [row] = await lookUp('C2.Example.NET');
	expect(row).toMatchObject({
		value: 'C2.Example.NET',
		searched: 'C2.Example.NET',
		status: 'found',
		verdict: 'malicious',
		verdict_reasons: ['to_ids'],
		match_count: 1,
		warninglists: [],
	});
	expect(row).not.toHaveProperty('sightings');
	expect(row).not.toHaveProperty('feeds');
	expect(row?.matches[0]).toMatchObject({
		type: 'hostname',
		category: 'Network activity',
		value: 'c2.example.net',
		to_ids: true,
		tags: ['tlp:clear', 'misp-galaxy:sandbox-malware="PebbleRAT"'],
		galaxies: [{ galaxy: 'sandbox-malware', cluster: 'PebbleRAT' }],
		event: {
			info: 'Command and control of a remote access tool',
			org: 'LAB',
			published: true,
		},
	});
	expect(row?.matches[0]).not.toHaveProperty('Event');
});

it('calls what MISP does not have unknown, and never lets it vanish', async () => {
	const rows = await lookUp(['nobody.example.com', '203.0.113.77', 'nobody.example.com']);
	expect(short(rows)).toEqual([
		['nobody.example.com', 'unknown', 'unknown'],
		['203.0.113.77', 'found', 'suspicious'],
		['nobody.example.com', 'unknown', 'unknown'],
	]);
	expect(rows[0]).toMatchObject({ match_count: 0, matches: [] });
	// Malicious by one rule, known good by another.
	expect(rows[1]?.verdict_reasons).toEqual(['to_ids', 'warninglist List of RFC 5735 CIDR blocks']);
});

it.each([
	['in other letters', 'md5', 'A'.repeat(31) + 'b', 'a'.repeat(31) + 'B'],
	['defanged', 'url', 'https://refang.example.com/a', 'hxxps://refang[.]example[.]com/a'],
	['as part of a combined value', 'filename|md5', `part.exe|${'1'.repeat(32)}`, 'part.exe'],
	[
		'as a combined value',
		'domain|ip',
		'both.example.com|203.0.113.9',
		'both.example.com|203.0.113.9',
	],
	['with a port', 'ip-dst|port', '198.51.100.90|8080', '198.51.100.90:8080'],
	['as one host', 'ip-dst', '198.51.100.91', '198.51.100.91/32'],
	['as a long IPv6 address', 'ip-dst', '2001:db8::1', '2001:0DB8:0:0:0:0:0:1'],
	['as a name with umlauts', 'domain', 'xn--mnchen-3ya.example.com', 'münchen.example.com'],
	['with a dot at the end', 'domain', 'dotted.example.com', 'dotted.example.com.'],
	['as a system', 'AS', '64511', 'AS64511'],
	['with a wildcard in it', 'text', '50%off%', '50%off%'],
	['with an exclamation mark', 'text', '!bang', '!bang'],
	['that is a wildcard', 'text', '%', '%'],
	['that is an underscore', 'text', '_', '_'],
	['that is an operator', 'text', '&&', '&&'],
	['that is zero', 'text', '0', '0'],
])('finds a value %s', async (_what, type, stored, asked) => {
	const { id } = own(type, stored);
	const rows = await lookUp(asked);
	expect(rows).toHaveLength(1);
	expect(rows[0]?.matches.map((match) => match.id)).toEqual([String(id)]);
});

it('takes no character of a value for a wildcard or a negation', async () => {
	own('domain', 'wild-one.example.com');
	const rows = await lookUp([
		'%',
		'wild%',
		'%.example.com',
		'!nothing',
		'wild_one.example.com',
		'!',
	]);
	const unknown = rows.map(({ value }) => [value, 'unknown']);
	expect(
		rows.filter(({ value }) => value !== '%').map(({ value, status }) => [value, status]),
	).toEqual(unknown.filter(([value]) => value !== '%'));
	expect(rows[0]?.matches.every(({ value }) => value === '%')).toBe(true);
});

it('does not take a part of a system’s number for it', async () => {
	own('port', '443');
	expect((await lookUp('AS443'))[0]?.status).toBe('unknown');
});

it('finds indicators in a text, and answers a text without any', async () => {
	const rows = (await lab.rows(
		'attribute',
		'lookup',
		{ from: 'text', text: '={{ $json.text }}' },
		{
			...SETTING,
			input: [
				{ text: 'Seen: hxxp://c2[.]example[.]net/x, then 203.0.113[.]77 (see CVE-2024-99999).' },
				{ text: 'Nothing to see here.' },
			],
		},
	)) as Row[];
	expect(rows.map(({ value, status }) => [value, status])).toEqual([
		['http://c2.example.net/x', 'unknown'],
		['203.0.113.77', 'found'],
		['CVE-2024-99999', 'found'],
		[null, 'unknown'],
	]);
	expect(rows[3]).toMatchObject({ verdict: 'unknown', remark: 'The text has no indicator.' });
});

it('adds sightings, decay scores and feed hits when asked', async () => {
	const attribute = own('domain', 'asked.example.com', { toIds: false });
	lab.world.addSighting(attribute, { orgId: 2 });
	lab.world.addSighting(attribute, { orgId: 2, type: 1 });
	const feed = {
		id: '1',
		name: 'Demo feed',
		url: 'https://feed.example.org',
		source_format: 'csv',
	};
	lab.world.feedCaches.set('asked.example.com', [feed]);
	const include = ['sightings', 'decay', 'feeds'];
	const [one] = await lookUp('asked.example.com', { include });
	expect(one).toMatchObject({
		verdict: 'suspicious',
		verdict_reasons: ['match', 'feed Demo feed'],
		sightings: { sightings: 1, false_positives: 1, expirations: 0 },
		feeds: [{ name: 'Demo feed', type: 'Feed' }],
	});
	expect(one?.matches[0]).toMatchObject({ sightings: { sightings: 1, false_positives: 1 } });
	const search = lab.requests.find(({ path }) => path === '/attributes/restSearch');
	expect(search?.body).toMatchObject({ includeSightings: 1, includeDecayScore: 1 });
	const several = await lookUp(['asked.example.com', 'other.example.com'], { include });
	expect(several.map(({ feeds }) => (feeds as unknown[]).length)).toEqual([1, 0]);
	expect((await lookUp('other.example.com', { include }))[0]?.feeds).toEqual([]);
});

describe('the verdict follows the rules of the form', () => {
	it.each([
		['on a warninglist', '8.8.8.8', {}, 'known_good'],
		['on a warninglist that does not count', '8.8.8.8', { knownGoodIf: [] }, 'unknown'],
		['not for detection', '64500', {}, 'suspicious'],
		['malicious wins', '203.0.113.77', { verdictRules: { ifBoth: 'malicious' } }, 'malicious'],
		['good wins', '203.0.113.77', { verdictRules: { ifBoth: 'known_good' } }, 'known_good'],
		['no rule', 'c2.example.net', { maliciousIf: [] }, 'suspicious'],
		['a galaxy', 'c2.example.net', { maliciousIf: ['galaxy'] }, 'malicious'],
		['a tag', '64500', { verdictRules: { maliciousTags: ['tlp:green'] } }, 'malicious'],
		[
			'a tag of the good',
			'64500',
			{ verdictRules: { knownGoodTags: ['TLP:green'] } },
			'known_good',
		],
	])('%s', async (_what, value, rules, verdict) => {
		expect((await lookUp(value, rules))[0]?.verdict).toBe(verdict);
	});

	it('false positives that outweigh the sightings', async () => {
		const attribute = own('domain', 'wrong.example.com', { toIds: false });
		lab.world.addSighting(attribute, { orgId: 2, type: 1 });
		const [row] = await lookUp('wrong.example.com', { knownGoodIf: ['falsePositives'] });
		expect(row).toMatchObject({ verdict: 'known_good', verdict_reasons: ['false positives'] });
	});
});

it('filters, and cuts long lists of matches without losing their number', async () => {
	for (let index = 0; index < 5; index += 1) own('domain', 'often.example.com');
	const [row] = await lookUp('often.example.com', { filters: { maxMatches: 2 } });
	expect(row).toMatchObject({ match_count: 5, matches: [{}, {}] });
	expect(row?.matches).toHaveLength(2);
	await lookUp('often.example.com', {
		filters: { types: ['domain'], tags: ['tlp:red'], published: 1 },
	});
	expect(lab.requests.at(-2)?.body).toMatchObject({ type: ['domain'], tags: ['tlp:red'] });
});

it('a failed request takes only its own items', async () => {
	const values = Array.from({ length: 1500 }, (_, index) => `chunk-${index}.example.net`);
	lab.faults.set('internalError', { times: 1, match: /restSearch/ });
	const { items } = await lab.run(
		'attribute',
		'lookup',
		{ values: '={{ $json.values }}' },
		{
			...SETTING,
			input: [
				{ values: values.slice(0, 1000) },
				{ values: values.slice(1000) },
				{ values: '64500' },
			],
			onError: 'continueRegularOutput',
		},
	);
	expect(items).toHaveLength(1 + 500 + 1);
	expect(items[0]?.json.error).toMatch(/Internal Error/);
	expect(items.at(-1)?.json).toMatchObject({ value: '64500', status: 'found' });
});

it('goes on when the events cannot be read, and says so', async () => {
	lab.faults.set('internalError', { times: 1, match: /events\/index/ });
	const { items, hints } = await lab.run(
		'attribute',
		'lookup',
		{ values: ['64500'] },
		{ ...SETTING },
	);
	expect(items[0]?.json).toMatchObject({ status: 'found', matches: [{ event: { org: null } }] });
	expect(hints).toEqual([expect.stringMatching(/organisations of some events/)]);
});

it('shows only what the key may see', async () => {
	expect((await lookUp('203.0.113.200'))[0]?.status).toBe('unknown');
	expect((await lookUp('203.0.113.200', {}, { key: 'beta_user' }))[0]?.status).toBe('found');
});

it('gives matches as MISP sends them when raw replies are asked for', async () => {
	const [row] = await lookUp('64500', { options: { raw: true } });
	expect(row?.matches[0]).toMatchObject({
		Event: { info: 'Scanning of VPN gateways' },
		value: '64500',
	});
});

it.each([
	['no value', { values: '={{ "" }}' }, '"Values" is required.'],
	['no text', { from: 'text', text: '={{ "" }}' }, '"Text" is required.'],
	[
		'a rule that is none',
		{ values: ['x'], maliciousIf: ['luck'] },
		/^"Malicious If > entry 1" must be one of/,
	],
	[
		'a switch that is none',
		{ values: ['x'], hosts: 'perhaps' },
		/^"Also Look Up the Host of URLs"/,
	],
	['too many matches', { values: ['x'], filters: { maxMatches: 0 } }, /must be at least 1/],
])('refuses %s before anything is sent', async (_what, parameters, message) => {
	const failure = await lab.failure('attribute', 'lookup', parameters, SETTING);
	expect(failure.message).toMatch(message);
	expect(lab.requests).toHaveLength(0);
});
