/** Events in a list. */
import type { Json } from '../http';
import type { EventRow } from '../rows';
import type { World } from '../state';
import { clusterHead, clusterMeta, galaxyHead } from './galaxies';
import { organisationShort } from './people';

/** A row of /events/index. */
export function eventIndexRow(world: World, row: EventRow): Json {
	const links = row.tags.flatMap((link) => {
		const tag = world.tags.get(link.tagId);
		return tag === undefined ? [] : [{ link, tag }];
	});
	const clusters = links.flatMap(({ link, tag }) => {
		const cluster = tag.isGalaxy ? world.clusterOfTag(tag.name) : undefined;
		if (cluster === undefined) return [];
		return [
			{
				...clusterHead(cluster),
				Galaxy: galaxyHead(world, cluster),
				meta: clusterMeta(cluster),
				tag_id: String(tag.id),
				local: link.local,
				relationship_type: link.relationshipType ?? '',
			},
		];
	});
	return {
		id: String(row.id),
		org_id: String(row.orgId),
		date: row.date,
		info: row.info,
		uuid: row.uuid,
		published: row.published,
		analysis: String(row.analysis),
		attribute_count: String(row.attributeCount),
		orgc_id: String(row.orgcId),
		timestamp: String(row.timestamp),
		distribution: String(row.distribution),
		sharing_group_id: String(row.sharingGroupId),
		proposal_email_lock: row.proposalEmailLock,
		locked: row.locked,
		threat_level_id: String(row.threatLevelId),
		publish_timestamp: String(row.publishTimestamp),
		sighting_timestamp: String(row.sightingTimestamp),
		disable_correlation: row.disableCorrelation,
		extends_uuid: row.extendsUuid,
		protected: row.protected,
		Org: organisationShort(world.organisations.get(row.orgId)),
		Orgc: organisationShort(world.organisations.get(row.orgcId)),
		...(clusters.length === 0 ? {} : { GalaxyCluster: clusters }),
		EventTag: links.map(({ link, tag }) => ({
			id: String(link.id),
			event_id: String(row.id),
			tag_id: String(tag.id),
			local: link.local,
			relationship_type: link.relationshipType ?? '',
			Tag: {
				id: String(tag.id),
				name: tag.name,
				colour: tag.colour,
				is_galaxy: tag.isGalaxy,
			},
		})),
	};
}
