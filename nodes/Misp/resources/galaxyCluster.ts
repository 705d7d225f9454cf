import {
	collection,
	hinted,
	inputError,
	number,
	operation,
	path,
	recover,
	required,
	resource,
	toggle,
	uuidText,
	when,
} from '../definition';
import { checkRelation, clusterRelation, relate } from '../fields/clusterRelation';
import { checkClusterSearch, clusterSearch, searchedClusters } from '../fields/clusterSearch';
import {
	clusterAfter,
	clusterChange,
	clusterDetails,
	clusterName,
	clusterSummary,
	elementsText,
	untilClusterPublished,
} from '../fields/clusterWrites';
import { findGalaxy, galaxyLocator, withinGalaxy } from '../fields/galaxy';
import {
	anyCluster,
	clusterLocator,
	editedCluster,
	UNPUBLISHES_CLUSTER,
} from '../fields/clusterLocator';
import { clusterRow, fetchCluster, findCluster } from '../fields/galaxyCluster';

const FIND = [
	'GET /galaxy_clusters/view/{cluster}',
	'POST /galaxy_clusters/index/{galaxy}',
	'POST /galaxy_clusters/restSearch',
	'GET /galaxies/index',
];

const create = operation({
	name: 'Create',
	action: 'Create a galaxy cluster',
	description:
		'Creates a cluster of your organisation in a galaxy. It is not published. Every call makes another one. Example: Galaxy "threat-actor", Cluster Name "Quiet Otter", Elements synonyms "SO-1".',
	access: 'contribute',
	endpoints: ['POST /galaxy_clusters/add/{galaxy}', ...FIND],
	row: clusterRow,
	fields: {
		galaxy: galaxyLocator,
		value: required(clusterName),
		summary: clusterSummary,
		additionalFields: collection('Additional Fields', {
			...clusterDetails,
			forkOf: clusterLocator(
				'Fork Of',
				'The cluster that this one is a variant of; MISP shows both as related',
			),
			uuid: uuidText('UUID', { description: 'Left empty, MISP makes one' }),
		}),
	},
	check: ({ additionalFields }) => void clusterChange(additionalFields),
	run: async ({ misp }, { galaxy, value: name, summary: about, additionalFields }) => {
		// For an unknown galaxy, MISP fails inside or makes an orphan.
		const { id } = await findGalaxy(misp, galaxy);
		const { forkOf, uuid } = additionalFields;
		const original = forkOf === undefined ? undefined : await findCluster(misp, forkOf);
		const body = {
			value: name,
			description: about ?? '',
			...clusterChange(additionalFields),
			uuid,
			extends_uuid: original?.uuid,
			extends_version: original?.version,
		};
		return await misp.post(path`/galaxy_clusters/add/${id}`, body, { expect: 'GalaxyCluster' });
	},
});

const get = operation({
	name: 'Get',
	action: 'Get a galaxy cluster',
	description:
		'Returns one cluster with its elements (also by key under "meta") and relations. Example: Cluster by name "T1059".',
	access: 'read',
	endpoints: FIND,
	row: clusterRow,
	fields: { galaxy: withinGalaxy, cluster: anyCluster },
	run: async ({ misp }, { galaxy, cluster }) => {
		const key = 'id' in cluster ? cluster.id : (await findCluster(misp, cluster, galaxy)).id;
		return await fetchCluster(misp, key);
	},
});

const search = operation({
	name: 'Search',
	action: 'Search galaxy clusters',
	description:
		'Finds clusters. In a chosen galaxy, Text is a part of the name, description or a synonym. Without a galaxy, it is the full name, ATT&CK ID or tag. Example: Galaxy "threat-actor", Text "otter".',
	access: 'read',
	endpoints: FIND,
	row: clusterRow,
	fields: clusterSearch,
	check: (input) => checkClusterSearch(input),
	run: async ({ misp }, input) => await searchedClusters(misp, input),
});

const update = operation({
	name: 'Update',
	action: 'Update a galaxy cluster',
	description:
		'Changes a cluster of your organisation; what you do not add stays. MISP unpublishes it. Clusters that come with MISP cannot be changed: create a fork instead. Example: Cluster by name "Quiet Otter", Source "https://www.example.com/report".',
	access: 'contribute',
	endpoints: ['POST /galaxy_clusters/edit/{cluster}', ...FIND],
	row: clusterRow,
	fields: {
		galaxy: withinGalaxy,
		cluster: editedCluster,
		updateFields: collection('Fields to Update', {
			value: clusterName,
			summary: clusterSummary,
			...clusterDetails,
		}),
	},
	check: ({ updateFields }) => {
		const { value: name, summary: about, ...more } = updateFields;
		if (name === undefined && about === undefined && !Object.keys(clusterChange(more)).length) {
			throw inputError('There is nothing to update.', 'Add at least one field to update.');
		}
	},
	run: async ({ misp }, { galaxy, cluster, updateFields }) => {
		const now = await findCluster(misp, cluster, galaxy);
		// A cluster found in a list comes without its elements.
		const stored = now.GalaxyElement ? now : (await fetchCluster(misp, now.id)).GalaxyCluster;
		const { value: name, summary: about, ...more } = updateFields;
		const body = {
			// MISP empties these two where they are left out.
			authors: stored.authors ?? [],
			elements: elementsText(stored.GalaxyElement ?? []),
			...clusterChange(more),
			value: name,
			description: about,
		};
		return await misp.post(path`/galaxy_clusters/edit/${stored.id}`, body, {
			expect: 'GalaxyCluster',
		});
	},
});

