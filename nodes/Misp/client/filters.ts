import { inputError } from './errors';
import { instantOf, isCalendarDay } from './time';

/** What can be searched with MISP's restSearch here. */
export type SearchScope = 'events' | 'attributes';

interface ScopeKeys {
	/** Keys that narrow the search. */
	filters: readonly string[];
	/** Keys that only shape the reply or its order. */
	shape: readonly string[];
}

const keys = (text: string): string[] => text.trim().split(/\s+/);

/** Parameters of the rpz export, accepted everywhere. */
const RPZ = 'policy walled_garden ns ns_alt email serial refresh retry expiry minimum_ttl ttl';

/**
 * What MISP 2.5 accepts. It drops any other key without a word, and with it the filter that was
 * meant, so these lists decide what may be sent.
 */
const SCOPES: Record<SearchScope, ScopeKeys> = {
	events: {
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
	},
	attributes: {
		filters: keys(`value value1 value2 type category org tags from to last eventid uuid
			publish_timestamp published timestamp attribute_timestamp event_timestamp to_ids deleted
			threat_level_id object_relation first_seen last_seen eventinfo sharinggroup event_ids score`),
		shape: keys(`returnFormat withAttachments enforceWarninglist includeEventUuid includeEventTags
			includeProposals limit page order requested_attributes includeContext headerless
			includeWarninglistHits attackGalaxy includeSightings includeCorrelations includeDecayScore
			decayingModel excludeDecayed modelOverrides includeFullModel allow_proposal_blocking
			flatten list includeAllTags includeAttributeUuid includeGalaxy ${RPZ}`),
	},
};

/** Mistakes that are easy to make, and the key that was meant. */
const MEANT: Record<string, string> = {
	published_timestamp: 'publish_timestamp',
	info: 'eventinfo',
	event_info: 'eventinfo',
	event_id: 'eventid',
	eventId: 'eventid',
	id: 'eventid',
	values: 'value',
	types: 'type',
	categories: 'category',
	organisation: 'org',
	organization: 'org',
	tag_name: 'tags',
	date_from: 'from',
	date_to: 'to',
	dateFrom: 'from',
	dateTo: 'to',
	toIds: 'to_ids',
	quickFilter: 'searchall',
	search: 'searchall',
};

/** Filters that are points in time: epoch seconds, a date, "1d", or a pair of them. */
const TIMES = new Set(
	keys(
		`last date timestamp event_timestamp attribute_timestamp publish_timestamp first_seen last_seen`,
	),
);

/** Flags that MISP ignores when they come as JSON false. */
const FLAGS = new Set(['published', 'to_ids', 'deleted', 'protected']);

/** An order of columns per scope; one that is not among these makes MISP drop the whole order. */
export const ORDER_COLUMNS: Record<SearchScope, readonly string[]> = {
	events: keys(
		'Event.id Event.info Event.analysis Event.threat_level_id Event.distribution Event.timestamp Event.publish_timestamp',
	),
	attributes: keys(`Attribute.id Attribute.event_id Attribute.object_id Attribute.type
		Attribute.category Attribute.value Attribute.distribution Attribute.timestamp
		Attribute.object_relation Event.publish_timestamp`),
};

/**
 * Whether MISP would skip this value, and so the filter. A "%" or "!" that surrounds nothing, as an
 * empty expression leaves it, would match everything.
 */
export function isEmptyFilter(value: unknown): boolean {
	if (value === undefined || value === null) return true;
	if (typeof value === 'string') return /^[\s%!]*$/.test(value);
	if (value instanceof Date) return Number.isNaN(value.getTime());
	if (typeof value === 'number') return Number.isNaN(value);
	if (Array.isArray(value)) return value.length === 0 || value.some(isEmptyFilter);
	if (typeof value === 'object') {
		const parts = Object.values(value);
		return parts.length === 0 || parts.some(isEmptyFilter);
	}
	return false;
}

const isLogic = (value: unknown): value is Record<string, unknown> =>
	value !== null && typeof value === 'object' && !Array.isArray(value);

/** A value that MISP reads as "not this". It does not work on `value` in MISP 2.5. */
const isNegated = (value: unknown): boolean => {
	if (typeof value === 'string') return value.startsWith('!');
	if (Array.isArray(value)) return value.some(isNegated);
	return isLogic(value) && Object.keys(value).some((key) => key.toUpperCase() === 'NOT');
};

