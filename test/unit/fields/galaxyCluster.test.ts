import type { Misp } from '../../../nodes/Misp/client/client';
import { findClusters } from '../../../nodes/Misp/fields/galaxyCluster';

/** A MISP that has 500 clusters of its own and sends them for every page. */
function repeating() {
	const page = Array.from({ length: 500 }, (_, index) => ({
		GalaxyCluster: { uuid: String(index), value: `Cluster ${index}`, default: false },
	}));
	const post = jest.fn(async (_path: string, { custom }: { custom?: number }) =>
		custom === 1 ? page : [],
	);
	return { misp: { get: async () => [], post } as unknown as Misp, post };
}

it('ends where a server sends the same page for ever, and names each cluster once', async () => {
	const { misp, post } = repeating();
	expect(await findClusters(misp, 'Nobody')).toEqual([]);
	const [found, ...others] = await findClusters(misp, 'cluster 7');
	expect(found?.GalaxyCluster.value).toBe('Cluster 7');
	expect(others).toEqual([]);
	expect(post.mock.calls.length).toBeLessThanOrEqual(6);
});
