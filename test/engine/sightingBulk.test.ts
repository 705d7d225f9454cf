import { byId, sorted, useLab, type Setting } from './support';

const lab = useLab();

const values = ['one', 'two', 'three', 'four'].map((name) => `${name}.seen.example.com`);
const EACH = { value: '={{ $json.value }}', source: 'proxy' };
const AT = '2026-11-01T08:00:00Z';

let fresh = 0;
/** Attributes of their own for each test. */
let seen: string[];

beforeEach(() => {
	fresh += 1;
	const orgId = lab.world.organisation('CERT-ALPHA').id;
	const event = lab.world.addEvent({ info: 'Seen', orgId, orgcId: orgId });
	seen = values.map((value) => `${fresh}.${value}`);
	for (const value of seen) lab.world.addAttribute(event, { type: 'domain', value });
});

const run = async (parameters: Record<string, unknown>, setting: Setting = {}) =>
	await lab.run('sighting', 'create', parameters, {
		key: 'user',
		input: seen.map((value) => ({ value })),
		...setting,
	});
const writes = () =>
	lab.requests.filter(({ path }) => path === '/sightings/add').map(({ body }) => body);
const idOf = (value = '') => String([...lab.world.withValue(value)][0]?.id);
const recorded = () => {
	const ids = new Set(seen.map(idOf));
	return [...lab.world.sightings.values()].filter(({ attributeId }) =>
		ids.has(String(attributeId)),
	);
};

it('records many values with one request, and answers each item with its own', async () => {
	await run({ ...EACH, type: '2' });
	lab.requests.length = 0;
	const { items, error } = await run({ ...EACH, time: AT });
	expect(error).toBeUndefined();
	expect(lab.sent).toEqual([
		'POST /attributes/restSearch',
		'GET /users/view/me',
		'POST /sightings/restSearch',
		'POST /sightings/add',
		'POST /sightings/restSearch',
	]);
	const time = Date.parse(AT) / 1000;
	expect(writes()).toEqual([{ values: seen, type: '0', source: 'proxy', timestamp: time }]);
	expect(lab.body(2)).toEqual({ from: time, to: time, type: '0', source: 'proxy' });
	expect(items.map(({ json, pairedItem }) => [json.attribute_id, json.type, pairedItem])).toEqual(
		seen.map((value, item) => [idOf(value), '0', { item }]),
	);
});

it('sends what differs in type, source or time apart, and one sighting needs no reading back', async () => {
	const details = seen.map((value, index) => ({ value, time: `2026-11-01T08:0${index}:00Z` }));
	await run({ ...EACH, time: '={{ $json.time }}' }, { input: details });
	expect(writes()).toHaveLength(4);
	const reads = lab.requests.filter(({ path }) => path === '/sightings/restSearch');
	const first = Date.parse(AT) / 1000;
	expect(reads.map(({ body }) => body)).toEqual([
		{ from: first, to: first + 180, type: '0', source: 'proxy' },
	]);
});

it('asks for times that lie far apart apart', async () => {
	const [value] = seen;
	const times = ['2026-01-01T00:00:00Z', AT].map((time) => ({ value, time }));
	await run({ ...EACH, time: '={{ $json.time }}' }, { input: times });
	const reads = lab.requests.filter(({ path }) => path === '/sightings/restSearch');
	expect(reads.map(({ body }) => body)).toMatchObject(
		times.map(({ time }) => ({ from: Date.parse(time) / 1000, to: Date.parse(time) / 1000 })),
	);
	expect(recorded()).toHaveLength(2);
});

it('takes a value with a sign that MISP reads as "any" by its attributes alone', async () => {
	const event = lab.world.addEvent({ info: 'Signs', orgId: 2, orgcId: 2 });
	const value = `a_b.${fresh}.example.com`;
	const { id } = lab.world.addAttribute(event, { type: 'domain', value });
	await run({ value }, { input: [{}] });
	expect(writes()).toEqual([{ id: String(id), type: '0' }]);
});

