import { useLab } from './support';
import { Watching } from './watch';

const lab = useLab();

const ALPHA = { orgId: 2, orgcId: 2 };
const HOUR = 3600;

const domain = (value: string, more: Record<string, unknown> = {}) => ({
	type: 'domain',
	value,
	...more,
});

/** A draft of CERT-ALPHA. */
const event = (info = 'Campaign') => lab.world.addEvent({ ...ALPHA, info });

const values = (rows: Array<Record<string, unknown>>) => rows.map(({ value }) => value);

describe('Attribute Added', () => {
	const begin = async (parameters: Record<string, unknown> = {}, setting = {}) =>
		await new Watching(lab, 'attributeAdded', parameters, setting).begin();

	it('starts once for each attribute, oldest first, with its event', async () => {
		const trigger = await begin();
		const campaign = event();
		lab.world.history.add(campaign, domain('a.example.com'));
		lab.world.history.add(campaign, domain('b.example.com'));
		const rows = await trigger.next();
		expect(rows).toMatchObject([
			{ value: 'a.example.com', Event: { id: String(campaign.id), info: 'Campaign' } },
			{ value: 'b.example.com' },
		]);
		expect(rows[0]?.timestamp_iso).toMatch(/^\d{4}-/);
		expect(await trigger.drained()).toEqual([]);
	});

	it('starts neither for an edit, nor a deletion, nor a publication', async () => {
		const trigger = await begin();
		const row = lab.world.history.add(event(), domain('a.example.com'));
		expect(await trigger.next()).toHaveLength(1);
		lab.world.history.edit(row, { comment: 'seen' });
		const campaign = lab.world.events.get(row.eventId);
		if (campaign) lab.world.publish(campaign);
		expect(await trigger.drained()).toEqual([]);
		lab.world.history.softDelete(row);
		lab.world.history.softDelete(row, false);
		expect(await trigger.drained()).toEqual([]);
	});

	it('finds what is synchronised with old times, published or not', async () => {
		const trigger = await begin();
		lab.world.history.pull({}, [domain('old.example.com')]);
		lab.world.history.pull({ published: false }, [domain('draft.example.com')]);
		expect(values(await trigger.next())).toEqual(['old.example.com', 'draft.example.com']);
		expect(await trigger.drained()).toEqual([]);
	});

	it('hands on many of one second in parts', async () => {
		const trigger = await begin({ options: { limit: 100 } });
		lab.world.history.attributes(event(), 250);
		const counts = [];
		for (let poll = 0; poll < 4; poll += 1) counts.push((await trigger.next()).length);
		expect(counts).toEqual([100, 100, 50, 0]);
	});

	it('goes on from an old state after a restart', async () => {
		const trigger = await begin();
		const campaign = event();
		lab.world.history.add(campaign, domain('a.example.com'));
		expect(values(await trigger.next())).toEqual(['a.example.com']);
		lab.world.advance(7 * 24 * HOUR);
		lab.world.history.add(campaign, domain('b.example.com'));
		trigger.restart();
		expect(values(await trigger.next())).toEqual(['b.example.com']);
		expect(await trigger.drained()).toEqual([]);
	});

	it('hands on one that is committed late', async () => {
		const trigger = await begin();
		expect(await trigger.next()).toEqual([]);
		const campaign = event();
		const commit = lab.world.history.late('attribute', (taken) =>
			lab.world.addAttribute(campaign, { ...taken, ...domain('late.example.com') }),
		);
		lab.world.history.add(campaign, domain('a.example.com'));
		expect(values(await trigger.drained())).toEqual(['a.example.com']);
		commit();
		expect(values(await trigger.drained())).toEqual(['late.example.com']);
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
			order: 'Attribute.id desc',
			returnFormat: 'json',
			limit: 50,
			page: 1,
		});
	});

	it('asks once also with filters, one clock after the other', async () => {
		const trigger = await begin({ tags: ['tlp:red'], filters: { to_ids: 1 } });
		await trigger.drained();
		lab.requests.length = 0;
		const clocks = [];
		for (let poll = 0; poll < 6; poll += 1) {
			expect(await trigger.next()).toEqual([]);
			expect(lab.requests).toHaveLength(poll + 1);
			clocks.push(lab.body(-1).order);
		}
		expect([...new Set(clocks)].sort()).toEqual([
			'Attribute.id asc',
			'Attribute.id desc',
			'Attribute.timestamp asc, Attribute.id asc',
			'Event.publish_timestamp asc, Attribute.id asc',
		]);
		expect(lab.body(-1)).toMatchObject({ tags: ['tlp:red'], to_ids: 1 });
	});

	it('starts when an attribute comes to match: switched on, tagged, its event tagged', async () => {
		const before = lab.world.history.add(event(), domain('before.example.com', { toIds: true }));
		const trigger = await begin({ tags: ['tlp:red'], filters: { to_ids: 1 } });
		const campaign = event();
		const on = lab.world.history.add(campaign, domain('on.example.com', { toIds: false }));
		const own = lab.world.history.add(event(), domain('own.example.com', { toIds: true }));
		expect(await trigger.drained()).toEqual([]);

		lab.world.history.tag(own, 'tlp:red');
		expect(values(await trigger.drained())).toEqual(['own.example.com']);
		lab.world.history.tag(campaign, 'tlp:red');
		expect(await trigger.drained()).toEqual([]);
		lab.world.history.edit(on, { toIds: true });
		expect(values(await trigger.drained())).toEqual(['on.example.com']);

		lab.world.history.add(campaign, domain('by-event.example.com', { toIds: true }));
		const other = event();
		lab.world.history.add(other, domain('later.example.com', { toIds: true }));
		expect(values(await trigger.drained())).toEqual(['by-event.example.com']);
		lab.world.history.tag(other, 'tlp:red');
		expect(values(await trigger.drained())).toEqual(['later.example.com']);

		// What was there before the trigger began is not new to it.
		lab.world.history.tag(before, 'tlp:red');
		expect(await trigger.drained()).toEqual([]);
	});

	it('waits for the publication when asked to, with one clock', async () => {
		const trigger = await begin({ filters: { published: 1 } });
		const campaign = event();
		lab.world.history.add(campaign, domain('a.example.com'));
		expect(await trigger.next()).toEqual([]);
		lab.world.publish(campaign);
		expect(values(await trigger.next())).toEqual(['a.example.com']);
		lab.world.history.add(campaign, domain('b.example.com'));
		lab.world.publish(campaign);
		expect(values(await trigger.next())).toEqual(['b.example.com']);
		expect(await trigger.drained()).toEqual([]);
		lab.requests.length = 0;
		await trigger.next();
		expect(lab.sent).toHaveLength(1);
		expect(lab.body()).toMatchObject({
			published: 1,
			order: 'Event.publish_timestamp asc, Attribute.id asc',
		});
	});

	it('leaves out own data, excluded tags and known good values', async () => {
		const trigger = await begin({
			filters: { skipOwn: true, tagsNot: ['tlp:red'], enforceWarninglist: true },
		});
		const beta = lab.world.addEvent({ orgId: 3, orgcId: 3 });
		const red = lab.world.addEvent({ orgId: 3, orgcId: 3 });
		lab.world.history.tag(red, 'tlp:red');
		lab.world.history.add(event(), domain('own.example.com'));
		lab.world.history.add(red, domain('red.example.com'));
		lab.world.history.add(beta, { type: 'ip-dst', value: '8.8.8.8' });
		lab.world.history.add(beta, domain('good.example.com'));
		expect(values(await trigger.drained())).toEqual(['good.example.com']);
	});

	it('passes by more known good values than fit on a page', async () => {
		const trigger = await begin({ filters: { enforceWarninglist: true } });
		const campaign = event();
		lab.world.history.add(campaign, domain('first.example.com'));
		lab.world.history.attributes(campaign, 4500, (at) => ({
			type: 'ip-dst',
			value: `10.1.${at >> 8}.${at & 255}`,
		}));
		expect(values(await trigger.drained())).toEqual(['first.example.com']);
		lab.world.history.add(campaign, domain('second.example.com'));
		expect(values(await trigger.drained())).toEqual(['second.example.com']);
	});

	it('adds what is wanted beside the attribute', async () => {
		const trigger = await begin({ include: ['includeEventTags'] });
		const campaign = event();
		lab.world.history.tag(campaign, 'tlp:green');
		lab.world.history.add(campaign, domain('a.example.com'));
		lab.requests.length = 0;
		expect(await trigger.next()).toMatchObject([{ Tag: [{ name: 'tlp:green', inherited: 1 }] }]);
		expect(lab.body(-1)).toMatchObject({ includeEventTags: 1, deleted: [0, 1] });
		expect(lab.body(-2)).not.toHaveProperty('includeEventTags');
	});

	it('looks back to a time, by arrival for what comes from elsewhere', async () => {
		lab.world.stopClock();
		const campaign = event();
		lab.world.history.add(campaign, domain('older.example.com'));
		lab.world.advance(3 * HOUR);
		lab.world.history.add(campaign, domain('recent.example.com'));
		lab.world.history.pull({}, [domain('arrived.example.com')]);
		const trigger = new Watching(lab, 'attributeAdded', { start: 'lookBack', since: '1h' });
		await lab.savedCredential({ credential: trigger.credential });
		const first = (await trigger.activate()).map(({ json }) => json);
		const rows = [...first, ...(await trigger.drained())];
		expect(values(rows)).toEqual(['recent.example.com', 'arrived.example.com']);
	});

	it('fetches a recent one in the editor and keeps its state', async () => {
		const trigger = await begin();
		lab.world.history.add(event(), domain('a.example.com'));
		expect(await trigger.fetchTestEvent()).toMatchObject([{ json: { value: 'a.example.com' } }]);
		expect(values(await trigger.next())).toEqual(['a.example.com']);
	});

	it('says so when there is none to fetch', async () => {
		const trigger = await begin({ tags: ['sandbox:priority="high"'], filters: { org: ['4'] } });
		await expect(trigger.fetchTestEvent()).rejects.toThrow(
			'There is nothing in this MISP yet that "Attribute Added" would start with.',
		);
	});

	it('goes on behind a row that cannot be read', async () => {
		const trigger = await begin();
		const campaign = event();
		lab.world.history.add(campaign, domain('broken.example.com', { timestamp: Number.NaN }));
		lab.world.history.add(campaign, domain('good.example.com'));
		expect(values(await trigger.next())).toEqual(['good.example.com']);
	});
});
