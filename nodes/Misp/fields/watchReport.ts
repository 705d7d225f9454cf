import { chunksOf, filter, recover, text, type WatchContext } from '../definition';
import type { Row } from '../client/paging';
import type { ClockSource } from '../polling/clock';
import type { Found } from '../polling/ledger';
import { contains } from './reference';
import { fetchReports, type ReportReply } from './report';
import {
	addedOrChanged,
	changedEvents,
	eventWatch,
	newEvents,
	publishedEvents,
	type EventWatchInput,
} from './watchEvent';
import { foundIn, numberOf } from './watchSearch';

/** Reports by the clocks of their events: they have one of their own, but MISP cannot be asked by it. */

export const reportWatch = {
	changes: addedOrChanged,
	nameContains: filter(
		text('Report Name Contains', {
			placeholder: 'e.g. weekly',
			description: 'Part of the name of the report, in any case',
		}),
	),
	tags: eventWatch.tags,
	filters: eventWatch.filters,
};

export interface ReportWatchInput extends Omit<EventWatchInput, 'content'> {
	changes: 'all' | 'added' | undefined;
	nameContains: string | undefined;
}

/** Each event of a page is a request, and the poll can stop between pages only. */
const EVENTS_OF_A_PAGE = 100;
const AT_ONCE = 5;
/** Where a report for the editor is looked for. */
const NEWEST_EVENTS = 200;

/** The reports of one event, and last a row that only tells where the event stands on its clock. */
async function reportsOf(
	context: WatchContext,
	{ nameContains }: ReportWatchInput,
	{ id, at, out }: Found,
): Promise<Found[]> {
	const end = { id: 0, at, out: true, data: undefined };
	if (out === true) return [end];
	const rows = await recover(
		fetchReports(context.misp, { event: String(id) }),
		({ kind }) => kind === 'notFound', // deleted meanwhile
		() => [],
	);
	const found = foundIn(
		context,
		rows as unknown as Row[],
		({ EventReport: report }) => {
			const { id: number, timestamp } = (report ?? {}) as Row;
			const [own, version] = [number, timestamp].map(numberOf);
			return own === undefined || version === undefined ? undefined : { id: own, at, version };
		},
		(row) => contains((row as unknown as ReportReply).EventReport.name, nameContains),
	);
	return [...found.sort((a, b) => a.id - b.id), end];
}

async function reportsOfAll(
	context: WatchContext,
	input: ReportWatchInput,
	events: Found[],
): Promise<Found[]> {
	const rows: Found[] = [];
	for (const some of chunksOf(events, AT_ONCE)) {
		const found = await Promise.all(
			some.map(async (event) => await reportsOf(context, input, event)),
		);
		rows.push(...found.flat());
	}
	return rows;
}

/** Reports where their events stand on one of the clocks of events. */
export function reportClocks(context: WatchContext, input: ReportWatchInput): ClockSource[] {
	const asked = { ...input, content: undefined };
	return [changedEvents(context, asked), publishedEvents(context, asked)].map((events) => ({
		kind: 'clock',
		name: events.name,
		pageSize: EVENTS_OF_A_PAGE,
		ordered: events.ordered,
		// A report that is new here may have an old time, when it was made elsewhere.
		isLate: ({ id }, newestId) => id > newestId,
		read: async (window) => {
			const page = await events.read(window);
			return { ...page, rows: await reportsOfAll(context, input, page.rows) };
		},
	}));
}

/** The greatest id of a report that was there at a time. MISP has no shorter list of them. */
export async function newestReportId({ misp }: WatchContext, at: number): Promise<number> {
	const reports = await fetchReports(misp, { context: 'all' });
	const rows = reports.map(({ EventReport: { id, timestamp } }) => [Number(id), Number(timestamp)]);
	const later = rows.flatMap(([id = 0, timestamp = 0]) => (timestamp >= at ? [id] : []));
	if (later.length > 0) return later.reduce((a, b) => Math.min(a, b)) - 1;
	return rows.reduce((newest, [id = 0]) => Math.max(newest, id), 0);
}

/** A report of one of the newest events. */
export async function latestReport(
	context: WatchContext,
	input: ReportWatchInput,
): Promise<Found | undefined> {
	const { rows } = await newEvents(context, { ...input, content: undefined }).read({
		page: 1,
		limit: NEWEST_EVENTS,
	});
	for (const some of chunksOf(rows, AT_ONCE)) {
		const found = await reportsOfAll(context, input, some);
		const report = found.find(({ out }) => out !== true);
		if (report) return report;
	}
	return undefined;
}
