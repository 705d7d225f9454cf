/** /event_reports */
import { answer, isRecord, notSaved, Refusal, refuse, saved, truthy, unwrap } from '../http';
import type { Call, Json } from '../http';
import { reportFull } from '../present/reports';
import { canModify, canSeeEvent, canSeePart, isSiteAdmin, requireEvent } from '../rights';
import type { Controller } from '../router';
import type { EventRow, ReportRow } from '../rows';
import { isUuid, text } from '../write/attributes';
import { extract } from '../write/reports';

const fieldsOf = (call: Call): Json => {
	const input = unwrap(call.body, 'EventReport');
	return isRecord(input) ? input : {};
};

interface Found {
	row: ReportRow;
	event: EventRow;
}

/** Also of deleted ones. */
function find(call: Call): Found {
	const { world, viewer } = call;
	const [id = ''] = call.args;
	const row = [...world.reports.values()].find((one) => String(one.id) === id || one.uuid === id);
	const event = row === undefined ? undefined : world.events.get(row.eventId);
	if (row === undefined || event === undefined || !canSeeEvent(world, viewer, event)) {
		throw refuse.notFound('Invalid report');
	}
	if (!canSeePart(world, viewer, event, row)) throw refuse.notFound('Invalid report');
	return { row, event };
}

/** Whoever is of the organisation may change its reports. */
function findOwn(call: Call): Found {
	const found = find(call);
	const own = found.event.orgcId === call.viewer.user.orgId;
	if (!own && !isSiteAdmin(call.viewer)) throw new Refusal(401, 'Unauthorized');
	return found;
}

function add(call: Call) {
	const { world, viewer } = call;
	const event = requireEvent(world, viewer, call.args[0]);
	if (!canModify(viewer, event)) throw refuse.forbidden();
	const { name, content, distribution, sharing_group_id: group, uuid } = fieldsOf(call);
	const taken = [...world.reports.values()].some((row) => row.uuid === uuid);
	if (text(name) === '' || taken) {
		const errors = taken ? 'The UUID provided is not unique' : 'This field cannot be left blank';
		return notSaved('Could not add EventReport', '/event_reports/add', errors);
	}
	const row = world.addReport(event, {
		name: text(name),
		content: text(content),
		distribution: Number(distribution ?? 5),
		sharingGroupId: Number(group ?? 0),
		...(isUuid(uuid) ? { uuid } : {}),
	});
	world.touch(event);
	return answer(reportFull(world, row, event));
}

function edit(call: Call) {
	const { row, event } = findOwn(call);
	const input = fieldsOf(call);
	// What it does not take it answers without a word.
	if (input.name === '') return answer([]);
	if (input.name !== undefined) row.name = text(input.name);
	if (input.content !== undefined) row.content = text(input.content);
	if (input.distribution !== undefined) row.distribution = Number(input.distribution);
	row.sharingGroupId = Number(input.sharing_group_id ?? row.sharingGroupId);
	row.timestamp = call.world.now();
	call.world.touch(event);
	return answer(reportFull(call.world, row, event));
}

const done = (call: Call, what: string) => {
	const [id = ''] = call.args;
	const { body, ...rest } = saved(
		`Event Report ${id} ${what}`,
		`/event_reports/${call.action}/${id}`,
	);
	return { ...rest, body: { ...(body as Json), id } };
};

function remove(call: Call) {
	const { row, event } = findOwn(call);
	const { world } = call;
	const hard = truthy(fieldsOf(call).hard) || truthy(call.args[1]);
	if (hard) {
		world.reports.delete(row.id);
		event.reports = event.reports.filter((one) => one !== row);
	} else row.deleted = true;
	world.touch(event);
	return done(call, `${hard ? 'hard' : 'soft'} deleted`);
}

function restore(call: Call) {
	const { row, event } = findOwn(call);
	row.deleted = false;
	call.world.touch(event);
	return done(call, 'restored');
}

function view(call: Call) {
	const { row, event } = find(call);
	return answer({ ...reportFull(call.world, row, event), RelationshipInbound: [] });
}

function index(call: Call) {
	const { world, viewer, named } = call;
	const context = named.context ?? 'default';
	const rows = [...world.reports.values()].flatMap((row) => {
		const event = world.events.get(row.eventId);
		if (event === undefined || !canSeeEvent(world, viewer, event)) return [];
		if (!canSeePart(world, viewer, event, row)) return [];
		if (named.event_id !== undefined && String(event.id) !== named.event_id) return [];
		if (context !== 'all' && row.deleted !== (context === 'deleted')) return [];
		return [{ ...reportFull(world, row, event), RelationshipInbound: [] }];
	});
	return answer(rows);
}

/** As MISP does it: for anybody who sees the event. */
function importReportFromUrl(call: Call) {
	const { world, viewer } = call;
	const url = text(fieldsOf(call).url);
	if (url === '') throw refuse.notAllowed('A URL must be provided');
	const content = world.pages.get(url);
	if (content === undefined) return answer([]);
	const event = world.event(call.args[0]);
	if (event === undefined) {
		// It is written all the same, and belongs to nothing.
		world.nextId('report');
		throw refuse.notFound('Invalid report');
	}
	const name = `Report from - ${url} (${world.now()})`;
	const row = world.addReport(event, { name, content });
	world.touch(event);
	if (!canSeeEvent(world, viewer, event)) throw refuse.notFound('Invalid report');
	return answer(reportFull(world, row, event));
}

/** As MISP does it: also for those of the organisation who may only read. */
function extractAllFromReport(call: Call) {
	const { row, event } = findOwn(call);
	extract(call.world, call.viewer, event, row);
	return answer({ report: reportFull(call.world, row, event) });
}

export const reports: Controller = {
	add: { needs: 'perm_add', run: add },
	edit: { needs: 'perm_add', run: edit },
	delete: { needs: 'perm_add', run: remove },
	restore: { needs: 'perm_add', run: restore },
	view: { run: view },
	index: { run: index },
	importReportFromUrl: { run: importReportFromUrl },
	extractAllFromReport: { run: extractAllFromReport },
};
