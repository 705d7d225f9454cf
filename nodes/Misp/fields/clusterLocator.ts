import {
	hinted,
	isNumericId,
	isUuid,
	locator,
	namedLocator,
	recover,
	required,
	type ListEntry,
	type LoadContext,
	type Reference,
} from '../definition';
import { galaxyIn, inOrder, listedGalaxies, withinGalaxy } from './galaxy';
import {
	fetchCluster,
	listClusters,
	searchExactly,
	type ClusterReply,
	type ClusterRow,
} from './galaxyCluster';

/** The list of clusters in the form. */

const SEARCHED = 12;
const SHOWN = 100;

/** With fewer letters, MISP would find half of the clusters in all of these galaxies. */
const MIN_LETTERS = 3;

type ListedCluster = Pick<ClusterRow, 'value' | 'type' | 'uuid'>;

const listed = (replies: ClusterReply[]): ListedCluster[] =>
	replies.map(({ GalaxyCluster: { value, type, uuid } }) => ({ value, type, uuid }));

/** What MISP finds in a galaxy by name, description or synonym; its reply leaves the synonyms out. */
async function inGalaxy({ misp, search, kept }: LoadContext, id: string) {
	const filter = { context: 'all' as const, ...(search === '' ? {} : { searchall: search }) };
	return await kept(`clusters of galaxy ${id} like ${search}`, async () =>
		listed(await listClusters(misp, id, filter)),
	);
}

async function found(context: LoadContext, galaxy?: Reference): Promise<readonly ListedCluster[]> {
	const { misp, search } = context;
	if (isUuid(search) || isNumericId(search)) {
		return await recover(
			fetchCluster(misp, search).then((reply) => listed([reply])),
			({ kind }) => kind === 'notFound',
			() => [],
		);
	}
	if (galaxy !== undefined) {
		return await inGalaxy(context, galaxyIn(await listedGalaxies(context), galaxy).id);
	}
	if (search === '') return listed(await searchExactly(misp, { custom: 1 }, SHOWN));
	if (search.length < MIN_LETTERS) return [];
	const galaxies = inOrder(await listedGalaxies(context)).filter(({ enabled }) => enabled);
	const lists = galaxies.slice(0, SEARCHED).map(async ({ id }) => await inGalaxy(context, id));
	return (await Promise.all(lists)).flat();
}

async function entries(context: LoadContext, galaxy?: Reference): Promise<ListEntry[]> {
	const wanted = context.search.toLowerCase();
	// What has the text in its name comes before what has it in its description.
	const rank = (value: string) => {
		const place = value.toLowerCase().indexOf(wanted);
		return place < 0 ? Infinity : place;
	};
	return [...(await found(context, galaxy))]
		.sort((a, b) => {
			const [left, right] = [rank(a.value), rank(b.value)];
			return left === right ? a.value.localeCompare(b.value) : left - right;
		})
		.slice(0, SHOWN)
		.map(({ value, type, uuid }) => ({ name: `${value} (${type})`, value: uuid }));
}

/** Clusters of the galaxy that is chosen beside the list; of all galaxies, if none is. */
const searchClusters = async (context: LoadContext): Promise<ListEntry[]> =>
	await entries(context, withinGalaxy.schema().safeParse(context.parameter('galaxy')).data);

const CLUSTER_LIST = {
	loader: 'searchClusters',
	load: searchClusters,
	page: 'galaxy_clusters/view',
	example: '24966',
};

/** Where a galaxy that is chosen beside the list is about something else. */
export const ANY_CLUSTER_LIST = {
	...CLUSTER_LIST,
	loader: 'searchAnyCluster',
	load: async (context: LoadContext) => await entries(context),
};

/** Where only the cluster itself will do: names are ambiguous. */
export const clusterById = required(
	locator('Galaxy Cluster', {
		...ANY_CLUSTER_LIST,
		description: 'The cluster: type a part of its name into the list, or give its ID or UUID',
	}),
);

export const clusterLocator = (displayName: string, description: string, list = CLUSTER_LIST) =>
	namedLocator(displayName, {
		...list,
		byName: {
			displayName: 'By Name, ATT&CK ID or Tag',
			placeholder: 'e.g. T1059 or misp-galaxy:threat-actor="APT1"',
		},
		description,
	});

export const anyCluster = required(
	clusterLocator(
		'Cluster',
		'The cluster: type a part of its name into the list, or give its ID, UUID, full name, ATT&CK ID (T1059) or tag',
	),
);

/** Under what is changed, where MISP takes that for an edit of the cluster. */
export const UNPUBLISHES_CLUSTER =
	'MISP unpublishes the cluster: publish it again when you are done';

export const editedCluster = hinted(UNPUBLISHES_CLUSTER, anyCluster);
