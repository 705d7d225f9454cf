/** /warninglists: index, view and checkValue */
import { answer, isRecord, refuse, type Call, type Json } from '../http';
import type { Controller } from '../router';
import type { WarninglistRow } from '../rows';
import { checkValue } from '../warninglists';

function head(row: WarninglistRow): Json {
	return {
		id: String(row.id),
		name: row.name,
		type: row.type,
		description: row.description,
		version: row.version,
		enabled: row.enabled,
		default: true,
		category: row.category,
	};
}

function index(call: Call) {
	const given = { ...call.named, ...(isRecord(call.body) ? call.body : {}) };
	const wanted = given.value === undefined ? '' : String(given.value).toLowerCase();
	const enabled =
		given.enabled === undefined
			? undefined
			: String(given.enabled) === '1' || given.enabled === true;
	const rows = [...call.world.warninglists.values()]
		.filter((row) => row.name.toLowerCase().includes(wanted))
		.filter((row) => enabled === undefined || row.enabled === enabled)
		.sort((a, b) => b.id - a.id);
	return answer({
		Warninglists: rows.map((row) => ({
			Warninglist: {
				...head(row),
				warninglist_entry_count: String(row.entries.length),
				valid_attributes: row.validAttributes.join(', '),
			},
		})),
	});
}

function view({ world, args }: Call) {
	const row = world.warninglists.get(Number(args[0]));
	if (row === undefined) throw refuse.notFound('Warninglist not found.');
	const warninglist_id = String(row.id);
	return answer({
		Warninglist: {
			...head(row),
			WarninglistEntry: row.entries.map((value, at) => ({
				id: String(row.id * 1000 + at),
				value,
				warninglist_id,
				comment: null,
			})),
			WarninglistType: row.validAttributes.map((type, at) => ({
				id: String(row.id * 100 + at),
				type,
				warninglist_id,
			})),
		},
	});
}

/** A bare list or a single value; a list inside an object breaks MISP. */
function valuesOf(body: unknown): string[] {
	if (Array.isArray(body)) return body.map(String);
	if (!isRecord(body)) return body === undefined ? [] : [String(body)];
	if ('value' in body) {
		if (typeof body.value === 'object') throw refuse.broken();
		return [String(body.value)];
	}
	return Object.keys(body).length === 0 ? [] : ['[]'];
}

function check(call: Call) {
	const values = valuesOf(call.body);
	if (values.length === 0) throw refuse.notFound('No valid data received.');
	const hits = values
		.map((value) => [value, checkValue(call.world, value)] as const)
		.filter(([, found]) => found.length > 0);
	return answer(hits.length === 0 ? [] : Object.fromEntries(hits));
}

export const warninglists: Controller = {
	index: { run: index },
	view: { run: view },
	checkValue: { run: check },
};
