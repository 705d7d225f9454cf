/** Searches as something that polls makes them: windows, orders, pages and counts. */
import type { EventRow } from '../sandbox/rows';
import { startSandbox, type Sandbox } from '../sandbox/server';
import { clearEvents } from './arrange/stage';
import { ask } from './ask';

const T = 1_700_000_000;

let sandbox: Sandbox;
let events: EventRow[];

beforeAll(async () => {
	sandbox = await startSandbox();
	const { world } = sandbox;
	world.stopClock(T + 1000);
	clearEvents(world);
	// Three seconds, two events in each; the later ones were published first.
	events = [0, 0, 10, 10, 20, 20].map((second, at) =>
		world.addEvent({
			orgId: 2,
			orgcId: 2,
			timestamp: T + second,
			published: at !== 5,
			publishTimestamp: at === 5 ? 0 : T + 100 - second,
		}),
	);
	for (const event of events) {
		const { timestamp } = event;
		world.addAttribute(event, { type: 'domain', value: `a${event.id}.example.com`, timestamp });
		world.addAttribute(event, {
			type: 'domain',
			value: `b${event.id}.example.com`,
			timestamp,
			deleted: true,
		});
	}
});

afterAll(async () => {
	await sandbox.stop();
});

async function search(scope: string, body: unknown) {
	const got = await ask(sandbox, `/${scope}/restSearch`, { body });
	const { response } = got.json() as { response?: unknown };
	const rows = (scope === 'attributes'
		? (response as { Attribute: unknown }).Attribute
		: response) as unknown as Array<Record<string, unknown>>;
	return { rows, count: got.headers['x-result-count'], status: got.status };
}

/** Which of the six events came back, in which order. */
async function found(body: unknown): Promise<number[]> {
	const { rows } = await search('events', { metadata: 1, ...(body as object) });
	const ids = rows.map((row) => Number((row.Event as { id: string }).id));
	return ids.map((id) => events.findIndex((event) => event.id === id));
}

describe('events', () => {
	const order = 'Event.timestamp asc, Event.id asc';

	test.each([
		['inclusive at both ends', [T, T + 10]],
		['either way round', [T + 10, T]],
		['as texts', [String(T), String(T + 10)]],
	])('a window is %s', async (_what, timestamp) => {
		expect(await found({ timestamp, order })).toEqual([0, 1, 2, 3]);
	});

	test('one time is a beginning, and three are too many', async () => {
		expect(await found({ timestamp: T + 10, order })).toEqual([2, 3, 4, 5]);
		for (const timestamp of [[T], [T, T + 1, T + 2]]) {
			const got = await ask(sandbox, '/events/restSearch', { body: { timestamp } });
			expect(got.status).toBe(500);
		}
	});

	test('publications have a clock of their own', async () => {
		expect(
			await found({
				published: 1,
				publish_timestamp: [T + 80, T + 90],
				order: 'Event.publish_timestamp asc, Event.id asc',
			}),
		).toEqual([4, 2, 3]);
		expect(await found({ published: 0, limit: 10 })).toEqual([5]);
	});

	test('one column that cannot be sorted by drops the whole order', async () => {
		expect(await found({ timestamp: T, order: 'Event.id desc' })).toEqual([5, 4, 3, 2, 1, 0]);
		expect(await found({ timestamp: T, order: 'Event.id desc, Event.date asc' })).toEqual([
			0, 1, 2, 3, 4, 5,
		]);
	});

	test('pages are of the total', async () => {
		const page = async (number: number) =>
			await search('events', { timestamp: T, order, metadata: 1, limit: 4, page: number });
		const pages = [await page(1), await page(2), await page(3)];
		expect(pages.map(({ rows, count }) => [rows.length, count])).toEqual([
			[4, '6'],
			[2, '6'],
			[0, '6'],
		]);
	});
});

describe('attributes', () => {
	const values = async (body: object) =>
		(await search('attributes', body)).rows.map(({ value }) => String(value).split('.')[0]);
	const named = (letter: string, ...at: number[]) => at.map((one) => `${letter}${events[one]?.id}`);

	test('deleted ones come on demand, alone or with the others', async () => {
		const window = { timestamp: [T, T], order: 'Attribute.timestamp asc, Attribute.id asc' };
		expect(await values({ ...window, deleted: 0 })).toEqual(named('a', 0, 1));
		expect(await values({ ...window, deleted: 'only' })).toEqual(named('b', 0, 1));
		expect(await values({ ...window, deleted: [0, 1] })).toEqual([
			...named('a', 0),
			...named('b', 0),
			...named('a', 1),
			...named('b', 1),
		]);
	});

	test('each clock has its filter', async () => {
		const order = 'Event.publish_timestamp asc, Attribute.id asc';
		expect(await values({ attribute_timestamp: [T + 10, T + 20], order })).toEqual(
			named('a', 5, 4, 2, 3),
		);
		expect(await values({ event_timestamp: [T, T], order })).toEqual(named('a', 0, 1));
		expect(await values({ publish_timestamp: [T + 80, T + 90], order })).toEqual(
			named('a', 4, 2, 3),
		);
	});

	test('the newest come first when asked for', async () => {
		expect(await values({ order: 'Attribute.id desc', limit: 2 })).toEqual(named('a', 5, 4));
		expect(await values({ order: 'Attribute.object_id desc', limit: 1 })).toEqual(named('a', 0));
	});

	test('the count is of the page: one more when it is full, one when it is empty', async () => {
		const counts = [];
		for (const page of [1, 2, 3, 4]) {
			counts.push((await search('attributes', { timestamp: T, limit: 2, page })).count);
		}
		expect(counts).toEqual(['3', '3', '3', '1']);
		expect((await search('attributes', { timestamp: T, limit: 4, page: 2 })).count).toBe('2');
	});

	test('tags of the event come along, marked as inherited', async () => {
		const [event] = events as [EventRow];
		const tag = sandbox.world.tag('sandbox:reviewed');
		if (tag) sandbox.world.link(event, tag);
		const { rows } = await search('attributes', { eventid: event.id, includeEventTags: 1 });
		expect(rows).toMatchObject([{ Tag: [{ name: 'sandbox:reviewed', inherited: 1 }] }]);
	});
});

