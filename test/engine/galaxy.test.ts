import { byId, useLab } from './support';

const lab = useLab();

const byName = (value: unknown) => ({ __rl: true, mode: 'name', value }) as never;
const cluster = (value: string) => {
	for (const row of lab.world.clusters.values()) if (row.value === value) return row;
	throw new Error(`No cluster ${value}`);
};
const galaxyOf = (name: string) => {
	for (const row of lab.world.galaxies.values()) if (row.name === name) return row;
	throw new Error(`No galaxy ${name}`);
};
const own = () => lab.world.addEvent({ orgId: 2, userId: 2 });
const tagsOf = (target: { tags: Array<{ tagId: number; local: boolean }> }) =>
	target.tags.map(({ tagId, local }) => [lab.world.tags.get(tagId)?.name, local]);

describe('galaxy.get', () => {
	it('returns a galaxy with its clusters, elements by key', async () => {
		const { id } = galaxyOf('Sandbox Actor');
		const row = await lab.row('galaxy', 'get', { galaxy: byId(id) }, { access: 'read' });
		expect(row).toMatchObject({ id: String(id), type: 'sandbox-actor', enabled: true });
		const [first] = row.GalaxyCluster as Array<Record<string, unknown>>;
		expect(first).toMatchObject({
			value: 'Quiet Otter',
			meta: { synonyms: ['SO-1'], country: ['XX'] },
		});
		expect(lab.sent).toEqual([`GET /galaxies/view/${id}`]);
	});

	it('takes the name or the type, and leaves the clusters out if asked', async () => {
		for (const name of ['Sandbox Malware', 'sandbox-malware']) {
			const row = await lab.row('galaxy', 'get', { galaxy: byName(name), clusters: false });
			expect(row).toMatchObject({ name: 'Sandbox Malware' });
			expect(row).not.toHaveProperty('GalaxyCluster');
		}
		expect(lab.sent[0]).toBe('GET /galaxies/index');
	});

	it('says so in MISP’s words when there is none', async () => {
		const { message } = await lab.failure('galaxy', 'get', { galaxy: byId('99999') });
		expect(message).toBe('Invalid Galaxy.');
		const named = await lab.failure('galaxy', 'get', { galaxy: byName('nothing') });
		expect(named.message).toBe('MISP has no galaxy "nothing".');
		expect(named.description).toContain('threat-actor');
	});

	it('does not choose between galaxies of one name', async () => {
		lab.world.addGalaxy({ name: 'Twin', type: 'twin-a' });
		lab.world.addGalaxy({ name: 'Twin', type: 'twin-b' });
		const { message } = await lab.failure('galaxy', 'get', { galaxy: byName('Twin') });
		expect(message).toBe('Several galaxies are called "Twin".');
	});
});

describe('galaxy.getAll', () => {
	it('lists galaxies by a part of name or type, and by state', async () => {
		lab.world.addGalaxy({ name: 'Sleeping', type: 'sandbox-asleep', enabled: false });
		const list = async (parameters: object) =>
			(await lab.rows('galaxy', 'getAll', { returnAll: true, ...parameters })).map((r) => r.type);
		expect(await list({ nameContains: 'sandbox' })).toEqual([
			'sandbox-actor',
			'sandbox-malware',
			'sandbox-asleep',
		]);
		expect(await list({ nameContains: 'SLEEP' })).toEqual(['sandbox-asleep']);
		expect(await list({ nameContains: 'sandbox', state: 'enabled' })).toHaveLength(2);
		expect(await list({ state: 'disabled' })).toEqual(['sandbox-asleep']);
		expect(await list({ returnAll: false, limit: 1 })).toHaveLength(1);
	});
});

