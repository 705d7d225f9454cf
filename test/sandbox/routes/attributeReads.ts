/** /attributes: view, index, restSearch, describeTypes. */
import { answer, refuse, truthy, type Call, type Json } from '../http';
import { attributeFlat, attributeSaved, attributeTags } from '../present';
import { canSeeAttribute, canSeeEvent, visibleAttribute } from '../rights';
import type { Controller } from '../router';
import type { AttributeRow } from '../rows';
import { findAttributes, presentHit } from '../search/attributes';
import { exportHeaders, FORMATS, formatOf, toFormat, withDefaults } from '../search/exports';
import { BROKEN_FOR_ATTRIBUTES, VIEWS } from '../search/rules';
import { ACCEPTED, cut, harvest } from '../search/harvest';
import { describeTypes } from '../types';

const INDEX_LIMIT = 60;

function view(call: Call) {
	const found = visibleAttribute(call.world, call.viewer, call.args[0] ?? '');
	if (found === undefined) throw refuse.notAllowed('Invalid attribute');
	const { attribute, event } = found;
	return answer({
		Attribute: {
			...attributeFlat(attribute),
			...(truthy(call.named.withAttachments) && attribute.data !== undefined
				? { data: attribute.data }
				: {}),
			event_uuid: event.uuid,
			...attributeTags(call.world, attribute),
		},
	});
}

function index(call: Call) {
	const { world, viewer } = call;
	const rows: AttributeRow[] = [];
	const events = [...world.events.values()].sort((a, b) => b.id - a.id);
	for (const event of events) {
		if (!canSeeEvent(world, viewer, event)) continue;
		const inside = event.attributes.filter(
			(row) => !row.deleted && canSeeAttribute(world, viewer, event, row),
		);
		rows.push(...inside.sort((a, b) => b.id - a.id));
	}
	const limit = Number(call.named.limit ?? INDEX_LIMIT);
	const page = Math.max(1, Number(call.named.page ?? 1));
	return answer(cut(rows, { limit, offset: (page - 1) * limit }).map(attributeSaved));
}

function render(call: Call, format: string, rows: AttributeRow[], params: Json): unknown {
	if (format === 'json' || format === 'xml') {
		const hits = rows.map((row) => presentHit(call.world, call.viewer, row, params));
		return { response: { Attribute: hits } };
	}
	if (format === 'count') return String(rows.length);
	return toFormat(call.world, format, rows, params);
}

function search(call: Call) {
	const given = harvest(call, ACCEPTED.attributes);
	const format = formatOf(given, call.format);
	const facts = FORMATS[format];
	if (facts === undefined || VIEWS.has(format)) throw refuse.notFound('Invalid output format.');
	if (BROKEN_FOR_ATTRIBUTES.has(format)) throw refuse.broken();
	const params = withDefaults(format, given);
	const { rows, count, skipped } = findAttributes(call.world, call.viewer, params);
	return answer(
		render(call, format, rows, params),
		exportHeaders(format, facts.attributes, count, skipped),
	);
}

export const attributeReads: Controller = {
	view: { run: view },
	index: { run: index },
	restSearch: { alwaysRest: true, limited: true, run: search },
	describeTypes: { run: () => answer(describeTypes()) },
};