test("objects are found by their event's clock, without order and total", async () => {
	const { world } = sandbox;
	const object = world.addObject(events[2] as EventRow, { name: 'file', timestamp: T + 500 });
	const value = 'c'.repeat(32);
	const objectId = object.id;
	object.attributes.push(
		world.addAttribute(events[2] as EventRow, { type: 'md5', value, objectId }),
	);
	const ids = async (timestamp: unknown) =>
		(await search('objects', { timestamp, order: 'Object.id desc', limit: 5 })).rows.length;
	expect([await ids([T + 10, T + 10]), await ids([T + 500, T + 500])]).toEqual([1, 0]);
	expect((await search('objects', { timestamp: T, limit: 1, page: 2 })).count).toBe('0');
});

describe('sightings', () => {
	const dates = async (body: object) => {
		const { rows } = await search('sightings', body);
		return rows.map(({ Sighting }) =>
			Number((Sighting as { date_sighting: string }).date_sighting),
		);
	};

	test('come within a window of which both ends are named, else of the last 30 days', async () => {
		const { world } = sandbox;
		const [attribute] = (events[0] as EventRow).attributes;
		const old = T + 1000 - 40 * 86_400;
		for (const date of [old, T, T + 10, T + 20]) {
			if (attribute) world.addSighting(attribute, { orgId: 2, date });
		}
		expect(await dates({ from: T, to: T + 10 })).toEqual([T, T + 10]);
		expect(await dates({ from: old })).toEqual([T, T + 10, T + 20]);
		expect(await dates({ last: '60d', limit: 1 })).toEqual([old, T, T + 10, T + 20]);
		expect(await dates({ last: '985s' })).toEqual([T + 20]);
	});
});

describe('lists', () => {
	const listed = async (path: string, options = {}) => {
		const got = await ask(sandbox, path, options);
		return got.status === 200
			? (got.json() as unknown as Array<Record<string, unknown>>)
			: got.status;
	};

	test('proposals are filtered, sorted and paged by what stands in the path', async () => {
		const { world } = sandbox;
		const types = ['domain', 'ip-dst', 'domain'];
		types.forEach((type, at) =>
			world.addProposal(events[0] as EventRow, {
				type,
				value: type === 'domain' ? `p${at}.example.com` : '198.51.100.1',
				timestamp: T + 10 - at,
				deleted: at === 2,
			}),
		);
		const stamps = async (named: string, options = {}) => {
			const rows = await listed(`/shadow_attributes/index${named}`, options);
			if (!Array.isArray(rows)) return rows;
			return rows.map(
				({ ShadowAttribute: row }) => Number((row as { timestamp: string }).timestamp) - T,
			);
		};
		// Events from the last, then by type.
		expect(await stamps('')).toEqual([10, 8, 9]);
		expect(await stamps('/sort:timestamp/direction:asc')).toEqual([8, 9, 10]);
		expect(await stamps(`/timestamp:${T + 9}/deleted:0/sort:id/direction:desc`)).toEqual([9, 10]);
		expect(await stamps('/sort:id/limit:2/page:2')).toEqual([8]);
		expect(await stamps('/sort:id/limit:2/page:3')).toBe(404);
		expect(await stamps('', { body: { deleted: 0, limit: 1 } })).toEqual([10, 8, 9]);
	});

	test('events are told apart by little, and not sent again when nothing changed', async () => {
		const minimal = { minimal: 1, sort: 'publish_timestamp', direction: 'desc', limit: 2 };
		const first = await ask(sandbox, '/events/index', {
			body: { ...minimal, publish_timestamp: [T + 80, T + 90] },
			headers: { 'If-None-Match': '"none"' },
		});
		const rows = first.json() as unknown as Array<Record<string, unknown>>;
		expect(first.headers['x-result-count']).toBe('3');
		expect(rows.map(({ uuid }) => uuid)).toEqual([events[2]?.uuid, events[3]?.uuid]);
		expect(Object.keys(rows[0] ?? {})).toEqual(
			'id timestamp sighting_timestamp published uuid orgc_uuid'.split(' '),
		);
		const again = { body: { ...minimal, publish_timestamp: [T + 80, T + 90] } };
		const headers = { 'If-None-Match': String(first.headers.etag) };
		expect((await ask(sandbox, '/events/index', { ...again, headers })).status).toBe(304);
		sandbox.world.touch(events[2] as EventRow);
		expect((await ask(sandbox, '/events/index', { ...again, headers })).status).toBe(200);
	});

	test('reports are listed for one event or for all', async () => {
		const { world } = sandbox;
		for (const at of [0, 1]) world.addReport(events[at] as EventRow, { name: `report ${at}` });
		const names = async (path: string) =>
			((await listed(path)) as Array<Record<string, unknown>>).map(
				({ EventReport: row }) => (row as { name: string }).name,
			);
		expect(await names('/event_reports/index')).toEqual(['report 0', 'report 1']);
		expect(await names(`/event_reports/index/event_id:${events[1]?.id}`)).toEqual(['report 1']);
	});
});
