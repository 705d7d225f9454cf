/** /events/restSearch */
import { answer, refuse, type Call, type Json } from '../http';
import type { Controller } from '../router';
import { canSeeAttribute } from '../rights';
import type { EventRow } from '../rows';
import { deletedFilter, flagFilter } from '../search/filters';
import { findEvents, presentEventHit } from '../search/events';
import { exportHeaders, FORMATS, formatOf, toFormat, withDefaults } from '../search/exports';
import { ACCEPTED, harvest } from '../search/harvest';

function fileName(params: Json, extension: string): string {
	const { eventid } = params;
	const one = typeof eventid === 'string' || typeof eventid === 'number';
	return `misp.event.${one ? String(eventid) : 'list'}.${extension}`;
}

function attributesInside(call: Call, rows: EventRow[], params: Json) {
	const toIds = flagFilter(params.to_ids);
	const deleted = deletedFilter(params.deleted);
	return rows.flatMap((event) =>
		event.attributes.filter(
			(row) =>
				(deleted === 'both' || row.deleted === (deleted === 'only')) &&
				(toIds === undefined || toIds.has(row.toIds)) &&
				canSeeAttribute(call.world, call.viewer, event, row),
		),
	);
}

function render(call: Call, format: string, rows: EventRow[], params: Json): unknown {
	if (format === 'json' || format === 'xml') {
		return {
			response: rows.map((row) => presentEventHit(call.world, call.viewer, row, params)),
		};
	}
	if (format === 'count') return String(rows.length);
	return toFormat(call.world, format, attributesInside(call, rows, params), params);
}

function search(call: Call) {
	const given = harvest(call, ACCEPTED.events);
	const format = formatOf(given, call.format);
	const facts = FORMATS[format];
	if (facts === undefined) throw refuse.notFound('Invalid output format.');
	const params = withDefaults(format, given);
	const { rows, count } = findEvents(call.world, call.viewer, params);
	return answer(render(call, format, rows, params), {
		...exportHeaders(format, facts.events, count, 0),
		'Content-Disposition': `attachment; filename="${fileName(params, facts.events)}"`,
	});
}

export const eventSearch: Controller = {
	restSearch: { alwaysRest: true, limited: true, run: search },
};
