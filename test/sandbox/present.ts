/** Rows as MISP shows them: ids and times as text, flags as booleans, keys in MISP's order. */
import { without, type Json, type Viewer } from './http';
import { canSeeAttribute, canSeeEvent, canSeePart, canSeeSighting } from './rights';
import type {
	AttributeRow,
	AuthKeyRow,
	EventRow,
	GalaxyClusterRow,
	ObjectRow,
	OrganisationRow,
	ProposalRow,
	ReportRow,
	SightingRow,
	TagLink,
	TagRow,
} from './rows';
import type { World } from './state';
import { joinValue } from './values';
import { hitsOf } from './warninglists';

export function organisationShort(row: OrganisationRow | undefined): Json {
	return { id: String(row?.id ?? 0), name: row?.name ?? '', uuid: row?.uuid ?? '0' };
}

function organisationLocal(row: OrganisationRow | undefined): Json {
	return { ...organisationShort(row), local: row?.local ?? true };
}

export function organisationFull(row: OrganisationRow, createdBy: boolean): Json {
	return {
		id: String(row.id),
		name: row.name,
		date_created: row.dateCreated,
		date_modified: row.dateModified,
		description: row.description,
		type: row.type,
		nationality: row.nationality,
		sector: row.sector,
		...(createdBy ? { created_by: String(row.createdBy) } : {}),
		uuid: row.uuid,
		contacts: null,
		local: row.local,
		restricted_to_domain: null,
		landingpage: null,
	};
}

const numberText = (value: number | null) => (value === null ? null : String(value));

export function tagFull(tag: TagRow): Json {
	return {
		id: String(tag.id),
		name: tag.name,
		colour: tag.colour,
		exportable: tag.exportable,
		org_id: String(tag.orgId),
		user_id: String(tag.userId),
		hide_tag: tag.hideTag,
		numerical_value: numberText(tag.numericalValue),
		is_galaxy: tag.isGalaxy,
		is_custom_galaxy: tag.isCustomGalaxy,
		local_only: tag.localOnly,
	};
}

function linkedTag(world: World, link: TagLink): Json | undefined {
	const tag = world.tags.get(link.tagId);
	if (tag === undefined) return undefined;
	return {
		...without(tagFull(tag), 'org_id'),
		local: link.local,
		relationship_type: link.relationshipType,
	};
}

/** The shorter form on attributes of a search or a view. */
function briefTag(world: World, link: TagLink): Json | undefined {
	const tag = world.tags.get(link.tagId);
	if (tag === undefined) return undefined;
	return {
		id: String(tag.id),
		name: tag.name,
		colour: tag.colour,
		numerical_value: numberText(tag.numericalValue),
		is_galaxy: tag.isGalaxy,
		local: link.local,
	};
}

/** MISP leaves `Tag` out where there is none. */
function tagsKey(tags: Array<Json | undefined>): Json {
	const present = tags.filter((tag) => tag !== undefined);
	return present.length === 0 ? {} : { Tag: present };
}

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
		distribution: '3',
		sharing_group_id: null,
		org_id: '0',
		orgc_id: '0',
		default: true,
		locked: false,
		extends_uuid: '',
		extends_version: '0',
		published: false,
		deleted: false,
	};
}

export function clusterMeta(cluster: GalaxyClusterRow): Json {
	const meta: Record<string, string[]> = {};
	for (const { key, value } of cluster.elements) (meta[key] ??= []).push(value);
	return meta;
}