it('skips what is recorded, and returns it', async () => {
	const first = await run({ ...EACH, time: AT });
	const second = await run({ ...EACH, time: AT });
	expect(writes()).toHaveLength(1);
	expect(recorded()).toHaveLength(4);
	expect(second.items.map(({ json }) => json.id)).toEqual(first.items.map(({ json }) => json.id));
	expect(second.items.map(({ json }) => json.already_recorded)).toEqual([true, true, true, true]);
	expect(second.items[0]?.json.date_sighting_iso).toBe('2026-11-01T08:00:00.000Z');
});

it.each([
	['another type', { type: '1' }],
	['another source', { source: 'mail' }],
	['no source', { source: '' }],
	['another time', { time: '2026-11-01T08:00:01Z' }],
	['Add Another', { ifRecorded: 'add' }],
])('records again with %s', async (_what, other) => {
	await run({ ...EACH, time: AT });
	const { items } = await run({ ...EACH, time: AT, ...other });
	expect(recorded()).toHaveLength(8);
	expect(items.map(({ json }) => json.already_recorded)).toEqual([false, false, false, false]);
});

it('records again what another organisation has reported', async () => {
	for (const value of seen) {
		const [attribute] = [...lab.world.withValue(value)];
		if (attribute) {
			const date = Date.parse(AT) / 1000;
			lab.world.addSighting(attribute, { orgId: 3, source: 'proxy', date, type: 0 });
		}
	}
	await run({ ...EACH, time: AT });
	expect(recorded().filter(({ orgId }) => orgId === 2)).toHaveLength(4);
});

it('takes one of the last hours for the same when no time is given', async () => {
	const now = lab.world.now();
	for (const [index, value] of seen.entries()) {
		const [attribute] = [...lab.world.withValue(value)];
		const date = now - index * 3600 - 60;
		if (attribute) lab.world.addSighting(attribute, { orgId: 2, source: 'proxy', date, type: 0 });
	}
	const { items } = await run({ ...EACH, within: 2 });
	expect(items.map(({ json }) => json.already_recorded)).toEqual([true, true, false, false]);
	expect(writes()).toEqual([{ values: seen.slice(2), type: '0', source: 'proxy' }]);
	const search = lab.requests.find(({ path }) => path === '/sightings/restSearch');
	expect(search?.body).toEqual({ last: '2h', type: '0', source: 'proxy' });
});

it('counts an item that comes twice in one run once, or twice when that is chosen', async () => {
	const [value = ''] = seen;
	const twice = { input: [{ value }, { value }] };
	const once = await run({ ...EACH, time: AT }, twice);
	expect(recorded()).toHaveLength(1);
	expect(once.items.map(({ json }) => json.already_recorded)).toEqual([false, true]);
	const again = await run({ ...EACH, time: AT, ifRecorded: 'add' }, twice);
	expect(recorded()).toHaveLength(3);
	expect(new Set(again.items.map(({ json }) => json.id)).size).toBe(2);
});

it('replaces an expiration, and asks for nothing before', async () => {
	await run({ ...EACH, type: '2' });
	await run({ ...EACH, type: '2' });
	expect(writes()).toHaveLength(2);
	expect(lab.sent.filter((one) => one === 'POST /sightings/restSearch')).toHaveLength(2);
	expect(recorded()).toHaveLength(4);
});

