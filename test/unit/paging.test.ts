import type { Misp, MispReply, MispRequest } from '../../nodes/Misp/client/client';
import { MispError } from '../../nodes/Misp/client/errors';
import { path } from '../../nodes/Misp/client/path';
import { eventIndex, hasMore, search, type Row } from '../../nodes/Misp/client/paging';
import { PageSizes } from '../../nodes/Misp/client/pageSizes';
import { SeenRows } from '../../nodes/Misp/client/seenRows';
import type { SearchScope } from '../../nodes/Misp/client/searchScopes';
import { startSandbox, type Sandbox } from '../sandbox/server';
import { failureOf, mispOf } from './support';

async function all(rows: AsyncIterable<Row>): Promise<Row[]> {
	const found: Row[] = [];
	for await (const row of rows) found.push(row);
	return found;
}

interface Page {
	/** Uuids; a row without one is `undefined`. */
	rows: Array<string | undefined>;
	count?: number;
	skipped?: number;
	/** What goes wrong with it instead. */
	fails?: string;
}

/** A MISP that answers with one page after the other, and fails when asked for more. */
function scripted(scope: SearchScope, pages: Page[]) {
	const sent: Row[] = [];
	const signals: Array<AbortSignal | undefined> = [];
	const request = async ({ body, signal }: MispRequest): Promise<MispReply> => {
		const page = pages[sent.length];
		sent.push(body as Row);
		signals.push(signal);
		if (page === undefined) throw new Error('Asked for a page too many');
		if (page.fails !== undefined) throw new MispError('server', page.fails);
		const rows = page.rows.map((uuid) => (uuid === undefined ? {} : { uuid }));
		const envelopes = { events: 'Event', objects: 'Object', galaxyClusters: 'GalaxyCluster' };
		const envelope = envelopes[scope as keyof typeof envelopes] ?? 'Sighting';
		return {
			status: 200,
			headers: {
				'x-result-count': page.count?.toString(),
				'x-skipped-elements-count': page.skipped?.toString(),
			},
			data: {
				response:
					scope === 'attributes' ? { Attribute: rows } : rows.map((row) => ({ [envelope]: row })),
			},
		};
	};
	return { misp: { request, clockAhead: 3600 } as unknown as Misp, sent, signals };
}

const uuids = (rows: Row[]) =>
	rows.map((row) => (row.uuid ?? (Object.values(row)[0] as Row | undefined)?.uuid) as string);

describe('A search stops', () => {
	it.each<[string, SearchScope, Page[], string[]]>([
		['of attributes at a page that is not full', 'attributes', [{ rows: ['a'], count: 1 }], ['a']],
		['of attributes at an empty page, which counts 1', 'attributes', [{ rows: [], count: 1 }], []],
		[
			'of attributes after a full last page, which counts one more, at the empty one',
			'attributes',
			[
				{ rows: ['a', 'b'], count: 3 },
				{ rows: ['c', 'd'], count: 3 },
				{ rows: [], count: 1 },
			],
			['a', 'b', 'c', 'd'],
		],
		[
			'of attributes not at a page that is short because of warninglists',
			'attributes',
			[
				{ rows: ['a'], count: 3, skipped: 1 },
				{ rows: [], count: 3, skipped: 2 },
				{ rows: ['b'], count: 1 },
			],
			['a', 'b'],
		],
		[
			'of attributes without headers only at an empty page',
			'attributes',
			[{ rows: ['a', 'b'] }, { rows: ['c'] }, { rows: [] }],
			['a', 'b', 'c'],
		],
		[
			'of events at their number',
			'events',
			[
				{ rows: ['a', 'b'], count: 4 },
				{ rows: ['c', 'd'], count: 4 },
			],
			['a', 'b', 'c', 'd'],
		],
		[
			'of events not at a short page',
			'events',
			[
				{ rows: ['a'], count: 3 },
				{ rows: ['b'], count: 3 },
			],
			['a', 'b'],
		],
		[
			'of events not at a page that MISP emptied after it had counted',
			'events',
			[
				{ rows: [], count: 6 },
				{ rows: ['a', 'b'], count: 6 },
				{ rows: [], count: 6 },
			],
			['a', 'b'],
		],
		[
			'of events without headers at an empty page',
			'events',
			[{ rows: ['a', 'b'] }, { rows: ['c'] }, { rows: [] }],
			['a', 'b', 'c'],
		],
		[
			'of objects at an empty page',
			'objects',
			[
				{ rows: ['a', 'b'], count: 2 },
				{ rows: ['c'], count: 1 },
				{ rows: [], count: 0 },
			],
			['a', 'b', 'c'],
		],
		[
			'of sightings after one page, which is all',
			'sightings',
			[{ rows: ['a', 'b', 'c'], count: 0 }],
			['a', 'b', 'c'],
		],
	])('%s', async (_when, scope, pages, expected) => {
		const { misp, sent } = scripted(scope, pages);
		const filters = scope === 'sightings' ? { last: '7d' } : { type: 'domain' };
		expect(uuids(await all(search(misp, scope, filters, { pageSize: 2 })))).toEqual(expected);
		expect(sent).toHaveLength(pages.length);
		if (scope === 'sightings') expect(sent[0]).not.toHaveProperty('page');
		else expect(sent.map(({ page }) => page)).toEqual(pages.map((_page, index) => index + 1));
	});
});