describe('galaxy.attachCluster', () => {
	it('attaches by UUID to an event by UUID, with the numbers that MISP takes', async () => {
		const event = own();
		const otter = cluster('Quiet Otter');
		const row = await lab.row('galaxy', 'attachCluster', {
			event: byId(event.uuid),
			cluster: byId(otter.uuid),
		});
		expect(row).toEqual({
			target: 'event',
			id: String(event.id),
			uuid: event.uuid,
			cluster_id: String(otter.id),
			cluster_uuid: otter.uuid,
			type: 'sandbox-actor',
			value: 'Quiet Otter',
			tag_name: 'misp-galaxy:sandbox-actor="Quiet Otter"',
			local: false,
			already_attached: false,
			message: 'Cluster attached.',
		});
		expect(lab.sent).toEqual([
			`GET /galaxy_clusters/view/${otter.uuid}`,
			'POST /events/index',
			`POST /galaxies/attachCluster/${event.id}/event`,
		]);
		expect(lab.body(-1)).toEqual({ Galaxy: { target_id: String(otter.id) } });
		expect(tagsOf(event)).toEqual([[otter.tagName, false]]);

		const again = await lab.row('galaxy', 'attachCluster', {
			event: byId(event.id),
			cluster: byId(otter.id),
		});
		expect(again).toMatchObject({ already_attached: true, message: 'Cluster already attached.' });
	});

	it.each([
		['its name', 'quiet otter', 'Quiet Otter'],
		['its tag', 'misp-galaxy:sandbox-malware="PebbleRAT"', 'PebbleRAT'],
		['its ATT&CK ID', 'T9059', 'Made-up Technique - T9059'],
		['the ATT&CK ID of a sub-technique', 't9059.001', 'Made-up Part - T9059.001'],
	])('finds the cluster by %s, and attaches it to an attribute', async (_, name, value) => {
		const known = [...lab.world.galaxies.values()].some(({ type }) => type.startsWith('mitre-'));
		if (!known) {
			const mitre = lab.world.addGalaxy({ name: 'Patterns', type: 'mitre-attack-pattern' });
			for (const made of [
				'Made-up Part - T9059.001',
				'Made-up Technique - T9059',
				'Has T9059 in it',
			])
				lab.world.addCluster(mitre, { value: made });
		}
		const attribute = lab.world.addAttribute(own(), { type: 'domain', value: 'g.example.com' });
		const row = await lab.row('galaxy', 'attachCluster', {
			target: 'attribute',
			attribute: byId(attribute.uuid),
			cluster: byName(name),
		});
		expect(row).toMatchObject({ value, target: 'attribute', uuid: attribute.uuid });
		expect(tagsOf(attribute)).toEqual([[cluster(value).tagName, false]]);
		expect(lab.sent.at(-1)).toBe(`POST /galaxies/attachCluster/${attribute.id}/attribute`);
	});

	it('finds a cluster of an organisation, whose tag holds no name, with the galaxy and without', async () => {
		const row = lab.world.addCluster(galaxyOf('Sandbox Actor'), {
			value: 'Home-made Heron',
			tagName: 'misp-galaxy:sandbox-actor="6f1c1b1e-0000-4000-8000-000000000001"',
			isDefault: false,
			orgId: 2,
			orgcId: 2,
		});
		for (const more of [{}, { galaxy: byName('sandbox-actor') }]) {
			const event = own();
			await lab.row('galaxy', 'attachCluster', {
				event: byId(event.id),
				cluster: byName('Home-made Heron'),
				...more,
			});
			expect(tagsOf(event)).toEqual([[row.tagName, false]]);
		}
	});

	it('does not choose between clusters of one name, unless the galaxy is chosen', async () => {
		lab.world.addCluster(galaxyOf('Sandbox Actor'), { value: 'Twin Crane' });
		lab.world.addCluster(galaxyOf('Sandbox Malware'), { value: 'Twin Crane' });
		const event = own();
		const parameters = { event: byId(event.id), cluster: byName('Twin Crane') };
		const { message, description } = await lab.failure('galaxy', 'attachCluster', parameters);
		expect(message).toContain('MISP has several clusters "Twin Crane"');
		expect(description).toContain('Choose the galaxy too');
		expect(event.tags).toEqual([]);
		const row = await lab.row('galaxy', 'attachCluster', {
			...parameters,
			galaxy: byName('sandbox-malware'),
		});
		expect(row).toMatchObject({ type: 'sandbox-malware' });
	});

	it('reads the galaxies once for all items', async () => {
		const event = own();
		const rows = await lab.rows(
			'galaxy',
			'attachCluster',
			{ event: byId(event.id), cluster: byName('={{ $json.who }}') },
			{ input: [{ who: 'Quiet Otter' }, { who: 'Paper Heron' }] },
		);
		expect(rows.map(({ value }) => value)).toEqual(['Quiet Otter', 'Paper Heron']);
		expect(lab.sent.filter((request) => request === 'GET /galaxies/index')).toHaveLength(1);
	});

	it('attaches locally for users of the host organisation', async () => {
		const event = own();
		await lab.row(
			'galaxy',
			'attachCluster',
			{ event: byId(event.id), cluster: byName('Copper Newt'), local: true },
			{ key: 'admin' },
		);
		expect(lab.sent.at(-1)).toBe(`POST /galaxies/attachCluster/${event.id}/event/local:1`);
		expect(tagsOf(event)).toEqual([[cluster('Copper Newt').tagName, true]]);
	});

	it('takes "saved" with another sentence for the failure that it is', async () => {
		const event = own();
		const newt = lab.world.addCluster(galaxyOf('Sandbox Actor'), { value: 'Local Newt' });
		lab.world.addTag({ name: newt.tagName, localOnly: true });
		const { message, description } = await lab.failure('galaxy', 'attachCluster', {
			event: byId(event.id),
			cluster: byId(newt.id),
		});
		expect(message).toBe('Could not attach the cluster');
		expect(description).toContain('/galaxies/attachCluster/');
		expect(event.tags).toEqual([]);
	});

	it('says what is missing, in MISP’s words, and refuses what it cannot read', async () => {
		const event = own();
		const failure = async (parameters: object, setting = {}) =>
			(
				await lab.failure(
					'galaxy',
					'attachCluster',
					{ event: byId(event.id), ...parameters },
					setting,
				)
			).message;
		expect(await failure({ cluster: byId('9999999') })).toBe('Invalid galaxy cluster');
		expect(await failure({ cluster: byName('Nobody') })).toBe('MISP has no cluster "Nobody".');
		expect(await failure({ cluster: byName('Quiet Otter') }, { key: 'beta_user' })).toBe(
			'You do not have permission to do that.',
		);
		lab.requests.length = 0;
		expect(await failure({ cluster: byId('={{ "1/1" }}') })).toContain('"Cluster" must be an id');
		expect(await failure({ cluster: byId('={{ "" }}') })).toContain('"Cluster" is required');
		expect(await failure({ cluster: byId('1') }, { access: 'read' })).toContain('Contribute');
		expect(lab.sent).toEqual([]);
	});
});

