/** Attributes and sightings on their own. */
import type { Json } from '../http';
import type { AttributeRow, EventRow, SightingRow } from '../rows';
import type { World } from '../state';
import { joinValue } from '../values';
import { organisationShort } from './people';
import { briefTag, numberText, tagsKey } from './tags';

/** As /attributes/add answers: with the two parts of the value. */
export function attributeSaved(row: AttributeRow): Json {
	return attributeFlat(row, true);
}

export function attributeFlat(row: AttributeRow, parts = false): Json {
	return {
		id: String(row.id),
		event_id: String(row.eventId),
		object_id: String(row.objectId),
		object_relation: row.objectRelation,
		category: row.category,
		type: row.type,
		...(parts ? { value1: row.value1, value2: row.value2 } : {}),
		to_ids: row.toIds,
		uuid: row.uuid,
		timestamp: String(row.timestamp),
		distribution: String(row.distribution),
		sharing_group_id: String(row.sharingGroupId),
		comment: row.comment,
		deleted: row.deleted,
		disable_correlation: row.disableCorrelation,
		first_seen: row.firstSeen,
		last_seen: row.lastSeen,
		value: joinValue(row),
	};
}

export function attributeTags(world: World, { tags }: Pick<AttributeRow, 'tags'>): Json {
	return tagsKey(tags.map((link) => briefTag(world, link)));
}

export function inheritedTags(world: World, { tags }: Pick<EventRow, 'tags'>): Json[] {
	return tags.flatMap((link) => {
		const tag = briefTag(world, link);
		return tag === undefined ? [] : [{ ...tag, inherited: 1 }];
	});
}

export function attributeTagLinks(world: World, row: AttributeRow): Json[] {
	return row.tags.map((link) => {
		const tag = world.tags.get(link.tagId);
		return {
			id: String(link.id),
			attribute_id: String(row.id),
			event_id: String(row.eventId),
			tag_id: String(link.tagId),
			local: link.local,
			relationship_type: link.relationshipType,
			Tag: {
				id: String(link.tagId),
				name: tag?.name ?? '',
				colour: tag?.colour ?? '',
				numerical_value: numberText(tag?.numericalValue ?? null),
			},
		};
	});
}

export function sightingFlat(row: SightingRow): Json {
	return {
		id: String(row.id),
		attribute_id: String(row.attributeId),
		event_id: String(row.eventId),
		org_id: String(row.orgId),
		date_sighting: String(row.date),
		uuid: row.uuid,
		source: row.source,
		type: String(row.type),
	};
}

export function sightingOrganisation(world: World, row: SightingRow): Json {
	const { id, name, uuid } = organisationShort(world.organisations.get(row.orgId));
	return { id, uuid, name };
}
