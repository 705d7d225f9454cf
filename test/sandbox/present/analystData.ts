/** Notes, opinions and relationships. */
import type { Json } from '../http';
import type { AttributeRow, EventRow } from '../rows';
import type { World } from '../state';
import { ANALYST_TYPES, type AnalystRow } from '../state/analystData';
import { attributeSaved } from './attributes';
import { organisationFull } from './people';

const OBJECT_COLUMNS =
	'id name meta-category description template_uuid template_version event_id uuid timestamp distribution sharing_group_id comment deleted first_seen last_seen';

function eventColumns(row: EventRow): Json {
	return {
		id: String(row.id),
		org_id: String(row.orgId),
		date: row.date,
		info: row.info,
		user_id: String(row.userId),
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
	};
}

function organisation(world: World, id: number): Json {
	const row = world.organisations.get(id);
	return row === undefined ? {} : organisationFull(row, true);
}

/** Of its organisations a view by number shows less. */
function brief(world: World, id: number, described: boolean): Json {
	const { uuid, name, type, description, sector, nationality, local } = organisation(world, id);
	const about = described ? { description } : {};
	return { id: String(id), name, uuid, type, ...about, sector, nationality, local };
}

/** The other end of a relationship, where that is an attribute. */
function relatedObject(world: World, attribute: AttributeRow): Json {
	const event = world.events.get(attribute.eventId);
	if (event === undefined) return {};
	return {
		Attribute: {
			...attributeSaved(attribute),
			Event: eventColumns(event),
			Object: Object.fromEntries(OBJECT_COLUMNS.split(' ').map((name) => [name, null])),
			Organisation: organisation(world, event.orgcId),
			orgc_uuid: world.organisations.get(event.orgcId)?.uuid,
		},
	};
}

export function analystData(world: World, row: AnalystRow, more: Json = {}): Json {
	const uuid = world.organisations.get(row.orgId)?.uuid;
	const isBrief = more.brief === true;
	const attribute = world.attribute(row.said.related_object_uuid ?? '');
	return {
		[row.type]: {
			id: String(row.id),
			uuid: row.uuid,
			object_uuid: row.objectUuid,
			object_type: row.objectType,
			authors: row.authors,
			org_uuid: uuid,
			orgc_uuid: uuid,
			created: row.created,
			modified: row.modified,
			distribution: more.distribution ?? String(row.distribution),
			sharing_group_id: null,
			locked: false,
			...row.said,
			note_type: ANALYST_TYPES.indexOf(row.type),
			note_type_name: row.type,
			Orgc: isBrief ? brief(world, row.orgId, false) : organisation(world, row.orgId),
			Org: isBrief ? brief(world, row.orgId, true) : organisation(world, row.orgId),
			...('_canEdit' in more ? { _canEdit: more._canEdit } : {}),
			...(row.type === 'Relationship' && attribute !== undefined
				? { related_object: relatedObject(world, attribute) }
				: {}),
		},
	};
}
