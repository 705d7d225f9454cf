import { answerRequests, runOperation, type Outcome } from './node';
import { passAtOnce } from './clock';

/** What these tests have found once, by name. */

beforeAll(() => {
	answerRequests();
	passAtOnce();
});

type Values = Record<string, unknown>;

/** One item, and the same body for every request. */
const run = async (
	operation: string,
	values: Values,
	body: unknown,
	{ continueOnFail = false, headers = {} } = {},
): Promise<Outcome> => {
	const [resource = '', name = ''] = operation.split('.');
	return await runOperation(resource, name, {
		entered: [{ data: {}, parameters: {}, values }],
		continueOnFail,
		answer: () => ({
			status: 200,
			headers: { 'content-type': 'application/json', ...headers },
			body: JSON.stringify(body) ?? '',
		}),
	});
};

const UNKNOWN_FORM = 'MISP’s reply has a form that this node does not know.';

it.each([
	['tag.getAll', {}],
	['taxonomy.getAll', {}],
	['galaxy.getAll', {}],
	['organisation.getAll', {}],
	['decayingModel.getAll', {}],
	['noticelist.getAll', {}],
	['objectTemplate.getAll', {}],
])('%s: a list that is no list is told in words', async (operation, values) => {
	const { error } = await run(operation, values, 'Unauthorized');
	expect(error?.message).toMatch(/^MISP/);
	expect(error?.message).not.toMatch(/is not a function|Cannot/);
});

it('A change whose reply has an unknown form may have been made', async () => {
	const { error } = await run('event.protect', { event: 1 }, 'x');
	expect(error?.message).toContain(UNKNOWN_FORM);
	expect(error?.message).toContain('It is not known whether MISP made the change');
	expect(error?.description).toContain('update n8n-nodes-misp');
});

it('A read whose reply has an unknown form changed nothing', async () => {
	const { error } = await run('tagCollection.getAll', {}, 'x');
	expect(error?.message).not.toContain('It is not known');
});

it('A row of an unknown form is an item with an error where the workflow goes on', async () => {
	const { error, items } = await run('eventReport.getAll', { event: 1 }, [null], {
		continueOnFail: true,
	});
	expect(error).toBeUndefined();
	expect(items).toHaveLength(1);
	expect(items[0]?.error?.message).toMatch(/^MISP/);
});

it('A key whose entry has no form does not break the check in JavaScript’s words', async () => {
	const { error } = await run('currentUser.getAccess', {}, { version: '2.5.1', User: {} });
	expect(error?.message ?? '').not.toMatch(/Cannot read/);
});

it('A reply of unknown form takes only the items with it that were asked for in it', async () => {
	const values = Array.from({ length: 1_001 }, (_, index) => `host-${index}.example.com`);
	const good = (path: string) =>
		path.startsWith('/attributes') ? { response: { Attribute: [] } } : [];
	const { error, items } = await runOperation('attribute', 'lookup', {
		entered: values.map((value) => ({
			data: { value },
			parameters: { from: 'values', values: ['={{ $json.value }}'] },
			values: { from: 'values', values: [value] },
		})),
		continueOnFail: true,
		answer: (path, count) => ({
			status: 200,
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(count === 0 ? { response: { Attribute: [null] } } : good(path)),
		}),
	});
	expect(error).toBeUndefined();
	expect(items).toHaveLength(values.length);
	expect(items[999]?.error?.message).toContain(UNKNOWN_FORM);
	expect(items[1_000]?.json.status).toBe('unknown');
});

it.each(['constructor', 'toString', '__proto__'])(
	'A type %s is one that MISP judges',
	async (type) => {
		const attributes = { entries: [{ type, value: '198.51.100.7' }] };
		const { error, sent } = await run('event.create', { info: 'x', attributes }, {});
		expect(sent).toEqual(['POST /events/add']);
		expect(error?.message).toMatch(/^MISP/);
	},
);

it('__proto__ in a reply stays a key', async () => {
	const row = JSON.parse(
		'{"Taxonomy": {"id": "1", "namespace": "x", "__proto__": {"a": 1}}}',
	) as object;
	const { items } = await run('taxonomy.getAll', {}, [row]);
	expect(Object.getOwnPropertyDescriptor(items[0]?.json, '__proto__')?.value).toEqual({ a: 1 });
});

it('Half a character in a path is refused', async () => {
	const values = { method: 'GET', path: '/events/view/\ud800' };
	const { error, sent } = await run('apiRequest.send', values, {});
	expect(error?.message).toContain('contains half a character');
	expect(sent).toEqual([]);
});

it('A server that repeats one page, of which the TLP ceiling holds all back, is left', async () => {
	const values = { object_name: 'file', returnAll: true, options: { tlpCeiling: 'clear' } };
	const row = { Object: { uuid: '5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b', event_id: '1' } };
	const { error, sent } = await run('object.search', values, { response: [row] });
	expect(error?.message).toContain('300 pages in a row');
	expect(sent.length).toBeLessThan(700);
});

it('A server that repeats one page, whose rows have no UUID, is left', async () => {
	const values = { object_name: 'file', returnAll: true };
	const { error, items, sent } = await run('object.search', values, { response: [{ id: '1' }] });
	expect(error).toBeUndefined();
	expect(items.length).toBeLessThan(5);
	expect(sent.length).toBeLessThan(5);
});

it('So is one that repeats a page of proposals', async () => {
	const values = { limit: 1, options: { tlpCeiling: 'clear' } };
	const body = [{ ShadowAttribute: { id: '1', event_id: '1' } }];
	const { error, sent } = await run('proposal.getAll', values, body);
	expect(error?.message).toContain('300 pages in a row');
	expect(sent.length).toBeLessThan(700);
});

it('A long name of a file is not repeated as a whole', async () => {
	const values = { source: 'file', file: '['.repeat(20_000), distribution: 0 };
	const { error } = await run('event.importStix', values, {});
	expect(error?.message).toMatch(/^This item has no file in the field "\[{100}"\.$/);
});

it('A long sentence of MISP is shortened', async () => {
	const body = { saved: false, errors: { value: ['x'.repeat(20_000)] } };
	const { error } = await run('tag.getAll', {}, body);
	expect(error?.message).toMatch(/^value: x+…$/);
	expect(error?.message.length).toBeLessThan(3_100);
});
