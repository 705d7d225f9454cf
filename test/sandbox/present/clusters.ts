/** A galaxy cluster with all that belongs to it, as its own pages show it. */
import type { Json } from '../http';
import type { ClusterRelationRow, GalaxyClusterRow } from '../rows';
import type { World } from '../state';
import { clusterHead, galaxyHead, PROJECT_ORG } from './galaxies';
import { organisationFull } from './people';
import { tagFull } from './tags';

const organisation = (world: World, id: number): Json => {
	const row = world.organisations.get(id);
	return row === undefined ? PROJECT_ORG : organisationFull(row, true);
};

export function relationHead(world: World, row: ClusterRelationRow): Json {
	return {
		id: String(row.id),
		galaxy_cluster_id: String(world.cluster(row.sourceUuid)?.id ?? 0),
		referenced_galaxy_cluster_id: String(world.cluster(row.targetUuid)?.id ?? 0),
		referenced_galaxy_cluster_uuid: row.targetUuid,
		referenced_galaxy_cluster_type: row.type,
		galaxy_cluster_uuid: row.sourceUuid,
		distribution: String(row.distribution),
		sharing_group_id: row.sharingGroupId === null ? null : String(row.sharingGroupId),
		default: false,
	};
}

function relationFull(world: World, row: ClusterRelationRow): Json {
	const tags = row.tagIds.flatMap((id) => {
		const tag = world.tags.get(id);
		return tag === undefined ? [] : [tagFull(tag)];
	});
	return { ...relationHead(world, row), ...(tags.length === 0 ? {} : { Tag: tags }) };
}

export function presentCluster(world: World, row: GalaxyClusterRow): Json {
	const relations = [...world.clusterRelations.values()];
	return {
		...clusterHead(row),
		Galaxy: galaxyHead(world, row),
		GalaxyElement: row.elements.map((element, position) => ({
			id: String(row.id * 100 + position),
			galaxy_cluster_id: String(row.id),
			key: element.key,
			value: element.value,
		})),
		GalaxyClusterRelation: relations
			.filter(({ sourceUuid }) => sourceUuid === row.uuid)
			.map((relation) => relationFull(world, relation)),
		Org: organisation(world, row.orgId),
		Orgc: organisation(world, row.orgcId),
	};
}
