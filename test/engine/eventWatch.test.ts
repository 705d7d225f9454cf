import type { EventRow } from '../sandbox/rows';
import { HAS_BUDGET } from './pollEngine';
import { useLab } from './support';
import { Watching } from './watch';

const lab = useLab();

const WEEK = 7 * 86_400;

/** An event of CERT-ALPHA, as a person makes one in MISP. */
const event = (info: string, more: Partial<EventRow> = {}): EventRow =>
	lab.world.addEvent({ orgId: 2, orgcId: 2, info, ...more });

const begin = async (watch: string, parameters: Record<string, unknown> = {}, options = {}) =>
	await new Watching(lab, watch, parameters, {}, options).begin();

const titles = (rows: Array<Record<string, unknown>>) => rows.map(({ info }) => info);

describe('Event Published', () => {
	it('starts when an event is published, and each time again', async () => {
		const trigger = await begin('eventPublished');
		const phishing = event('Phishing against example.com');
		expect(await trigger.next()).toEqual([]);
		lab.world.publish(phishing);
		const [row] = await trigger.next();
		expect(row).toMatchObject({ id: String(phishing.id), info: phishing.info, published: true });
		expect(row?.publish_timestamp_iso).toMatch(/^\d{4}-/);
		expect(await trigger.drained()).toEqual([]);

		lab.world.publish(phishing);
		expect(titles(await trigger.drained())).toEqual([phishing.info]);
	});

	it('starts at the first publication alone, also of what was published before the trigger', async () => {
		const old = event('Old');
		lab.world.history.add(old, { type: 'domain', value: 'old.example.com' });
		lab.world.publish(old);
		lab.world.advance(60);
		const trigger = await begin('eventPublished', { when: 'first' });
		const fresh = event('Fresh');
		for (let times = 0; times < 2; times += 1) {
			lab.world.advance(60);
			lab.world.publish(old);
			lab.world.publish(fresh);
		}
		expect(titles(await trigger.drained())).toEqual(['Fresh']);
	});

	it('does not start for an edit, nor when an event is unpublished', async () => {
		const trigger = await begin('eventPublished');
		const phishing = event('Phishing');
		lab.world.publish(phishing);
		expect(await trigger.next()).toHaveLength(1);
		lab.world.history.edit(phishing, { info: 'Phishing, edited' });
		expect(phishing.published).toBe(false);
		expect(await trigger.drained()).toEqual([]);
	});
});

describe('Event Created', () => {
	it('starts once for each event, oldest first, whatever becomes of it', async () => {
		const trigger = await begin('eventCreated');
		const one = event('One');
		event('Two');
		expect(titles(await trigger.next())).toEqual(['One', 'Two']);
		lab.world.history.edit(one, { info: 'One, edited' });
		lab.world.publish(one);
		expect(await trigger.drained()).toEqual([]);
	});

	it('finds what is synchronised with old times, published or not', async () => {
		const trigger = await begin('eventCreated');
		lab.world.history.pull({ info: 'Published' });
		lab.world.history.pull({ info: 'Draft', published: false });
		expect(titles(await trigger.drained())).toEqual(['Published', 'Draft']);
	});

	it('starts when an event comes to match the filters', async () => {
		const trigger = await begin('eventCreated', { tags: ['tlp:green'], filters: { published: 1 } });
		const later = event('Later');
		expect(await trigger.drained()).toEqual([]);
		lab.world.history.tag(later, 'tlp:green');
		expect(await trigger.drained()).toEqual([]);
		lab.world.publish(later);
		expect(titles(await trigger.drained())).toEqual(['Later']);
		lab.world.publish(later);
		expect(await trigger.drained()).toEqual([]);
	});

	it('leaves out what carries a tag, and what the own organisation made', async () => {
		const filters = { tagsNot: ['workflow:state="done"'], skipOwn: true };
		const trigger = await begin('eventCreated', { filters });
		const done = event('Done', { orgId: 3, orgcId: 3, distribution: 1 });
		lab.world.history.tag(done, 'workflow:state="done"');
		event('Own');
		event('Of others, without attributes', { orgId: 3, orgcId: 3, distribution: 1 });
		expect(titles(await trigger.drained())).toEqual(['Of others, without attributes']);
	});

	it('sees local tags that leave something out, also with a key that synchronises', async () => {
		const setting = { key: 'sync_user', access: 'publish' } as const;
		const filters = { tagsNot: ['workflow:state="done"'] };
		const trigger = await new Watching(lab, 'eventCreated', { filters }, setting).begin();
		const done = event('Done for one', { distribution: 1, published: true });
		lab.world.history.tag(done, 'workflow:state="done"', true);
		const own = lab.world.addEvent({ orgId: 3, orgcId: 3, info: 'Own, done' });
		lab.world.history.tag(own, 'workflow:state="done"', true);
		event('Not done yet', { distribution: 1, published: true });
		expect(titles(await trigger.drained())).toEqual(['Not done yet']);
		const search = lab.requests.find(({ path }) => path === '/events/restSearch');
		expect(search?.body).toMatchObject({ includeAllTags: 1, excludeLocalTags: 0 });
	});

	it('looks back where it is asked to', async () => {
		lab.world.stopClock();
		const recent = event('Recent');
		lab.world.advance(600);
		const trigger = new Watching(lab, 'eventCreated', { start: 'lookBack', since: '1h' });
		await lab.savedCredential({ credential: trigger.credential });
		const first = (await trigger.activate()).map(({ json }) => json);
		const all = titles([...first, ...(await trigger.drained())]);
		expect(all).toContain(recent.info);
		expect(new Set(all).size).toBe(all.length);
	});
});

