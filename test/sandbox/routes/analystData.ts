/** /analyst_data */
import { answer, isRecord, refuse, unwrap, type Call, type Json } from '../http';
import { analystData as shown } from '../present/analystData';
import { isSiteAdmin } from '../rights';
import type { Controller } from '../router';
import { ANALYST_TYPES, type AnalystRow, type AnalystType } from '../state/analystData';
import { isUuid, text } from '../write/attributes';

function typeOf(call: Call): AnalystType {
	const type = ANALYST_TYPES.find((one) => one === call.args[0]);
	if (type === undefined) throw refuse.notAllowed('Invalid type.');
	return type;
}

const isOwn = ({ viewer }: Call, row: AnalystRow): boolean =>
	isSiteAdmin(viewer) || row.orgId === viewer.user.orgId;

const isVisible = (call: Call, row: AnalystRow): boolean =>
	isOwn(call, row) || row.distribution > 0;

function find(call: Call, type: AnalystType | undefined): AnalystRow {
	const row = call.world.findAnalystData(type, call.args[1] ?? '');
	if (row === undefined || !isVisible(call, row))
		throw refuse.notFound(`Invalid ${type ?? 'Note'}.`);
	return row;
}

const fieldsOf = (call: Call, type: AnalystType): Json => {
	const input = unwrap(call.body, type);
	return isRecord(input) ? input : {};
};

/** What a new one says, with MISP's defaults: it refuses nothing. */
function said(type: AnalystType, input: Json): Json {
	if (type === 'Note') return { note: input.note ?? null, language: input.language ?? 'en' };
	if (type === 'Opinion') return { opinion: text(input.opinion), comment: text(input.comment) };
	return {
		relationship_type: input.relationship_type ?? null,
		related_object_uuid: input.related_object_uuid ?? null,
		related_object_type: input.related_object_type ?? null,
	};
}

function mayWrite(call: Call): void {
	if (!call.viewer.grants.has('perm_analyst_data')) throw refuse.noFunction();
}

function add(call: Call) {
	mayWrite(call);
	const { world, viewer } = call;
	const type = typeOf(call);
	const [, objectUuid = '', objectType = ''] = call.args;
	const input = fieldsOf(call, type);
	const row = world.addAnalystData({
		type,
		objectUuid,
		objectType,
		authors: text(input.authors ?? viewer.user.email),
		orgId: viewer.user.orgId,
		distribution: Number(input.distribution ?? world.settings.defaultEventDistribution),
		said: said(type, input),
		...(isUuid(input.uuid) ? { uuid: input.uuid } : {}),
	});
	return answer(shown(world, row, { _canEdit: true }));
}

/** Of a relationship it changes nothing that it says. */
const CHANGEABLE: Record<AnalystType, string[]> = {
	Note: ['note', 'language'],
	Opinion: ['opinion', 'comment'],
	Relationship: [],
};

function edit(call: Call) {
	mayWrite(call);
	const type = typeOf(call);
	const row = find(call, type);
	if (!isOwn(call, row)) throw refuse.notFound(`Invalid ${type}.`);
	const input = fieldsOf(call, type);
	if (input.opinion !== undefined && Number.isNaN(Number(input.opinion))) throw refuse.broken();
	for (const name of CHANGEABLE[type]) {
		if (input[name] !== undefined) row.said[name] = text(input[name]);
	}
	const { distribution } = input;
	if (distribution !== undefined) row.distribution = Number(distribution);
	row.modified = call.world.dateTime();
	return answer(shown(call.world, row, { _canEdit: true, distribution }));
}

function remove(call: Call) {
	mayWrite(call);
	const type = typeOf(call);
	const row = find(call, type);
	if (!isOwn(call, row)) throw refuse.notAllowed('You are not authorised to do that.');
	call.world.analystData.delete(row);
	const message = `${type} deleted.`;
	return answer({
		saved: true,
		success: true,
		name: message,
		message,
		url: `/${type.toLowerCase()}s/delete/${row.id}`,
		id: row.id,
	});
}

function view(call: Call) {
	const row = find(call, call.args[0] === 'all' ? undefined : typeOf(call));
	return answer(shown(call.world, row, { brief: /^\d+$/.test(call.args[1] ?? '') }));
}

function index(call: Call) {
	const type = typeOf(call);
	return answer(
		[...call.world.analystData]
			.filter((row) => row.type === type && isVisible(call, row))
			.map((row) => shown(call.world, row, { _canEdit: isOwn(call, row) })),
	);
}

/** Of every type, when each was changed last; of some organisations by name, or without those after a !. */
function indexMinimal(call: Call) {
	const { world } = call;
	const asked = isRecord(call.body) ? call.body.orgc_name : undefined;
	const names = [asked ?? []].flat().map(String);
	const [not, or] = [true, false].map((out) =>
		names.filter((name) => name.startsWith('!') === out),
	);
	const rows = [...world.analystData].filter((row) => {
		const name = world.organisations.get(row.orgId)?.name ?? '';
		const wanted = or?.length === 0 || or?.includes(name) === true;
		return isVisible(call, row) && wanted && not?.includes(`!${name}`) !== true;
	});
	const types = ANALYST_TYPES.map((type) => [
		type,
		rows.filter((row) => row.type === type).map(({ uuid, modified }) => [uuid, modified]),
	]) as Array<[AnalystType, string[][]]>;
	const some = types.filter(([, list]) => list.length > 0);
	// PHP has one kind of list.
	if (some.length === 0) return answer([]);
	return answer(Object.fromEntries(some.map(([type, list]) => [type, Object.fromEntries(list)])));
}

export const analystData: Controller = {
	add: { needs: 'perm_add', run: add },
	edit: { needs: 'perm_add', run: edit },
	delete: { needs: 'perm_add', run: remove },
	view: { run: view },
	index: { run: index },
	indexMinimal: { run: indexMinimal },
};
