import { byId, useLab } from './support';

const lab = useLab();

const byName = (value: unknown) => ({ __rl: true, mode: 'name', value }) as never;
const ACTOR = { galaxy: byName('sandbox-actor') };
const run = async (operation: string, parameters: object, setting = {}) =>
	await lab.row('galaxyCluster', operation, { ...parameters }, setting);
const stored = (id: unknown) => {
	const row = lab.world.clusters.get(Number(id));
	if (!row) throw new Error('No such cluster');
	return row;
};
const create = async (value: string, additionalFields: object = {}) =>
	await run('create', { ...ACTOR, value, summary: 'Made up', additionalFields });
const ELEMENTS = {
	entries: [
		{ key: 'synonyms', value: 'QF-1' },
		{ key: 'synonyms', value: 'QF-2' },
		{ key: 'country', value: 'XX' },
	],
};

describe('galaxyCluster.create', () => {
	it('creates one with all fields, the elements as the text that MISP wants', async () => {
		const uuid = '6f1c1b1e-0000-4000-8000-0000000000a1';
		const row = await lab.row('galaxyCluster', 'create', {
			...ACTOR,
			value: 'Quick Fox',
			summary: 'Made up',
			additionalFields: {
				authors: ['CERT Example'],
				source: 'https://www.example.com/report',
				distribution: 4,
				sharingGroup: '1',
				elements: ELEMENTS,
				uuid,
				forkOf: byName('Quiet Otter'),
			},
		});
		expect(row).toMatchObject({
			value: 'Quick Fox',
			uuid,
			authors: ['CERT Example'],
			distribution: '4',
			sharing_group_id: '1',
			default: false,
			published: false,
			meta: { synonyms: ['QF-1', 'QF-2'], country: ['XX'] },
		});
		const otter = [...lab.world.clusters.values()].find((one) => one.value === 'Quiet Otter');
		expect(lab.sent.at(-1)).toBe(`POST /galaxy_clusters/add/${otter?.galaxyId}`);
		expect(lab.body(-1)).toEqual({
			value: 'Quick Fox',
			description: 'Made up',
			authors: ['CERT Example'],
			source: 'https://www.example.com/report',
			elements: JSON.stringify(ELEMENTS.entries),
			distribution: 4,
			sharing_group_id: '1',
			uuid,
			extends_uuid: otter?.uuid,
			extends_version: otter?.version,
		});
		expect(row.extends_uuid).toBe(otter?.uuid);
	});

	it('sends nothing to change when the galaxy is unknown or a field is bad', async () => {
		const failure = async (parameters: object) =>
			(await lab.failure('galaxyCluster', 'create', { ...ACTOR, value: 'x', ...parameters }))
				.message;
		expect(await failure({ galaxy: byId('99999') })).toBe('MISP has no galaxy 99999.');
		expect(lab.sent).toEqual(['GET /galaxies/index']);
		lab.requests.length = 0;
		expect(await failure({ value: '={{ "" }}' })).toContain('"Cluster Name" is required');
		expect(await failure({ additionalFields: { distribution: 4 } })).toContain('Sharing Group');
		expect(
			await failure({ additionalFields: { elements: { entries: [{ key: '', value: 'x' }] } } }),
		).toContain('"Additional Fields > Elements > entry 1 > Key" is required');
		expect(lab.sent).toEqual([]);
	});

	it('leaves the refusal of the role in MISP’s words', async () => {
		const { message } = await lab.failure(
			'galaxyCluster',
			'create',
			{ ...ACTOR, value: 'x' },
			{ key: 'readonly' },
		);
		expect(message).toBe('You do not have permission to use this functionality.');
	});
});

describe('galaxyCluster.get', () => {
	it('returns one by id, by UUID and by name, with its elements by key', async () => {
		const made = await create('Grey Goose', { elements: ELEMENTS });
		lab.requests.length = 0;
		for (const cluster of [byId(made.id), byId(made.uuid), byName('grey goose')]) {
			const row = await lab.row('galaxyCluster', 'get', { cluster }, { access: 'read' });
			expect(row).toMatchObject({ value: 'Grey Goose', meta: { synonyms: ['QF-1', 'QF-2'] } });
		}
		expect(lab.sent[0]).toBe(`GET /galaxy_clusters/view/${String(made.id)}`);
		const raw = await run('get', { cluster: byId(made.id), options: { raw: true } });
		expect(raw).toHaveProperty('GalaxyCluster.value', 'Grey Goose');
	});

	it('says so when it is not there or not for this key', async () => {
		const { message } = await lab.failure('galaxyCluster', 'get', { cluster: byId('9999999') });
		expect(message).toBe('Invalid galaxy cluster');
		const hidden = await create('Hidden Hare', { distribution: 0 });
		const other = await lab.failure(
			'galaxyCluster',
			'get',
			{ cluster: byId(hidden.id) },
			{ key: 'beta_user' },
		);
		expect(other.message).toBe('Invalid galaxy cluster');
	});
});

