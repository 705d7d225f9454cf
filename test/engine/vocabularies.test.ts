import { byId, useLab } from './support';

const lab = useLab();

const byName = (value: string) => ({ __rl: true, mode: 'name', value }) as never;
const READ = { key: 'readonly', access: 'read' } as const;
const names = (rows: Array<Record<string, unknown>>) => rows.map(({ name }) => name);

describe('taxonomy', () => {
	it('is got by its namespace, with its entries', async () => {
		const row = await lab.row('taxonomy', 'get', { taxonomy: byName('tlp') }, READ);
		expect(lab.sent).toEqual(['GET /taxonomies/view/tlp']);
		expect(row).toMatchObject({ id: '1', namespace: 'tlp', exclusive: true });
		expect((row.entries as unknown[])[0]).toMatchObject({ tag: 'tlp:red' });
	});

	it('is got by its id, or reported missing', async () => {
		expect(await lab.row('taxonomy', 'get', { taxonomy: byId(2) }, READ)).toMatchObject({
			namespace: 'sandbox',
		});
		const { message } = await lab.failure('taxonomy', 'get', { taxonomy: byId(99_999) }, READ);
		expect(message).toBe('Taxonomy not found.');
	});

	it('refuses what is no namespace and sends nothing', async () => {
		const parameters = { taxonomy: byName('../users') };
		const { message } = await lab.failure('taxonomy', 'get', parameters, READ);
		expect(message).toContain('is not an id, a uuid or a plain name');
		expect(lab.sent).toEqual([]);
	});

	it('is listed with its counts, by namespace or description', async () => {
		const listed = async (parameters: Record<string, unknown>) =>
			await lab.rows('taxonomy', 'getAll', { returnAll: true, ...parameters }, READ);
		const all = await listed({});
		expect(all[0]).toMatchObject({ namespace: 'tlp', total_count: 5, current_count: 5 });
		const namespaces = async (parameters: Record<string, unknown>) =>
			(await listed(parameters)).map(({ namespace }) => namespace);
		expect(await namespaces({ enabledOnly: true })).toEqual(['tlp', 'sandbox']);
		expect(await namespaces({ nameContains: 'NOBODY' })).toEqual(['sandbox-mood']);
		expect(await namespaces({ returnAll: false, limit: 1 })).toEqual(['tlp']);
	});
});

describe('noticelist', () => {
	it('is got by its name or id, or reported missing', async () => {
		const row = await lab.row('noticelist', 'get', { noticelist: byName('sandbox-privacy') }, READ);
		expect(lab.sent).toEqual(['GET /noticelists/index', 'GET /noticelists/view/1']);
		expect(row).toMatchObject({ expanded_name: 'Privacy of people in the sandbox' });
		expect(row.NoticelistEntry).toHaveLength(1);
		const { message } = await lab.failure('noticelist', 'get', { noticelist: byId(9) }, READ);
		expect(message).toBe('Invalid Noticelist.');
	});

	it('is listed', async () => {
		const listed = async (parameters: Record<string, unknown>) =>
			names(await lab.rows('noticelist', 'getAll', { returnAll: true, ...parameters }, READ));
		expect(await listed({})).toEqual(['sandbox-privacy', 'sandbox-secrets']);
		expect(await listed({ enabledOnly: true })).toEqual(['sandbox-privacy']);
		expect(await listed({ nameContains: 'of people' })).toEqual(['sandbox-privacy']);
	});
});

