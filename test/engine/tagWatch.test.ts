import { byId, sorted, useLab } from './support';
import { Watching } from './watch';

const lab = useLab();

const TAG = 'sandbox:to-do';
const DONE = 'sandbox:done';

beforeEach(() => {
	// What stands in the queue of one test is none of the next one.
	for (const event of lab.world.events.values()) {
		event.tags = [];
		for (const attribute of event.attributes) attribute.tags = [];
	}
	for (const name of [TAG, DONE]) if (!lab.world.tag(name)) lab.world.addTag({ name });
	Object.assign(lab.world.settings, { hostOrgId: 1 });
});

const create = async (info: string) => await lab.row('event', 'create', { info });

const eventOf = (id: unknown) => lab.world.event(String(id)) as never;

const put = (id: unknown, name = TAG, local = false) =>
	lab.world.history.tag(eventOf(id), name, local);

const takeOff = async (id: unknown, name = TAG) =>
	await lab.row('tag', 'detach', { target: 'event', event: byId(id), tags: [name] });

const tagsOf = (id: unknown): string[] =>
	(lab.world.event(String(id))?.tags ?? []).map(
		({ tagId }) => lab.world.tags.get(tagId)?.name ?? '',
	);

const watching = async (parameters: object = {}, setting: object = {}) =>
	await new Watching(lab, 'tagApplied', { tag: TAG, ...parameters }, setting).begin();

