/** /sightings */
import { answer, isRecord, refuse, saved, type Answer, type Call, type Json } from '../http';
import { attributeFlat, sightingFlat, sightingOrganisation } from '../present';
import {
	canSeeEvent,
	canSeeSighting,
	isSiteAdmin,
	visibleAttribute,
	visibleEvent,
} from '../rights';
import type { Controller } from '../router';
import type { AttributeRow, SightingRow } from '../rows';
import { findAttributes } from '../search/attributes';
import { timeWindow } from '../search/terms';
import type { World } from '../state';
import { isUuid } from '../write/attributes';
import { joinValue } from '../values';

const failed = (reason: string): Answer =>
	answer({ message: `Could not add the Sighting. Reason: ${reason}` });

function fieldsOf(call: Call): Json {
	const body = isRecord(call.body) ? call.body : {};
	const inner = body.request ?? body.Sighting;
	return isRecord(inner) ? inner : body;
}

/** The attributes meant by values, an id or a uuid; undefined when none of these was given. */
function meant(call: Call, fields: Json): AttributeRow[] | undefined {
	const { world, viewer } = call;
	const id = call.args[0] ?? fields.id ?? fields.uuid;
	if (id !== undefined) {
		const found = visibleAttribute(world, viewer, id);
		return found === undefined || found.attribute.deleted ? [] : [found.attribute];
	}
	const values = fields.values ?? fields.value;
	if (values === undefined) return undefined;
	const list = Array.isArray(values) ? values : [values];
	const filters = isRecord(fields.filters) ? fields.filters : {};
	const found = list.flatMap(
		(value) => findAttributes(world, viewer, { ...filters, value: [value] }).rows,
	);
	// One that several values meet is meant once.
	return [...new Set(found)];
}

function dateOf(call: Call, fields: Json): number {
	if (fields.timestamp !== undefined) return Number(fields.timestamp);
	// A date without a time is ignored.
	if (fields.date === undefined || fields.time === undefined) return call.world.now();
	return Math.floor(Date.parse(`${String(fields.date)}T${String(fields.time)}Z`) / 1000);
}

function add(call: Call) {
	const fields = fieldsOf(call);
	const rows = meant(call, fields);
	if (rows === undefined) return failed('No valid attributes found.');
	if (rows.length === 0) return failed('No valid attributes found that match the criteria.');
	const type = Number(fields.type ?? 0);
	if (![0, 1, 2].includes(type)) return failed('Invalid type. Please use 0, 1 or 2.');
	let last: SightingRow | undefined;
	for (const row of rows) {
		last = call.world.addSighting(row, {
			orgId: call.viewer.user.orgId,
			date: dateOf(call, fields),
			source: String(fields.source ?? ''),
			type,
		});
	}
	return answer({ Sighting: last === undefined ? {} : sightingFlat(last) });
}

function visible(call: Call, row: SightingRow): boolean {
	const event = call.world.events.get(row.eventId);
	return (
		event !== undefined &&
		canSeeEvent(call.world, call.viewer, event) &&
		canSeeSighting(call.viewer, event, row)
	);
}

const withOrganisation = (call: Call, row: SightingRow): Json => ({
	Sighting: sightingFlat(row),
	Organisation: { name: sightingOrganisation(call.world, row).name },
});

function index(call: Call) {
	const [eventId] = call.args;
	const rows = [...call.world.sightings.values()].filter(
		(row) => (eventId === undefined || String(row.eventId) === eventId) && visible(call, row),
	);
	return answer(rows.map(sightingFlat));
}

function list(call: Call) {
	const fields = fieldsOf(call);
	const id = String(call.args[0] ?? fields.id ?? '');
	const context = String(call.args[1] ?? fields.context ?? 'attribute');
	const { world, viewer } = call;
	const target =
		context === 'event'
			? visibleEvent(world, viewer, id)
			: visibleAttribute(world, viewer, id)?.attribute;
	if (target === undefined) throw refuse.notAllowed('Invalid object.');
	const rows = [...world.sightings.values()].filter(
		(row) =>
			(context === 'event' ? row.eventId : row.attributeId) === target.id && visible(call, row),
	);
	rows.sort((a, b) => b.date - a.date || a.id - b.id);
	return answer(rows.map((row) => withOrganisation(call, row)));
}

function bySightingId(call: Call): SightingRow | undefined {
	const [id = ''] = call.args;
	const rows = [...call.world.sightings.values()];
	return rows.find((row) => String(row.id) === id || row.uuid === id);
}

