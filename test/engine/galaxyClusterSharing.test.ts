import { byId, useLab } from './support';

const lab = useLab({ publishDelayMs: 50 });

const byName = (value: unknown) => ({ __rl: true, mode: 'name', value }) as never;
const ACTOR = { galaxy: byName('sandbox-actor') };
const run = async (operation: string, parameters: object, setting = {}) =>
	await lab.row('galaxyCluster', operation, { ...parameters }, setting);
const create = async (value: string, additionalFields: object = {}) =>
	await run('create', { ...ACTOR, value, summary: 'Made up', additionalFields });

describe('galaxyCluster.publish and unpublish', () => {
	const PUBLISH = { access: 'publish' } as const;

	it('waits until it is published, and may be repeated both ways', async () => {
		const made = await create('Loud Lark');
		const cluster = byId(made.id);
		const row = await lab.row('galaxyCluster', 'publish', { cluster }, PUBLISH);
		expect(row).toMatchObject({ value: 'Loud Lark', published: true });
		expect(await run('publish', { cluster }, PUBLISH)).toMatchObject({ published: true });
		const off = await lab.row('galaxyCluster', 'unpublish', { cluster });
		expect(off).toMatchObject({ value: 'Loud Lark', published: false });
		expect(await run('unpublish', { cluster })).toMatchObject({ published: false });
	});

	it('goes on at once if asked', async () => {
		const made = await create('Quick Quail');
		lab.world.settings.workersRunning = false;
		const row = await run('publish', { cluster: byId(made.id), wait: false }, PUBLISH).finally(
			() => (lab.world.settings.workersRunning = true),
		);
		expect(row).toMatchObject({ value: 'Quick Quail', published: false });
	});

	it('says so when MISP takes the order and drops it', async () => {
		const made = await create('Silent Swan');
		const { message, description } = await lab.failure(
			'galaxyCluster',
			'publish',
			{ cluster: byId(made.id), timeout: 1 },
			{ key: 'user', access: 'publish' },
		);
		expect(message).toContain('had not published it after 1 s');
		expect(description).toContain('may lack the right to publish');
	});

	it('needs the access level, and is for the creator alone', async () => {
		const made = await create('Red Raven');
		const parameters = { cluster: byId(made.id) };
		lab.requests.length = 0;
		const level = await lab.failure('galaxyCluster', 'publish', parameters);
		expect(level.message).toContain('needs the access level "Publish"');
		expect(lab.sent).toEqual([]);
		const other = await lab.failure('galaxyCluster', 'publish', parameters, {
			key: 'beta_publisher',
			...PUBLISH,
		});
		expect(other.message).toBe(
			'Only the creator organisation with publishing capabilities can publish the galaxy cluster',
		);
	});

	it('fails nothing when the cluster cannot be read after the change', async () => {
		const made = await create('Lost Loon');
		await run('publish', { cluster: byId(made.id) }, PUBLISH);
		lab.faults.set('internalError', { match: /^GET \/galaxy_clusters\/view/ });
		const { items, hints, error } = await lab.run('galaxyCluster', 'unpublish', {
			cluster: byName('Lost Loon'),
		});
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json)).toEqual([
			{ id: made.id, uuid: made.uuid, published: false },
		]);
		expect(JSON.stringify(hints)).toContain('could not be read afterwards');
	});
});

describe('galaxyCluster.addRelation and removeRelation', () => {
	it('relates two clusters, returns the id, and may be repeated', async () => {
		const made = await create('Linked Lion');
		const parameters = {
			cluster: byId(made.id),
			relation: 'uses',
			relatedCluster: byName('PebbleRAT'),
			additionalFields: { distribution: 0, tags: ['tlp:green', 'tlp:red'] },
		};
		const row = await lab.row('galaxyCluster', 'addRelation', parameters);
		const target = [...lab.world.clusters.values()].find((one) => one.value === 'PebbleRAT');
		expect(row).toMatchObject({
			id: expect.stringMatching(/^\d+$/),
			galaxy_cluster_uuid: made.uuid,
			referenced_galaxy_cluster_uuid: target?.uuid,
			referenced_galaxy_cluster_type: 'uses',
			distribution: '0',
			Tag: [{ name: 'tlp:green' }, { name: 'tlp:red' }],
			already_exists: false,
		});
		const sent = lab.requests.find(({ path }) => path === '/galaxy_cluster_relations/add');
		expect(sent?.body).toEqual({
			galaxy_cluster_uuid: made.uuid,
			referenced_galaxy_cluster_uuid: target?.uuid,
			referenced_galaxy_cluster_type: 'uses',
			distribution: 0,
			tags: 'tlp:green,tlp:red',
		});
		expect(await run('addRelation', parameters)).toMatchObject({
			id: row.id,
			already_exists: true,
		});

		const removed = await lab.row('galaxyCluster', 'removeRelation', { relationId: row.id });
		expect(removed).toMatchObject({ id: row.id, deleted: true, already_gone: false });
		expect(await run('removeRelation', { relationId: row.id })).toMatchObject({
			already_gone: true,
			message: 'Relation not found.',
		});
	});

	it('takes the distribution of the first cluster, and refuses what MISP would tear', async () => {
		const made = await create('Shared Stork', { distribution: 4, sharingGroup: '1' });
		const parameters = {
			cluster: byId(made.id),
			relation: 'similar',
			relatedCluster: byName('Quiet Otter'),
		};
		const row = await run('addRelation', parameters);
		expect(row).toMatchObject({ distribution: '4', sharing_group_id: '1' });
		lab.requests.length = 0;
		const { message } = await lab.failure('galaxyCluster', 'addRelation', {
			...parameters,
			additionalFields: { tags: ['a:b="c, d"'] },
		});
		expect(message).toContain('contains a comma');
		expect(lab.sent).toEqual([]);
	});

	it('gives the reason that MISP hides in another field', async () => {
		const { message } = await lab.failure('galaxyCluster', 'addRelation', {
			cluster: byName('Copper Newt'),
			relation: 'uses',
			relatedCluster: byName('PebbleRAT'),
		});
		expect(message).toContain('Only the creator organisation can modify the galaxy cluster');
	});
});
