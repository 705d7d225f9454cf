/** What tests make happen on the sandbox besides their requests, as a poller sees it. */
import type { AttributeRow, EventRow } from '../sandbox/rows';
import { startSandbox, type Sandbox } from '../sandbox/server';
import { clearEvents } from './arrange/stage';
import { ask } from './ask';

const NOW = 1_800_000_000;
const LONG_AGO = 1_600_000_000;

let sandbox: Sandbox;

beforeAll(async () => {
	sandbox = await startSandbox();
});

beforeEach(() => {
	clearEvents(sandbox.world);
	sandbox.world.stopClock(NOW);
});

afterAll(async () => {
	await sandbox.stop();
});

const found = async (scope: 'events' | 'attributes', body: object) => {
	const got = await ask(sandbox, `/${scope}/restSearch`, { key: 'admin', body });
	const { response } = got.json() as { response: unknown };
	if (scope === 'attributes') {
		return (response as { Attribute: Array<{ id: string }> }).Attribute.map(({ id }) => Number(id));
	}
	return (response as Array<{ Event: { id: string } }>).map(({ Event }) => Number(Event.id));
};

describe('synchronisation', () => {
	test('keeps the times of elsewhere, but publishes now', async () => {
		const { history } = sandbox.world;
		const pulled = history.pull({ timestamp: LONG_AGO }, [
			{ type: 'domain', value: 'pulled.example.com' },
		]);
		const hidden = history.pull({ timestamp: LONG_AGO, published: false });
		expect(
			[pulled, hidden].map((row) => [row.timestamp, row.publishTimestamp, row.locked]),
		).toEqual([
			[LONG_AGO, NOW, true],
			[LONG_AGO, 0, true],
		]);
		expect(await found('events', { timestamp: NOW - 60 })).toEqual([]);
		expect(await found('events', { publish_timestamp: NOW - 60 })).toEqual([pulled.id]);
		expect(await found('attributes', { attribute_timestamp: NOW - 60 })).toEqual([]);
		expect(await found('attributes', { publish_timestamp: NOW - 60 })).toHaveLength(1);
	});

	test('brings an edit where it is newer, and leaves what is not', () => {
		const { world } = sandbox;
		const event = world.history.pull({ timestamp: LONG_AGO }, [
			{ type: 'domain', value: 'one.example.com' },
			{ type: 'domain', value: 'two.example.com' },
		]);
		const [one, two] = event.attributes as [AttributeRow, AttributeRow];
		world.advance(100);
		expect(world.history.pullEdit(event, { timestamp: LONG_AGO, info: 'stale' })).toBe(false);
		expect([event.info, event.publishTimestamp]).toEqual(['Synchronised event', NOW]);
		const edits = [
			{ uuid: one.uuid, type: 'domain', value: 'changed.example.com', timestamp: LONG_AGO + 5 },
			{ uuid: two.uuid, type: 'domain', value: 'stale.example.com', timestamp: LONG_AGO },
			{ type: 'domain', value: 'three.example.com' },
		];
		expect(world.history.pullEdit(event, { timestamp: LONG_AGO + 9, info: 'new' }, edits)).toBe(
			true,
		);
		expect([event.info, event.timestamp, event.publishTimestamp]).toEqual([
			'new',
			LONG_AGO + 9,
			NOW + 100,
		]);
		expect(event.attributes.map((row) => [row.value1, row.timestamp - LONG_AGO])).toEqual([
			['changed.example.com', 5],
			['two.example.com', 0],
			['three.example.com', 9],
		]);
	});
});

test('a row that commits late has the number and the time of its beginning', async () => {
	const { world } = sandbox;
	const [event] = world.history.events(1) as [EventRow];
	const commit = world.history.late('attribute', (taken) =>
		world.addAttribute(event, { ...taken, type: 'domain', value: 'late.example.com' }),
	);
	world.advance(10);
	const later = world.history.add(event, { type: 'domain', value: 'soon.example.com' });
	const order = 'Attribute.id asc';
	expect(await found('attributes', { order })).toEqual([later.id]);
	const late = commit();
	expect([late.id, late.timestamp]).toEqual([later.id - 1, NOW]);
	expect(await found('attributes', { order })).toEqual([late.id, later.id]);
});

test('others edit, tag, delete and take back', () => {
	const { world } = sandbox;
	const { history } = world;
	const [event] = history.events(1, () => ({ published: true })) as [EventRow];
	const [attribute, other] = history.attributes(event, 2) as [AttributeRow, AttributeRow];
	const moved = (act: () => void) => {
		world.advance(1);
		event.published = true;
		act();
		return [event.timestamp === world.now(), attribute.timestamp === world.now(), event.published];
	};
	expect(moved(() => history.edit(attribute, { comment: 'x' }))).toEqual([true, true, false]);
	expect(moved(() => history.tag(event, 'made:up'))).toEqual([true, false, false]);
	expect(moved(() => history.tag(attribute, 'made:up', true))).toEqual([false, false, true]);
	expect(moved(() => history.softDelete(attribute))).toEqual([true, true, false]);
	expect(moved(() => history.softDelete(attribute, false))).toEqual([true, true, false]);
	expect(moved(() => history.hardDelete(other))).toEqual([true, false, false]);
	expect(event.attributes).toEqual([attribute]);
	const object = world.addObject(event, { name: 'file' });
	expect(moved(() => history.hardDelete(object))).toEqual([false, false, true]);
	history.hardDelete(event);
	expect([world.events.size, world.attribute(attribute.id)]).toEqual([0, undefined]);
});

describe('a hundred thousand attributes', () => {
	const COUNT = 100_000;

	const page = async (number: number, order: string) =>
		await found('attributes', { timestamp: [LONG_AGO, NOW], order, limit: 1000, page: number });

	test('of one second are paged by their numbers', async () => {
		const { history } = sandbox.world;
		const [event] = history.events(1) as [EventRow];
		const ids = history.attributes(event, COUNT).map(({ id }) => id);
		const order = 'Attribute.timestamp asc, Attribute.id asc';
		expect(await page(1, order)).toEqual(ids.slice(0, 1000));
		expect(await page(100, order)).toEqual(ids.slice(-1000));
		expect(await page(101, order)).toEqual([]);
	});

	test('in no order at all are paged in the one that was asked for', async () => {
		const { history } = sandbox.world;
		const [event] = history.events(1) as [EventRow];
		const rows = history.attributes(event, COUNT, (at) => ({
			timestamp: LONG_AGO + ((at * 7919) % 1009),
		}));
		rows.sort((a, b) => b.timestamp - a.timestamp || a.id - b.id);
		for (const number of [1, 2, 57, 100]) {
			expect(await page(number, 'Attribute.timestamp desc, Attribute.id asc')).toEqual(
				rows.slice((number - 1) * 1000, number * 1000).map(({ id }) => id),
			);
		}
	});

	test('are deleted in one go', () => {
		const { history } = sandbox.world;
		const [event] = history.events(1) as [EventRow];
		history.hardDelete(history.attributes(event, COUNT).slice(1));
		expect([event.attributes.length, event.attributeCount]).toEqual([1, 1]);
	});
});