describe('on events', () => {
	it('starts once, and again when the tag was off in between', async () => {
		const before = await create('Tagged before');
		put(before.id);
		const trigger = await watching();
		const { id } = await create('One');
		expect(await trigger.next()).toEqual([]);

		put(id);
		expect(await trigger.next()).toMatchObject([{ id, info: 'One', Tag: [{ name: TAG }] }]);
		expect(await trigger.drained()).toEqual([]);

		await takeOff(id);
		expect(await trigger.drained()).toEqual([]);
		put(id);
		expect(await trigger.drained()).toMatchObject([{ id }]);
	});

	it('sees local tags, which move no clock, and old events', async () => {
		const trigger = await watching();
		const pulled = lab.world.history.pull({ info: 'Old', published: false });
		put(pulled.id, TAG, true);
		expect(await trigger.drained()).toMatchObject([{ id: String(pulled.id), info: 'Old' }]);
	});

	it('takes what is in the queue already when it looks back', async () => {
		const { id } = await create('Waiting');
		put(id);
		const trigger = new Watching(lab, 'tagApplied', { tag: TAG, start: 'lookBack' });
		await lab.savedCredential({ access: 'read' });
		expect((await trigger.activate()).map(({ json }) => json)).toMatchObject([{ id }]);
		expect(await trigger.drained()).toEqual([]);
	});

	it('asks MISP in one request while nothing happens', async () => {
		const trigger = await watching();
		await trigger.next();
		lab.requests.length = 0;
		expect(await trigger.next()).toEqual([]);
		expect(lab.sent).toEqual(['POST /events/restSearch']);
		expect(lab.body()).toEqual({
			returnFormat: 'json',
			event_tags: [TAG],
			metadata: 1,
			excludeLocalTags: 0,
			includeAllTags: 1,
			order: 'Event.id asc',
			limit: 500,
			page: 1,
		});
	});

	it('sees tags that are not exportable, and local ones with a key that synchronises', async () => {
		const HIDDEN = 'sandbox:internal';
		lab.world.addTag({ name: HIDDEN, exportable: false });
		const filters = { tagsNot: [HIDDEN] };
		const hidden = await watching({ tag: HIDDEN });
		const others = await watching({ filters });
		const syncing = await watching({}, { key: 'sync_user', access: 'publish' });
		const [a, b] = ['Hidden', 'Local'].map((info) => {
			const { id } = lab.world.history.pull({ info, distribution: 3, published: true });
			return { id: String(id) };
		}) as [{ id: string }, { id: string }];
		put(a.id, HIDDEN);
		put(a.id);
		put(b.id, TAG, true);
		expect(await hidden.drained()).toMatchObject([{ id: a.id }]);
		expect(await others.drained()).toMatchObject([{ id: b.id }]);
		expect(await syncing.drained()).toMatchObject([{ id: a.id }, { id: b.id }]);
	});

	it('takes a tag by its exact name, where MISP reads _ as anything', async () => {
		const [exact, alike] = ['sandbox:to_do', 'sandbox:to-do'];
		lab.world.addTag({ name: exact });
		const trigger = await watching({ tag: exact });
		const [a, b] = [await create('Exact'), await create('Alike')];
		put(a.id, exact);
		put(b.id, alike);
		expect(await trigger.drained()).toMatchObject([{ id: a.id }]);
	});

	it.each(['%', '!sandbox:to-do', '12'])('refuses the name %s, before it asks', async (tag) => {
		const trigger = new Watching(lab, 'tagApplied', { tag });
		await lab.savedCredential({ access: 'read' });
		await expect(trigger.activate()).rejects.toThrow(/^The tag ".*" .*MISP reads/);
		expect(lab.sent).not.toContain('POST /events/restSearch');
	});

	it('hands on what comes to match later, and leaves out what carries another tag', async () => {
		const trigger = await watching({ filters: { published: 1, tagsNot: [DONE] } });
		const [a, b] = [await create('One'), await create('Two')];
		put(a.id);
		put(b.id);
		put(b.id, DONE);
		expect(await trigger.next()).toEqual([]);
		for (const { id } of [a, b]) {
			await lab.row('event', 'publish', { event: byId(id) }, { access: 'publish' });
		}
		lab.world.runJobs();
		expect(await trigger.drained()).toMatchObject([{ id: a.id }]);
	});

	it('skips what the own organisation created', async () => {
		const trigger = await watching({ filters: { skipOwn: true } });
		const [own] = lab.world.history.events(1);
		const other = lab.world.history.pull();
		for (const event of [own, other]) put(event?.id);
		expect(await trigger.drained()).toMatchObject([{ id: String(other.id) }]);
	});

	it('hands on more than a page in portions, each once', async () => {
		const trigger = await watching({ options: { limit: 250 } });
		const events = lab.world.history.events(600);
		for (const { id } of events) put(id);
		const rows = await trigger.drained();
		expect(rows.map(({ id }) => Number(id))).toEqual(events.map(({ id }) => id));
		await trigger.next();
		expect(await trigger.drained()).toEqual([]);
	});

	it('leaves out a row that it cannot read, and says so', async () => {
		const trigger = await watching();
		const [a, b] = [await create('One'), await create('Two')];
		for (const { id } of [a, b]) put(id);
		Object.assign(eventOf(a.id), { timestamp: 'broken' });
		expect(await trigger.next()).toMatchObject([{ id: b.id }]);
		expect(trigger.remarks[0]).toMatch(/MISP sent a row that this node cannot read/);
		Object.assign(eventOf(a.id), { timestamp: lab.world.now() });
		expect(await trigger.next()).toMatchObject([{ id: a.id }]);
	});

	it('goes on after a restart', async () => {
		const trigger = await watching();
		const [a, b] = [await create('One'), await create('Two')];
		put(a.id);
		expect(await trigger.next()).toMatchObject([{ id: a.id }]);
		trigger.restart();
		put(b.id);
		expect(await trigger.drained()).toMatchObject([{ id: b.id }]);
	});

	it('shows one in the editor, and says so when there is none', async () => {
		const trigger = await watching();
		await expect(trigger.fetchTestEvent()).rejects.toThrow(
			'There is nothing in this MISP yet that "Tag Applied" would start with.',
		);
		const { id } = await create('One');
		put(id);
		const state = structuredClone(trigger.memory);
		expect((await trigger.fetchTestEvent()).map(({ json }) => json)).toMatchObject([{ id }]);
		expect(trigger.memory).toEqual(state);
	});

	it('gives whole events', async () => {
		const trigger = await watching({ content: 'whole' });
		const event = lab.world.addEvent({ orgId: 2, orgcId: 2 });
		lab.world.addAttribute(event, { type: 'domain', value: 'a.example.com' });
		put(event.id);
		expect(await trigger.drained()).toMatchObject([{ Attribute: [{ value: 'a.example.com' }] }]);
	});
});

