/** What is inside an event: attributes, objects, proposals, reports, related events. */
import type { Json } from '../http';
import type {
	AttributeRow,
	EventRow,
	ObjectRow,
	ProposalRow,
	ReportRow,
	SightingRow,
	TagLink,
} from '../rows';
import type { World } from '../state';
import { joinValue } from '../values';
import { hitsOf } from '../warninglists';
import { sightingFlat, sightingOrganisation } from './attributes';
import { galaxiesOf } from './galaxies';
import { organisationLocal, organisationShort } from './people';
import { exportableLinks, linkedTag, tagsKey } from './tags';

export interface EventOptions {
	metadata?: boolean;
	noReports?: boolean;
	excludeLocalTags?: boolean;
	/** Those that are not exportable are left out. */
	exportableTags?: boolean;
	withAttachments?: boolean;
	/** Which attributes are inside; default: those not deleted. */
	deleted?: 'live' | 'only' | 'both';
	toIds?: boolean;
	/** Attributes to leave out. */
	hide?(row: AttributeRow): boolean;
	/** /events/view adds the relations of analyst data to related events. */
	inbound?: boolean;
}

export function attributeInEvent(
	world: World,
	row: AttributeRow,
	event: EventRow,
	sightings: readonly SightingRow[],
	options: EventOptions,
): Json {
	const { proposals } = event;
	const warnings = row.toIds ? hitsOf(world, row) : [];
	const seen = sightings.filter((sighting) => sighting.attributeId === row.id);
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
		...(options.withAttachments === true && row.data !== undefined ? { data: row.data } : {}),
		...(warnings.length === 0 ? {} : { warnings }),
		Galaxy: galaxiesOf(world, row.tags, 'attribute'),
		ShadowAttribute: proposals
			.filter((proposal) => proposal.attributeId === row.id && !proposal.deleted)
			.map((proposal) => proposalInEvent(world, proposal)),
		...tagsKey(shownLinks(world, row.tags, options).map((link) => linkedTag(world, link))),
		...(seen.length === 0
			? {}
			: {
					Sighting: seen.map((sighting) => ({
						...sightingFlat(sighting),
						attribute_uuid: row.uuid,
						Organisation: sightingOrganisation(world, sighting),
					})),
				}),
	};
}

export function proposalInEvent(world: World, row: ProposalRow): Json {
	const warnings = row.toIds ? hitsOf(world, row) : [];
	return {
		id: String(row.id),
		type: row.type,
		category: row.category,
		to_ids: row.toIds,
		uuid: row.uuid,
		event_uuid: world.events.get(row.eventId)?.uuid ?? '',
		event_id: String(row.eventId),
		old_id: String(row.attributeId),
		comment: row.comment,
		org_id: String(row.orgId),
		proposal_to_delete: row.toDelete,
		timestamp: String(row.timestamp),
		first_seen: row.firstSeen,
		last_seen: row.lastSeen,
		value: joinValue(row),
		Org: organisationLocal(world.organisations.get(row.orgId)),
		...(warnings.length === 0
			? {}
			: {
					// A number here, a text on attributes.
					warnings: warnings.map((warning) => ({
						...warning,
						warninglist_id: Number(warning.warninglist_id),
					})),
				}),
	};
}

export function shownLinks(world: World, links: TagLink[], options: EventOptions): TagLink[] {
	const shown = options.exportableTags === true ? exportableLinks(world, links) : links;
	return options.excludeLocalTags === true ? shown.filter((link) => !link.local) : shown;
}

export function objectInEvent(row: ObjectRow, attributes: Json[]): Json {
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
		ObjectReference: [],
		Attribute: attributes,
	};
}

export function reportInEvent(row: ReportRow): Json {
	return {
		id: String(row.id),
		uuid: row.uuid,
		event_id: String(row.eventId),
		name: row.name,
		content: row.content,
		distribution: String(row.distribution),
		sharing_group_id: String(row.sharingGroupId),
		timestamp: String(row.timestamp),
		deleted: row.deleted,
	};
}

export function relatedEvent(world: World, row: EventRow, inbound: boolean): Json {
	return {
		Event: {
			id: String(row.id),
			date: row.date,
			threat_level_id: String(row.threatLevelId),
			info: row.info,
			published: row.published,
			uuid: row.uuid,
			analysis: String(row.analysis),
			timestamp: String(row.timestamp),
			distribution: String(row.distribution),
			org_id: String(row.orgId),
			orgc_id: String(row.orgcId),
			Org: organisationShort(world.organisations.get(row.orgId)),
			Orgc: organisationShort(world.organisations.get(row.orgcId)),
		},
		...(inbound ? { RelationshipInbound: [] } : {}),
	};
}
