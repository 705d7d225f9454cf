/** Which action moves which clock: the table that every poller of MISP rests on. */
import type { AttributeRow, EventRow, ObjectRow } from '../sandbox/rows';
import { startSandbox, type Sandbox } from '../sandbox/server';
import { ask, type Asked } from './ask';

const BEFORE = 1_700_000_000;
const NOW = 1_800_000_000;

let sandbox: Sandbox;
let event: EventRow;
let attribute: AttributeRow;
let object: ObjectRow;
let inside: AttributeRow;

beforeAll(async () => {
	sandbox = await startSandbox();
});

afterAll(async () => {
	await sandbox.stop();
});

beforeEach(() => {
	const { world } = sandbox;
	world.stopClock(BEFORE);
	event = world.addEvent({ orgId: 2, orgcId: 2, published: true, publishTimestamp: BEFORE });
	attribute = world.addAttribute(event, { type: 'domain', value: 'clock.example.com' });
	object = world.addObject(event, { name: 'file' });
	inside = world.addAttribute(event, { type: 'md5', value: 'a'.repeat(32), objectId: object.id });
	object.attributes.push(inside);
	world.stopClock(NOW);
});

interface Action {
	name: string;
	path: () => string;
	body?: () => unknown;
	key?: Asked['key'];
	/** What moves; everything else must stand still. */
	moves: Array<'event' | 'published' | 'publication' | 'attribute' | 'object' | 'inside'>;
}

const changed = ['event', 'published'] as const;
const tag = (row: () => { uuid: string }, local: boolean) => () => ({
	uuid: row().uuid,
	tag: 'sandbox:reviewed',
	local,
});

const ACTIONS: Action[] = [
	{
		name: 'an attribute is added',
		path: () => `/attributes/add/${event.id}`,
		body: () => ({ type: 'domain', value: 'new.example.com' }),
		moves: [...changed],
	},
	{
		name: 'an attribute is edited',
		path: () => `/attributes/edit/${attribute.id}`,
		body: () => ({ comment: 'edited' }),
		moves: [...changed, 'attribute'],
	},
	{
		name: 'an attribute is deleted softly',
		path: () => `/attributes/delete/${attribute.id}`,
		body: () => ({}),
		moves: [...changed, 'attribute'],
	},
	{
		name: 'an attribute is deleted for good',
		path: () => `/attributes/delete/${attribute.id}/1`,
		body: () => ({}),
		moves: [...changed],
	},
	{
		name: 'the event is edited',
		path: () => `/events/edit/${event.id}`,
		body: () => ({ info: 'edited' }),
		moves: [...changed],
	},
	{
		name: 'the event is edited and published',
		path: () => `/events/edit/${event.id}`,
		body: () => ({ info: 'edited', published: true }),
		moves: ['event', 'publication'],
	},
	{
		name: 'the event is tagged',
		path: () => '/tags/attachTagToObject',
		body: tag(() => event, false),
		moves: [...changed],
	},
	{
		name: 'an attribute in an object is tagged',
		path: () => `/attributes/addTag/${inside.id}`,
		body: () => ({ tag: 'sandbox:reviewed' }),
		moves: [...changed, 'inside', 'object'],
	},
	{
		name: 'the event is tagged locally',
		path: () => '/tags/attachTagToObject',
		body: tag(() => event, true),
		key: 'admin',
		moves: [],
	},
	{
		name: 'an attribute is tagged locally',
		path: () => '/tags/attachTagToObject',
		body: tag(() => attribute, true),
		key: 'admin',
		moves: [],
	},
	{
		name: 'a cluster is attached to the event',
		path: () => `/galaxies/attachCluster/${event.id}/event/local:0`,
		body: () => ({ Galaxy: { target_id: 1 } }),
		moves: [...changed],
	},
	{
		name: 'the event is published again',
		path: () => `/events/publish/${event.id}/disable_background_processing:1`,
		body: () => ({}),
		moves: ['publication'],
	},
	{
		name: 'the event is taken back',
		path: () => `/events/unpublish/${event.id}`,
		body: () => ({}),
		moves: ['published'],
	},
	{
		name: 'a sighting is added',
		path: () => `/sightings/add/${attribute.id}`,
		body: () => ({ type: 0 }),
		moves: [],
	},
	{
		name: 'a proposal is made',
		path: () => `/shadow_attributes/add/${event.id}`,
		body: () => ({ type: 'domain', value: 'proposed.example.com' }),
		key: 'beta_user',
		moves: [],
	},
	{
		name: 'a report is added',
		path: () => `/event_reports/add/${event.id}`,
		body: () => ({ name: 'report', content: 'text' }),
		moves: [...changed],
	},
	{
		name: 'a note is added',
		path: () => `/analyst_data/add/Note/${event.uuid}/Event`,
		body: () => ({ note: 'text' }),
		moves: [],
	},
	{
		name: 'an object is edited',
		path: () => `/objects/edit/${object.id}`,
		body: () => ({ comment: 'edited' }),
		moves: [...changed, 'object'],
	},
	{
		name: 'an object is deleted softly',
		path: () => `/objects/delete/${object.id}`,
		body: () => ({}),
		moves: [...changed, 'object', 'inside'],
	},
	{
		name: 'an object is deleted for good',
		path: () => `/objects/delete/${object.id}/1`,
		body: () => ({}),
		moves: [],
	},
	{
		name: 'an object refers to an attribute',
		path: () => `/objectReferences/add/${object.id}`,
		body: () => ({ referenced_uuid: attribute.uuid, relationship_type: 'contains' }),
		moves: [...changed, 'object'],
	},
];

test.each(ACTIONS.map((action) => [action.name, action] as const))(
	'%s',
	async (_name, { path, body, key, moves }) => {
		const got = await ask(sandbox, path(), { key: key ?? 'publisher', body: body?.() });
		expect([got.status, got.json().saved ?? true]).toEqual([200, true]);
		expect(Date.parse(String(got.headers.date)) / 1000).toBe(NOW);
		const moved = [
			...(event.timestamp === NOW ? ['event'] : []),
			...(event.published ? [] : ['published']),
			...(event.publishTimestamp === NOW ? ['publication'] : []),
			...(attribute.timestamp === NOW ? ['attribute'] : []),
			...(object.timestamp === NOW ? ['object'] : []),
			...(inside.timestamp === NOW ? ['inside'] : []),
		];
		expect(moved.sort()).toEqual([...moves].sort());
	},
);

test('a clock that was set back is followed', async () => {
	sandbox.world.advance(-3600);
	await ask(sandbox, `/attributes/edit/${attribute.id}`, { body: { comment: 'earlier' } });
	expect([event.timestamp, attribute.timestamp]).toEqual([NOW - 3600, NOW - 3600]);
});

test('publishing through the queue counts from when the workers do it', async () => {
	sandbox.world.settings.workersRunning = false;
	await ask(sandbox, `/events/publish/${event.id}`, { method: 'POST' });
	sandbox.world.advance(30);
	expect(event.publishTimestamp).toBe(BEFORE);
	sandbox.world.runJobs();
	expect(event.publishTimestamp).toBe(NOW + 30);
});