describe('warninglist', () => {
	const RFC = 'List of RFC 1918 CIDR blocks';

	it('is got by its name or id, with entries, or reported missing', async () => {
		const row = await lab.row('warninglist', 'get', { warninglist: byName(RFC) }, READ);
		expect(row).toMatchObject({ name: RFC, type: 'cidr' });
		expect(row.WarninglistEntry).toHaveLength(3);
		expect(lab.sent).toEqual(['GET /warninglists/index', `GET /warninglists/view/${row.id}`]);
		const { message } = await lab.failure('warninglist', 'get', { warninglist: byId(99) }, READ);
		expect(message).toBe('Warninglist not found.');
	});

	it('is listed, filtered by all that it has', async () => {
		const listed = async (parameters: Record<string, unknown>) =>
			names(await lab.rows('warninglist', 'getAll', { returnAll: true, ...parameters }, READ));
		const site = 'Sandbox list of well-known sites';
		expect(await listed({ nameContains: 'rfc 1918' })).toEqual([RFC]);
		expect(await listed({ enabledOnly: true })).not.toContain(site);
		expect(await listed({ filters: { matching: 'hostname' } })).toEqual([site]);
		expect(await listed({ filters: { forTypes: ['domain'] } })).toEqual([site]);
		expect(await listed({ filters: { category: 'known' } })).toEqual([]);
		// A type is checked, since a misspelt one would find nothing.
		const types = 'GET /attributes/describeTypes.json';
		expect(lab.sent.filter((sent) => sent !== types)).toEqual(
			Array(5).fill('GET /warninglists/index'),
		);
		expect(lab.sent.filter((sent) => sent === types)).toHaveLength(1);
	});
});

describe('organisation', () => {
	it('is got by its name, id or UUID, or reported missing', async () => {
		const { uuid } = lab.world.organisation('CERT-BETA');
		const get = async (organisation: never) =>
			await lab.row('organisation', 'get', { organisation }, READ);
		expect(await get(byName('cert-beta'))).toMatchObject({ name: 'CERT-BETA', uuid });
		expect(await get(byId(uuid))).toMatchObject({ id: '3', nationality: 'France' });
		expect(lab.sent).toEqual([
			'GET /organisations/index/scope:all',
			'GET /organisations/view/3',
			`GET /organisations/view/${uuid}`,
		]);
		const parameters = { organisation: byId(999) };
		const { message } = await lab.failure('organisation', 'get', parameters, READ);
		expect(message).toBe('Invalid organisation');
	});

	it('is listed by scope and filters', async () => {
		const listed = async (parameters: Record<string, unknown>) =>
			names(await lab.rows('organisation', 'getAll', { returnAll: true, ...parameters }, READ));
		expect(await listed({})).toEqual(['CERT-ALPHA', 'CERT-BETA', 'LAB']);
		expect(await listed({ scope: 'external' })).toEqual(['REMOTE-GAMMA']);
		expect(await listed({ scope: 'all', nameContains: 'a-', filters: {} })).toEqual([]);
		expect(await listed({ scope: 'all', filters: { nationality: 'germany' } })).toEqual([
			'REMOTE-GAMMA',
		]);
		expect(await listed({ filters: { sector: 'cert', type: 'none' } })).toEqual([]);
		expect(lab.sent[0]).toBe('GET /organisations/index/scope:local');
	});

	it('refuses a filter whose expression gives nothing', async () => {
		const { message } = await lab.failure(
			'organisation',
			'getAll',
			{ filters: { sector: '={{ $json.missing }}' } },
			READ,
		);
		expect(message).toContain('is empty');
		expect(lab.sent).toEqual([]);
	});
});

describe('sharingGroup.get', () => {
	it('returns one with its members, by id or UUID', async () => {
		const { uuid } = lab.world.sharingGroups.get(1) as { uuid: string };
		for (const group of [1, uuid]) {
			const row = await lab.row('sharingGroup', 'get', { sharingGroup: byId(group) }, READ);
			expect(row).toMatchObject({ id: '1', name: 'Alpha-Beta circle' });
			expect(row.SharingGroupOrg).toHaveLength(3);
		}
		expect(lab.sent).toEqual(['GET /sharing_groups/view/1', `GET /sharing_groups/view/${uuid}`]);
	});

	it('says in MISP’s words that it is missing or hidden', async () => {
		const { message, description } = await lab.failure(
			'sharingGroup',
			'get',
			{ sharingGroup: byId(999) },
			READ,
		);
		expect(message).toBe(
			'Sharing group doesn’t exist or you do not have permission to access it.'.replace('’', "'"),
		);
		expect(description).toContain('by its members only');
	});
});
