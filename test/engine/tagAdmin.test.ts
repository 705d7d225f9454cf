import { byId, useLab } from './support';

// Tags and their collections need a role that stock users do not have.
const lab = useLab({ key: 'org_admin' });

const byName = (value: string) => ({ __rl: true, mode: 'name', value }) as never;
const READ = { key: 'user', access: 'read' } as const;
const ADMIN = { key: 'admin', access: 'administer' } as const;
const idOf = (name: string) => String(lab.world.tag(name)?.id);

describe('tag.create', () => {
	it('creates a tag with all that MISP knows of one', async () => {
		const row = await lab.row('tag', 'create', {
			tagName: ' ir:case-2026-17 ',
			colour: '#1565C0',
			additionalFields: {
				exportable: false,
				hideTag: true,
				localOnly: true,
				numericalValue: 75,
				organisation: '2',
				user: 4,
			},
		});
		expect(lab.sent).toEqual(['POST /tags/add']);
		expect(lab.body()).toEqual({
			name: 'ir:case-2026-17',
			colour: '#1565C0',
			exportable: false,
			hide_tag: true,
			local_only: true,
			numerical_value: 75,
			org_id: '2',
			user_id: 4,
		});
		expect(row).toMatchObject({
			id: idOf('ir:case-2026-17'),
			name: 'ir:case-2026-17',
			colour: '#1565C0',
			hide_tag: true,
			org_id: '2',
		});
	});

	it('sends nothing that was left empty, and gives no remark on a new tag', async () => {
		const { items, hints } = await lab.run('tag', 'create', { tagName: 'ir:plain' });
		expect(lab.body()).toEqual({ name: 'ir:plain' });
		expect(items[0]?.json).toMatchObject({ name: 'ir:plain', exportable: true });
		expect(hints).toEqual([]);
	});

	it('returns the tag that exists already, and says what MISP left as it was', async () => {
		const { items, hints } = await lab.run('tag', 'create', {
			tagName: 'tlp:red',
			colour: '#000000',
		});
		expect(items[0]?.json).toMatchObject({ id: idOf('tlp:red'), colour: '#FF2B2B' });
		expect(JSON.stringify(hints)).toContain('had the tag \\"tlp:red\\" already');
		expect(JSON.stringify(hints)).toContain('colour #FF2B2B');
	});

	it('says that the role may not', async () => {
		const { message } = await lab.failure('tag', 'create', { tagName: 'x:y' }, { key: 'user' });
		expect(message).toBe('You do not have permission to use this functionality.');
	});

	it.each([
		[{ tagName: '={{ "" }}' }, '"Name" is required.'],
		[{ tagName: 'x:y', colour: 'red' }, '"Colour" must be a colour like #FFC000 (got "red").'],
		[
			{ tagName: 'x:y', additionalFields: { organisation: 'CERT-ALPHA' } },
			'"Additional Fields > Restricted to Organisation" must be the id of an organisation (a number), or 0 (got "CERT-ALPHA").',
		],
		[
			{ tagName: 'x:y', additionalFields: { organisation: '={{ ({ toString: null }) }}' } },
			'"Additional Fields > Restricted to Organisation" must be a text.',
		],
	])('refuses %j and sends nothing', async (parameters, words) => {
		const { message } = await lab.failure('tag', 'create', parameters);
		expect(message).toBe(words);
		expect(lab.sent).toEqual([]);
	});
});

describe('tag.get', () => {
	it('returns one tag by its name, looked up in the body, with its counts', async () => {
		const event = lab.world.addEvent({ orgId: 2 });
		lab.world.link(event, lab.world.addTag({ name: 'ir:counted' }));
		const row = await lab.row('tag', 'get', { tag: byName('IR:counted') }, READ);
		expect(lab.sent).toEqual(['POST /tags/search', `GET /tags/view/${idOf('ir:counted')}`]);
		expect(row).toMatchObject({ name: 'ir:counted', count: 1, attribute_count: 0 });
	});

	it('takes digits as an id, unless they are said to be a name', async () => {
		const named = lab.world.addTag({ name: '7' });
		expect(await lab.row('tag', 'get', { tag: byId(7) }, READ)).toMatchObject({ id: '7' });
		expect(await lab.row('tag', 'get', { tag: byName('7') }, READ)).toMatchObject({
			id: String(named.id),
			name: '7',
		});
	});

	it('says that there is no such tag', async () => {
		expect(await lab.failure('tag', 'get', { tag: byId(99_999) }, READ)).toMatchObject({
			message: 'Invalid Tag',
		});
		expect(await lab.failure('tag', 'get', { tag: byName('tlp:%') }, READ)).toMatchObject({
			message: 'MISP has no tag "tlp:%", or this key may not see it.',
		});
	});

	it('refuses a UUID, which tags have none of', async () => {
		const { message } = await lab.failure(
			'tag',
			'get',
			{ tag: byId('={{ "5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b" }}') },
			READ,
		);
		expect(message).toContain('must be an id (a number)');
		expect(lab.sent).toEqual([]);
	});
});

