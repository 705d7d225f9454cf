import { byId, useLab } from './support';

// Tags and their collections need a role that stock users do not have.
const lab = useLab({ key: 'org_admin' });

const byName = (value: string) => ({ __rl: true, mode: 'name', value }) as never;
const READ = { key: 'user', access: 'read' } as const;
const own = (name: string) => lab.world.addTagCollection({ name, orgId: 2, userId: 2 });
const inside = ({ tags }: { tags: Array<{ tagId: number }> }) =>
	tags.map(({ tagId }) => lab.world.tags.get(tagId)?.name);

describe('tagCollection.create', () => {
	it('creates an empty collection, always with a description', async () => {
		const row = await lab.row('tagCollection', 'create', { collectionName: 'Ransomware' });
		expect(lab.sent).toEqual(['POST /tag_collections/add']);
		expect(lab.body()).toEqual({ name: 'Ransomware', description: '', all_orgs: false });
		expect(row).toMatchObject({ name: 'Ransomware', org_id: '2', all_orgs: false, tags: [] });
	});

	it('takes a description and shares it', async () => {
		const parameters = { collectionName: 'A', about: 'What for', allOrganisations: true };
		expect(await lab.row('tagCollection', 'create', parameters)).toMatchObject({
			description: 'What for',
			all_orgs: true,
		});
	});

	it('needs a name, and a role that may', async () => {
		const empty = await lab.failure('tagCollection', 'create', { collectionName: '={{ "" }}' });
		expect(empty.message).toBe('"Name" is required.');
		expect(lab.sent).toEqual([]);
		const parameters = { collectionName: 'A' };
		const { message } = await lab.failure('tagCollection', 'create', parameters, { key: 'user' });
		expect(message).toBe('You do not have permission to use this functionality.');
	});
});

describe('tagCollection.get and getAll', () => {
	it('returns one by its name, with its tags ready for Attach', async () => {
		const parameters = { tagCollection: byName('phishing report') };
		const row = await lab.row('tagCollection', 'get', parameters, READ);
		expect(lab.sent).toEqual(['GET /tag_collections/index', 'GET /tag_collections/view/5']);
		expect(row).toMatchObject({
			id: '5',
			name: 'Phishing report',
			tags: ['tlp:amber', 'sandbox:needs-review'],
			Organisation: { name: 'CERT-ALPHA' },
		});
		expect(
			await lab.row('tagCollection', 'get', { ...parameters, options: { raw: true } }, READ),
		).toMatchObject({ TagCollection: { id: '5' } });
	});

	it('looks a UUID up, and takes an id as it is', async () => {
		const { uuid } = lab.world.tagCollections.get(5) as { uuid: string };
		const parameters = { tagCollection: byId(uuid.toUpperCase()) };
		expect(await lab.row('tagCollection', 'get', parameters, READ)).toMatchObject({ uuid });
		lab.requests.length = 0;
		await lab.row('tagCollection', 'get', { tagCollection: byId(5) }, READ);
		expect(lab.sent).toEqual(['GET /tag_collections/view/5']);
	});

	it('names galaxy clusters among the tags', async () => {
		const collection = own('With a cluster');
		const name = 'misp-galaxy:sandbox-actor="Quiet Otter"';
		lab.world.collect(collection, lab.world.tag(name) as never);
		const row = await lab.row('tagCollection', 'get', { tagCollection: byId(collection.id) }, READ);
		expect(row.tags).toEqual([name]);
	});

	it('says that there is none, or more than one', async () => {
		own('Twice');
		own('Twice');
		const failure = async (value: never) =>
			(await lab.failure('tagCollection', 'get', { tagCollection: value }, READ)).message;
		expect(await failure(byId(99_999))).toBe('Invalid Tag Collection');
		expect(await failure(byName('nothing'))).toBe(
			'MISP has no tag collection "nothing", or this key may not see it.',
		);
		expect(await failure(byName('Twice'))).toMatch(/^MISP has 2 of the name "Twice"/);
	});

	it('lists those that the user may see, by a part of the name', async () => {
		lab.world.addTagCollection({ name: 'Hidden phishing', orgId: 3 });
		const parameters = { nameContains: 'PHISH', returnAll: true };
		const rows = await lab.rows('tagCollection', 'getAll', parameters, READ);
		expect(rows.map(({ name }) => name)).toEqual(['Phishing report']);
		expect(rows[0]?.tags).toEqual(['tlp:amber', 'sandbox:needs-review']);
		expect(lab.sent).toEqual(['GET /tag_collections/index']);
	});
});

