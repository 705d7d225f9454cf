import { useLab, type Setting } from './support';

const lab = useLab();
const SETTING = { key: 'readonly', access: 'read' } as const;
const check = async (input: Array<{ values: unknown }>, setting: Setting = {}) =>
	await lab.run(
		'warninglist',
		'check',
		{ values: '={{ $json.values }}' },
		{ ...SETTING, input, ...setting },
	);
const rowsOf = async (...args: Parameters<typeof check>) =>
	(await check(...args)).items.map(({ json }) => json);

const LISTED = {
	value: '8.8.8.8',
	searched: '8.8.8.8',
	on_warninglist: true,
	warninglists: [
		{
			id: expect.any(String),
			name: 'List of known IPv4 public DNS resolvers',
			matched: '8.8.8.8/32',
		},
	],
};
const unlisted = (value: string) => ({
	value,
	searched: value,
	on_warninglist: false,
	warninglists: [],
});

it('answers a thousand items in order, the same value as often as it comes, in one request', async () => {
	const values = Array.from({ length: 1000 }, (_, index) =>
		index % 10 === 0 ? '8.8.8.8' : `host-${index}.example.net`,
	);
	const { items, error } = await check(values.map((value) => ({ values: value })));
	expect(error).toBeUndefined();
	expect(items.map(({ json }) => json)).toEqual(
		values.map((value) => (value === '8.8.8.8' ? LISTED : unlisted(value))),
	);
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
		values.map((_, index) => ({ item: index })),
	);
	expect(lab.requests).toHaveLength(1);
});

it('gives an item with several values one row for each, paired with it', async () => {
	const { items } = await check([{ values: 'a.example' }, { values: ['8.8.8.8', 'a.example'] }]);
	expect(items.map(({ json }) => json)).toEqual([
		unlisted('a.example'),
		LISTED,
		unlisted('a.example'),
	]);
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual([
		{ item: 0 },
		{ item: 1 },
		{ item: 1 },
	]);
});

it('splits what is too much for one request, and a failed request takes only its own items', async () => {
	const values = Array.from({ length: 1500 }, (_, index) => `host-${index}.example.net`);
	lab.faults.set('internalError', { times: 1, match: /checkValue/ });
	const rows = await rowsOf(
		[{ values: values.slice(0, 1000) }, { values: values.slice(1000) }, { values: '8.8.8.8' }],
		{ onError: 'continueRegularOutput' },
	);
	expect(lab.requests.map(({ body }) => (body as string[]).length)).toEqual([1000, 501]);
	expect(rows).toHaveLength(1 + 500 + 1);
	expect(rows[0]).toEqual({ error: expect.stringMatching(/Internal Error/) });
	expect(rows[501]).toEqual(LISTED);
});

it('takes values that look like a verdict for values', async () => {
	const values = ['errors', 'false', 'saved'];
	lab.world.addWarninglist({ name: 'Words of MISP’s replies', entries: values });
	const rows = await rowsOf([{ values: [...values, 'message'] }]);
	expect(rows.map(({ value, on_warninglist: on }) => [value, on])).toEqual([
		['errors', true],
		['false', true],
		['saved', true],
		['message', false],
	]);
});

it('names every list, and none where MISP replies []', async () => {
	expect((await rowsOf([{ values: '10.1.2.3' }]))[0]?.warninglists).toHaveLength(2);
	expect(await rowsOf([{ values: 'www.example.com' }])).toEqual([unlisted('www.example.com')]);
});

it('refuses an item without a value before anything is sent, and goes on with the others if asked', async () => {
	const input = [{ values: '' }, { values: '8.8.8.8' }];
	expect((await check(input)).error?.message).toBe('"Values" is required.');
	expect(lab.requests).toHaveLength(0);
	expect(await rowsOf(input, { onError: 'continueRegularOutput' })).toEqual([
		{ error: '"Values" is required.' },
		LISTED,
	]);
});