/** Epoch seconds, or a relative time like "5d"; undefined for what is neither these nor a date. */
function pointInTime(value: unknown): number | string | undefined {
	const text = String(value).trim();
	if (/^(\d+\s*[dhms]\s*)+$/i.test(text)) return text.toLowerCase();
	const instant = instantOf(value);
	return instant === undefined ? undefined : Math.floor(instant / 1000);
}

export const isTimeFilter = (value: unknown): boolean => pointInTime(value) !== undefined;

/**
 * Makes a time that MISP understands, or refuses it: MISP answers an unreadable one with an empty
 * result, which looks like "nothing found".
 *
 * @returns epoch seconds, a relative time like "5d", or a pair of them
 */
function timeFilter(name: string, value: unknown): unknown {
	if (Array.isArray(value)) {
		if (value.length !== 2)
			throw inputError(`Filter "${name}": give one time, or two for a range.`);
		return value.map((entry) => timeFilter(name, entry));
	}
	const time = pointInTime(value);
	if (time !== undefined) return time;
	throw inputError(
		`Filter "${name}": "${String(value).slice(0, 40)}" is not a time.`,
		'Use a date (2026-11-24 or 2026-11-24T08:00:00Z), a relative time (5d, 12h, 30m) or epoch seconds.',
	);
}

/** A calendar day, for the filters that compare with the event's date. */
function dayFilter(name: string, value: unknown): string {
	const text = (value instanceof Date ? value.toISOString() : String(value)).trim().slice(0, 10);
	if (isCalendarDay(text)) return text;
	throw inputError(`Filter "${name}": "${text}" is not a date.`, 'Use a date like 2026-11-24.');
}

/**
 * Checks the body of a restSearch and brings it into the form that MISP really reads.
 *
 * @param scope what is searched
 * @param body filters by MISP's names (see `SCOPES`)
 * @returns the body to send
 * @throws MispError of kind `input` for an unknown or empty filter, and when no filter narrows the
 *   search: MISP ignores all of these and returns everything the user can see
 */
export function searchBody(
	scope: SearchScope,
	body: Record<string, unknown>,
): Record<string, unknown> {
	const { filters, shape } = SCOPES[scope];
	const checked: Record<string, unknown> = {};
	let narrowed = false;
	for (const [name, value] of Object.entries(body)) {
		if (value === undefined) continue;
		const isFilter = filters.includes(name) || (scope === 'events' && name.startsWith('galaxy.'));
		if (!isFilter && !shape.includes(name)) throw unknownFilter(scope, name, filters);
		if (isEmptyFilter(value)) {
			throw inputError(
				`The filter "${name}" is empty.`,
				'MISP would ignore it and return everything. Remove the filter, or check the expression that fills it.',
			);
		}
		if (isFilter) narrowed = true;
		checked[name] = filterValue(name, value);
	}
	if (!narrowed) {
		throw inputError(
			'This search has no filter, so MISP would return everything.',
			'Add at least one filter, such as a value, a tag or a time.',
		);
	}
	if (
		checked.searchall !== undefined &&
		Object.keys(body).some((n) => n !== 'searchall' && filters.includes(n))
	) {
		throw inputError(
			'"searchall" cannot be combined with other filters: MISP would ignore those.',
			'Search in two steps, or leave "searchall" out.',
		);
	}
	return checked;
}

function filterValue(name: string, value: unknown): unknown {
	if (TIMES.has(name)) return timeFilter(name, value);
	if (name === 'from' || name === 'to') return dayFilter(name, value);
	if (FLAGS.has(name)) return flag(value);
	if (/^value[12]?$/.test(name) && isNegated(value)) {
		throw inputError(
			`MISP does not exclude by value: a filter "${name}" with "!" or NOT would be ignored.`,
			'Search without it and take the values out with a Filter node.',
		);
	}
	return value;
}

/** `false` is ignored by MISP, 0 is not. */
function flag(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(flag);
	if (value === true || value === 'true' || value === '1') return 1;
	if (value === false || value === 'false' || value === '0') return 0;
	return value;
}

function unknownFilter(scope: SearchScope, name: string, filters: readonly string[]) {
	const usual = Object.hasOwn(MEANT, name) ? MEANT[name] : undefined;
	const meant = filters.find(
		(known) => known === usual || known.toLowerCase() === name.toLowerCase().trim(),
	);
	return inputError(
		`MISP has no filter "${name}" for ${scope}.`,
		meant === undefined
			? `MISP would ignore it and return too much. It knows: ${filters.join(', ')}.`
			: `MISP would ignore it and return too much. You may mean "${meant}".`,
	);
}