describe('with a connection that breaks', () => {
	it('doubles nothing on the next run, though the reply was lost', async () => {
		lab.faults.set('resetMidReply', { times: 1, match: /sightings\/add/ });
		const broken = await run({ ...EACH });
		expect(broken.error?.message).toMatch(/not known whether MISP made the change/);
		expect(broken.error?.description).toMatch(/You may run it again/);
		expect(recorded()).toHaveLength(4);
		const { items, error } = await run({ ...EACH });
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json.already_recorded)).toEqual([true, true, true, true]);
		expect(recorded()).toHaveLength(4);
	});

	it('does on the next run what is left, item by item', async () => {
		const details = seen.map((value, index) => ({ value, source: `sensor-${index}` }));
		const parameters = { value: '={{ $json.value }}', source: '={{ $json.source }}', time: AT };
		const setting: Setting = { input: details, onError: 'continueRegularOutput' };
		lab.faults.set('reset', { times: 2, match: /sightings\/add/ });
		const broken = await run(parameters, setting);
		expect(broken.items.map(({ json }) => 'error' in json)).toEqual([true, true, false, false]);
		const { items } = await run(parameters, setting);
		expect(items.map(({ json }) => json.already_recorded)).toEqual([false, false, true, true]);
		expect(recorded()).toHaveLength(4);
	});

	it('records nothing when what is there cannot be read', async () => {
		lab.faults.set('internalError', { match: /sightings\/restSearch/ });
		const { error } = await run({ ...EACH });
		expect(error).toBeDefined();
		expect(writes()).toEqual([]);
	});

	it('gives up on the other items when three in a row failed', async () => {
		const details = [...seen, ...seen].map((value, index) => ({
			value,
			source: `sensor-${index}`,
		}));
		lab.faults.set('reset', { match: /sightings\/add/ });
		const { items } = await run(
			{ value: '={{ $json.value }}', source: '={{ $json.source }}' },
			{ input: details, onError: 'continueRegularOutput' },
		);
		expect(items).toHaveLength(8);
		for (const { json } of items.slice(3))
			expect(json.error).toMatch(/^Not tried, since the items before failed: (?!Not tried)/);
		expect(recorded()).toEqual([]);
	});
});

it('fills in the attributes that are left of a value, each by its id', async () => {
	const [value = ''] = seen;
	const time = Date.parse(AT) / 1000;
	await run({ value, time: AT }, { input: [{}] });
	const event = lab.world.addEvent({ info: 'Later', orgId: 2, orgcId: 2 });
	const { id } = lab.world.addAttribute(event, { type: 'hostname', value });
	lab.requests.length = 0;
	const { items } = await run({ value, time: AT }, { input: [{}] });
	expect(writes()).toEqual([{ id: String(id), type: '0', timestamp: time }]);
	expect(sorted(items.map(({ json }) => json.already_recorded))).toEqual([false, true]);
});

it('goes to attributes of several items by their ids, which are checked together', async () => {
	const uuids = seen.map((value) => [...lab.world.withValue(value)][0]?.uuid);
	const parameters = { target: 'attribute', attribute: byId('={{ $json.uuid }}'), time: AT };
	const setting: Setting = { input: uuids.map((uuid) => ({ uuid })) };
	const { items } = await run(parameters, setting);
	expect(items.map(({ json }) => json.attribute_id)).toEqual(seen.map(idOf));
	await run(parameters, setting);
	expect(writes()).toHaveLength(4);
	expect(lab.sent.filter((one) => one === 'POST /attributes/restSearch')).toHaveLength(2);
});

it('keeps a TLP ceiling, also when what was recorded cannot be read', async () => {
	const [value = ''] = seen;
	const hidden = lab.world.addEvent({ info: 'Hidden', orgId: 2, orgcId: 2 });
	lab.world.addAttribute(hidden, { type: 'hostname', value });
	lab.world.link(hidden, lab.world.tag('tlp:red') ?? lab.world.addTag({ name: 'tlp:red' }));
	const setting: Setting = { input: [{}], credential: { tlpCeiling: 'amber' } };
	const open = await run({ value, ifRecorded: 'add' }, setting);
	lab.faults.set('internalError', { match: /sightings\/restSearch/ });
	const unread = await run({ value, ifRecorded: 'add' }, setting);
	expect(recorded()).toHaveLength(2);
	for (const { items, error } of [open, unread]) {
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json.attribute_id)).toEqual([idOf(value)]);
	}
});
