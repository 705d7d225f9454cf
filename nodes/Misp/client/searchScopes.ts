import { path, type MispPath } from './path';
/** What can be searched with MISP's restSearch. */
export type SearchScope = 'events' | 'attributes' | 'objects' | 'sightings' | 'galaxyClusters';

interface ScopeRules {
	path: MispPath;
	/** Keys that narrow the search. */
	filters: readonly string[];
	/** Keys that only shape the reply or its order. */
	shape: readonly string[];
	/** The key around each row; attributes come without one, in a list of that name. */
	envelope: string;
	/** Rows per request. Whole events are heavy for MISP, attributes are light. */
	pageSize: number;
	/** Columns to sort by. One that is not among these makes MISP drop the whole order. */
	order: readonly string[];
	/**
	 * When the last page is reached:
	 * - `total`: `X-Result-Count` is the number of all rows
	 * - `read`: it is the number of rows read for this page, one more on a full page
	 * - `empty`: only an empty page tells
	 * - `single`: MISP ignores paging and sends everything at once
	 */
	stop: 'total' | 'read' | 'empty' | 'single';
}

/** Names from a text with spaces between. */
export const keys = (text: string): string[] => text.trim().split(/\s+/);

/** Parameters of the rpz export. */
const RPZ = 'policy walled_garden ns ns_alt email serial refresh retry expiry minimum_ttl ttl';

/**
 * What MISP 2.5 accepts and does. It drops any other key without a word, and with it the filter
 * that was meant, so these lists decide what may be sent.
 */
export const SCOPES: Record<SearchScope, ScopeRules> = {
	events: {
		path: path`/events/restSearch`,
		filters: keys(`value type category org tags tag event_tags searchall from to date last eventid
			uuid event_uuid publish_timestamp timestamp event_timestamp published to_ids deleted
			object_relation threat_level_id eventinfo sharinggroup idList distribution sharing_group_id
			blockedAttributeTags eventsExtendingUuid extensionList protected
			org.sector org.local org.nationality`),
		shape: keys(`returnFormat withAttachments includeAttachments metadata enforceWarninglist
			sgReferenceOnly limit page order requested_attributes includeContext headerless
			includeWarninglistHits attackGalaxy excludeLocalTags includeSightingdb includeAllTags
			disableSiteAdmin flatten extended excludeGalaxy includeAnalystData includeRelatedTags
			includeDecayScore includeScoresOnEvent includeFeedCorrelations includeServerCorrelations
			noEventReports noShadowAttributes includeGranularCorrelations ${RPZ}`),
		envelope: 'Event',
		pageSize: 50,
		order: keys(`Event.id Event.info Event.analysis Event.threat_level_id Event.distribution
			Event.timestamp Event.publish_timestamp`),
		stop: 'total',
	},
	attributes: {
		path: path`/attributes/restSearch`,
		filters: keys(`value value1 value2 type category org tags from to last eventid uuid
			publish_timestamp published timestamp attribute_timestamp event_timestamp to_ids deleted
			threat_level_id object_relation first_seen last_seen eventinfo sharinggroup event_ids score`),
		shape: keys(`returnFormat withAttachments enforceWarninglist includeEventUuid includeEventTags
			includeProposals limit page order requested_attributes includeContext headerless
			includeWarninglistHits attackGalaxy includeSightings includeCorrelations includeDecayScore
			decayingModel excludeDecayed modelOverrides includeFullModel allow_proposal_blocking
			flatten list includeAllTags includeAttributeUuid includeGalaxy ${RPZ}`),
		envelope: 'Attribute',
		pageSize: 2000,
		order: keys(`Attribute.id Attribute.event_id Attribute.object_id Attribute.type
			Attribute.category Attribute.value Attribute.distribution Attribute.timestamp
			Attribute.object_relation Event.publish_timestamp`),
		stop: 'read',
	},
	objects: {
		path: path`/objects/restSearch`,
		filters: keys(`value type category org tags first_seen last_seen from to last eventid uuid
			publish_timestamp published timestamp event_timestamp to_ids deleted threat_level_id
			object_relation object_name object_template_uuid object_template_version`),
		shape: keys(`returnFormat withAttachments enforceWarninglist includeEventUuid includeEventTags
			includeProposals limit page requested_attributes includeContext headerless
			includeWarninglistHits attackGalaxy metadata includeAllTags`),
		envelope: 'Object',
		pageSize: 500,
		order: [],
		stop: 'empty',
	},
	sightings: {
		path: path`/sightings/restSearch`,
		filters: keys('context id uuid type from to last org_id source'),
		shape: keys('returnFormat includeAttribute includeEvent includeUuid'),
		envelope: 'Sighting',
		pageSize: Infinity,
		order: [],
		stop: 'single',
	},
	galaxyClusters: {
		path: path`/galaxy_clusters/restSearch`,
		filters: keys(`id uuid galaxy_id galaxy_uuid version distribution org_id orgc_id tag_name
			custom`),
		shape: keys('page limit minimal'),
		envelope: 'GalaxyCluster',
		pageSize: 500,
		order: [],
		stop: 'empty',
	},
};

/** Keys of events that stand for a whole family: `galaxy.` and the name of a galaxy's element. */
export const isFilterOf = (scope: SearchScope, name: string): boolean =>
	SCOPES[scope].filters.includes(name) || (scope === 'events' && name.startsWith('galaxy.'));