describe('A search hands out a row once', () => {
	it('when it moved to the next page', async () => {
		const { misp } = scripted('attributes', [
			{ rows: ['a', 'b'], count: 3 },
			{ rows: ['b', 'c'], count: 3 },
			{ rows: ['d'], count: 1 },
		]);
		expect(uuids(await all(search(misp, 'attributes', { type: 'md5' }, { pageSize: 2 })))).toEqual([
			'a',
			'b',
			'c',
			'd',
		]);
	});

	it('and repeats do not count towards the limit', async () => {
		const { misp, sent } = scripted('attributes', [
			{ rows: ['a', 'b'], count: 3 },
			{ rows: ['a', 'b'], count: 3 },
			{ rows: ['c', 'd'], count: 3 },
		]);
		const rows = all(search(misp, 'attributes', { type: 'md5' }, { pageSize: 2, limit: 3 }));
		expect(uuids(await rows)).toEqual(['a', 'b', 'c']);
		expect(sent).toHaveLength(3);
	});

	it('but keeps all rows that have no uuid', async () => {
		const { misp } = scripted('attributes', [{ rows: [undefined, undefined], count: 1 }]);
		expect(await all(search(misp, 'attributes', { type: 'md5' }))).toHaveLength(2);
	});
});

describe('A limit', () => {
	it.each<[number | undefined, number | undefined, number]>([
		[5, undefined, 5],
		[1, 2000, 1],
		[5_000, undefined, 2_000],
		[undefined, undefined, 2_000],
		[undefined, 100, 100],
		[100, 30, 30],
	])('of %s with pages of %s asks for %s rows', async (limit, pageSize, expected) => {
		const { misp, sent } = scripted('attributes', [{ rows: ['a'], count: 1 }]);
		await all(search(misp, 'attributes', { type: 'md5' }, { limit, pageSize }));
		expect(sent).toMatchObject([{ limit: expected, page: 1 }]);
	});

	it('of 0 asks for nothing, where MISP would send everything', async () => {
		const { misp, sent } = scripted('attributes', []);
		expect(await all(search(misp, 'attributes', { type: 'md5' }, { limit: 0 }))).toEqual([]);
		expect(sent).toEqual([]);
	});

	it('of exactly one page asks for no second one', async () => {
		const { misp, sent } = scripted('attributes', [{ rows: ['a', 'b'], count: 3 }]);
		expect(await all(search(misp, 'attributes', { type: 'md5' }, { limit: 2 }))).toHaveLength(2);
		expect(sent).toHaveLength(1);
	});

	it('is what somebody wants who stops reading: the page that is read ahead is stopped', async () => {
		const { misp, sent, signals } = scripted('events', [
			{ rows: ['a', 'b'], count: 100 },
			{ rows: ['c', 'd'], count: 100 },
		]);
		for await (const row of search(misp, 'events', { tags: 'x' }, { pageSize: 2 })) {
			expect(row).toEqual({ Event: { uuid: 'a' } });
			break;
		}
		expect(sent).toHaveLength(2);
		expect(signals[1]?.aborted).toBe(true);
	});
});