/** Clusters that come with MISP belong to no organisation of the instance. */
const PROJECT_ORG: Json = {
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
function galaxiesOf(world: World, links: readonly TagLink[], model: 'event' | 'attribute'): Json[] {
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

// --- attributes

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

export function attributeTags(world: World, row: AttributeRow): Json {
	return tagsKey(row.tags.map((link) => briefTag(world, link)));
}

export function inheritedTags(world: World, event: EventRow): Json[] {
	return event.tags.flatMap((link) => {
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

// --- events

export interface EventOptions {
	metadata?: boolean;
	noReports?: boolean;
	excludeLocalTags?: boolean;
	withAttachments?: boolean;
	/** Which attributes are inside; default: those not deleted. */
	deleted?: 'live' | 'only' | 'both';
	toIds?: boolean;
	/** Attributes to leave out. */
	hide?(row: AttributeRow): boolean;
	/** /events/view adds the relations of analyst data to related events. */
	inbound?: boolean;
}

function attributeInEvent(
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
			.filter((proposal) => proposal.attributeId === row.id)
			.map((proposal) => proposalInEvent(world, proposal)),
		...tagsKey(shownLinks(row.tags, options).map((link) => linkedTag(world, link))),
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

function proposalInEvent(world: World, row: ProposalRow): Json {
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

function shownLinks(links: TagLink[], options: EventOptions): TagLink[] {
	return options.excludeLocalTags === true ? links.filter((link) => !link.local) : links;
}

function objectInEvent(row: ObjectRow, attributes: Json[]): Json {
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

function reportInEvent(row: ReportRow): Json {
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

function relatedEvent(world: World, row: EventRow, inbound: boolean): Json {
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

function eventHead(world: World, viewer: Viewer, row: EventRow): Json {
	const ownsIt = row.orgId === viewer.user.orgId || viewer.grants.has('perm_site_admin');
	return {
		id: String(row.id),
		orgc_id: String(row.orgcId),
		org_id: String(row.orgId),
		date: row.date,
		threat_level_id: String(row.threatLevelId),
		info: row.info,
		published: row.published,
		uuid: row.uuid,
		attribute_count: String(row.attributeCount),
		analysis: String(row.analysis),
		timestamp: String(row.timestamp),
		distribution: String(row.distribution),
		proposal_email_lock: row.proposalEmailLock,
		locked: row.locked,
		publish_timestamp: String(row.publishTimestamp),
		sharing_group_id: String(row.sharingGroupId),
		disable_correlation: row.disableCorrelation,
		extends_uuid: row.extendsUuid,
		protected: row.protected,
		...(ownsIt ? { event_creator_email: world.users.get(row.userId)?.email ?? '' } : {}),
		Org: organisationLocal(world.organisations.get(row.orgId)),
		Orgc: organisationLocal(world.organisations.get(row.orgcId)),
	};
}

function isShown(row: AttributeRow, options: EventOptions): boolean {
	if (options.toIds !== undefined && row.toIds !== options.toIds) return false;
	if (options.hide?.(row) === true) return false;
	if (options.deleted === 'both') return true;
	return row.deleted === (options.deleted === 'only');
}

export function eventFull(
	world: World,
	viewer: Viewer,
	row: EventRow,
	options: EventOptions = {},
): Json {
	const sharingGroup = world.sharingGroups.get(row.sharingGroupId);
	const related = world
		.related(row)
		.filter((other) => canSeeEvent(world, viewer, other))
		.map((other) => relatedEvent(world, other, options.inbound === true));
	const tags = tagsKey(shownLinks(row.tags, options).map((link) => linkedTag(world, link)));
	const head = {
		...eventHead(world, viewer, row),
		...(row.distribution === 4 && sharingGroup !== undefined
			? {
					SharingGroup: {
						id: String(sharingGroup.id),
						name: sharingGroup.name,
						releasability: sharingGroup.releasability,
						description: sharingGroup.description,
						uuid: sharingGroup.uuid,
					},
				}
			: {}),
	};
	const galaxies = galaxiesOf(world, row.tags, 'event');
	if (options.metadata === true) {
		return {
			Event: { ...head, RelatedEvent: related, Galaxy: galaxies, CryptographicKey: [], ...tags },
		};
	}
	const sightings = world
		.sightingsOf(row.id)
		.filter((sighting) => canSeeSighting(viewer, row, sighting));
	const inside = row.attributes.filter(
		(attribute) => isShown(attribute, options) && canSeeAttribute(world, viewer, row, attribute),
	);
	const present = (objectId: number) =>
		inside
			.filter((attribute) => attribute.objectId === objectId)
			.map((attribute) => attributeInEvent(world, attribute, row, sightings, options));
	const objects = row.objects.filter(
		(object) =>
			(object.deleted === (options.deleted === 'only') || options.deleted === 'both') &&
			canSeePart(world, viewer, row, object),
	);
	const reports = row.reports.filter(
		(report) => !report.deleted && canSeePart(world, viewer, row, report),
	);
	return {
		Event: {
			...head,
			Attribute: present(0),
			ShadowAttribute: row.proposals
				.filter((proposal) => proposal.attributeId === 0)
				.map((proposal) => proposalInEvent(world, proposal)),
			RelatedEvent: related,
			Galaxy: galaxies,
			Object: objects.map((object) => objectInEvent(object, present(object.id))),
			...(options.noReports === true ? {} : { EventReport: reports.map(reportInEvent) }),
			CryptographicKey: [],
			...tags,
		},
	};
}

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

/** The beginning and the end of the key, never the key. */
export function authKeyRow(world: World, row: AuthKeyRow): Json {
	return {
		AuthKey: {
			id: String(row.id),
			uuid: row.uuid,
			authkey_start: row.value.slice(0, 4),
			authkey_end: row.value.slice(-4),
			created: String(row.created),
			expiration: String(row.expiration),
			read_only: row.readOnly,
			user_id: String(row.userId),
			comment: row.comment,
			allowed_ips: row.allowedIps,
			unique_ips: row.uniqueIps,
			last_used: row.lastUsed,
		},
		User: { id: String(row.userId), email: world.users.get(row.userId)?.email ?? '' },
	};
}
