import {
	choices,
	collection,
	filter,
	MispError,
	recover,
	text,
	texts,
	toggle,
	withParams,
	path,
	type WatchContext,
} from '../definition';
import type { Row } from '../client/paging';
import type { Page } from '../polling/run';
import type { SequenceSource } from '../polling/sequence';
import { epochOf } from './analystData';
import { organisationNames } from './organisation';
import { ownUser } from './ownOrganisation';
import { foundIn, numberOf } from './watchSearch';

/** Entries of MISP’s audit log. */

const named = (...names: string[]) =>
	names.map((value) => ({
		value,
		name: value.replace(/(^|_)([a-z])/g, (_, gap, first) => `${gap && ' '}${first.toUpperCase()}`),
	}));

export const auditWatch = {
	filters: collection(
		'Filters',
		{
			action: filter(
				choices(
					'Actions',
					named(
						'accept_proposal',
						'add',
						'delete',
						'discard_proposal',
						'edit',
						'enrichment',
						'galaxy',
						'galaxy_local',
						'login',
						'login_failed',
						'logout',
						'password_change',
						'publish',
						'publish_sightings',
						'remove_galaxy',
						'remove_local_galaxy',
						'remove_local_tag',
						'remove_tag',
						'request_delegation',
						'soft_delete',
						'tag',
						'tag_local',
						'undelete',
						'upload',
					),
					{ description: 'Any of these' },
				),
			),
			model: filter(
				texts('Record Types', 'Record Type', {
					placeholder: 'e.g. Event',
					description:
						'What was changed, by MISP’s names: Event, Attribute, Object, EventReport, User, AuthKey, Feed, Server, Organisation, SharingGroup and so on. Any of these.',
				}),
			),
			user: filter(
				text('User', {
					placeholder: 'e.g. analyst@example.com',
					description: 'E-mail address or ID of who did it; SYSTEM for MISP itself',
				}),
			),
			org: filter(
				organisationNames('Organisations', { description: 'Of who did it: any of these' }),
			),
			event_id: filter(
				texts('Event IDs', 'Event', {
					placeholder: 'e.g. 1234',
					description: 'In any of these events',
				}),
			),
			title: filter(
				text('Title Contains', {
					placeholder: 'e.g. example.com',
					description: 'Part of the name, title or value of what was changed, in any case',
				}),
			),
			skipOwn: toggle(
				'Skip Own User',
				'Whether to leave out what the user of this credential did, such as other nodes of the workflow',
				true,
			),
			skipKeys: toggle(
				'Skip API Keys',
				'Whether to leave out what was done with API keys, by scripts and by n8n',
				true,
			),
		},
		{ placeholder: 'Add Filter' },
	),
};

export interface AuditWatchInput {
	filters: {
		action?: string[] | undefined;
		model?: string[] | undefined;
		user?: string | undefined;
		org?: string[] | undefined;
		event_id?: string[] | undefined;
		title?: string | undefined;
		skipOwn?: boolean | undefined;
		skipKeys?: boolean | undefined;
	};
}

interface Entry {
	AuditLog: { id: string; created: string; user_id: string; model?: string; request_type?: string };
	Organisation?: { id: string | null; name: string | null; uuid?: string | null };
	[beside: string]: unknown;
}

/** MISP’s numbers for how an entry came about. */
const BY_API_KEY = '1';

/** Filters of which MISP takes one text each, and a list for an error of its own. */
const oneOnly = (values: string[] | undefined): string | undefined =>
	values?.length === 1 ? values[0] : undefined;

const isAnyOf = (asked: string[] | undefined, names: unknown[]): boolean => {
	if (asked === undefined) return true;
	const wanted = new Set(asked.map((name) => name.toLowerCase()));
	return names.some((name) => typeof name === 'string' && wanted.has(name.toLowerCase()));
};

/** Which entries are wanted, by what MISP cannot be asked for. */
async function wanted({ misp }: WatchContext, { filters }: AuditWatchInput) {
	const { model, org, skipOwn, skipKeys } = filters;
	const own = skipOwn === true ? (await ownUser(misp)).id : undefined;
	return (row: Row): boolean => {
		const { AuditLog: entry, Organisation: by } = row as unknown as Entry;
		return (
			entry.user_id !== own &&
			!(skipKeys === true && entry.request_type === BY_API_KEY) &&
			isAnyOf(model, [entry.model]) &&
			isAnyOf(org, [by?.id, by?.name, by?.uuid])
		);
	};
}

/**
 * The audit log, newest first. `POST /admin/audit_logs/index/limit:{n}/page:{n}`: MISP takes filters
 * in the body, and the page in the path alone; behind the last page it answers 404. An empty body is
 * an error of its own there (500), so that the page stands in it, too, where MISP ignores it.
 */
export function auditLog(context: WatchContext, input: AuditWatchInput): SequenceSource {
	const { misp } = context;
	const { action, model, user, org, event_id, title } = input.filters;
	const body = {
		...{ action, user, event_id, model_title: title },
		...{ model: oneOnly(model), org: oneOnly(org) },
	};
	return {
		kind: 'sequence',
		name: 'AuditLog.id',
		pageSize: 500,
		read: async ({ limit, page }): Promise<Page> => {
			const keep = await wanted(context, input);
			const reply = await recover(
				misp.request({
					method: 'POST',
					path: withParams(path`/admin/audit_logs/index`, { limit, page }),
					body: { limit, page, ...body },
					read: true,
				}),
				({ kind, status }) => kind === 'permission' || status === 404,
				(error) => {
					if (error.status === 404 && page > 1)
						return { data: [], headers: {} as Record<string, string> };
					throw noAccess(error);
				},
			);
			const rows = Array.isArray(reply.data) ? (reply.data as Entry[]) : [];
			const found = foundIn(
				context,
				rows as unknown as Row[],
				(row) => {
					const { id, created } = (row.AuditLog ?? {}) as Row;
					const number = numberOf(id);
					const at = epochOf(String(created));
					return number === undefined || Number.isNaN(at) ? undefined : { id: number, at };
				},
				keep,
			);
			return {
				rows: found,
				more: rows.length === limit,
				now: Date.parse(reply.headers.date ?? '') / 1000 || Infinity,
			};
		},
	};
}

const noAccess = ({ kind, message, status, request }: MispError): MispError =>
	new MispError(kind, `MISP does not show its audit log to this key: ${message}`, {
		status,
		request,
		hint: 'The role of the user needs the permission "Audit Actions" (perm_audit). Site admins see everything, administrators their organisation, others only what they did themselves.',
	});
