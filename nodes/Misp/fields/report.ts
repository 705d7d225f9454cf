import type { Misp } from '../client/client';
import type { MispPath } from '../client/path';
import {
	hinted,
	type ListEntry,
	type LoadContext,
	locator,
	MispError,
	path,
	required,
	shape,
	withParams,
} from '../definition';
import { changedAt, eventInfo, eventUrl } from './columns';
import { UNPUBLISHES } from './event';

export interface ReportReply {
	EventReport: {
		id: string;
		uuid: string;
		event_id: string;
		name: string;
		content: string | null;
		timestamp: string;
		deleted: boolean;
		[key: string]: unknown;
	};
	Event: { id: string; orgc_id: string; user_id: string; info: string; [key: string]: unknown };
	[beside: string]: unknown;
}

/** The report, with its event beside it; MISP adds an empty sharing group and empty relations. */
export function flatReport({ EventReport, Event, SharingGroup: group }: ReportReply) {
	const shared = (group as { id?: string | null } | undefined)?.id ? { SharingGroup: group } : {};
	return { ...EventReport, Event, ...shared };
}

export const reportRow = shape({
	kind: 'Event Report',
	flat: flatReport,
	columns: {
		id: 'Number in this MISP',
		name: 'Title',
		event_id: 'Number of the event',
		event_info: eventInfo,
		timestamp_iso: changedAt,
		deleted: 'Whether it is deleted',
		event_url: eventUrl,
		content: 'Text in Markdown',
	},
});

export interface ReportFilters {
	event?: string | undefined;
	/** Those that are deleted, or all; those that are not without it. */
	context?: 'deleted' | 'all' | undefined;
}

/** `GET /event_reports/index`: all that may be seen, with their content; MISP has no paging here. */
export const fetchReports = async (
	misp: Misp,
	{ event, context }: ReportFilters = {},
): Promise<ReportReply[]> =>
	await misp.get(withParams(path`/event_reports/index`, { event_id: event, context }));

/** `GET /event_reports/view/{report}`, also of deleted ones. */
export const fetchReport = async (misp: Misp, report: string): Promise<ReportReply> =>
	await misp.get(path`/event_reports/view/${report}`, { expect: 'EventReport' });

async function searchReports({ misp, search }: LoadContext): Promise<ListEntry[]> {
	const reports = await fetchReports(misp, { context: 'all' });
	const wanted = search.toLowerCase();
	return reports
		.map(({ EventReport: report, Event }) => ({
			name: `#${report.id} ${report.name}${report.deleted ? ', deleted' : ''} (event #${report.event_id} ${Event.info})`,
			value: report.id,
		}))
		.filter(({ name }) => name.toLowerCase().includes(wanted))
		.sort((a, b) => Number(b.value) - Number(a.value))
		.slice(0, 50);
}

export const reportLocator = required(
	locator('Event Report', {
		loader: 'searchReports',
		load: searchReports,
		page: 'eventReports/view',
		example: '12',
		description: 'The report, from the list, by ID or UUID, or by the address of its page in MISP',
	}),
);

/** A report that is changed, which MISP takes for an edit of the event. */
export const editedReport = hinted(UNPUBLISHES, reportLocator);

/**
 * A write about a report. What it does not take MISP answers with 200 and an empty list.
 *
 * @param key that the reply has when it was done
 * @param refusal what was refused, in words, and what to do
 */
export async function postReport<T>(
	misp: Misp,
	target: MispPath,
	body: unknown,
	key: string,
	refusal: { message: string; hint: string },
): Promise<T> {
	const reply = await misp.post<Record<string, unknown> | unknown[]>(target, body);
	if (!Array.isArray(reply) && key in reply) return reply as T;
	const request = `POST ${target}`;
	if (Array.isArray(reply) && reply.length === 0) {
		throw new MispError('validation', refusal.message, {
			status: 200,
			request,
			hint: refusal.hint,
		});
	}
	throw new MispError('notMisp', `MISP’s reply has no "${key}".`, {
		status: 200,
		request,
		hint: 'Whatever answered may not be a MISP, or a version that this node does not know. Look in MISP whether the change was made.',
	});
}