describe('tag.getStatistics', () => {
	it('counts tags, most used first, with their shares', async () => {
		const rows = await lab.rows('tag', 'getStatistics', { returnAll: true }, READ);
		expect(lab.sent).toEqual(['GET /tags/tagStatistics/false/false']);
		const counts = rows.map(({ count }) => Number(count));
		expect(counts).toEqual([...counts].sort((a, b) => b - a));
		const shares = rows.reduce((sum, { percentage }) => sum + Number(percentage), 0);
		expect(shares).toBeCloseTo(100, 1);
	});

	it('counts taxonomies by name, up to the limit', async () => {
		const parameters = { counted: 'taxonomies', order: 'name', limit: 1 };
		const rows = await lab.rows('tag', 'getStatistics', parameters, READ);
		expect(lab.sent).toEqual(['GET /tags/tagStatistics/false/true']);
		expect(rows.map(({ name }) => name)).toEqual(['sandbox']);
	});
});

describe('tag.update', () => {
	it('changes what is filled in, by name', async () => {
		const tag = lab.world.addTag({ name: 'ir:old', colour: '#111111' });
		const row = await lab.row(
			'tag',
			'update',
			{ tag: byName('ir:old'), updateFields: { tagName: 'ir:new', hideTag: true } },
			ADMIN,
		);
		expect(lab.sent).toEqual(['POST /tags/search', `POST /tags/edit/${tag.id}`]);
		expect(lab.body(-1)).toEqual({ name: 'ir:new', hide_tag: true });
		expect(row).toMatchObject({ id: String(tag.id), name: 'ir:new', colour: '#111111' });
	});

	it('reports what MISP refuses', async () => {
		const parameters = { tag: byId(21), updateFields: { tagName: 'tlp:red' } };
		const { message } = await lab.failure('tag', 'update', parameters, ADMIN);
		expect(message).toBe('Could not add the Tag. [name]: A similar name already exists.');
		expect(
			await lab.failure('tag', 'update', { ...parameters, tag: byId(99_999) }, ADMIN),
		).toMatchObject({ message: 'Invalid tag' });
	});

	it('refuses an update of nothing, and one without the access level', async () => {
		const { message } = await lab.failure('tag', 'update', { tag: byId(21) }, ADMIN);
		expect(message).toBe('Nothing is to be changed.');
		const scope = await lab.failure('tag', 'update', {
			tag: byId(21),
			updateFields: { hideTag: true },
		});
		expect(scope.message).toContain('needs the access level "Administer"');
		expect(lab.sent).toEqual([]);
	});
});

describe('tag.delete', () => {
	it('deletes a tag, and says when it is gone already', async () => {
		const tag = lab.world.addTag({ name: 'ir:gone' });
		const event = lab.world.addEvent({ orgId: 2 });
		lab.world.link(event, tag);
		expect(await lab.row('tag', 'delete', { tag: byName('ir:gone') }, ADMIN)).toEqual({
			name: 'ir:gone',
			id: String(tag.id),
			deleted: true,
			message: 'Tag deleted.',
		});
		expect(event.tags).toEqual([]);
		expect(await lab.row('tag', 'delete', { tag: byId(tag.id) }, ADMIN)).toEqual({
			id: String(tag.id),
			deleted: false,
			message: 'Invalid tag',
		});
		expect(await lab.row('tag', 'delete', { tag: byName('ir:gone') }, ADMIN)).toMatchObject({
			deleted: false,
			message: 'MISP has no tag "ir:gone", or this key may not see it.',
		});
	});

	it('fails for who may not', async () => {
		const setting = { key: 'org_admin', access: 'administer' } as const;
		const { message } = await lab.failure('tag', 'delete', { tag: byId(21) }, setting);
		expect(message).toBe('You do not have permission to use this functionality.');
		expect(lab.world.tags.has(21)).toBe(true);
	});
});