describe('galaxyCluster.search', () => {
	const found = async (parameters: object) =>
		(
			await lab.rows(
				'galaxyCluster',
				'search',
				{ returnAll: true, ...parameters },
				{ access: 'read' },
			)
		).map(({ value }) => value);

	it('looks for a part of name, description and synonyms in a galaxy', async () => {
		expect(await found({ ...ACTOR, text: 'heron' })).toEqual(['Paper Heron']);
		expect(await found({ ...ACTOR, text: 'SO-3' })).toEqual(['Copper Newt']);
		expect(lab.body(-1)).toEqual({ context: 'all', searchall: 'SO-3' });
		expect(lab.sent.at(-1)).toMatch(/^POST \/galaxy_clusters\/index\/\d+$/);
		expect(await found({ ...ACTOR, returnAll: false, limit: 2 })).toHaveLength(2);
	});

	it('looks for the full name in all galaxies, and for tags, UUIDs and custom clusters', async () => {
		const own = await create('Search Seal');
		expect(await found({ text: 'pebblerat' })).toEqual(['PebbleRAT']);
		expect(await found({ text: 'Search Seal' })).toEqual(['Search Seal']);
		expect(await found({ text: 'pebble' })).toEqual([]);
		expect(await found({ filters: { uuids: [own.uuid] } })).toEqual(['Search Seal']);
		expect(
			await found({ filters: { tagNames: ['misp-galaxy:sandbox-malware="DuskLoader"'] } }),
		).toEqual(['DuskLoader']);
		expect(await found({ filters: { kind: 'custom' } })).toContain('Search Seal');
		expect(lab.body(-2)).toMatchObject({ custom: 1, limit: 500, page: 1 });
		expect(await found({ ...ACTOR, filters: { kind: 'orgc' } })).toContain('Search Seal');
		expect(await found({ ...ACTOR, filters: { kind: 'default' } })).not.toContain('Search Seal');
	});

	it('never asks for all clusters, nor for what MISP would ignore', async () => {
		const failure = async (parameters: object) =>
			(await lab.failure('galaxyCluster', 'search', { returnAll: true, ...parameters })).message;
		expect(await failure({})).toContain('nothing to look for');
		expect(await failure({ text: '={{ undefined }}' })).toContain('gives nothing');
		expect(await failure({ filters: { kind: 'deleted' } })).toContain('needs a "Galaxy"');
		expect(await failure({ text: 'x', filters: { uuids: ['u'] } })).toContain('together with');
		expect(lab.sent).toEqual([]);
	});
});

describe('galaxyCluster.update', () => {
	it('changes what is given and keeps the rest, which MISP would empty', async () => {
		const made = await create('Blue Boar', {
			authors: ['CERT Example'],
			source: 'lab',
			elements: ELEMENTS,
		});
		const row = await run('update', {
			cluster: byId(made.uuid),
			updateFields: { summary: 'Changed', value: 'Blue Boar II' },
		});
		expect(row).toMatchObject({
			value: 'Blue Boar II',
			description: 'Changed',
			authors: ['CERT Example'],
			source: 'lab',
			meta: { synonyms: ['QF-1', 'QF-2'], country: ['XX'] },
		});
		expect(lab.sent.at(-1)).toBe(`POST /galaxy_clusters/edit/${String(made.id)}`);
		expect(lab.body(-1)).toEqual({
			authors: ['CERT Example'],
			elements: JSON.stringify(ELEMENTS.entries),
			value: 'Blue Boar II',
			description: 'Changed',
		});
	});

	it('keeps the elements of one that was found in the list of a galaxy', async () => {
		await create('Listed Lynx', { elements: ELEMENTS });
		const row = await run('update', {
			...ACTOR,
			cluster: byName('Listed Lynx'),
			updateFields: { elements: { entries: [{ key: 'country', value: 'ZZ' }] }, distribution: 3 },
		});
		expect(row).toMatchObject({ distribution: '3', meta: { country: ['ZZ'] } });
		const again = await run('update', {
			...ACTOR,
			cluster: byName('Listed Lynx'),
			updateFields: { source: 'lab' },
		});
		expect(again).toMatchObject({ source: 'lab', meta: { country: ['ZZ'] } });
	});

	it('says why it does not work, and wants something to change', async () => {
		const made = await create('Green Gull');
		const failure = async (cluster: unknown, setting = {}) =>
			await lab.failure(
				'galaxyCluster',
				'update',
				{ cluster, updateFields: { source: 'x' } } as never,
				setting,
			);
		const other = await failure(byId(made.id), { key: 'beta_publisher' });
		expect(other.message).toBe('Only the creator organisation can modify the galaxy cluster');
		const preset = await failure(byName('Quiet Otter'), { key: 'admin' });
		expect(preset.message).toBe('Default galaxy cluster cannot be edited');
		lab.requests.length = 0;
		const { message } = await lab.failure('galaxyCluster', 'update', { cluster: byId(made.id) });
		expect(message).toBe('There is nothing to update.');
		expect(lab.sent).toEqual([]);
	});
});

describe('galaxyCluster.delete', () => {
	it('deletes softly or for good, and is no error when it is gone', async () => {
		const made = await create('Old Owl');
		const soft = await run('delete', { cluster: byId(made.id) });
		expect(soft).toMatchObject({
			cluster: made.id,
			deleted: true,
			permanently: false,
			already_gone: false,
			message: 'Galaxy cluster successfuly soft deleted.',
		});
		expect(lab.body(-1)).toEqual({});
		expect(stored(made.id).deleted).toBe(true);
		const hard = await run('delete', { cluster: byId(made.uuid), permanently: true });
		expect(hard).toMatchObject({ permanently: true, already_gone: false });
		expect(lab.body(-1)).toEqual({ hard: 1 });
		const gone = await run('delete', { cluster: byId(made.uuid) });
		expect(gone).toMatchObject({
			already_gone: true,
			message: 'Invalid galaxy cluster: it is gone, or this key may not see it.',
		});
	});

	it('does not touch what belongs to others', async () => {
		const { message } = await lab.failure('galaxyCluster', 'delete', {
			cluster: byName('Quiet Otter'),
		});
		expect(message).toBe('Only the creator organisation can modify the galaxy cluster');
	});
});
