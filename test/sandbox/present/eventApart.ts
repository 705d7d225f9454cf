/** An event with its parts beside it, as merging and imports show it. */
import type { Json, Viewer } from '../http';
import { canSeeEvent } from '../rights';
import type { AttributeRow, EventRow, TagLink } from '../rows';
import type { World } from '../state';
import { joinValue } from '../values';
import { eventHead } from './event';
import { objectInEvent, relatedEvent } from './eventParts';
import { tagFull } from './tags';

const THREAT_LEVELS = ['High', 'Medium', 'Low', 'Undefined'];

function linksOf(world: World, links: TagLink[], owner: Json): Json[] {
	return links.flatMap((link) => {
		const tag = world.tags.get(link.tagId);
		if (tag === undefined) return [];
		const how = { local: link.local, relationship_type: link.relationshipType };
		return [
			{
				id: String(link.id),
				...owner,
				tag_id: String(link.tagId),
				...how,
				Tag: { ...tagFull(tag), ...how },
			},
		];
	});
}

function attributeApart(world: World, row: AttributeRow): Json {
	return {
		id: String(row.id),
		type: row.type,
		category: row.category,
		to_ids: row.toIds,
		uuid: row.uuid,
		event_id: String(row.eventId),
		distribution: String(row.distribution),
		timestamp: String(row.timestamp),
		comment: row.comment,
		sharing_group_id: String(row.sharingGroupId),
		deleted: row.deleted,
		disable_correlation: row.disableCorrelation,
		object_id: String(row.objectId),
		object_relation: row.objectRelation,
		first_seen: row.firstSeen,
		last_seen: row.lastSeen,
		value: joinValue(row),
		AttributeTag: linksOf(world, row.tags, { attribute_id: String(row.id) }),
		Galaxy: [],
		ShadowAttribute: [],
	};
}

export function eventApart(world: World, viewer: Viewer, row: EventRow): Json {
	const { Org, Orgc, event_creator_email: email, ...head } = eventHead(world, viewer, row);
	const names =
		'id orgc_id org_id date threat_level_id info published uuid attribute_count analysis timestamp distribution proposal_email_lock'.split(
			' ',
		);
	const first = Object.fromEntries(names.map((name) => [name, head[name]]));
	const inside = row.attributes.filter((attribute) => !attribute.deleted);
	const present = (objectId: number) =>
		inside
			.filter((attribute) => attribute.objectId === objectId)
			.map((attribute) => attributeApart(world, attribute));
	return {
		Event: {
			...first,
			user_id: String(row.userId),
			locked: row.locked,
			publish_timestamp: String(row.publishTimestamp),
			sharing_group_id: String(row.sharingGroupId),
			disable_correlation: row.disableCorrelation,
			extends_uuid: row.extendsUuid,
			protected: row.protected,
			event_creator_email: email,
		},
		ThreatLevel: {
			name: THREAT_LEVELS[row.threatLevelId - 1],
			id: String(row.threatLevelId),
		},
		Attribute: present(0),
		ShadowAttribute: [],
		Object: row.objects
			.filter((object) => !object.deleted)
			.map((object) => objectInEvent(object, present(object.id))),
		EventTag: linksOf(world, row.tags, { event_id: String(row.id) }),
		EventReport: [],
		CryptographicKey: [],
		Galaxy: [],
		Orgc,
		Org,
		User: { email: world.users.get(row.userId)?.email },
		RelatedEvent: world
			.related(row)
			.filter((other) => canSeeEvent(world, viewer, other))
			.map((other) => relatedEvent(world, other, false)),
		Sighting: [],
	};
}