describe('Event Created or Updated', () => {
	it('starts for the new event and for each change of it', async () => {
		const trigger = await begin('eventUpdated');
		const one = event('One');
		expect(titles(await trigger.next())).toEqual(['One']);
		lab.world.history.edit(one, { info: 'Two' });
		expect(titles(await trigger.next())).toEqual(['Two']);
		lab.world.history.add(one, { type: 'domain', value: 'a.example.com' });
		expect(titles(await trigger.next())).toEqual(['Two']);
		lab.world.publish(one);
		expect(await trigger.drained()).toEqual([]);
	});

	it('sees what other instances bring, and not again when it is published again', async () => {
		const trigger = await begin('eventUpdated');
		const pulled = lab.world.history.pull({ info: 'Pulled' });
		expect(titles(await trigger.drained())).toEqual(['Pulled']);
		lab.world.publish(pulled);
		expect(await trigger.drained()).toEqual([]);
		lab.world.history.pullEdit(pulled, { timestamp: pulled.timestamp + 60, info: 'Edited there' });
		expect(titles(await trigger.drained())).toEqual(['Edited there']);
	});

	it('hands on many of one second in parts, each once', async () => {
		const trigger = await begin('eventUpdated', { options: { limit: 100 } });
		lab.world.history.events(250);
		const parts = [];
		for (let poll = 0; poll < 4; poll += 1) parts.push(await trigger.next());
		expect(parts.map(({ length }) => length)).toEqual([100, 100, 50, 0]);
		expect(new Set(parts.flat().map(({ id }) => id)).size).toBe(250);
	});
});

describe('what comes out', () => {
	it('is the whole event where that is asked for', async () => {
		const trigger = await begin('eventCreated', { content: 'whole' });
		const one = event('One');
		lab.world.history.add(one, { type: 'domain', value: 'a.example.com' });
		const [row] = await trigger.next();
		expect(row).toMatchObject({ info: 'One', Attribute: [{ value: 'a.example.com' }] });
	});

	it('is one item with all rows, or rows as MISP sends them', async () => {
		const list = await begin('eventCreated', { output: 'list' });
		const raw = await begin('eventCreated', { options: { raw: true } }, { workflowId: 'other' });
		event('One');
		event('Two');
		expect(await list.next()).toMatchObject([{ count: 2, rows: [{ info: 'One' }, {}] }]);
		expect(await raw.next()).toMatchObject([{ Event: { info: 'One' } }, { Event: {} }]);
	});
});

describe('fetching a test event', () => {
	it('gives a recent event and leaves the state alone', async () => {
		const trigger = await begin('eventCreated');
		event('Newest');
		const before = structuredClone(trigger.memory);
		expect((await trigger.fetchTestEvent()).map(({ json }) => json)).toMatchObject([
			{ info: 'Newest' },
		]);
		expect(trigger.memory).toEqual(before);
		expect(titles(await trigger.next())).toEqual(['Newest']);
	});

	it('says what to do when there is none', async () => {
		const trigger = await begin('eventPublished', { tags: ['nobody:uses="this"'] });
		await expect(trigger.fetchTestEvent()).rejects.toMatchObject({
			message: 'There is nothing in this MISP yet that "Event Published" would start with.',
			description: expect.stringContaining('Loosen the filters') as string,
		});
	});
});

