/** /admin/audit_logs/index and /audit_logs/eventIndex */
import { answer, isRecord, refuse, type Call, type Json } from '../http';
import { isSiteAdmin, requireEvent } from '../rights';
import type { Controller } from '../router';
import { sorter } from '../search/harvest';
import { paginated, sortOf } from '../search/pages';
import { timeWindow } from '../search/terms';
import type { World } from '../state';
import type { AuditRow } from '../state/audit';

const dateTime = (epoch: number) =>
	new Date(epoch * 1000).toISOString().slice(0, 19).replace('T', ' ');

/** The sentence that MISP makes of a row. */
function sentence(row: AuditRow): string {
	const [, removed, local, kind] =
		/^(remove_)?(local_)?(tag|galaxy)(_local)?$/.exec(row.action) ?? [];
	if (kind !== undefined) {
		const scope = local !== undefined || row.action.endsWith('_local') ? 'local' : 'global';
		const what = kind === 'tag' ? 'tag' : 'galaxy cluster';
		const target = `${row.model.toLowerCase()} #${row.modelId}`;
		const verb = removed === undefined ? 'Attached' : 'Detached';
		const preposition = removed === undefined ? 'to' : 'from';
		return `${verb} ${scope} ${what} "${row.title ?? ''}" ${preposition} ${target}`;
	}
	const title = row.title ?? '';
	if (!['Attribute', 'Object', 'ShadowAttribute'].includes(row.model)) return title;
	const model = row.model === 'ShadowAttribute' ? 'Proposal' : row.model;
	const origin = `${model} from Event #${row.eventId ?? ''}`;
	return title === '' ? origin : `${origin}: ${title}`;
}

function shown(world: World, row: AuditRow, full: boolean): Json {
	const user = world.users.get(row.userId);
	const organisation = world.organisations.get(row.orgId);
	return {
		AuditLog: {
			id: String(row.id),
			created: dateTime(row.created),
			user_id: String(row.userId),
			org_id: String(row.orgId),
			action: row.action,
			model: row.model,
			model_id: String(row.modelId),
			model_title: row.title,
			event_id: row.eventId === null ? null : String(row.eventId),
			change: row.change,
			...(full
				? {
						ip: row.ip,
						request_type: row.ip === null ? '2' : '1',
						authkey_id: String(row.keyId),
						request_id: null,
					}
				: {}),
			title: sentence(row),
		},
		User: {
			id: user ? String(user.id) : null,
			email: user?.email ?? null,
			org_id: user ? String(user.orgId) : null,
		},
		Organisation: {
			id: organisation ? String(organisation.id) : null,
			name: organisation?.name ?? null,
			uuid: organisation?.uuid ?? null,
		},
	};
}

/** Administrators of an organisation see what it did, others what they did themselves. */
function isOwn({ viewer }: Call, row: AuditRow): boolean {
	if (isSiteAdmin(viewer)) return true;
	if (viewer.grants.has('perm_admin')) return row.orgId === viewer.user.orgId;
	return row.userId === viewer.user.id;
}

type Test = (row: AuditRow) => boolean;

const oneOf = (value: unknown) => new Set([value].flat().map(String));

function tests(world: World, filters: Json): Test[] {
	const makers: Record<string, (value: unknown) => Test> = {
		action: (value) => (row) => oneOf(value).has(row.action),
		model: (value) => (row) => oneOf(value).has(row.model),
		model_id: (value) => (row) => oneOf(value).has(String(row.modelId)),
		event_id: (value) => (row) => oneOf(value).has(String(row.eventId)),
		model_title: (value) => (row) =>
			(row.title ?? '').toLowerCase().includes(String(value).toLowerCase()),
		user: (value) => (row) =>
			[String(row.userId), world.users.get(row.userId)?.email ?? 'SYSTEM'].includes(String(value)),
		org: (value) => (row) => {
			const organisation = world.organisations.get(row.orgId);
			return [String(row.orgId), organisation?.name, organisation?.uuid].includes(String(value));
		},
		ip: (value) => (row) => row.ip === value,
		created: (value) => {
			const inside = timeWindow(value, world.now());
			return (row) => inside(row.created);
		},
	};
	return Object.entries(makers).flatMap(([name, make]) =>
		filters[name] === undefined || filters[name] === '' ? [] : [make(filters[name])],
	);
}

const COLUMNS: Record<string, (row: AuditRow) => string | number> = {
	'AuditLog.id': (row) => row.id,
	'AuditLog.created': (row) => row.created,
	'AuditLog.action': (row) => row.action,
	'AuditLog.model': (row) => row.model,
};

const isEmptyBody = (body: unknown): boolean =>
	body === undefined || (isRecord(body) && Object.keys(body).length === 0);

/** Filters come from the path or the body, the page from the path alone. Newest first. */
function index(call: Call) {
	const { world, named } = call;
	// MISP takes the missing filters of an empty body for a failure of its own.
	if (call.method === 'POST' && isEmptyBody(call.body)) throw refuse.broken();
	const filters: Json = { ...named, ...(isRecord(call.body) ? call.body : {}) };
	// Of these, MISP takes a text, and fails at a list.
	if ([filters.model, filters.org].some(Array.isArray)) throw refuse.broken();
	const wanted = tests(world, filters);
	const rows = [...world.auditRows.values()].filter(
		(row) => isOwn(call, row) && wanted.every((test) => test(row)),
	);
	rows.sort(sorter(sortOf(named), COLUMNS, 'AuditLog') ?? ((a, b) => b.id - a.id));
	return answer(paginated(rows, named).map((row) => shown(world, row, true)));
}

/** What became of one event, for those who see it. */
function eventIndex(call: Call) {
	const { world, viewer, named } = call;
	const event = requireEvent(world, viewer, call.args[0]);
	const rows = [...world.auditRows.values()]
		.filter((row) => row.eventId === event.id)
		.sort((a, b) => b.id - a.id);
	return answer(paginated(rows, named).map((row) => shown(world, row, false)));
}

export const auditLogs: Controller = {
	admin_index: { needs: 'perm_audit', run: index },
	eventIndex: { run: eventIndex },
};