describe('galaxy.detachCluster', () => {
	it('takes the cluster off by the tag, and is no error when it is not there', async () => {
		const event = own();
		const heron = cluster('Paper Heron');
		const parameters = { event: byId(event.id), cluster: byName('Paper Heron') };
		await lab.row('galaxy', 'attachCluster', parameters);
		lab.requests.length = 0;
		const row = await lab.row('galaxy', 'detachCluster', parameters);
		expect(row).toMatchObject({ detached: true, uuid: event.uuid, value: 'Paper Heron' });
		expect(event.tags).toEqual([]);
		expect(lab.sent.slice(-2)).toEqual(['POST /tags/search', 'POST /tags/removeTagFromObject']);
		expect(lab.body(-1)).toEqual({
			uuid: event.uuid,
			tag: String(lab.world.tag(heron.tagName)?.id),
		});
		expect(await lab.row('galaxy', 'detachCluster', parameters)).toMatchObject({ detached: false });
	});

	it('takes no other tag off that the name fits as a pattern, and knows one that was never used', async () => {
		const event = own();
		const malware = galaxyOf('Sandbox Malware');
		const odd = lab.world.addCluster(malware, { value: 'Odd_RAT' });
		const decoy = lab.world.addTag({ name: 'misp-galaxy:sandbox-malware="OddxRAT"' });
		lab.world.link(event, decoy);
		const row = await lab.row('galaxy', 'detachCluster', {
			event: byId(event.uuid),
			cluster: byId(odd.id),
		});
		expect(row).toMatchObject({ detached: false });
		expect(event.tags).toHaveLength(1);
		expect(lab.sent).not.toContain('POST /tags/removeTagFromObject');
	});

	it('leaves the refusal of MISP in its words', async () => {
		const event = own();
		const parameters = { event: byId(event.id), cluster: byName('Copper Newt') };
		await lab.row('galaxy', 'attachCluster', parameters);
		const { message } = await lab.failure('galaxy', 'detachCluster', parameters, {
			key: 'beta_user',
		});
		expect(message).toContain('Cannot alter the tags of this data');
	});
});