describe('n8n', () => {
	it('asks MISP once when nothing happens', async () => {
		const trigger = await begin('eventUpdated');
		await trigger.drained();
		lab.requests.length = 0;
		const POLLS = 4;
		for (let poll = 0; poll < POLLS; poll += 1) expect(await trigger.next()).toEqual([]);
		// What the key may do is looked at again every ten minutes, whatever the number of polls.
		const polls = lab.requests.filter(({ path }) => path === '/events/restSearch');
		expect(polls).toHaveLength(POLLS);
		const orders = polls.map(({ body }) => (body as { order: string }).order);
		expect([...new Set(orders)].sort()).toEqual([
			'Event.publish_timestamp asc, Event.id asc',
			'Event.timestamp asc, Event.id asc',
		]);
		expect(lab.body(-1)).toMatchObject({ metadata: 1, returnFormat: 'json', limit: 500, page: 1 });
	});

	it('may be switched off for a week, and restart with an old state', async () => {
		const trigger = await begin('eventUpdated');
		event('Before');
		expect(titles(await trigger.next())).toEqual(['Before']);
		expect(await trigger.drained()).toEqual([]);
		lab.world.advance(WEEK);
		event('Meanwhile');
		trigger.restart();
		expect(titles(await trigger.drained())).toEqual(['Meanwhile']);
	});

	it('may keep cursors durably', async () => {
		const trigger = await begin('eventUpdated', { options: { limit: 2 } }, { durable: true });
		lab.world.history.events(3);
		expect(await trigger.next()).toHaveLength(2);
		lab.faults.set('internalError', { match: /restSearch/ });
		await expect(trigger.next()).rejects.toThrow(/Internal Error/i);
		lab.faults.clear();
		trigger.restart();
		expect(await trigger.next()).toHaveLength(1);
		expect(await trigger.drained()).toEqual([]);
		event('Later');
		trigger.restart();
		expect(titles(await trigger.drained())).toEqual(['Later']);
	});

	it('keeps the state when a poll fails, and goes on', async () => {
		const trigger = await begin('eventCreated');
		event('One');
		const before = structuredClone(trigger.memory);
		lab.faults.set('internalError', { match: /restSearch/ });
		await expect(trigger.next()).rejects.toThrow(/Internal Error/i);
		expect(trigger.memory).toEqual(before);
		lab.faults.clear();
		expect(titles(await trigger.drained())).toEqual(['One']);
	});

	it('may run a poll twice at once: the second does nothing', async () => {
		const trigger = await begin('eventCreated');
		event('One');
		lab.world.advance(10);
		const both = await Promise.all([trigger.rows(), trigger.rows()]);
		expect(titles(both.flat())).toEqual(['One']);
		expect(await trigger.drained()).toEqual([]);
	});

	(HAS_BUDGET ? it : it.skip)(
		'may give a poll little time: it hands on what it has, and the rest comes later',
		async () => {
			const trigger = await begin('eventUpdated', {}, { budget: 0 });
			lab.world.history.events(3);
			expect(await trigger.next()).toEqual([]);
			trigger.options.budget = 300_000;
			expect(await trigger.drained()).toHaveLength(3);
		},
	);

	it('is told at activation that the key is wrong', async () => {
		const credential = { authKey: 'x'.repeat(40) };
		const trigger = new Watching(lab, 'eventCreated', {}, { credential });
		await expect(trigger.activate()).rejects.toThrow(/Authentication failed/);
		expect(trigger.memory).toEqual({});
	});

	it('goes on when a row cannot be read', async () => {
		const trigger = await begin('eventUpdated');
		event('Good');
		const bad = event('Bad');
		const { id } = bad;
		bad.id = NaN;
		expect(titles(await trigger.next())).toEqual(['Good']);
		expect(trigger.remarks.join(' ')).toMatch(/cannot read/);
		// What was there before does not come when the newest row cannot be read at the start.
		const other = await begin('eventCreated', {}, { workflowId: 'other' });
		expect(await other.drained()).toEqual([]);
		bad.id = id;
	});

	it('begins anew when something else is watched, or another MISP', async () => {
		const trigger = await begin('eventCreated');
		event('One');
		expect(await trigger.next()).toHaveLength(1);
		Object.assign(trigger.parameters, { watch: 'eventUpdated' });
		expect(await trigger.next()).toEqual([]);
		event('Two');
		expect(titles(await trigger.next())).toEqual(['Two']);
	});
});
