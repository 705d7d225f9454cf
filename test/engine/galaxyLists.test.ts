import { Misp } from '../../nodes/Misp/client/client';
import { connectionOf } from '../../nodes/Misp/client/connection';
import { loadersOf } from '../../nodes/Misp/definition/form';
import { catalogue } from '../../nodes/Misp/resources';
import { useLab } from './support';

/** The lists of galaxies and clusters, as the form asks for them while somebody types. */

const lab = useLab();

async function entries(name: string, search: string, galaxy?: unknown): Promise<string[]> {
	const loader = loadersOf(catalogue).find((one) => one.name === name);
	if (loader?.kind !== 'search') throw new Error(`No list ${name}`);
	const connection = connectionOf(lab.credential() as never);
	const misp = new Misp(connection);
	const parameter = (of: string) => (of === 'galaxy' ? galaxy : undefined);
	const kept = async <Row>(_list: string, read: () => Promise<readonly Row[]>) => await read();
	return (await loader.load({ misp, search, parameter, kept })).map((entry) => entry.name);
}

it('finds galaxies by a part of name or type', async () => {
	expect(await entries('searchGalaxies', 'malw')).toEqual(['Sandbox Malware (sandbox-malware)']);
	expect((await entries('searchGalaxies', '')).length).toBeGreaterThan(1);
});

it('lists all clusters of the galaxy that is chosen, and those that the text fits', async () => {
	const galaxy = { __rl: true, mode: 'name', value: 'sandbox-actor' };
	expect(await entries('searchClusters', '', galaxy)).toEqual([
		'Copper Newt (sandbox-actor)',
		'Paper Heron (sandbox-actor)',
		'Quiet Otter (sandbox-actor)',
	]);
	expect(await entries('searchClusters', 'so-2', galaxy)).toEqual(['Paper Heron (sandbox-actor)']);
	expect(lab.body(-1)).toEqual({ context: 'all', searchall: 'so-2' });
});

it('searches the galaxies that are used most when none is chosen, names first', async () => {
	expect(await entries('searchClusters', 'made up')).toHaveLength(5);
	const pattern = lab.world.addGalaxy({ name: 'Patterns', type: 'mitre-attack-pattern' });
	lab.world.addCluster(pattern, { value: 'Has otter behind' });
	lab.world.addCluster(pattern, { value: 'Alpha', description: 'like an otter' });
	expect(await entries('searchClusters', 'otter')).toEqual([
		'Has otter behind (mitre-attack-pattern)',
		'Quiet Otter (sandbox-actor)',
		'Alpha (mitre-attack-pattern)',
	]);
	for (let count = 0; count < 20; count += 1) {
		lab.world.addGalaxy({ name: `More ${count}`, type: `more-${count}` });
	}
	lab.requests.length = 0;
	await entries('searchClusters', 'otter');
	expect(lab.sent).toHaveLength(13);
	expect(lab.sent[1]).toBe(`POST /galaxy_clusters/index/${pattern.id}`);
});

it('lists clusters of all galaxies where the one that is chosen is about another cluster', async () => {
	const galaxy = { __rl: true, mode: 'name', value: 'sandbox-actor' };
	const text = 'made up';
	expect(await entries('searchAnyCluster', text, galaxy)).toEqual(
		await entries('searchClusters', text),
	);
	const related = catalogue.galaxyCluster?.operations.addRelation?.fields.relatedCluster;
	expect(related?.property.modes?.[0]?.typeOptions?.searchListMethod).toBe('searchAnyCluster');
});

it('asks for no more than it shows, and finds one by its UUID', async () => {
	expect(await entries('searchClusters', 'o')).toEqual([]);
	expect(await entries('searchClusters', '')).toEqual([]);
	expect(lab.sent).toEqual(['POST /galaxy_clusters/restSearch']);
	expect(lab.body()).toMatchObject({ custom: 1, limit: 100, page: 1 });
	const [otter] = [...lab.world.clusters.values()];
	expect(await entries('searchClusters', otter?.uuid ?? '')).toEqual([
		'Quiet Otter (sandbox-actor)',
	]);
	expect(await entries('searchClusters', '9999999')).toEqual([]);
});
