import { byId, sorted, useLab } from './support';

const lab = useLab();

const own = () => lab.world.addEvent({ orgId: 2, userId: 2 });
const tagsOf = (target: { tags: Array<{ tagId: number; local: boolean }> }) =>
	target.tags.map(
		({ tagId, local }) => `${local ? 'local ' : ''}${lab.world.tags.get(tagId)?.name}`,
	);

describe('tag.attach', () => {
	it('puts one tag of no taxonomy on an event, by its UUID without a look-up', async () => {
		const event = own();
		lab.world.addTag({ name: 'reviewed by me' });
		const parameters = { event: byId(event.uuid), tags: ['reviewed by me'] };
		const row = await lab.row('tag', 'attach', parameters);
		expect(row).toEqual({
			target: 'event',
			uuid: event.uuid,
			tags: ['reviewed by me'],
			local: false,
			message: expect.stringContaining('Global tag reviewed by me'),
		});
		expect(lab.sent).toEqual(['POST /tags/attachTagToObject']);
		expect(lab.body()).toEqual({ uuid: event.uuid, tag: 'reviewed by me', local: 0 });
		expect(tagsOf(event)).toEqual(['reviewed by me']);
	});

	it('looks an id up and puts several tags on an attribute', async () => {
		const attribute = lab.world.addAttribute(own(), { type: 'domain', value: 'tag.example.com' });
		const row = await lab.row('tag', 'attach', {
			target: 'attribute',
			attribute: byId(attribute.id),
			tags: ['tlp:red', 'sandbox:reviewed', 'tlp:red'],
		});
		expect(row).toMatchObject({ target: 'attribute', tags: ['tlp:red', 'sandbox:reviewed'] });
		expect(tagsOf(attribute)).toEqual(['tlp:red', 'sandbox:reviewed']);
		expect(lab.sent).toEqual([
			`GET /attributes/view/${attribute.id}`,
			'POST /attributes/restSearch',
			'POST /tags/attachTagToObject',
		]);
		expect(lab.body(-1)).toMatchObject({ tag: ['tlp:red', 'sandbox:reviewed'] });
		expect(row.message).toContain('attached 2 tags');
	});

	it('looks a tag with _ in its name up once for all items', async () => {
		lab.world.addTag({ name: 'sandbox:b_c' });
		const events = [own(), own(), own()];
		await lab.rows(
			'tag',
			'attach',
			{ event: byId('={{ $json.uuid }}'), tags: ['sandbox:b_c'], onExclusive: 'keep' },
			{ input: events.map(({ uuid }) => ({ uuid })) },
		);
		expect(events.map(tagsOf)).toEqual([['sandbox:b_c'], ['sandbox:b_c'], ['sandbox:b_c']]);
		expect(lab.sent.filter((request) => request === 'POST /tags/search')).toHaveLength(1);
	});

	it('is no error when the tag is there already', async () => {
		const event = own();
		const parameters = { event: byId(event.uuid), tags: ['tlp:amber'] };
		await lab.row('tag', 'attach', parameters);
		const row = await lab.row('tag', 'attach', parameters);
		expect(row.message).toContain('already has the requested tag');
		expect(tagsOf(event)).toEqual(['tlp:amber']);
	});

	it('takes a name with a comma as one tag', async () => {
		lab.world.addTag({ name: 'sandbox:where="Paris, France"' });
		const event = own();
		await lab.row('tag', 'attach', {
			event: byId(event.uuid),
			tags: ['sandbox:where="Paris, France"'],
		});
		expect(tagsOf(event)).toEqual(['sandbox:where="Paris, France"']);
	});

	it('puts exactly the tag with _ in its name on, not one that the wildcard also fits', async () => {
		const decoy = lab.world.addTag({ name: 'sandbox:axb' });
		const event = own();
		const parameters = { event: byId(event.uuid), tags: ['sandbox:a_b'] };
		const { message, description } = await lab.failure('tag', 'attach', parameters);
		expect(message).toBe('MISP has no tag "sandbox:a_b".');
		expect(description).toContain('wildcard');
		expect(tagsOf(event)).toEqual([]);

		const exact = lab.world.addTag({ name: 'sandbox:a_b' });
		await lab.row('tag', 'attach', parameters);
		expect(event.tags.map(({ tagId }) => tagId)).toEqual([exact.id]);
		expect(decoy.id).not.toBe(exact.id);
		expect(lab.body(-1)).toMatchObject({ tag: exact.id.toString() });
	});

	it('does not take a name of digits for the id of another tag', async () => {
		const event = own();
		const parameters = { event: byId(event.uuid), tags: ['1'] }; // id 1 is tlp:red
		const { message } = await lab.failure('tag', 'attach', parameters);
		expect(message).toBe('MISP has no tag "1".');
		lab.world.addTag({ name: '1' });
		await lab.row('tag', 'attach', parameters);
		expect(tagsOf(event)).toEqual(['1']);
	});

	it.each(['tlp:%', '%'])('refuses the wildcard in "%s" and sends nothing', async (tag) => {
		const { message, description } = await lab.failure('tag', 'attach', {
			event: byId(own().uuid),
			tags: ['tlp:red', tag],
		});
		expect(message).toContain('contains %, which MISP reads as a wildcard');
		expect(description).toContain('full name');
		expect(lab.sent).toEqual([]);
	});

	it('names the tag that MISP refused, and says that the others are attached', async () => {
		const event = own();
		const { message, description } = await lab.failure(
			'tag',
			'attach',
			{ event: byId(event.uuid), tags: ['tlp:red', 'nobody:knows', 'sandbox:reviewed'] },
			{ key: 'user' },
		);
		expect(message).toBe(
			'MISP did not attach "nobody:knows" (Tag not found and insufficient privileges to create it.). The other 2 of 3 tags are attached.',
		);
		expect(description).toContain('(status 403)');
		expect(tagsOf(event)).toEqual(['tlp:red', 'sandbox:reviewed']);
	});

	it('creates an unknown tag where the role may', async () => {
		const event = own();
		const parameters = { event: byId(event.uuid), tags: ['brand:new'] };
		await lab.row('tag', 'attach', parameters, { key: 'org_admin' });
		expect(tagsOf(event)).toEqual(['brand:new']);
	});

	it('attaches locally for users of the host organisation, which leaves the event published', async () => {
		const event = lab.world.addEvent({ orgId: 1, published: true });
		const row = await lab.row(
			'tag',
			'attach',
			{ event: byId(event.uuid), tags: ['tlp:amber'], local: true },
			{ key: 'admin' },
		);
		expect(row.local).toBe(true);
		expect(tagsOf(event)).toEqual(['local tlp:amber']);
		expect(event.published).toBe(true);
	});

	it('says who may attach local tags', async () => {
		const event = own();
		const { message } = await lab.failure('tag', 'attach', {
			event: byId(event.uuid),
			tags: ['tlp:amber'],
			local: true,
		});
		expect(message).toBe(
			'MISP did not attach "tlp:amber" (Local tags can only be added by users of the host organisation.).',
		);
		expect(tagsOf(event)).toEqual([]);
	});

	it('says that the data is another organisation’s', async () => {
		const foreign = lab.world.addEvent({ orgId: 3, distribution: 3 });
		const { message } = await lab.failure('tag', 'attach', {
			event: byId(foreign.uuid),
			tags: ['tlp:red'],
		});
		expect(message).toMatch(/^Cannot alter the tags of this data/);
	});

	it.each([
		['event', 'MISP has no event 99999, or this key may not see it.'],
		['attribute', 'MISP has no attribute 99999, or this key may not see it.'],
	])('says that there is no such %s', async (target, words) => {
		const { message } = await lab.failure('tag', 'attach', {
			target,
			[target]: byId(99_999),
			tags: ['tlp:red'],
		});
		expect(message).toBe(words);
	});
});