describe('on attributes', () => {
	const attribute = (value: string) => {
		const event = lab.world.addEvent({ orgId: 2, orgcId: 2, info: 'Holder' });
		const row = lab.world.addAttribute(event, { type: 'domain', value });
		return { event, row };
	};

	it('starts for the tag on the attribute itself, not on its event', async () => {
		const trigger = await watching({ on: 'attributes' });
		const [a, b] = [attribute('a.example.com'), attribute('b.example.com')];
		lab.world.history.tag(a.row, TAG);
		lab.world.history.tag(b.event, TAG);
		expect(await trigger.next()).toMatchObject([
			{ id: String(a.row.id), value: 'a.example.com', Event: { info: 'Holder' } },
		]);
		expect(await trigger.drained()).toEqual([]);
	});

	it('filters by type and by tags of the event', async () => {
		const trigger = await watching({
			on: 'attributes',
			attributeFilters: { tagsNot: [DONE], category: ['Network activity'] },
		});
		const [a, b] = [attribute('c.example.com'), attribute('d.example.com')];
		for (const { row } of [a, b]) lab.world.history.tag(row, TAG);
		lab.world.history.tag(b.event, DONE);
		lab.requests.length = 0;
		expect(await trigger.next()).toMatchObject([{ value: 'c.example.com' }]);
		expect(lab.sent.at(-1)).toBe('POST /attributes/restSearch');
		expect(lab.body(-1)).toEqual({
			returnFormat: 'json',
			tags: [TAG],
			category: ['Network activity'],
			includeEventTags: 1,
			includeAllTags: 1,
			order: 'Attribute.id asc',
			limit: 500,
			page: 1,
		});
	});

	it('takes the tag off and puts a local one on', async () => {
		lab.world.settings.hostOrgId = 2;
		const trigger = await watching(
			{ on: 'attributes', afterwards: 'replace', newTag: DONE, local: true },
			{ access: 'contribute' },
		);
		const { row } = attribute('e.example.com');
		lab.world.history.tag(row, TAG);
		await trigger.drained();
		const names = row.tags.map(({ tagId, local }) => [lab.world.tags.get(tagId)?.name, local]);
		expect(names).toEqual([[DONE, true]]);
	});
});

