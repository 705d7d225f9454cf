/** /objects: view and search; the writes are beside it. */
import { answer, refuse, truthy, type Call, type Json } from '../http';
import { attributesOf, eventBrief, objectHead } from '../present/objects';
import { canSeePart, visibleEvent } from '../rights';
import type { Controller } from '../router';
import type { EventRow, ObjectRow } from '../rows';
import { ACCEPTED, cut, harvest, pageOf } from '../search/harvest';
import { attributeTests, deletedFilter, eventTests, tagTest } from '../search/filters';
import { equals, parseTerms, satisfies } from '../search/terms';
import { findObject } from '../state/objectTemplates';
import { objectWrites } from './objectWrites';

export function requireObject({ world, viewer, args: [id] }: Call): {
	object: ObjectRow;
	event: EventRow;
} {
	const object = findObject(world, id);
	const event = object === undefined ? undefined : visibleEvent(world, viewer, object.eventId);
	if (object === undefined || event === undefined || !canSeePart(world, viewer, event, object)) {
		throw refuse.notFound('Invalid object.');
	}
	return { object, event };
}

function view(call: Call) {
	const { object, event } = requireObject(call);
	return answer({
		Object: {
			...objectHead(object),
			Event: eventBrief(event),
			Attribute: attributesOf(call.world, object),
		},
	});
}

/** Tests on the object itself. */
function ownTests(params: Json): Array<(row: ObjectRow, event: EventRow) => boolean> {
	const columns: Array<[string, (row: ObjectRow) => string]> = [
		['object_name', (row) => row.name],
		['object_template_uuid', (row) => row.templateUuid ?? ''],
		['object_template_version', (row) => row.templateVersion ?? ''],
	];
	return columns.flatMap(([name, read]) => {
		if (params[name] === undefined) return [];
		const terms = parseTerms(params[name]);
		return [(row: ObjectRow) => satisfies(terms, (term) => equals(term, read(row)))];
	});
}

function found(
	{ world, viewer }: Call,
	params: Json,
): Array<{ object: ObjectRow; event: EventRow }> {
	// Of objects, the clock that is asked about is the event's.
	const { timestamp, ...rest } = params;
	const onEvent = [
		...eventTests(world, rest, 'attributes'),
		...eventTests(world, { event_timestamp: timestamp }, 'attributes'),
	];
	const onAttribute = attributeTests(world, rest, 'attributes');
	const onObject = ownTests(params);
	const tags = params.tags === undefined ? undefined : tagTest(world, params.tags);
	const deleted = deletedFilter(params.deleted);
	const uuids = params.uuid === undefined ? undefined : parseTerms(params.uuid);
	return [...world.objects.values()]
		.sort((a, b) => a.id - b.id)
		.flatMap((object) => {
			const event = visibleEvent(world, viewer, object.eventId);
			if (event === undefined || !canSeePart(world, viewer, event, object)) return [];
			if (deleted !== 'both' && object.deleted !== (deleted === 'only')) return [];
			if (
				![
					...onEvent.map((test) => test(event)),
					...onObject.map((test) => test(object, event)),
				].every(Boolean)
			)
				return [];
			const own = [object.uuid, event.uuid, ...object.attributes.map(({ uuid }) => uuid)];
			if (uuids && !satisfies(uuids, (term) => own.includes(term.toLowerCase()))) return [];
			const fits = object.attributes.some(
				(row) =>
					(deleted !== 'live' || !row.deleted) &&
					onAttribute.every((test) => test(row)) &&
					tags?.fits({ positive: [...row.tags, ...event.tags], negative: row.tags }) !== false,
			);
			return fits ? [{ object, event }] : [];
		});
}

function search(call: Call) {
	const params = harvest(call, ACCEPTED.objects);
	const rows = cut(found(call, params), pageOf(params));
	return answer(
		{
			response: rows.map(({ object, event }) => ({
				Object: {
					...objectHead(object),
					...(truthy(params.metadata) ? {} : { Attribute: attributesOf(call.world, object) }),
					Event: eventBrief(event),
				},
			})),
		},
		{
			'X-Result-Count': String(rows.length),
			'X-Export-Module-Used': 'json',
			'X-Response-Format': 'json',
			'X-Skipped-Elements-Count': '0',
		},
	);
}

export const objects: Controller = {
	view: { run: view },
	restSearch: { alwaysRest: true, run: search },
	...objectWrites(requireObject),
};
