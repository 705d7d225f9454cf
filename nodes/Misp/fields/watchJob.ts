import {
	choices,
	collection,
	filter,
	MispError,
	path,
	recover,
	text,
	withParams,
	type WatchContext,
} from '../definition';
import type { Row } from '../client/paging';
import type { ClockSource } from '../polling/clock';
import type { Found } from '../polling/ledger';
import { epochOf } from './analystData';
import { contains } from './reference';
import { foundIn, numberOf } from './watchSearch';

/** Background jobs of MISP that failed. */

export const jobWatch = {
	filters: collection(
		'Filters',
		{
			queue: filter(
				choices(
					'Queues',
					['cache', 'default', 'email', 'prio', 'update'].map((name) => ({ value: name, name })),
					{ description: 'Of any of these queues' },
				),
			),
			type: filter(
				text('Job Type Contains', {
					placeholder: 'e.g. fetch_feeds',
					description: 'Part of the type of the job, in any case',
				}),
			),
		},
		{ placeholder: 'Add Filter' },
	),
};

export interface JobWatchInput {
	filters: { queue?: string[] | undefined; type?: string | undefined };
}

interface JobRow {
	Job: { id: string; worker: string; job_type: string; status: string; failed?: boolean };
}

/** MISP’s number for a job that failed. One whose worker crashed keeps the number it had. */
const FAILED = '3';
/** A job that fails does so among the newest. */
const NEWEST = 500;
/** Between what the trigger and what the server takes for now. */
const A_MINUTE = 60;

/** `GET /jobs/index/limit:{n}/page:1`, the newest first. */
async function failedJobs(context: WatchContext, { filters: { queue, type } }: JobWatchInput) {
	const { data, headers } = await recover(
		context.misp.request({
			method: 'GET',
			path: withParams(path`/jobs/index`, { limit: NEWEST, page: 1 }),
		}),
		({ kind }) => kind === 'permission',
		({ message, status, request }) => {
			throw new MispError('permission', `MISP does not show its jobs to this key: ${message}`, {
				status,
				request,
				hint: 'Only site admins may see the jobs of MISP, with a key that is not read-only. Use such a credential, for nothing but this.',
			});
		},
	);
	const jobs = Array.isArray(data) ? (data as Row[]) : [];
	const failed = jobs.filter((row) => {
		const {
			status,
			failed: isCrashed,
			worker,
			job_type: kind,
		} = (row.Job ?? {}) as Partial<JobRow['Job']>;
		return (
			(status === FAILED || isCrashed === true) &&
			(!queue?.length || queue.includes(String(worker))) &&
			contains(kind, type)
		);
	});
	const rows = foundIn(context, failed, (row) => {
		const { id, date_modified: modified } = row.Job as Row;
		const number = numberOf(id);
		return number === undefined ? undefined : { id: number, at: epochOf(String(modified)) || 0 };
	});
	return {
		rows: rows.sort((a, b) => a.id - b.id),
		/** The first one that is looked at. */
		oldest: numberOf(((jobs.at(-1) ?? {}).Job as Row | undefined)?.id) ?? 1,
		now: Date.parse(headers.date ?? '') / 1000 || Infinity,
	};
}

/**
 * The failed ones among the newest jobs. A job fails when it is no longer the newest, so that all of
 * them are looked at each time, and which were handed on is remembered by their ids.
 */
export const failures = (context: WatchContext, input: JobWatchInput): ClockSource => ({
	kind: 'clock',
	name: 'failed',
	pageSize: NEWEST,
	ordered: true,
	read: async ({ until }) => {
		const { rows, now } = await failedJobs(context, input);
		return { rows: rows.map((row) => ({ ...row, at: until })), more: false, now };
	},
});

/** Ids of those that had failed before the trigger begins; all, when it begins now. */
export async function* failedBefore(context: WatchContext): AsyncGenerator<number> {
	const { rows, now } = await failedJobs(context, { filters: {} });
	const beginsNow = context.start > now - A_MINUTE;
	for (const { id, at } of rows) if (beginsNow || at < context.start) yield id;
}

/** The greatest id that is out of sight: when newer jobs are removed, it comes into sight again. */
export const outOfSight = async (context: WatchContext): Promise<number> =>
	(await failedJobs(context, { filters: {} })).oldest - 1;

export async function latestFailure(
	context: WatchContext,
	input: JobWatchInput,
): Promise<Found | undefined> {
	return (await failedJobs(context, input)).rows.at(-1);
}
