import { MispError, path, recover, withParams, type WatchContext } from '../definition';
import type { Row } from '../client/paging';
import type { Page } from '../polling/run';
import type { SequenceSource } from '../polling/sequence';
import { isOfType } from './knownTypes';
import { foundIn, numberOf } from './watchSearch';

/** Deletions of attributes for good, which the audit log alone tells of. */

const PAGE_SIZE = 500;

interface AuditRow {
	AuditLog: {
		id: string;
		/** Date and time where the server is, without a zone. */
		created: string;
		model_id: string;
		event_id: string | null;
		/** What was deleted, by the names of MISP’s columns; empty ones are left out. */
		change: Row | null;
	};
	User?: { id: string | null; email: string | null };
	Organisation?: { id: string | null; name: string | null };
}

const isAuditRow = (sent: unknown): sent is AuditRow =>
	typeof sent === 'object' && sent !== null && 'AuditLog' in sent;

const auditOf = (row: Row): Partial<AuditRow['AuditLog']> =>
	(row.AuditLog ?? {}) as AuditRow['AuditLog'];

async function page(
	{ misp }: WatchContext,
	paging: { page: number; limit: number },
): Promise<{ rows: Row[]; now: number }> {
	const base = path`/admin/audit_logs/index`;
	const asked = withParams(base, { model: 'Attribute', action: 'delete', ...paging });
	return await recover(
		misp.request({ method: 'GET', path: asked }).then(({ data, headers }) => ({
			rows: Array.isArray(data) ? (data as Row[]) : [],
			now: Date.parse(headers.date ?? '') / 1000 || Infinity,
		})),
		({ status }) => status === 403 || (status === 404 && paging.page > 1),
		(error) => {
			if (error.status === 404) return { rows: [], now: Infinity };
			throw new MispError('permission', error.message, {
				status: error.status,
				request: error.request,
				hint: 'Deletions for good stand in MISP’s audit log. The role of the key’s user needs the permission "Audit" for it.',
			});
		},
	);
}

/** `GET /admin/audit_logs/index`: what was deleted for good, the last first. */
export const deletedForGood = (
	context: WatchContext,
	types: string[] | undefined,
): SequenceSource => ({
	kind: 'sequence',
	name: 'audit_logs',
	pageSize: PAGE_SIZE,
	read: async (paging): Promise<Page> => {
		const { rows, now } = await page(context, paging);
		const found = foundIn(
			context,
			rows,
			(row) => {
				const { id, created } = auditOf(row);
				const number = numberOf(id);
				const at = Date.parse(`${created ?? ''}Z`) / 1000;
				return number === undefined || Number.isNaN(at) ? undefined : { id: number, at };
			},
			(row) => isOfType(auditOf(row).change?.type, types),
		);
		return { rows: found, more: rows.length >= paging.limit, now };
	},
});

/** An entry of the audit log as the attribute that it tells of; attributes as they are. */
export function deletedRow(sent: Row | AuditRow): Row {
	if (!isAuditRow(sent)) return sent;
	const { AuditLog, User, Organisation } = sent;
	const { value1 = '', value2, ...columns } = AuditLog.change ?? {};
	return {
		id: AuditLog.model_id,
		...columns,
		event_id: AuditLog.event_id,
		value: value2 === undefined ? value1 : `${String(value1)}|${String(value2)}`,
		deleted: true,
		deleted_for_good: true,
		deleted_at: AuditLog.created,
		...(User ? { User } : {}),
		...(Organisation ? { Organisation } : {}),
	};
}
