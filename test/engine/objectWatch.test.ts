import type { EventRow, ObjectRow } from '../sandbox/rows';
import { useLab } from './support';
import { Watching } from './watch';

const lab = useLab();

const event = (row: Partial<EventRow> = {}) =>
	lab.world.addEvent({ orgId: 2, orgcId: 2, info: 'Campaign', ...row });

/** An object with one attribute, as somebody adds it. */
function add(to: EventRow, name: string, value: string, row: Partial<ObjectRow> = {}): ObjectRow {
	const { timestamp = lab.world.now() } = row;
	const object = lab.world.addObject(to, { name, ...row });
	const attribute = lab.world.addAttribute(to, {
		type: 'domain',
		value,
		timestamp,
		objectId: object.id,
		objectRelation: 'domain',
		toIds: false,
	});
	object.attributes.push(attribute);
	return object;
}

const begin = async (parameters: Record<string, unknown> = {}) =>
	await new Watching(lab, 'objectAdded', parameters).begin();

const ids = (rows: Array<Record<string, unknown>>) => rows.map(({ id }) => Number(id));

it('starts once for each object, with its attributes and its event', async () => {
	const trigger = await begin();
	const campaign = event();
	lab.world.history.add(campaign, { type: 'domain', value: 'loose.example.com' });
	const one = add(campaign, 'domain-ip', 'a.example.com');
	const two = add(campaign, 'file', 'b.example.com');
	expect(await trigger.next()).toMatchObject([
		{
			id: String(one.id),
			name: 'domain-ip',
			Attribute: [{ value: 'a.example.com' }],
			Event: { id: String(campaign.id), info: 'Campaign' },
		},
		{ id: String(two.id), name: 'file' },
	]);
	expect(await trigger.drained()).toEqual([]);
});

it('starts neither for a change, nor a further attribute, nor a publication', async () => {
	const campaign = event();
	const object = add(campaign, 'file', 'a.example.com');
	const trigger = await begin();
	const [attribute] = object.attributes;
	if (attribute) lab.world.history.edit(attribute, { comment: 'seen' });
	object.attributes.push(
		lab.world.addAttribute(campaign, {
			type: 'domain',
			value: 'more.example.com',
			objectId: object.id,
		}),
	);
	lab.world.publish(campaign);
	expect(await trigger.drained()).toEqual([]);
});

it('finds what is synchronised with old times, published or not', async () => {
	const trigger = await begin();
	const week = { timestamp: lab.world.now() - 7 * 86_400 };
	const draft = add(lab.world.history.pull({ published: false }), 'file', 'a.example.com', week);
	const arrived = add(lab.world.history.pull(), 'file', 'b.example.com', week);
	expect(ids(await trigger.next())).toEqual([draft.id, arrived.id]);
});

it('hands on many of one second in parts, and reads them together', async () => {
	const trigger = await begin({ options: { limit: 40 } });
	const campaign = event();
	for (let at = 0; at < 100; at += 1) add(campaign, 'file', `host${at}.example.com`);
	lab.requests.length = 0;
	const counts = [];
	for (let poll = 0; poll < 4; poll += 1) counts.push((await trigger.next()).length);
	expect(counts).toEqual([40, 40, 20, 0]);
	expect(lab.sent.filter((one) => one.startsWith('GET /objects/view/'))).toHaveLength(20);
	expect(lab.sent).toContain('POST /objects/restSearch');
});

it('takes those of some templates only', async () => {
	const trigger = await begin({ object_name: ['file'] });
	const campaign = event();
	add(campaign, 'domain-ip', 'a.example.com');
	const file = add(campaign, 'file', 'b.example.com');
	expect(ids(await trigger.next())).toEqual([file.id]);
	expect(await trigger.drained()).toEqual([]);
	lab.requests.length = 0;
	expect(await trigger.next()).toEqual([]);
	expect(lab.sent).toEqual(['POST /attributes/restSearch']);
	expect(await trigger.fetchTestEvent()).toMatchObject([{ json: { id: String(file.id) } }]);
});

it('starts when an object comes to match: its event is tagged, an attribute switched on', async () => {
	const before = add(event(), 'file', 'before.example.com');
	const trigger = await begin({ tags: ['tlp:red'], filters: { to_ids: 1 } });
	const campaign = event();
	const object = add(campaign, 'file', 'a.example.com');
	lab.world.history.tag(campaign, 'tlp:red');
	expect(await trigger.drained()).toEqual([]);
	const [attribute] = object.attributes;
	if (attribute) lab.world.history.edit(attribute, { toIds: true });
	expect(ids(await trigger.drained())).toEqual([object.id]);
	const [old] = before.attributes;
	if (old) {
		lab.world.history.edit(old, { toIds: true });
		lab.world.history.tag(old, 'tlp:red');
	}
	expect(await trigger.drained()).toEqual([]);
});

it('leaves out what the own organisation created', async () => {
	const trigger = await begin({ filters: { skipOwn: true } });
	add(event(), 'file', 'own.example.com');
	const other = add(event({ orgId: 3, orgcId: 3 }), 'file', 'other.example.com');
	expect(ids(await trigger.drained())).toEqual([other.id]);
});

it('asks MISP once when nothing happens', async () => {
	const trigger = await begin();
	// The first poll reads all sources; the next ones take turns.
	expect(await trigger.next()).toEqual([]);
	expect(await trigger.next()).toEqual([]);
	lab.requests.length = 0;
	expect(await trigger.next()).toEqual([]);
	expect(lab.sent).toEqual(['POST /attributes/restSearch']);
	expect(lab.body()).toEqual({
		order: 'Attribute.object_id desc',
		returnFormat: 'json',
		limit: 50,
		page: 1,
	});
});

it('looks back to a time', async () => {
	lab.world.stopClock();
	add(event(), 'file', 'older.example.com');
	lab.world.advance(3 * 3600);
	const recent = add(event(), 'file', 'recent.example.com');
	lab.world.history.add(event(), { type: 'domain', value: 'loose.example.com' });
	const trigger = new Watching(lab, 'objectAdded', { start: 'lookBack', since: '1h' });
	await lab.savedCredential({ credential: trigger.credential });
	const first = (await trigger.activate()).map(({ json }) => json);
	expect(ids([...first, ...(await trigger.drained())])).toEqual([recent.id]);
});

it('leaves out an object that is gone before it is fetched, and goes on after a restart', async () => {
	const trigger = await begin();
	const campaign = event();
	const one = add(campaign, 'file', 'a.example.com');
	const gone = add(campaign, 'file', 'b.example.com');
	lab.world.objects.delete(gone.id);
	expect(ids(await trigger.next())).toEqual([one.id]);
	trigger.restart();
	const two = add(campaign, 'file', 'c.example.com');
	expect(ids(await trigger.next())).toEqual([two.id]);
});
