import { setGlobalState } from 'n8n-workflow';

import { byId, sorted, useLab, type Setting } from './support';

const lab = useLab();
const VALUE = '192.0.2.77';

let ids: string[];

beforeAll(() => {
	// One attribute alone, one as part of a combined value, both in an event of the user's organisation.
	const orgId = lab.world.organisation('CERT-ALPHA').id;
	const event = lab.world.addEvent({ info: 'Seen', orgId, orgcId: orgId });
	lab.world.addAttribute(event, { type: 'ip-src', value: VALUE });
	lab.world.addAttribute(event, { type: 'ip-src|port', value: `${VALUE}|443` });
	ids = sorted([...lab.world.withValue(VALUE)].map(({ id }) => String(id)));
	expect(ids).toHaveLength(2);
});

const create = async (parameters: Record<string, unknown>, setting: Setting = {}) =>
	await lab.run('sighting', 'create', parameters, { key: 'user', ...setting });
const writes = () => lab.requests.filter(({ path }) => path === '/sightings/add');

it('records a sighting on every attribute with the value, and returns each', async () => {
	const { world } = lab;
	const before = world.sightings.size;
	const parameters = { value: VALUE, source: 'n8n', time: '2026-11-01T08:00:00Z' };
	const { items, error, hints } = await create(parameters);
	expect(error).toBeUndefined();
	expect(hints).toEqual([]);
	expect(world.sightings.size).toBe(before + 2);
	expect(sorted(items.map(({ json }) => json.attribute_id))).toEqual(ids);
	for (const { json } of items) {
		expect(json).toMatchObject({
			type: '0',
			source: 'n8n',
			date_sighting_iso: '2026-11-01T08:00:00.000Z',
			already_recorded: false,
		});
		expect(String(json.id)).toMatch(/^\d+$/);
	}
});

it('goes to one attribute by id or UUID, once, with what was chosen', async () => {
	const [id = ''] = ids;
	const uuid = lab.world.attribute(id)?.uuid ?? '';
	const first = await create({ target: 'attribute', attribute: byId(id), type: '1' });
	const second = await create({ target: 'attribute', attribute: byId(uuid), type: '2' });
	expect(writes().map(({ body }) => body)).toEqual([
		{ id, type: '1' },
		{ id, type: '2' },
	]);
	expect(first.items.map(({ json }) => json)).toMatchObject([{ attribute_id: id, type: '1' }]);
	expect(second.items.map(({ json }) => json)).toMatchObject([{ attribute_id: id, type: '2' }]);
});

it('finds a defanged or combined value, which MISP itself would not, by its attributes', async () => {
	const combined = lab.world.withValue(VALUE);
	const pair = [...combined].find(({ value2 }) => value2 === '443');
	const defanged = await create({ value: '192[.]0[.]2[.]77', ifRecorded: 'add' });
	expect(sorted(defanged.items.map(({ json }) => json.attribute_id))).toEqual(ids);
	const whole = await create({ value: `${VALUE}|443`, ifRecorded: 'add' });
	expect(whole.items.map(({ json }) => json.attribute_id)).toEqual([String(pair?.id)]);
	expect(writes().every(({ body }) => 'id' in (body as object))).toBe(true);
});

it('says of a value that MISP does not have just that, and goes on with the others', async () => {
	const { items } = await create(
		{ value: '={{ $json.value }}', ifRecorded: 'add' },
		{
			input: [{ value: '198.51.100.250' }, { value: VALUE }],
			onError: 'continueRegularOutput',
		},
	);
	expect(items[0]?.json.error).toMatch(/no attribute with the value "198\.51\.100\.250"/);
	expect(writes().map(({ body }) => (body as { values: string[] }).values)).toEqual([[VALUE]]);
	expect(sorted(items.slice(1).map(({ json }) => json.attribute_id))).toEqual(ids);
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual([
		{ item: 0 },
		{ item: 1 },
		{ item: 1 },
	]);
});

it('reports an attribute that MISP does not have, by UUID before it is sent, by id in its words', async () => {
	const uuid = '5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b';
	const byUuid = await lab.failure(
		'sighting',
		'create',
		{ target: 'attribute', attribute: byId(uuid) },
		{ key: 'user' },
	);
	expect(byUuid.message).toBe(`MISP has no attribute ${uuid}, or this key may not see it.`);
	expect(writes()).toEqual([]);
	const { error } = await create({ target: 'attribute', attribute: byId('99999999') });
	expect(error?.message).toMatch(/No valid attributes found that match the criteria/);
});

it('shows what was recorded when it cannot be read, and does not fail', async () => {
	const parameters = { value: VALUE, ifRecorded: 'add' };
	lab.faults.set('internalError', { times: 1, match: /sightings\/restSearch/ });
	const { items, error, hints } = await create(parameters);
	expect(error).toBeUndefined();
	expect(sorted(items.map(({ json }) => json.attribute_id))).toEqual(ids);
	expect(items.filter(({ json }) => json.id !== undefined)).toHaveLength(1);
	expect(hints).toEqual([expect.stringMatching(/only the last/)]);
});

it.each([
	['no value', { value: '={{ "" }}' }, '"Value" is required.'],
	[
		'no attribute',
		{ target: 'attribute', attribute: byId('={{ "" }}') },
		'"Attribute" is required.',
	],
	['a wildcard', { value: '%' }, /which MISP reads as a search/],
	['a negation', { value: `!${VALUE}` }, /which MISP reads as a search/],
	['another type', { value: VALUE, type: '3' }, /^"Type" must be one of: Sighting \(0\)/],
	[
		'a time that is none',
		{ value: VALUE, time: 'soon' },
		/^"Time" must be a time like .*got "soon"/,
	],
])('refuses %s before anything is sent', async (_what, parameters, message) => {
	const { error } = await create(parameters);
	expect(error?.message).toMatch(message);
	expect(lab.requests).toHaveLength(0);
});

it('takes a time without a zone, as n8n’s picker gives it, for one of the workflow’s zone', async () => {
	setGlobalState({ defaultTimezone: 'Asia/Kolkata' });
	const { items } = await create({ value: VALUE, time: '2026-11-01T13:30:00' });
	expect(items[0]?.json.date_sighting).toBe(String(Date.UTC(2026, 10, 1, 8) / 1000));
});

it('takes epoch seconds for a time', async () => {
	const { items } = await create({ value: VALUE, time: '={{ 1793520000 }}' });
	expect(items[0]?.json.date_sighting).toBe('1793520000');
});

it('is refused to a role that may not, in MISP’s words', async () => {
	const { error } = await create({ value: VALUE, ifRecorded: 'add' }, { key: 'readonly' });
	expect(error?.message).toBe('You do not have permission to use this functionality.');
	expect(lab.requests.at(-1)).toMatchObject({ path: '/sightings/add', status: 403 });
});
