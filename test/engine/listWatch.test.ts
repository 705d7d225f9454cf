import { useLab } from './support';
import { Watching } from './watch';

const lab = useLab();

const ADMIN = { key: 'admin', access: 'read' } as const;

interface ListedRow {
	id: number;
	enabled: boolean;
}

/** Each watcher with the list it reads, a new row for it, and a change that is to be seen. */
const CASES = [
	{
		watch: 'warninglistChanged',
		path: '/warninglists/index',
		rows: () => lab.world.warninglists,
		change: { version: '20261124' },
		shown: { version: '20261124' },
	},
	{
		watch: 'taxonomyChanged',
		path: '/taxonomies/index',
		rows: () => lab.world.taxonomies,
		change: { version: '77' },
		shown: { version: '77', total_count: expect.any(Number) as number },
	},
	{
		watch: 'galaxyChanged',
		path: '/galaxies/index',
		rows: () => lab.world.galaxies,
		change: { version: '78' },
		shown: { version: '78' },
	},
	{
		watch: 'feedChanged',
		path: '/feeds/index',
		rows: () => lab.world.feeds,
		change: { url: 'https://feed.example.com/new' },
		shown: { url: 'https://feed.example.com/new' },
	},
] as const;

beforeAll(() => {
	for (const name of ['One', 'Two', 'Three']) lab.world.addFeed({ name: `Feed ${name}` });
});

describe.each(CASES)('$watch', ({ watch, path, rows, change, shown }) => {
	const list = () => rows() as unknown as Map<number, ListedRow>;
	const first = (): ListedRow => [...list().values()][0] as ListedRow;
	const watching = async (parameters: object = {}) =>
		await new Watching(lab, watch, parameters as never, ADMIN).begin();

	/** A row that was not there before. */
	const add = (more: object = {}): ListedRow => {
		const id = Math.max(...list().keys()) + 1;
		const row = { ...first(), id, enabled: true, ...more };
		list().set(id, row);
		return row;
	};

	it('starts when a row is new, changed, switched on or off, each time once', async () => {
		const trigger = await watching();
		expect(await trigger.next()).toEqual([]);
		const { id } = add();
		expect(await trigger.next()).toMatchObject([{ id: String(id) }]);

		const row = first();
		Object.assign(row, change);
		expect(await trigger.next()).toMatchObject([{ id: String(row.id), ...shown }]);
		row.enabled = !row.enabled;
		expect(await trigger.next()).toMatchObject([{ id: String(row.id), enabled: row.enabled }]);
		row.enabled = !row.enabled;
		expect(await trigger.next()).toMatchObject([{ id: String(row.id), enabled: row.enabled }]);
		list().delete(id);
		expect(await trigger.drained()).toEqual([]);
	});

	it('asks MISP in one request', async () => {
		const trigger = await watching();
		await trigger.next();
		lab.requests.length = 0;
		expect(await trigger.next()).toEqual([]);
		expect(lab.sent).toEqual([`GET ${path}`]);
	});

	it('filters by name, and by what is switched on', async () => {
		const trigger = await watching({ filters: { nameContains: 'ZEBRA', enabledOnly: true } });
		add();
		const names = { name: 'A zebra', namespace: 'zebra' };
		const row = add({ ...names, enabled: false });
		expect(await trigger.next()).toEqual([]);
		row.enabled = true;
		expect(await trigger.drained()).toMatchObject([{ id: String(row.id), enabled: true }]);
		list().delete(row.id);
	});

	it('looks back at all there is, in portions, also after a restart', async () => {
		const parameters = { start: 'lookBack', options: { limit: 2 } };
		await lab.savedCredential(ADMIN);
		const trigger = new Watching(lab, watch, parameters, ADMIN);
		const seen: Array<Record<string, unknown>> = (await trigger.activate()).map(({ json }) => json);
		expect(seen).toHaveLength(2);
		trigger.restart();
		seen.push(...(await trigger.drained()));
		expect(seen.map(({ id }) => Number(id)).sort((a, b) => a - b)).toEqual(
			[...list().keys()].sort((a, b) => a - b),
		);
	});

	it('leaves out what it cannot read, shows one in the editor, or says that there is none', async () => {
		const trigger = await watching();
		const { id } = add();
		const broken = add({ id: 'broken' });
		expect(await trigger.next()).toMatchObject([{ id: String(id) }]);
		expect(trigger.remarks[0]).toMatch(/a row that this node cannot read/);
		for (const [key, row] of list()) if (row === broken) list().delete(key);

		const state = structuredClone(trigger.memory);
		expect(await trigger.fetchTestEvent()).toHaveLength(1);
		trigger.parameters.filters = { nameContains: 'no such name' };
		await expect(trigger.fetchTestEvent()).rejects.toThrow('There is nothing in this MISP yet');
		expect(trigger.memory).toEqual(state);
	});
});

it('sees that a feed was cached only if that is wanted', async () => {
	const trigger = await new Watching(lab, 'feedChanged', {}, ADMIN).begin();
	const caching = await new Watching(lab, 'feedChanged', { cached: true }, ADMIN, {
		workflowId: 'other',
	}).begin();
	const [feed] = lab.world.feeds.values();
	Object.assign(feed ?? {}, { cachedAt: lab.world.now() });
	expect(await trigger.next()).toEqual([]);
	expect(await caching.next()).toMatchObject([{ id: String(feed?.id) }]);
});

it('keeps what MISP sends to a feed to itself', async () => {
	const trigger = await new Watching(lab, 'feedChanged', {}, ADMIN).begin();
	lab.world.addFeed({ name: 'Feed with a password', headers: 'Authorization: Basic c2VjcmV0' });
	const rows = await trigger.next();
	expect(rows).toMatchObject([{ name: 'Feed with a password', headers: '*****' }]);
	expect(JSON.stringify([rows, trigger.memory])).not.toContain('c2VjcmV0');
});