describe('The page that is read ahead', () => {
	const three: Page[] = [
		{ rows: ['a', 'b'], count: 3 },
		{ rows: ['c', 'd'], count: 3 },
		{ rows: ['e'], count: 1 },
	];

	it('is one, never more', async () => {
		const { misp, sent } = scripted('attributes', three);
		const asked: unknown[] = [];
		for await (const row of search(misp, 'attributes', { type: 'md5' }, { pageSize: 2 })) {
			await new Promise((resolve) => setTimeout(resolve, 2));
			asked.push([row.uuid, sent.length]);
		}
		expect(asked).toEqual([
			['a', 2],
			['b', 2],
			['c', 3],
			['d', 3],
			['e', 3],
		]);
	});

	it('fails when its turn comes, after the rows before it', async () => {
		const { misp } = scripted('attributes', [three[0] as Page, { rows: [], fails: 'too much' }]);
		const rows = search(misp, 'attributes', { type: 'md5' }, { pageSize: 2 });
		const taken: Row[] = [];
		const error = await failureOf(
			(async () => {
				for await (const row of rows) {
					await new Promise((resolve) => setTimeout(resolve, 2));
					taken.push(row);
				}
			})(),
		);
		expect(uuids(taken)).toEqual(['a', 'b']);
		expect(error.message).toBe('too much');
	});

	it('fails nothing when nobody comes to it', async () => {
		const { misp, sent } = scripted('attributes', [
			three[0] as Page,
			{ rows: [], fails: 'too much' },
		]);
		const rows = search(misp, 'attributes', { type: 'md5' }, { pageSize: 2 });
		expect((await rows.next()).value).toEqual({ uuid: 'a' });
		await rows.return();
		await new Promise((resolve) => setTimeout(resolve, 5));
		expect(sent).toHaveLength(2);
	});
});

describe('Pages', () => {
	it('that come fast become larger where the rows before fill whole ones, up to the limit', async () => {
		const full = (page: number, size: number): Page => ({
			rows: Array.from({ length: size }, (_one, at) => `${page}-${at}`),
			count: size + 1,
		});
		const { misp, sent } = scripted('attributes', [
			full(1, 2000),
			full(2, 2000),
			full(3, 4000),
			full(4, 4000),
			{ rows: ['last'], count: 1 },
		]);
		await all(search(misp, 'attributes', { type: 'md5' }));
		expect(sent.map(({ page, limit }) => [page, limit])).toEqual([
			[1, 2000],
			[2, 2000],
			[2, 4000],
			[3, 4000],
			[4, 4000],
		]);
	});

	it.each([
		[
			[10, 10, 10, 10, 10],
			[1, 1, 2, 4, 4],
		],
		[
			[10, 20_000, 10, 20_000, 20_000],
			[1, 1, 0.5, 0.5, 0.25],
		],
		[
			[5000, 5000, 5000],
			[1, 1, 1],
		],
	])('that take %j ms are %j times the usual size', (times, expected) => {
		const sizes = new PageSizes(400, { least: 100, most: 1600 });
		const pages = times.map((took) => {
			const page = sizes.next();
			sizes.took(took, Infinity);
			return page;
		});
		expect(pages.map(({ limit }) => limit / 400)).toEqual(expected);
		// Each begins where the one before it ended.
		const begins = pages.map(({ page, limit }) => (page - 1) * limit);
		const ends = pages.map(({ page, limit }) => page * limit);
		expect(begins.slice(1)).toEqual(ends.slice(0, -1));
	});

	it('behind the first have the window of the first, in MISP’s time', async () => {
		const { misp, sent } = scripted('attributes', [
			{ rows: ['a', 'b'], count: 3 },
			{ rows: ['c'], count: 1 },
		]);
		const before = Math.floor(Date.now() / 1000) + 3600;
		const filters = { timestamp: '7d', publish_timestamp: ['2d', '1d'], last_seen: '1h' };
		await all(search(misp, 'attributes', filters, { pageSize: 2 }));
		expect(sent[0]).toMatchObject(filters);
		const [from, to] = sent[1]?.publish_timestamp as [number, number];
		const times = [Number(sent[1]?.timestamp) + 7 * 86_400, from + 2 * 86_400, to + 86_400];
		// A little wider, so that no row falls out of it.
		expect(times.map((time) => Math.abs(time - before) <= 10)).toEqual([true, true, true]);
		expect(times[0]).toBeLessThan(before);
		expect(times[2]).toBeGreaterThan(before);
		expect(sent[1]?.last_seen).toBe('1h');
	});

	it('remember which rows they had by number, else by UUID', () => {
		const seen = new SeenRows();
		const ids = [5, 1024, 1023, 5, 999_999_999_999, 1024, 0, 31, 32, 63, 999_999_999_999];
		expect(ids.map((id) => seen.add(id))).toEqual(ids.map((id, at) => ids.indexOf(id) === at));
		expect(['a', 'b', 'a'].map((uuid) => seen.add(uuid))).toEqual([true, true, false]);
	});
});

describe('The order', () => {
	it.each<[SearchScope, string]>([
		['events', 'Event.id desc'],
		['attributes', 'Attribute.id desc'],
	])('of %s is explicit: %s', async (scope, order) => {
		const { misp, sent } = scripted(scope, [{ rows: [], count: 0 }]);
		await all(search(misp, scope, { type: 'md5' }));
		expect(sent).toMatchObject([{ order, returnFormat: 'json' }]);
	});

	it('can be chosen', async () => {
		const { misp, sent } = scripted('events', [{ rows: [], count: 0 }]);
		await all(search(misp, 'events', { tags: 'x', order: 'Event.timestamp asc' }));
		expect(sent).toMatchObject([{ order: 'Event.timestamp asc' }]);
	});
});