const remove = operation({
	name: 'Delete',
	action: 'Delete a galaxy cluster',
	description:
		'Deletes a cluster of your organisation: it can be restored in MISP, unless it is deleted for good. One that is gone already is no error, if given by ID or UUID. Example: Cluster by UUID "5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b".',
	access: 'contribute',
	ownRows: true,
	endpoints: ['POST /galaxy_clusters/delete/{cluster}', ...FIND],
	fields: {
		galaxy: withinGalaxy,
		cluster: anyCluster,
		permanently: toggle(
			'Delete Permanently',
			'Whether to delete it for good and to block its UUID, so that it cannot come back by synchronisation',
		),
	},
	run: async ({ misp }, { galaxy, cluster, permanently }) => {
		const key = 'id' in cluster ? cluster.id : (await findCluster(misp, cluster, galaxy)).id;
		const row = { cluster: key, deleted: true, permanently: permanently === true };
		return await recover(
			misp
				.post<{
					message?: string;
				}>(path`/galaxy_clusters/delete/${key}`, permanently === true ? { hard: 1 } : {})
				.then(({ message }) => ({ ...row, already_gone: false, message })),
			({ status }) => status === 404,
			({ message }) => ({
				...row,
				already_gone: true,
				message: `${message}: it is gone, or this key may not see it.`,
			}),
		);
	},
});

const publish = operation({
	name: 'Publish',
	action: 'Publish a galaxy cluster',
	description:
		'Publishes a cluster of your organisation and sends it to connected instances. One that is published already is no error. Example: Cluster by name "Quiet Otter".',
	access: 'publish',
	endpoints: ['POST /galaxy_clusters/publish/{cluster}', ...FIND],
	row: clusterRow,
	fields: {
		galaxy: withinGalaxy,
		cluster: hinted(
			'All that the cluster is shared with get it. Unpublishing does not take their copies back.',
			anyCluster,
		),
		wait: toggle(
			'Wait Until Published',
			'Whether to go on only when the cluster is published. MISP publishes in the background.',
			true,
		),
		timeout: when(
			{ wait: [true] },
			number('Wait at Most (Seconds)', { min: 1, max: 600, default: 30 }),
		),
	},
	run: async (context, { galaxy, cluster, wait, timeout = 30 }) => {
		const { misp } = context;
		const { id, uuid } = await findCluster(misp, cluster, galaxy);
		const ordered = await recover(
			misp.post(path`/galaxy_clusters/publish/${id}`).then(() => true),
			({ kind }) => kind === 'conflict',
			() => false,
		);
		if (wait !== false && ordered) return await untilClusterPublished(misp, id, timeout);
		return await clusterAfter(context, id, { id, uuid });
	},
});

const unpublish = operation({
	name: 'Unpublish',
	action: 'Unpublish a galaxy cluster',
	description:
		'Takes the mark "published" off a cluster of your organisation. Copies that others have already stay with them. One that is not published is no error. Example: Cluster by name "Quiet Otter".',
	access: 'contribute',
	endpoints: ['POST /galaxy_clusters/unpublish/{cluster}', ...FIND],
	row: clusterRow,
	fields: {
		galaxy: withinGalaxy,
		cluster: hinted('Copies that others have already stay with them', anyCluster),
	},
	run: async (context, { galaxy, cluster }) => {
		const { misp } = context;
		const { id, uuid } = await findCluster(misp, cluster, galaxy);
		await recover(
			misp.post(path`/galaxy_clusters/unpublish/${id}`),
			({ kind }) => kind === 'conflict',
			() => undefined,
		);
		return await clusterAfter(context, id, { id, uuid, published: false });
	},
});

const addRelation = operation({
	name: 'Add Relation',
	action: 'Add a relation between galaxy clusters',
	description:
		'Relates a cluster of your organisation to any other one. MISP unpublishes the first. A relation that exists already is no error. Returns the relation with its ID. Example: Cluster by name "Quiet Otter", Relation "uses", Related Cluster by name "T1059".',
	access: 'contribute',
	endpoints: ['POST /galaxy_cluster_relations/add', ...FIND],
	fields: clusterRelation,
	check: (input) => checkRelation(input),
	run: async (context, input) => await relate(context, input),
});

const removeRelation = operation({
	name: 'Remove Relation',
	action: 'Remove a relation between galaxy clusters',
	description:
		'Removes a relation from a cluster of your organisation, by the ID that "Add Relation" returns and "Get" shows under "GalaxyClusterRelation". MISP unpublishes the cluster. One that is gone already is no error. Example: Relation ID 49613.',
	access: 'contribute',
	ownRows: true,
	endpoints: ['POST /galaxy_cluster_relations/delete/{relation}'],
	fields: {
		relationId: required(
			number('Relation ID', { min: 1, placeholder: 'e.g. 49613', hint: UNPUBLISHES_CLUSTER }),
		),
	},
	run: async ({ misp }, { relationId: id }) =>
		await recover(
			misp
				.post<{ message?: string }>(path`/galaxy_cluster_relations/delete/${id}`)
				.then(({ message }) => ({ id: String(id), deleted: true, already_gone: false, message })),
			({ status }) => status === 404,
			({ message }) => ({ id: String(id), deleted: true, already_gone: true, message }),
		),
});

export const galaxyCluster = resource({
	name: 'Galaxy Cluster',
	description: 'One threat actor, technique, tool or the like, of a galaxy',
	operations: {
		create,
		get,
		search,
		update,
		delete: remove,
		publish,
		unpublish,
		addRelation,
		removeRelation,
	},
});
