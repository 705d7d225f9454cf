import { addCollection } from '../sandbox/state/collections';
import { byId, useLab, type Setting } from './support';

const lab = useLab();
const ADMIN: Setting = { key: 'admin' };
const CLUSTER = '5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b';

const made = (name: string) => byId(addCollection(lab.world, { name }).id);

it('creates a collection with all that the form has', async () => {
	const row = await lab.row(
		'collection',
		'create',
		{
			title: 'Phishing wave',
			type: 'research',
			distribution: 1,
			additionalFields: { details: 'All of it', uuid: CLUSTER },
		},
		{ key: 'user' },
	);
	const body = { name: 'Phishing wave', type: 'research', description: 'All of it' };
	expect(row).toMatchObject({ ...body, uuid: CLUSTER, distribution: '1' });
	expect(lab.body()).toEqual({ ...body, uuid: CLUSTER, distribution: 1 });
});

it('lists collections: all, of the user, of the organisation', async () => {
	const created = { title: 'Listed', type: 'other', distribution: 0 };
	await lab.row('collection', 'create', created, { key: 'user' });
	for (const whose of ['all', 'mine', 'organisation']) {
		const rows = await lab.rows(
			'collection',
			'getAll',
			{ whose, returnAll: true },
			{ key: 'user' },
		);
		expect(rows.map(({ name }) => name)).toContain('Listed');
	}
	expect(lab.sent.slice(1)).toEqual([
		'GET /collections/index',
		'GET /collections/index/my_collections',
		'GET /collections/index/org_collections',
	]);
});

it('changes what is filled in, and sends nothing without a change', async () => {
	const collection = made('Before');
	const change = { collection, updateFields: { title: 'After', type: 'campaign' } };
	expect(await lab.row('collection', 'update', change, ADMIN)).toMatchObject({ name: 'After' });
	expect(lab.body()).toEqual({ name: 'After', type: 'campaign' });
	const nothing = await lab.failure('collection', 'update', { ...change, updateFields: {} }, ADMIN);
	expect(nothing.message).toMatch(/^Nothing is to be changed/);
	expect(lab.requests).toHaveLength(1);
});

it('puts events and clusters in, and takes them out, each as often as one likes', async () => {
	const collection = made('Filled');
	const event = lab.world.addEvent({ info: 'Collected' });
	const put = { collection, event: byId(event.id), additionalFields: { details: 'first' } };
	const entry = { element_uuid: event.uuid, element_type: 'Event', description: 'first' };
	expect(await lab.row('collection', 'addElement', put, ADMIN)).toMatchObject(entry);
	expect(await lab.row('collection', 'addElement', put, ADMIN)).toMatchObject(entry);
	const [known] = lab.world.clusters.values();
	if (!known) throw new Error('The sandbox has no cluster.');
	const cluster = { collection, element: 'galaxyCluster', galaxyCluster: byId(known.id) };
	await lab.row('collection', 'addElement', cluster, ADMIN);
	expect(lab.body(-1)).toMatchObject({ element_uuid: known.uuid, element_type: 'GalaxyCluster' });
	const whole = await lab.row('collection', 'get', { collection }, ADMIN);
	expect(whole.CollectionElement).toMatchObject([entry, { element_type: 'GalaxyCluster' }]);
	for (const removed of [true, false]) {
		const row = await lab.row(
			'collection',
			'removeElement',
			{ collection, event: put.event },
			ADMIN,
		);
		expect(row).toMatchObject({ element_uuid: event.uuid, removed, already_gone: !removed });
	}
});

it('deletes a collection, and says when it is gone already', async () => {
	const collection = made('Deleted');
	for (const deleted of [true, false]) {
		const row = await lab.row('collection', 'delete', { collection }, ADMIN);
		expect(row).toMatchObject({ deleted, already_gone: !deleted });
	}
});

it('explains what MISP keeps for site admins', async () => {
	const collection = made('Of others');
	for (const [operation, message] of [
		['get', 'An Internal Error Has Occurred.'],
		['delete', 'Invalid Collection or insuficient privileges'],
	] as const) {
		const failure = await lab.failure('collection', operation, { collection }, { key: 'user' });
		expect(failure.message).toBe(message);
		expect(failure.description).toMatch(/only site admins/);
	}
});

it('does not put in what MISP does not have', async () => {
	const collection = made('Empty');
	const event = { collection, event: byId(77_777) };
	const failure = await lab.failure('collection', 'addElement', event, ADMIN);
	expect(failure.message).toMatch(/no event 77777/);
	const cluster = { collection, element: 'galaxyCluster', galaxyCluster: byId(CLUSTER) };
	const missing = await lab.failure('collection', 'addElement', cluster, ADMIN);
	expect(missing.message).toMatch(/no GalaxyCluster 5e1f2a3b/);
	expect(lab.sent).toEqual(['POST /events/index', `GET /galaxy_clusters/view/${CLUSTER}`]);
});

it('takes out by its UUID what MISP does not have any more', async () => {
	const collection = made('Left over');
	const event = lab.world.addEvent({ info: 'Deleted meanwhile' });
	const chosen = { collection, event: byId(event.uuid) };
	await lab.row('collection', 'addElement', chosen, ADMIN);
	lab.world.removeEvent(event);
	const row = await lab.row('collection', 'removeElement', chosen, ADMIN);
	expect(row).toMatchObject({ element_uuid: event.uuid, removed: true });
});
