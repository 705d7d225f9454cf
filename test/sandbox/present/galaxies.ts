/** Galaxies and their clusters. */
import type { Json } from '../http';
import type { GalaxyClusterRow, TagLink } from '../rows';
import type { World } from '../state';

export function galaxyHead(world: World, cluster: GalaxyClusterRow): Json {
	const galaxy = world.galaxies.get(cluster.galaxyId);
	return {
		id: String(cluster.galaxyId),
		uuid: galaxy?.uuid ?? '',
		name: galaxy?.name ?? '',
		type: galaxy?.type ?? '',
		description: galaxy?.description ?? '',
		version: galaxy?.version ?? '',
		icon: galaxy?.icon ?? '',
		namespace: galaxy?.namespace ?? '',
		enabled: galaxy?.enabled ?? true,
		local_only: false,
	};
}

export function clusterHead(cluster: GalaxyClusterRow): Json {
	return {
		id: String(cluster.id),
		uuid: cluster.uuid,
		collection_uuid: cluster.collectionUuid,
		type: cluster.type,
		value: cluster.value,
		tag_name: cluster.tagName,
		description: cluster.description,
		galaxy_id: String(cluster.galaxyId),
		source: cluster.source,
		authors: cluster.authors,
		version: cluster.version,
		distribution: String(cluster.distribution),
		sharing_group_id: cluster.sharingGroupId === null ? null : String(cluster.sharingGroupId),
		org_id: String(cluster.orgId),
		orgc_id: String(cluster.orgcId),
		default: cluster.isDefault,
		locked: false,
		extends_uuid: cluster.extendsUuid,
		extends_version: cluster.extendsVersion,
		published: cluster.published,
		deleted: cluster.deleted,
	};
}

export function clusterMeta(cluster: GalaxyClusterRow): Json {
	const meta: Record<string, string[]> = {};
	for (const { key, value } of cluster.elements) (meta[key] ??= []).push(value);
	return meta;
}

/** Clusters that come with MISP belong to no organisation of the instance. */
export const PROJECT_ORG: Json = {
	id: '0',
	name: 'MISP',
	date_created: '',
	date_modified: '',
	description: 'Default clusters',
	type: '',
	nationality: 'Not specified',
	sector: '',
	created_by: '0',
	uuid: '0',
	contacts: '',
	local: true,
	restricted_to_domain: [],
	landingpage: null,
};

/** Clusters attached through their tags, grouped by galaxy. */
export function galaxiesOf(
	world: World,
	links: readonly TagLink[],
	model: 'event' | 'attribute',
): Json[] {
	const groups = new Map<number, Json>();
	for (const link of links) {
		const tag = world.tags.get(link.tagId);
		const cluster = tag?.isGalaxy === true ? world.clusterOfTag(tag.name) : undefined;
		if (cluster === undefined) continue;
		const group = groups.get(cluster.galaxyId) ?? {
			...galaxyHead(world, cluster),
			GalaxyCluster: [],
		};
		groups.set(cluster.galaxyId, group);
		(group.GalaxyCluster as Json[]).push({
			...clusterHead(cluster),
			GalaxyClusterRelation: [],
			Org: PROJECT_ORG,
			Orgc: PROJECT_ORG,
			TargetingClusterRelation: [],
			meta: clusterMeta(cluster),
			// Here, and only here, MISP shows numbers and a false for "none".
			tag_id: link.tagId,
			[`${model}_tag_id`]: String(link.id),
			local: link.local,
			relationship_type: link.relationshipType ?? false,
		});
	}
	return [...groups.values()];
}
