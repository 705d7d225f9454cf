import {
	choice,
	collection,
	filter,
	inputError,
	limitOf,
	limits,
	number,
	operation,
	path,
	recover,
	required,
	resource,
	text,
	texts,
	toggle,
	unset,
	uuidText,
	when,
} from '../definition';
import { search as pages } from '../client/paging';
import {
	clusterAfter,
	clusterChange,
	clusterDetails,
	clusterName,
	clusterSummary,
	elementsText,
	relationTo,
	untilClusterPublished,
} from '../fields/clusterWrites';
import { findGalaxy, galaxyLocator, withinGalaxy } from '../fields/galaxy';
import {
	anyCluster,
	clusterLocator,
	clusterRow,
	fetchCluster,
	findCluster,
	findClusters,
	listClusters,
} from '../fields/galaxyCluster';
import { eventDistribution, sharingBody, sharingGroupOf } from '../fields/sharing';
import { galaxyTags, tagNames } from '../fields/tags';

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

const FILTERS = {
	kind: choice(
		'Kind',
		[
			{ value: 'default', name: 'Delivered With MISP' },
			{ value: 'custom', name: 'Made by Organisations' },
			{ value: 'orgc', name: 'Made by Your Organisation' },
			{ value: 'deleted', name: 'Deleted' },
		],
		'custom',
		{ description: 'Which clusters to find. The last two need a galaxy.' },
	),
	tagNames: filter(galaxyTags('Cluster Tags', { description: 'Any of these tags of clusters' })),
	uuids: filter(texts('UUIDs', 'UUID', { description: 'Any of these UUIDs' })),
};

const search = operation({
	name: 'Search',
	action: 'Search galaxy clusters',
	description:
		'Finds clusters. In a chosen galaxy, Text is a part of the name, description or a synonym. Without a galaxy, it is the full name, ATT&CK ID or tag. Example: Galaxy "threat-actor", Text "otter".',
	access: 'read',
	endpoints: FIND,
	row: clusterRow,
	fields: {
		galaxy: withinGalaxy,
		text: filter(
			text('Text', {
				placeholder: 'e.g. otter',
				description:
					'In a galaxy, a part of the name, description or a synonym; without one, the full name, an ATT&CK ID such as T1059, or a tag',
			}),
		),
		...limits,
		filters: collection('Filters', FILTERS, { placeholder: 'Add Filter' }),
	},
	check: ({ galaxy, text: wanted, filters: { kind, tagNames: tags, uuids } }) => {
		const exact = tags !== undefined || uuids !== undefined;
		if (exact && (wanted !== undefined || (kind !== undefined && kind !== 'custom'))) {
			throw inputError(
				'MISP does not search for tags or UUIDs together with "Text", nor with a "Kind" other than "Made by Organisations".',
				'Use one or the other.',
			);
		}
		if (galaxy === undefined && kind !== undefined && kind !== 'custom') {
			throw inputError('This "Kind" needs a "Galaxy".', 'Choose the galaxy to look in.');
		}
		if (galaxy === undefined && wanted === undefined && !exact && kind === undefined) {
			throw inputError(
				'This search has nothing to look for: MISP would return all clusters, tens of thousands.',
				'Choose a galaxy, or give a text or a filter.',
			);
		}
	},
	run: async ({ misp }, input) => {
		const { galaxy, text: wanted, filters } = input;
		const { kind, tagNames: tags, uuids } = filters;
		const id = galaxy === undefined ? undefined : (await findGalaxy(misp, galaxy)).id;
		if (tags !== undefined || uuids !== undefined || (id === undefined && wanted === undefined)) {
			const exact = {
				galaxy_id: id,
				tag_name: tags,
				uuid: uuids,
				custom: kind === 'custom' ? 1 : undefined,
			};
			return pages(misp, 'galaxyClusters', exact, limitOf(input));
		}
		if (id !== undefined) {
			return await listClusters(misp, id, { context: kind ?? 'all', searchall: wanted });
		}
		const found = await findClusters(misp, wanted ?? '');
		return kind === 'custom' ? found.filter((one) => !one.GalaxyCluster.default) : found;
	},
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
		cluster: anyCluster,
		updateFields: collection('Fields to Update', {
			value: clusterName,
			summary: clusterSummary,
			...clusterDetails,
			distribution: unset(eventDistribution),
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
	endpoints: ['POST /galaxy_clusters/delete/{cluster}', ...FIND],
	fields: {
		galaxy: withinGalaxy,
		cluster: anyCluster,
		permanently: toggle(
			'Permanently',
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
		cluster: anyCluster,
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
	fields: { galaxy: withinGalaxy, cluster: anyCluster },
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
	fields: {
		galaxy: withinGalaxy,
		cluster: anyCluster,
		relation: required(
			text('Relation', {
				placeholder: 'e.g. uses',
				description: 'How the first is related to the second, such as uses, similar, mitigates',
			}),
		),
		relatedCluster: required(
			clusterLocator(
				'Related Cluster',
				'The cluster that the relation leads to, of any galaxy and any organisation',
			),
		),
		additionalFields: collection('Additional Fields', {
			distribution: eventDistribution,
			sharingGroup: sharingGroupOf,
			tags: tagNames('Tags', { description: 'Tags on the relation, such as a confidence' }),
		}),
	},
	check: ({ additionalFields: { tags, ...sharing } }) => {
		sharingBody(sharing);
		const torn = tags?.find((name) => name.includes(','));
		if (torn !== undefined) {
			throw inputError(
				`The tag "${torn.slice(0, 60)}" contains a comma, at which MISP would cut it in two here.`,
				'Choose another tag.',
			);
		}
	},
	run: async (context, input) => {
		const { misp } = context;
		const { relation: type, additionalFields } = input;
		const { tags, ...sharing } = additionalFields;
		const source = await findCluster(misp, input.cluster, input.galaxy);
		const related = await findCluster(misp, input.relatedCluster);
		const body = {
			galaxy_cluster_uuid: source.uuid,
			referenced_galaxy_cluster_uuid: related.uuid,
			referenced_galaxy_cluster_type: type,
			// MISP wants one; the same circle as that of the cluster suits most.
			distribution: source.distribution,
			...(source.distribution === '4' ? { sharing_group_id: source.sharing_group_id } : {}),
			...sharingBody(sharing),
			...(tags === undefined ? {} : { tags: tags.join(',') }),
		};
		const added = await recover(
			misp.post(path`/galaxy_cluster_relations/add`, body).then(() => true),
			({ message }) => /Relation already exists/i.test(message),
			() => false,
		);
		const stored = await clusterAfter(context, source.uuid, {});
		const row = relationTo(stored.GalaxyCluster, related.uuid, type);
		return { ...(row ?? body), already_exists: !added };
	},
});

const removeRelation = operation({
	name: 'Remove Relation',
	action: 'Remove a relation between galaxy clusters',
	description:
		'Removes a relation from a cluster of your organisation, by the ID that "Add Relation" returns and "Get" shows under "GalaxyClusterRelation". MISP unpublishes the cluster. One that is gone already is no error. Example: Relation ID 49613.',
	access: 'contribute',
	endpoints: ['POST /galaxy_cluster_relations/delete/{relation}'],
	fields: {
		relationId: required(number('Relation ID', { min: 1, placeholder: 'e.g. 49613' })),
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