it('A bad filter is refused before anything is sent', async () => {
	const { misp, sent } = scripted('events', []);
	const error = await failureOf(all(search(misp, 'events', { typo: 'x' })));
	expect(error.kind).toBe('input');
	expect(sent).toEqual([]);
});

it.each([null, 'x', { Attribute: null }, {}, { Attribute: { id: '1' } }])(
	'A reply whose response is %j is not taken for an empty one',
	async (response) => {
		const request = async (): Promise<MispReply> => ({
			status: 200,
			headers: {},
			data: { response },
		});
		const misp = { request } as unknown as Misp;
		const error = await failureOf(all(search(misp, 'attributes', { type: 'md5' })));
		expect(error).toMatchObject({ kind: 'notMisp' });
	},
);

it('An empty list stands for no attributes, too', async () => {
	const request = async (): Promise<MispReply> => ({
		status: 200,
		headers: {},
		data: { response: [] },
	});
	expect(await all(search({ request } as unknown as Misp, 'attributes', { type: 'md5' }))).toEqual(
		[],
	);
});

it.each<[SearchScope, number, Record<string, string>, boolean]>([
	['events', 0, { 'x-result-count': '100' }, true],
	['attributes', 2, { 'x-result-count': 'nonsense' }, true],
	['attributes', 0, { 'x-skipped-elements-count': '2' }, true],
	['attributes', 0, { 'x-result-count': '3', 'x-skipped-elements-count': 'nonsense' }, false],
])('With %s, %i rows and %j there is more: %s', (scope, returned, headers, expected) => {
	expect(hasMore(scope, { number: 1, size: 2, returned }, headers)).toBe(expected);
});

describe('Against the sandbox', () => {
	let sandbox: Sandbox;
	let ids: string[];

	beforeAll(async () => {
		sandbox = await startSandbox();
		const Attribute = Array.from({ length: 23 }, (_one, index) => ({
			type: 'domain',
			category: 'Network activity',
			value: `paging-${index}.example`,
		}));
		await mispOf(sandbox).post(path`/events/add`, { Event: { info: 'paging', Attribute } });
		ids = Attribute.map(({ value }) => value).sort();
	});

	afterAll(async () => await sandbox.stop());
	beforeEach(() => void (sandbox.requests.length = 0));

	it.each([1, 5, 23, 22, 24, 1000])('all attributes come with pages of %i', async (pageSize) => {
		const rows = await all(
			search(mispOf(sandbox), 'attributes', { value: 'paging-%' }, { pageSize }),
		);
		expect(rows.map(({ value }) => value).sort()).toEqual(ids);
	});

	it.each([1, 7, 23, 40])('a limit of %i is kept', async (limit) => {
		const rows = await all(
			search(mispOf(sandbox), 'attributes', { value: 'paging-%' }, { limit, pageSize: 5 }),
		);
		expect(rows).toHaveLength(Math.min(limit, 23));
	});

	it.each([1, 2, 3, 1000])(
		'all events come with pages of %i, as often as needed',
		async (pageSize) => {
			const total = sandbox.world.events.size;
			const rows = await all(
				search(
					mispOf(sandbox),
					'events',
					{ timestamp: [400_000_000, 4_000_000_000], metadata: 1 },
					{ pageSize },
				),
			);
			expect(new Set(uuids(rows)).size).toBe(total);
			expect(rows).toHaveLength(total);
			expect(sandbox.requests).toHaveLength(Math.ceil(total / pageSize));
		},
	);

	it.each([1, 2, 1000])('the index has all events with pages of %i', async (pageSize) => {
		const total = sandbox.world.events.size;
		const rows = await all(
			eventIndex(mispOf(sandbox), { sort: 'id', direction: 'asc' }, { pageSize }),
		);
		expect(rows.map(({ id }) => Number(id))).toEqual(
			[...sandbox.world.events.keys()].sort((a, b) => a - b),
		);
		expect(sandbox.requests).toHaveLength(Math.ceil(total / pageSize));
	});

	it('the index keeps a limit', async () => {
		expect(await all(eventIndex(mispOf(sandbox), {}, { limit: 2 }))).toHaveLength(2);
		expect(sandbox.requests).toMatchObject([{ body: { limit: 2, page: 1 } }]);
	});
});