describe('tagCollection.update', () => {
	it('changes what is filled in and shows the whole', async () => {
		const { id } = own('Before');
		const row = await lab.row('tagCollection', 'update', {
			tagCollection: byId(id),
			updateFields: { collectionName: 'After', allOrganisations: true },
		});
		expect(lab.body()).toEqual({ name: 'After', all_orgs: true });
		expect(lab.sent).toEqual([
			`POST /tag_collections/edit/${id}`,
			`GET /tag_collections/view/${id}`,
		]);
		expect(row).toMatchObject({ name: 'After', all_orgs: true, tags: [] });
	});

	it('does not fail when the collection cannot be read afterwards', async () => {
		const { id } = own('Before');
		lab.faults.set('internalError', { match: /view/ });
		const { items, error, hints } = await lab.run('tagCollection', 'update', {
			tagCollection: byId(id),
			updateFields: { collectionName: 'After' },
		});
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ name: 'After' });
		expect(JSON.stringify(hints)).toContain('MISP made the change');
	});

	it('refuses an update of nothing, and reports that it is another organisation’s', async () => {
		const { message } = await lab.failure('tagCollection', 'update', { tagCollection: byId(5) });
		expect(message).toBe('Nothing is to be changed.');
		expect(lab.sent).toEqual([]);
		const foreign = lab.world.addTagCollection({ name: 'Foreign', orgId: 3, allOrgs: true });
		const refused = await lab.failure('tagCollection', 'update', {
			tagCollection: byId(foreign.id),
			updateFields: { about: 'Mine' },
		});
		expect(refused.message).toBe('You dont have a permission to do that');
	});
});

describe('tagCollection.delete', () => {
	it('deletes one, and says when it is gone already', async () => {
		const { id } = own('Old');
		const parameters = { tagCollection: byId(id) };
		expect(await lab.row('tagCollection', 'delete', parameters)).toEqual({
			id: String(id),
			deleted: true,
			message: 'Tag collection deleted.',
		});
		expect(lab.world.tagCollections.has(id)).toBe(false);
		expect(await lab.row('tagCollection', 'delete', parameters)).toEqual({
			id: String(id),
			deleted: false,
			message: 'Invalid tag collection.',
		});
	});
});

describe('tagCollection.addTag', () => {
	it('adds tags by their ids, each once, and lists those that were in it', async () => {
		const collection = own('Fill');
		lab.world.collect(collection, lab.world.tag('tlp:red') as never);
		const row = await lab.row('tagCollection', 'addTag', {
			tagCollection: byId(collection.id),
			tags: ['tlp:red', 'tlp:green', 'tlp:green'],
		});
		expect(row).toEqual({
			id: String(collection.id),
			added: ['tlp:green'],
			already_there: ['tlp:red'],
		});
		expect(inside(collection)).toEqual(['tlp:red', 'tlp:green']);
		expect(lab.sent.filter((one) => one.includes('addTag'))).toEqual([
			`POST /tag_collections/addTag/${collection.id}/6`,
			`POST /tag_collections/addTag/${collection.id}/9`,
		]);
	});

	it('adds nothing when one of the tags does not exist', async () => {
		const collection = own('Fill');
		const { message } = await lab.failure('tagCollection', 'addTag', {
			tagCollection: byId(collection.id),
			tags: ['tlp:red', 'nobody:knows'],
		});
		expect(message).toBe('MISP has no tag "nobody:knows". Nothing was added.');
		expect(inside(collection)).toEqual([]);
	});

	it('says that there is no such collection', async () => {
		const { message } = await lab.failure('tagCollection', 'addTag', {
			tagCollection: byId(99_999),
			tags: ['tlp:red'],
		});
		expect(message).toBe('Invalid tag collection.');
	});
});

describe('tagCollection.removeTag', () => {
	it('removes tags for another tag editor who sees the collection', async () => {
		const collection = lab.world.addTagCollection({ name: 'Shared', orgId: 3, allOrgs: true });
		lab.world.collect(collection, lab.world.tag('tlp:red') as never);
		const row = await lab.row('tagCollection', 'removeTag', {
			tagCollection: byName('Shared'),
			tags: ['tlp:red', 'tlp:green', 'nobody:knows'],
		});
		expect(row).toEqual({
			id: String(collection.id),
			removed: ['tlp:red'],
			not_there: ['tlp:green', 'nobody:knows'],
		});
		expect(inside(collection)).toEqual([]);
	});

	it('explains why MISP refuses it to the owner', async () => {
		const { message, description } = await lab.failure('tagCollection', 'removeTag', {
			tagCollection: byId(5),
			tags: ['tlp:amber'],
		});
		expect(message).toBe('You dont have a permission to do that');
		expect(description).toContain('the wrong way round');
		expect(description).toContain('Tag Editor');
	});
});