describe('afterwards', () => {
	const acting = async (parameters: object) => await watching(parameters, { access: 'contribute' });

	it('needs a credential that may change MISP', async () => {
		const trigger = new Watching(lab, 'tagApplied', { tag: TAG, afterwards: 'remove' });
		await lab.savedCredential({ access: 'read' });
		await expect(trigger.activate()).rejects.toThrow(/needs the access level "Contribute"/);
	});

	it('refuses to replace a tag by itself', async () => {
		const parameters = { tag: TAG, afterwards: 'replace', newTag: TAG.toUpperCase() };
		const trigger = new Watching(lab, 'tagApplied', parameters, { access: 'contribute' });
		await lab.savedCredential({ access: 'contribute' });
		await expect(trigger.activate()).rejects.toThrow('"New Tag" is the tag that is watched.');
	});

	it.each([
		['remove', [], ['POST /tags/removeTagFromObject']],
		['replace', [DONE], ['POST /tags/attachTagToObject', 'POST /tags/removeTagFromObject']],
		['add', [DONE, TAG], ['POST /tags/attachTagToObject']],
	])('%s: done once, at the next poll', async (afterwards, tags, writes) => {
		const trigger = await acting({ afterwards, newTag: DONE });
		const { id, uuid } = await create('One');
		put(id);
		expect(await trigger.next()).toMatchObject([{ id }]);
		expect(tagsOf(id)).toEqual([TAG]);
		lab.requests.length = 0;
		expect(await trigger.next()).toEqual([]);
		expect(sorted(tagsOf(id))).toEqual(tags);
		const sent = lab.requests.filter(({ path }) => path.startsWith('/tags/'));
		expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual(writes);
		for (const { body } of sent) expect(body).toMatchObject({ uuid });
		lab.requests.length = 0;
		expect(await trigger.drained()).toEqual([]);
		expect(new Set(lab.sent)).toEqual(new Set(['POST /events/restSearch']));
	});

	it('starts again when the tag that it took off is put on again', async () => {
		const trigger = await acting({ afterwards: 'remove' });
		const { id } = await create('One');
		put(id);
		await trigger.drained();
		put(id);
		expect(await trigger.drained()).toMatchObject([{ id }]);
		expect(tagsOf(id)).toEqual([]);
	});

	it('reports what MISP refuses, goes on with the others and tries again', async () => {
		const trigger = await acting({ afterwards: 'remove' });
		const foreign = lab.world.history.pull({ distribution: 3 });
		const { id } = await create('Own');
		for (const one of [foreign.id, id]) put(one);
		expect(await trigger.next()).toHaveLength(2);
		expect(await trigger.drained()).toEqual([]);
		expect([tagsOf(foreign.id), tagsOf(id)]).toEqual([[TAG], []]);
		expect(trigger.remarks[0]).toMatch(
			new RegExp(`The tags of events ${foreign.id} could not be changed, .* Cannot alter the tags`),
		);

		// It is still to be done, whoever makes it possible.
		foreign.orgcId = 2;
		put(id);
		expect(await trigger.drained()).toMatchObject([{ id }]);
		expect([tagsOf(foreign.id), tagsOf(id)]).toEqual([[], []]);
	});

	it('forgets nothing when the poll fails, before, within or after it', async () => {
		const trigger = await acting({ afterwards: 'remove' });
		const { id } = await create('One');
		put(id);
		expect(await trigger.next()).toHaveLength(1);
		lab.faults.set('internalError', { times: 1, match: /restSearch/ });
		await expect(trigger.next()).rejects.toThrow();
		expect(tagsOf(id)).toEqual([TAG]);
		lab.faults.set('internalError', { times: 1, match: /removeTag/ });
		expect(await trigger.next()).toEqual([]);
		expect(tagsOf(id)).toEqual([TAG]);
		expect(trigger.remarks).toHaveLength(1);

		await trigger.next();
		expect(tagsOf(id)).toEqual([]);
		expect(trigger.memory).toMatchObject({ handedOn: [] });
	});

	it('does what is left when n8n was killed after it took the rows over', async () => {
		const trigger = await acting({ afterwards: 'replace', newTag: DONE });
		const { id } = await create('One');
		put(id);
		await trigger.next();
		trigger.restart();
		expect(await trigger.drained()).toEqual([]);
		expect(tagsOf(id)).toEqual([DONE]);
	});

	it('leaves alone what is out of the queue meanwhile', async () => {
		const trigger = await acting({ afterwards: 'replace', newTag: DONE });
		const { id } = await create('One');
		put(id);
		await trigger.next();
		await takeOff(id);
		await trigger.drained();
		expect(tagsOf(id)).toEqual([]);
	});

	it('says what was not done when another tag is watched', async () => {
		const trigger = await acting({ afterwards: 'remove' });
		const { id } = await create('One');
		put(id);
		await trigger.next();
		trigger.parameters.tag = DONE;
		expect(await trigger.next()).toEqual([]);
		expect(trigger.remarks).toEqual([expect.stringContaining('before the last 1 rows were done')]);
		expect(tagsOf(id)).toEqual([TAG]);
	});
});
