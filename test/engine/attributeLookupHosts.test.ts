import { useLab } from './support';

/** Look-ups of URLs and their hosts. */

const lab = useLab();
const SETTING = { key: 'org_admin', access: 'read' } as const;

type Row = Record<string, unknown> & { matches: Array<Record<string, unknown>> };

const lookUp = async (values: unknown, more: Record<string, unknown> = {}): Promise<Row[]> =>
	(await lab.rows(
		'attribute',
		'lookup',
		{ values: '={{ $json.values }}', ...more },
		{ ...SETTING, input: [{ values }] },
	)) as Row[];

const own = (type: string, value: string, more: Record<string, unknown> = {}) => {
	const event = lab.world.addEvent({ info: 'Own', orgId: 2, orgcId: 2, published: true });
	return lab.world.addAttribute(event, { type, value, ...more });
};

const URL = 'https://c2.example.net/new/page';
const HOSTS = { hosts: true };

it('a new page of a known host is found, and told apart', async () => {
	const [row] = await lookUp(URL, HOSTS);
	expect(row).toMatchObject({
		value: URL,
		status: 'found',
		verdict: 'malicious',
		verdict_reasons: ['host: to_ids'],
		matched_by: 'host',
		match_count: 1,
		matches: [{ value: 'c2.example.net', matched_by: 'host' }],
		warninglists: [],
		host: { value: 'c2.example.net', status: 'found', verdict: 'malicious', match_count: 1 },
	});
	const [without] = await lookUp(URL);
	expect(without).toMatchObject({ status: 'unknown', verdict: 'unknown', match_count: 0 });
	for (const name of ['host', 'matched_by']) expect(without).not.toHaveProperty(name);
});

it('every value keeps its one answer, and hosts go in the same requests', async () => {
	const urls = Array.from({ length: 600 }, (_, n) => `https://host-${n}.example.net/${n}`);
	const rows = await lookUp([...urls, URL, '203.0.113.77', 'no-url.example.com'], HOSTS);
	expect(rows.map(({ value }) => value)).toEqual([
		...urls,
		URL,
		'203.0.113.77',
		'no-url.example.com',
	]);
	expect(rows.slice(-3)).toMatchObject([
		{ matched_by: 'host', host: { verdict: 'malicious' } },
		{ matched_by: 'value', host: null, matches: [{ matched_by: 'value' }] },
		{ matched_by: null, host: null, status: 'unknown' },
	]);
	const searches = lab.requests.filter(({ path }) => path === '/attributes/restSearch');
	// 500 URLs with their hosts, then the rest.
	expect(searches.map(({ body }) => (body as { value: unknown[] }).value.length)).toEqual([
		1000,
		expect.any(Number),
	]);
});

it('the URL itself comes first, and nothing twice', async () => {
	const known = `${URL}/that/is/known`;
	own('url', known, { toIds: false });
	const [row] = await lookUp(known, { ...HOSTS, filters: { maxMatches: 1 } });
	expect(row).toMatchObject({
		matched_by: 'value',
		match_count: 2,
		matches: [{ value: known, matched_by: 'value' }],
		verdict: 'malicious',
		verdict_reasons: ['match', 'host: to_ids'],
	});
	expect(row?.matches).toHaveLength(1);
});

it.each([
	['with a port and a log-in', 'http://user:word@203.0.113.77:8080/x', '203.0.113.77'],
	['defanged', 'hxxps://c2[.]example[.]net/x', 'c2.example.net'],
	['in capitals', 'HTTPS://C2.EXAMPLE.NET/X', 'c2.example.net'],
	['of another scheme', 'tcp://203.0.113.77:4444', '203.0.113.77'],
	['of an IPv6 address', 'http://[2001:db8::77]/', '2001:db8::77'],
])('finds the host of a URL %s', async (_what, url, host) => {
	if (host.includes(':')) own('ip-dst', host);
	const [row] = await lookUp([url], HOSTS);
	expect(row).toMatchObject({ matched_by: 'host', host: { value: host, status: 'found' } });
});

it.each([
	'https://',
	'http://[::bad',
	'c2.example.net:443',
	'mailto:a@c2.example.net',
	'file:///x',
])('looks %s up as it stands', async (value) => {
	expect((await lookUp([value], HOSTS))[0]).toMatchObject({ value, host: null });
});

it('a known good host says nothing about its pages', async () => {
	const [row] = await lookUp('https://8.8.8.8/form', { ...HOSTS, include: ['feeds'] });
	expect(row).toMatchObject({
		verdict: 'unknown',
		matched_by: null,
		warninglists: [],
		host: { verdict: 'known_good', feeds: [] },
	});
	expect((row?.host as { warninglists: unknown[] }).warninglists).not.toEqual([]);
});

it('comes to agents, too', async () => {
	const [answer] = (await lab.rows(
		'attribute',
		'lookup',
		{ values: [URL], ...HOSTS },
		{ ...SETTING, tool: true },
	)) as unknown as Array<{ results: unknown[] }>;
	expect(answer?.results).toMatchObject([
		{ matched_by: 'host', host: { value: 'c2.example.net' }, matches: [{ matched_by: 'host' }] },
	]);
});

it('is in the indicators of a text', async () => {
	const rows = (await lab.rows(
		'attribute',
		'lookup',
		{ from: 'text', text: `See ${URL} and nothing else.`, ...HOSTS },
		SETTING,
	)) as Row[];
	expect(rows).toMatchObject([{ value: URL, matched_by: 'host' }]);
});