function view(call: Call) {
	const row = bySightingId(call);
	if (row === undefined || !visible(call, row)) throw refuse.notAllowed('Invalid object.');
	return answer(withOrganisation(call, row));
}

function remove(call: Call) {
	const row = bySightingId(call);
	const event = row === undefined ? undefined : call.world.events.get(row.eventId);
	if (row === undefined || event === undefined) throw refuse.notFound('Invalid sighting.');
	const own = row.orgId === call.viewer.user.orgId;
	if (!own && !isSiteAdmin(call.viewer)) throw refuse.notFound('Invalid sighting.');
	call.world.removeSighting(row);
	return saved('Sighting successfully deleted.', `/sightings/delete/${row.id}`, row.id);
}

// --- search

const MISSING_ID = 'An ID or UUID must be provided if the context is set.';

function searchRow(call: Call, row: SightingRow, params: Json): Json {
	const { world } = call;
	const attribute = world.attributes.get(row.attributeId);
	const event = world.events.get(row.eventId);
	const shown: Json = {
		...sightingFlat(row),
		value: attribute === undefined ? '' : joinValue(attribute),
	};
	if (params.includeAttribute && attribute !== undefined) {
		const { id, uuid, type, category, to_ids, value } = attributeFlat(attribute);
		shown.Attribute = { id, uuid, type, category, to_ids, value };
	}
	if (params.includeEvent && event !== undefined) {
		shown.Event = {
			id: String(event.id),
			uuid: event.uuid,
			orgc_id: String(event.orgcId),
			org_id: String(event.orgId),
			info: event.info,
			Orgc: { name: world.organisations.get(event.orgcId)?.name ?? '' },
		};
	}
	shown.Organisation = sightingOrganisation(world, row);
	return { Sighting: shown };
}

function windowOf(call: Call, params: Json): (stamp: number) => boolean {
	const now = call.world.now();
	if (params.from !== undefined && params.to !== undefined) {
		return timeWindow([params.from, params.to], now);
	}
	return timeWindow(params.last ?? '30d', now);
}

function contextTest(world: World, context: unknown, params: Json): (row: SightingRow) => boolean {
	if (context === undefined) return () => true;
	const { id } = params;
	if (id === undefined && !isUuid(params.uuid)) throw refuse.badRequest(MISSING_ID);
	if (id !== undefined && typeof id !== 'number') throw refuse.badRequest('Invalid ID format.');
	return (row) => {
		const target = context === 'event' ? row.eventId : row.attributeId;
		if (id !== undefined) return target === id;
		const about = context === 'event' ? world.events : world.attributes;
		return about.get(target)?.uuid === params.uuid;
	};
}

function search(call: Call) {
	const params = { ...call.named, ...fieldsOf(call) };
	const context = call.args[0] ?? params.context;
	if (context !== undefined && context !== 'attribute' && context !== 'event') {
		throw refuse.notAllowed('Invalid context.');
	}
	const format = String(params.returnFormat ?? 'json');
	if (format !== 'json' && format !== 'csv') throw refuse.notFound('Invalid output format.');
	const inContext = contextTest(call.world, context, params);
	const inside = windowOf(call, params);
	const type = params.type === undefined ? undefined : [params.type].flat().map(Number);
	const rows = [...call.world.sightings.values()].filter(
		(row) =>
			inContext(row) &&
			inside(row.date) &&
			(type === undefined || type.includes(row.type)) &&
			(params.source === undefined || row.source === params.source) &&
			(params.org_id === undefined ||
				call.world.organisations.get(row.orgId)?.uuid === params.org_id) &&
			visible(call, row),
	);
	const headers = {
		'X-Result-Count': '0',
		'X-Export-Module-Used': format,
		'X-Response-Format': format,
		'X-Skipped-Elements-Count': '0',
	};
	if (format === 'json') {
		return answer({ response: rows.map((row) => searchRow(call, row, params)) }, headers);
	}
	const columns = 'id,attribute_id,event_id,org_id,date_sighting,uuid,source,type';
	const lines = rows.map((row) => {
		const flat = sightingFlat(row);
		return `${columns
			.split(',')
			.map((column) => String(flat[column]))
			.join(',')}\n`;
	});
	return answer(`${columns}\n${lines.join('')}\n`, {
		'Content-Type': 'text/csv; charset=UTF-8',
		...headers,
	});
}

export const sightings: Controller = {
	add: { needs: 'perm_sighting', run: add },
	index: { run: index },
	listSightings: { run: list },
	view: { run: view },
	delete: { needs: 'perm_sighting', run: remove },
	restSearch: { run: search },
};
