/** attributes/restSearch. */
import type { Json, Viewer } from '../http';
import {
	attributeFlat,
	attributeTags,
	exportableLinks,
	inheritedTags,
	sightingFlat,
	sightingOrganisation,
} from '../present';
import { canSeeAttribute, canSeeEvent, canSeeSighting } from '../rights';
import type { AttributeRow, EventRow } from '../rows';
import type { World } from '../state';
import { truthy } from '../http';
import { hitsOf } from '../warninglists';
import { attributeTests, deletedFilter, eventTests, tagTest } from './filters';
import { cutInOrder, pageOf, sorter } from './harvest';
import { allTerms, isPattern, parseTerms } from './terms';

export interface AttributeHits {
	rows: AttributeRow[];
	/** X-Result-Count, which is not a count of results. */
	count: number;
	skipped: number;
}

const COLUMNS: Record<string, (row: AttributeRow) => string | number> = {
	'Attribute.id': (row) => row.id,
	'Attribute.event_id': (row) => row.eventId,
	'Attribute.object_id': (row) => row.objectId,
	'Attribute.type': (row) => row.type,
	'Attribute.category': (row) => row.category,
	'Attribute.value': (row) => row.value1,
	'Attribute.distribution': (row) => row.distribution,
	'Attribute.timestamp': (row) => row.timestamp,
	'Attribute.object_relation': (row) => row.objectRelation ?? '',
};

/** The rows worth testing: by index where a filter allows it. */
function candidates(world: World, params: Json): Iterable<AttributeRow> {
	if (params.uuid !== undefined) {
		const { or, and, not } = parseTerms(params.uuid);
		if (not.length === 0) return [...or, ...and].flatMap((uuid) => byUuid(world, uuid));
	}
	if (params.eventid !== undefined) {
		const terms = parseTerms(params.eventid);
		if (terms.not.length === 0) {
			return allTerms(terms).flatMap((id) => world.event(id)?.attributes ?? []);
		}
	}
	if (params.value !== undefined) {
		const wanted = allTerms(parseTerms(params.value));
		if (wanted.length > 0 && !wanted.some(isPattern)) {
			return new Set(wanted.flatMap((value) => [...world.withValue(value)]));
		}
	}
	return world.attributes.values();
}

function byUuid(world: World, uuid: string): AttributeRow[] {
	const attribute = world.attribute(uuid);
	return attribute === undefined ? (world.event(uuid)?.attributes ?? []) : [attribute];
}

export function findAttributes(world: World, viewer: Viewer, params: Json): AttributeHits {
	const onEvent = eventTests(world, params, 'attributes');
	const onAttribute = attributeTests(world, params, 'attributes');
	const tags = params.tags === undefined ? undefined : tagTest(world, params.tags);
	const deleted = deletedFilter(params.deleted);
	const events = new Map<number, EventRow | undefined>();
	const eventOf = (id: number): EventRow | undefined => {
		if (!events.has(id)) {
			const event = world.events.get(id);
			const fits =
				event !== undefined &&
				canSeeEvent(world, viewer, event) &&
				onEvent.every((test) => test(event));
			events.set(id, fits ? event : undefined);
		}
		return events.get(id);
	};
	const found: AttributeRow[] = [];
	for (const row of candidates(world, params)) {
		if (deleted !== 'both' && row.deleted !== (deleted === 'only')) continue;
		if (!onAttribute.every((test) => test(row))) continue;
		const event = eventOf(row.eventId);
		if (event === undefined || !canSeeAttribute(world, viewer, event, row)) continue;
		if (tags?.fits({ positive: [...row.tags, ...event.tags], negative: row.tags }) === false)
			continue;
		found.push(row);
	}
	const columns = {
		...COLUMNS,
		'Event.publish_timestamp': (row: AttributeRow) =>
			events.get(row.eventId)?.publishTimestamp ?? 0,
	};
	const order = sorter<AttributeRow>(params.order, columns, 'Attribute');
	const compare = (a: AttributeRow, b: AttributeRow) => order?.(a, b) || a.id - b.id;
	const page = pageOf(params);
	const read = cutInOrder(found, page, compare);
	const rows = truthy(params.enforceWarninglist)
		? read.filter((row) => hitsOf(world, row).length === 0)
		: read;
	return { rows, count: resultCount(read.length, page.limit), skipped: read.length - rows.length };
}

/** A full page counts one more, an empty one counts one. */
function resultCount(read: number, limit: number | undefined): number {
	if (limit === undefined) return read;
	if (read === 0) return 1;
	return read === limit ? read + 1 : read;
}

function eventOfAttribute(event: EventRow): Json {
	return {
		org_id: String(event.orgId),
		distribution: String(event.distribution),
		publish_timestamp: String(event.publishTimestamp),
		id: String(event.id),
		info: event.info,
		orgc_id: String(event.orgcId),
		uuid: event.uuid,
	};
}

function objectOfAttribute(world: World, row: AttributeRow): Json {
	const object = world.objects.get(row.objectId);
	if (object === undefined) return {};
	return {
		Object: {
			id: String(object.id),
			distribution: String(object.distribution),
			sharing_group_id: String(object.sharingGroupId),
		},
	};
}

/** A row as the JSON export shows it. */
export function presentHit(world: World, viewer: Viewer, row: AttributeRow, params: Json): Json {
	const event = world.events.get(row.eventId);
	if (event === undefined) return attributeFlat(row);
	const wants = (name: string) => truthy(params[name]);
	const warnings = wants('includeWarninglistHits') ? hitsOf(world, row) : [];
	const shown = ({ tags: links }: Pick<AttributeRow, 'tags'>) => ({
		tags: wants('includeAllTags') ? links : exportableLinks(world, links),
	});
	const own = attributeTags(world, shown(row)).Tag as Json[] | undefined;
	const inherited =
		wants('includeEventTags') || wants('includeContext') ? inheritedTags(world, shown(event)) : [];
	const tags = [...(own ?? []), ...inherited];
	const sightings = wants('includeSightings')
		? world
				.sightingsOf(event.id)
				.filter((one) => one.attributeId === row.id && canSeeSighting(viewer, event, one))
		: [];
	return {
		...attributeFlat(row),
		...(wants('includeEventUuid') ? { event_uuid: event.uuid } : {}),
		...(wants('withAttachments') && row.data !== undefined ? { data: row.data } : {}),
		Event: eventOfAttribute(event),
		...objectOfAttribute(world, row),
		...(tags.length === 0 ? {} : { Tag: tags }),
		...(sightings.length === 0
			? {}
			: {
					Sighting: sightings.map((one) => ({
						...sightingFlat(one),
						Organisation: sightingOrganisation(world, one),
					})),
				}),
		...(warnings.length === 0 ? {} : { warnings }),
	};
}
