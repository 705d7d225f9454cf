import {
	collection,
	inputError,
	path,
	recover,
	required,
	text,
	type InputOf,
	type RunContext,
} from '../definition';
import { clusterAfter } from './clusterWrites';
import { withinGalaxy } from './galaxy';
import { ANY_CLUSTER_LIST, clusterLocator, editedCluster } from './clusterLocator';
import { findCluster, type ClusterRow, type RelationRow } from './galaxyCluster';
import { eventDistribution, sharingBody, sharingGroupOf } from './sharing';
import { tagNames } from './tags';

/** What leads from one cluster to another. */
export const clusterRelation = {
	galaxy: withinGalaxy,
	cluster: editedCluster,
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
			ANY_CLUSTER_LIST,
		),
	),
	additionalFields: collection('Additional Fields', {
		distribution: eventDistribution,
		sharingGroup: sharingGroupOf,
		tags: tagNames('Tags', { description: 'Tags on the relation, such as a confidence' }),
	}),
};

type RelationInput = InputOf<typeof clusterRelation>;

/** @throws MispError of kind `input` */
export function checkRelation({ additionalFields: { tags, ...sharing } }: RelationInput): void {
	sharingBody(sharing);
	const torn = tags?.find((name) => name.includes(','));
	if (torn !== undefined) {
		throw inputError(
			`The tag "${torn.slice(0, 60)}" contains a comma, at which MISP would cut it in two here.`,
			'Choose another tag.',
		);
	}
}

/** The relation of a cluster to another one, as it is stored. */
const relationTo = (
	{ GalaxyClusterRelation: relations = [] }: Partial<ClusterRow>,
	target: string,
	type: string,
): RelationRow | undefined =>
	relations.find(
		(one) =>
			one.referenced_galaxy_cluster_uuid === target &&
			one.referenced_galaxy_cluster_type.toLowerCase() === type.toLowerCase(),
	);

/** Adds the relation. One that exists already is returned as it is stored. */
export async function relate(context: RunContext, input: RelationInput): Promise<unknown> {
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
}
