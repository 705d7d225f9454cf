/** events/restSearch. */
import { truthy, type Json, type Viewer } from '../http';
import { eventFull } from '../present';
import { canSeeAttribute, canSeeEvent, isSiteAdmin } from '../rights';
import type { AttributeRow, EventRow } from '../rows';
import type { World } from '../state';
import { attributeTests, deletedFilter, eventTests, flagFilter, tagTest } from './filters';
import { cutInOrder, pageOf, sorter } from './harvest';
import { allTerms, equals, isPattern, parseTerms } from './terms';

export interface EventHits {
	rows: EventRow[];
	count: number;
}

const COLUMNS: Record<string, (row: EventRow) => string | number> = {
	'Event.id': (row) => row.id,
	'Event.info': (row) => row.info,
	'Event.analysis': (row) => row.analysis,
	'Event.threat_level_id': (row) => row.threatLevelId,
	'Event.distribution': (row) => row.distribution,
	'Event.timestamp': (row) => row.timestamp,
	'Event.publish_timestamp': (row) => row.publishTimestamp,
};

function candidates(world: World, params: Json): Iterable<EventRow> {
	const fromIds = params.eventid === undefined ? undefined : parseTerms(params.eventid);
	if (fromIds !== undefined && fromIds.not.length === 0) {
		return new Set(allTerms(fromIds).flatMap((id) => world.event(id) ?? []));
	}
	const values = params.value === undefined ? undefined : allTerms(parseTerms(params.value));
	if (values !== undefined && values.length > 0 && !values.some(isPattern)) {
		const rows = values.flatMap((value) => [...world.withValue(value)]);
		return new Set(rows.flatMap((row) => world.events.get(row.eventId) ?? []));
	}
	return world.events.values();
}

function uuidTest(value: unknown) {
	const { or, and, not } = parseTerms(value);
	const wanted = new Set([...or, ...and].map((uuid) => uuid.toLowerCase()));
	const unwanted = new Set(not.map((uuid) => uuid.toLowerCase()));
	return (event: EventRow) => {
		if (unwanted.has(event.uuid)) return false;
		if (wanted.size === 0 || wanted.has(event.uuid)) return true;
		return event.attributes.some((row) => wanted.has(row.uuid));
	};
}

/** A search in texts, which ignores all other filters. */
function searchAll(world: World, value: unknown) {
	const terms = allTerms(parseTerms(value));
	const hit = (text: string) => terms.some((term) => equals(term, text));
	return (event: EventRow) =>
		hit(event.info) ||
		event.tags.some((link) => hit(world.tags.get(link.tagId)?.name ?? '')) ||
		event.attributes.some(
			(row) => !row.deleted && (hit(row.value1) || hit(row.value2) || hit(row.comment)),
		);
}

export function findEvents(world: World, viewer: Viewer, params: Json): EventHits {
	const page = pageOf(params);
	const found: EventRow[] = [];
	const test = params.searchall === undefined ? filters(world, viewer, params) : undefined;
	const fits = test ?? searchAll(world, params.searchall);
	const pool = test === undefined ? world.events.values() : candidates(world, params);
	for (const event of pool) {
		if (canSeeEvent(world, viewer, event) && fits(event)) found.push(event);
	}
	const order = sorter<EventRow>(params.order, COLUMNS, 'Event');
	const compare = (a: EventRow, b: EventRow) => order?.(a, b) || a.id - b.id;
	return { rows: cutInOrder(found, page, compare), count: found.length };
}

function filters(world: World, viewer: Viewer, params: Json): (event: EventRow) => boolean {
	const onEvent = eventTests(world, params, 'events');
	const onAttribute = attributeTests(world, params, 'events');
	if (params.uuid !== undefined) onEvent.push(uuidTest(params.uuid));
	const deleted = deletedFilter(params.deleted);
	const wanted = params.tags ?? params.tag;
	const tags = wanted === undefined ? undefined : tagTest(world, wanted);
	const eventTags = params.event_tags === undefined ? undefined : tagTest(world, params.event_tags);
	return (event) => {
		if (!onEvent.every((test) => test(event))) return false;
		if (eventTags?.fits({ positive: event.tags, negative: event.tags }) === false) return false;
		const live = (row: AttributeRow) =>
			(deleted === 'both' || row.deleted === (deleted === 'only')) &&
			canSeeAttribute(world, viewer, event, row);
		if (tags !== undefined) {
			const inside = event.attributes.filter(live).flatMap((row) => row.tags);
			if (!tags.fits({ positive: [...event.tags, ...inside], negative: event.tags })) return false;
			// An exclusion also asks for an attribute that it leaves over.
			const left = (row: AttributeRow) => live(row) && !tags.excludes(row.tags);
			if (tags.hasNot && !event.attributes.some(left)) return false;
		}
		if (params.deleted !== undefined && deleted !== 'live' && !event.attributes.some(live)) {
			return false;
		}
		// Each filter may be met by another attribute.
		return onAttribute.every((test) => event.attributes.some((row) => live(row) && test(row)));
	};
}

/** Whole events; of the filters only to_ids and deleted reach the attributes inside. */
export function presentEventHit(world: World, viewer: Viewer, row: EventRow, params: Json): Json {
	const toIds = flagFilter(params.to_ids);
	const wanted = params.tags ?? params.tag;
	const tags = wanted === undefined ? undefined : tagTest(world, wanted);
	// Those who synchronise are shown what they would pass on.
	const isSync = viewer.grants.has('perm_sync') && !isSiteAdmin(viewer);
	const ownEvent = row.orgId === viewer.user.orgId || viewer.grants.has('perm_sync');
	return eventFull(world, viewer, row, {
		metadata: truthy(params.metadata),
		noReports: truthy(params.noEventReports),
		excludeLocalTags: truthy(params.excludeLocalTags ?? isSync),
		exportableTags: !truthy(params.includeAllTags),
		withAttachments: truthy(params.withAttachments) || truthy(params.includeAttachments),
		deleted: ownEvent ? deletedFilter(params.deleted) : 'live',
		hide: tags?.hasNot === true ? (attribute) => tags.excludes(attribute.tags) : undefined,
		toIds: toIds?.size === 1 ? toIds.has(true) : undefined,
	});
}