describe('tag.detach', () => {
	it('takes tags off, and lists those that were not there', async () => {
		const event = own();
		for (const name of ['tlp:red', 'sandbox:reviewed', 'tlp:green']) {
			lab.world.link(event, lab.world.tag(name) as never);
		}
		const row = await lab.row('tag', 'detach', {
			event: byId(event.id),
			tags: ['tlp:red', 'tlp:amber', 'sandbox:reviewed'],
		});
		expect(row).toEqual({
			target: 'event',
			uuid: event.uuid,
			detached: ['tlp:red', 'sandbox:reviewed'],
			notAttached: ['tlp:amber'],
		});
		expect(tagsOf(event)).toEqual(['tlp:green']);
		expect(lab.sent).toEqual([
			'POST /events/index',
			...Array(3).fill('POST /tags/removeTagFromObject'),
		]);
	});

	it('says that there is no such tag', async () => {
		const { message } = await lab.failure('tag', 'detach', {
			event: byId(own().uuid),
			tags: ['nobody:knows'],
		});
		expect(message).toBe('Invalid Tag.');
	});

	it('refuses a wildcard and sends nothing', async () => {
		const { message } = await lab.failure('tag', 'detach', {
			event: byId(own().uuid),
			tags: ['tlp:%'],
		});
		expect(message).toContain('wildcard');
		expect(lab.sent).toEqual([]);
	});
});

describe('tag.getAll', () => {
	it('lists tags without those of galaxies', async () => {
		const rows = await lab.rows('tag', 'getAll', { returnAll: true }, { access: 'read' });
		expect(lab.sent).toEqual(['GET /tags/index/exclude_statistics:1']);
		const names = rows.map(({ name }) => String(name));
		expect(names).toContain('tlp:red');
		expect(names.filter((name) => name.startsWith('misp-galaxy:'))).toEqual([]);
	});

	it('filters by a part of the name, with galaxy tags when asked to, up to the limit', async () => {
		const rows = await lab.rows('tag', 'getAll', { nameContains: 'quiet', galaxies: true });
		expect(rows.map(({ name }) => name)).toEqual(['misp-galaxy:sandbox-actor="Quiet Otter"']);
		expect(lab.body()).toEqual({ tag: '%quiet%' });
		expect(await lab.rows('tag', 'getAll', { nameContains: 'tlp:', limit: 2 })).toHaveLength(2);
		expect(await lab.rows('tag', 'getAll', { nameContains: 'nothing like it' })).toEqual([]);
	});
});

it('leaves the tags of an attribute’s event alone', async () => {
	const event = own();
	const attribute = lab.world.addAttribute(event, { type: 'domain', value: 'alone.example.com' });
	await lab.row('tag', 'attach', {
		target: 'attribute',
		attribute: byId(attribute.uuid),
		tags: ['tlp:red'],
	});
	expect(sorted(tagsOf(event))).toEqual([]);
	expect(tagsOf(attribute)).toEqual(['tlp:red']);
});
