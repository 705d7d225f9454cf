import type { AttributeRow } from '../sandbox/rows';
import { byId, useLab } from './support';
import { Watching } from './watch';

const lab = useLab();

const HOUR = 3600;

function attribute(value = 'c2.example.com'): AttributeRow {
	const event = lab.world.addEvent({ orgId: 2, orgcId: 2, info: 'Campaign' });
	return lab.world.addAttribute(event, { type: 'domain', value });
}

const see = (on: AttributeRow, row: Record<string, unknown> = {}) =>
	lab.world.addSighting(on, { orgId: 3, ...row });

const begin = async (parameters: Record<string, unknown> = {}) =>
	await new Watching(lab, 'sightingAdded', parameters).begin();

const ids = (rows: Array<Record<string, unknown>>) => rows.map(({ id }) => Number(id));

it('starts once for each sighting, with what was seen', async () => {
	const seen = attribute();
	see(seen);
	const trigger = await begin();
	const one = see(seen, { source: 'proxy' });
	const two = see(seen, { type: 1 });
	expect(await trigger.next()).toMatchObject([
		{
			id: String(one.id),
			source: 'proxy',
			type: '0',
			Attribute: { value: 'c2.example.com' },
			Event: { info: 'Campaign' },
			Organisation: { name: 'CERT-BETA' },
			date_sighting_iso: expect.any(String) as unknown,
		},
		{ id: String(two.id), type: '1' },
	]);
	expect(await trigger.drained()).toEqual([]);
});

it('finds one that is dated back, and not those from before it began', async () => {
	const seen = attribute();
	see(seen, { date: lab.world.now() - HOUR });
	const trigger = await begin();
	const late = see(seen, { date: lab.world.now() - 2 * HOUR });
	lab.world.advance(HOUR);
	expect(ids(await trigger.drained())).toEqual([late.id]);
	expect(await trigger.drained()).toEqual([]);
});

it('takes the types, the source, and what others reported', async () => {
	const seen = attribute();
	const trigger = await begin({ filters: { type: ['1', '2'], source: 'soc', skipOwn: true } });
	see(seen, { source: 'soc' });
	see(seen, { type: 1, source: 'proxy' });
	see(seen, { type: 1, source: 'soc', orgId: 2 });
	const wrong = see(seen, { type: 1, source: 'soc' });
	const ended = see(seen, { type: 2, source: 'soc' });
	expect(ids(await trigger.drained())).toEqual([wrong.id, ended.id]);
});

test.each([
	['event', (row: AttributeRow) => row.eventId],
	['attribute', (row: AttributeRow) => row.uuid],
])('watches one %s', async (context, target) => {
	const seen = attribute();
	const trigger = await begin({ context, [context]: byId(String(target(seen))) });
	see(attribute('other.example.com'));
	const one = see(seen);
	expect(ids(await trigger.drained())).toEqual([one.id]);
});

it('hands on many of one second in parts', async () => {
	const seen = attribute();
	const trigger = await begin({ options: { limit: 10 } });
	for (let at = 0; at < 25; at += 1) see(seen);
	const counts = [];
	for (let poll = 0; poll < 4; poll += 1) counts.push((await trigger.next()).length);
	expect(counts).toEqual([10, 10, 5, 0]);
});

it('asks MISP once when nothing happens, for a stretch with both ends', async () => {
	const trigger = await begin({ filters: { type: ['1'] } });
	lab.requests.length = 0;
	expect(await trigger.next()).toEqual([]);
	expect(lab.sent).toEqual(['POST /sightings/restSearch']);
	const now = lab.world.now();
	expect(lab.body()).toEqual({
		from: expect.any(Number) as unknown,
		to: now - 5,
		type: ['1'],
		includeAttribute: 1,
		includeEvent: 1,
		returnFormat: 'json',
	});
});

it('goes on after a restart with an old state', async () => {
	const seen = attribute();
	const trigger = await begin();
	see(seen);
	expect(await trigger.next()).toHaveLength(1);
	lab.world.advance(7 * 24 * HOUR);
	const one = see(seen);
	trigger.restart();
	expect(ids(await trigger.drained())).toEqual([one.id]);
});

it('looks back to a time', async () => {
	lab.world.stopClock();
	const seen = attribute();
	see(seen);
	lab.world.advance(3 * HOUR);
	const one = see(seen);
	const trigger = new Watching(lab, 'sightingAdded', { start: 'lookBack', since: '1h' });
	await lab.savedCredential({ credential: trigger.credential });
	const first = (await trigger.activate()).map(({ json }) => json);
	expect(ids([...first, ...(await trigger.drained())])).toEqual([one.id]);
});

it('asks for an hour at most in one request, and comes to the end', async () => {
	lab.world.stopClock();
	const seen = attribute();
	lab.world.advance(30 * 24 * HOUR);
	const before = lab.world.now();
	const all = [1, 5, 9].map((hours) => see(seen, { date: before - hours * HOUR }));
	const trigger = new Watching(lab, 'sightingAdded', { start: 'lookBack', since: '10h' });
	await lab.savedCredential({ credential: trigger.credential });
	lab.requests.length = 0;
	const first = (await trigger.activate()).map(({ json }) => json);
	const rows = [...first, ...(await trigger.drained())];
	expect(ids(rows)).toEqual(all.reverse().map(({ id }) => id));
	const [newestId, ...reads] = lab.requests.flatMap(({ path, body }) =>
		path === '/sightings/restSearch' ? [body as { from: number; to: number }] : [],
	);
	expect(newestId).toBeDefined();
	expect(reads.length).toBeGreaterThan(9);
	for (const { from, to } of reads) expect(to - from).toBeLessThanOrEqual(HOUR);

	// What arrives with an old time is found by looking back, and then all is quiet again.
	const late = see(seen, { date: lab.world.now() - 8 * HOUR });
	lab.world.advance(HOUR / 2);
	expect(ids(await trigger.drained())).toEqual([late.id]);
	lab.requests.length = 0;
	expect(await trigger.next()).toEqual([]);
	expect(lab.sent).toEqual(['POST /sightings/restSearch']);
});

it('fetches a recent one in the editor, and says so when there is none', async () => {
	const seen = attribute();
	const trigger = await begin();
	const one = see(seen, { source: 'editor' });
	lab.world.advance(10);
	expect(await trigger.fetchTestEvent()).toMatchObject([{ json: { id: String(one.id) } }]);
	expect(ids(await trigger.next())).toEqual([one.id]);
	const none = await begin({ filters: { source: 'nobody' } });
	await expect(none.fetchTestEvent()).rejects.toThrow('There is nothing in this MISP yet');
});

it('goes on behind a row that cannot be read', async () => {
	const seen = attribute();
	const trigger = await begin();
	see(seen, { id: Number.NaN });
	const one = see(seen, { id: 100_000 });
	expect(ids(await trigger.next())).toEqual([one.id]);
});
