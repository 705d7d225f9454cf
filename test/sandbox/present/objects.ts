/** Objects and their references. */
import type { Json } from '../http';
import type { EventRow, ObjectRow } from '../rows';
import type { World } from '../state';
import type { ReferenceRow } from '../state/objectTemplates';
import { attributeSaved, attributeTagLinks } from './attributes';

export function objectHead(row: ObjectRow): Json {
	return {
		id: String(row.id),
		name: row.name,
		'meta-category': row.metaCategory,
		description: row.description,
		template_uuid: row.templateUuid,
		template_version: row.templateVersion,
		event_id: String(row.eventId),
		uuid: row.uuid,
		timestamp: String(row.timestamp),
		distribution: String(row.distribution),
		sharing_group_id: String(row.sharingGroupId),
		comment: row.comment,
		deleted: row.deleted,
		first_seen: row.firstSeen,
		last_seen: row.lastSeen,
	};
}

export const eventBrief = (event: EventRow): Json => ({
	id: String(event.id),
	info: event.info,
	org_id: String(event.orgId),
	orgc_id: String(event.orgcId),
});

/** Those that are not deleted, with their tags. */
export const attributesOf = (world: World, row: ObjectRow): Json[] =>
	row.attributes
		.filter(({ deleted }) => !deleted)
		.map((one) => ({ ...attributeSaved(one), AttributeTag: attributeTagLinks(world, one) }));

export const referenceFlat = (row: ReferenceRow): Json => ({
	id: String(row.id),
	uuid: row.uuid,
	timestamp: String(row.timestamp),
	object_id: String(row.objectId),
	event_id: String(row.eventId),
	source_uuid: row.sourceUuid,
	referenced_uuid: row.referencedUuid,
	referenced_id: String(row.referencedId),
	referenced_type: String(row.referencedType),
	relationship_type: row.relationshipType,
	comment: row.comment,
	deleted: row.deleted,
});
