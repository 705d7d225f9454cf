import type { EventRow } from '../sandbox/rows';
import { useLab } from './support';
import { Watching } from './watch';

const lab = useLab();

const event = (row: Partial<EventRow> = {}) =>
	lab.world.addEvent({ orgId: 2, orgcId: 2, info: 'Campaign', ...row });

const propose = (on: EventRow, value: string, row: Record<string, unknown> = {}) =>
	lab.world.addProposal(on, { type: 'domain', value, orgId: 3, ...row });

const begin = async (parameters: Record<string, unknown> = {}) =>
	await new Watching(lab, 'proposalAdded', parameters).begin();

const ids = (rows: Array<Record<string, unknown>>) => rows.map(({ id }) => Number(id));

it('starts once for each proposal, with the event that it is about', async () => {
	const campaign = event();
	propose(campaign, 'before.example.com');
	const trigger = await begin();
	const one = propose(campaign, 'a.example.com');
	const two = propose(campaign, 'b.example.com');
	expect(await trigger.next()).toMatchObject([
		{
			id: String(one.id),
			value: 'a.example.com',
			Org: { name: 'CERT-BETA' },
			Event: { id: String(campaign.id), info: 'Campaign' },
		},
		{ id: String(two.id) },
	]);
	expect(await trigger.drained()).toEqual([]);
});

it('does not start when one is accepted or discarded', async () => {
	const proposal = propose(event(), 'a.example.com');
	const trigger = await begin();
	Object.assign(proposal, { deleted: true, timestamp: lab.world.now() });
	expect(await trigger.drained()).toEqual([]);
});

it('finds what is synchronised with an old time, and leaves out foreign events', async () => {
	const foreign = event({ orgId: 3, orgcId: 3, distribution: 3, published: true });
	const [own, all] = [await begin(), await begin({ events: 'all' })];
	const here = propose(event(), 'a.example.com', { timestamp: lab.world.now() - 7 * 86_400 });
	const there = propose(foreign, 'b.example.com');
	expect(ids(await own.next())).toEqual([here.id]);
	expect(ids(await all.next())).toEqual([here.id, there.id]);
});

it('takes kinds, types and events, and what others proposed', async () => {
	const campaign = event();
	const attribute = lab.world.addAttribute(campaign, { type: 'domain', value: 'old.example.com' });
	const trigger = await begin({
		filters: {
			kind: ['change', 'delete'],
			type: ['domain'],
			eventid: [campaign.uuid],
			skipOwn: true,
		},
	});
	const about = { attributeId: attribute.id, uuid: attribute.uuid };
	propose(campaign, 'new.example.com');
	propose(campaign, 'host', { ...about, type: 'hostname' });
	propose(campaign, 'own.example.com', { ...about, orgId: 2 });
	propose(event(), 'elsewhere.example.com', about);
	const change = propose(campaign, 'changed.example.com', about);
	const deletion = propose(campaign, 'old.example.com', { ...about, toDelete: true });
	expect(ids(await trigger.drained())).toEqual([change.id, deletion.id]);
});

it('hands on many of one second in parts', async () => {
	const campaign = event();
	const trigger = await begin({ options: { limit: 10 } });
	for (let at = 0; at < 25; at += 1) propose(campaign, `host${at}.example.com`);
	const counts = [];
	for (let poll = 0; poll < 4; poll += 1) counts.push((await trigger.next()).length);
	expect(counts).toEqual([10, 10, 5, 0]);
});

it('asks MISP once when nothing happens, by named parameters', async () => {
	const trigger = await begin({ filters: { type: ['domain'] } });
	lab.requests.length = 0;
	expect(await trigger.next()).toEqual([]);
	expect(lab.sent).toEqual([
		'GET /shadow_attributes/index/all:0/deleted:0/sort:id/direction:desc/limit:50/page:1',
	]);
});

it('goes on after a restart with an old state', async () => {
	const campaign = event();
	const trigger = await begin();
	propose(campaign, 'a.example.com');
	expect(await trigger.next()).toHaveLength(1);
	lab.world.advance(7 * 86_400);
	const one = propose(campaign, 'b.example.com');
	trigger.restart();
	expect(ids(await trigger.drained())).toEqual([one.id]);
});

it('looks back to a time', async () => {
	lab.world.stopClock();
	const campaign = event();
	propose(campaign, 'older.example.com');
	lab.world.advance(3 * 3600);
	const one = propose(campaign, 'recent.example.com');
	const trigger = new Watching(lab, 'proposalAdded', { start: 'lookBack', since: '1h' });
	await lab.savedCredential({ credential: trigger.credential });
	const first = (await trigger.activate()).map(({ json }) => json);
	expect(ids([...first, ...(await trigger.drained())])).toEqual([one.id]);
});

it('fetches a recent one in the editor, and says so when there is none', async () => {
	const trigger = await begin();
	const one = propose(event(), 'a.example.com');
	expect(await trigger.fetchTestEvent()).toMatchObject([{ json: { id: String(one.id) } }]);
	expect(ids(await trigger.next())).toEqual([one.id]);
	const none = await begin({ filters: { type: ['sha512'] } });
	await expect(none.fetchTestEvent()).rejects.toThrow('There is nothing in this MISP yet');
});

it('goes on behind a row that cannot be read', async () => {
	const campaign = event();
	const trigger = await begin();
	propose(campaign, 'broken.example.com', { timestamp: Number.NaN });
	const one = propose(campaign, 'good.example.com');
	expect(ids(await trigger.next())).toEqual([one.id]);
});
