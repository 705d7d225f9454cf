import {
	choice,
	collection,
	filter,
	toggle,
	type Fields,
	type Load,
	type WatchContext,
} from '../definition';
import { searchBody } from '../client/filters';
import { search, searchPage, type Row } from '../client/paging';
import type { ClockSource } from '../polling/clock';
import { sequenceFrom, type SequenceSource } from '../polling/sequence';
import { judgedHere } from './judgedHere';
import { refangedFilters } from './refang';
import { asFilters, tags } from './searchFilters';
import { searchOf } from './search';
import { WATCHED_EVENT_FILTERS, WATCHED_PUBLICATION_FILTERS } from './watchedFilters';
import { numberOf, searchClock, searchSequence, type FoundOf } from './watchSearch';

/** What the triggers on events share. */

/** Rows of a page: heads of events are light, but the whole poll waits for a page. */
const PAGE_SIZE = 500;

/** Events in a request that loads them whole. */
const WHOLE_AT_ONCE = 20;

export const skipOwn = toggle(
	'Skip Own Organisation',
	'Whether to leave out what your own organisation created',
	true,
);

/** For what has a time of its own when it is added, and another when it changes. */
export const addedOrChanged = choice(
	'When',
	[
		{ value: 'all', name: 'Added or Changed' },
		{ value: 'added', name: 'Added Only' },
	],
	'all',
);

const filtersOf = <F extends Fields>(filters: F) =>
	collection(
		'Filters',
		{ ...asFilters(filters), skipOwn },
		{
			placeholder: 'Add Filter',
			description:
				'Only what matches all of these starts the workflow. What comes to match later does so then.',
		},
	);

export const eventWatch = {
	tags: filter(tags),
	content: choice(
		'Content',
		[
			{ value: 'head', name: 'Event Without Attributes', description: 'Fast, also for big events' },
			{ value: 'whole', name: 'Whole Event', description: 'With attributes, objects and reports' },
		],
		'head',
	),
	filters: filtersOf(WATCHED_EVENT_FILTERS),
};

/** As above; that the event is published need not be said. */
export const publicationWatch = { ...eventWatch, filters: filtersOf(WATCHED_PUBLICATION_FILTERS) };

export interface EventWatchInput {
	tags: string[] | undefined;
	content: 'head' | 'whole' | undefined;
	filters: Record<string, unknown>;
}

interface EventHead {
	id: string;
	timestamp: string;
	publish_timestamp: string;
	/** Whether the event came from another MISP. */
	locked?: boolean;
	org_id: string;
	orgc_id: string;
	Tag?: Row[];
}

export const headOf = (row: Row): EventHead => (row.Event ?? {}) as EventHead;

type EventClock = 'timestamp' | 'publish_timestamp';

/** An event on one of its clocks; nothing when it has no id or no time there. */
const onClock =
	(clock: EventClock, version: EventClock = clock): FoundOf =>
	(row) => {
		const head = headOf(row);
		const [id, at, changed] = [head.id, head[clock], head[version]].map(numberOf);
		if (id === undefined || at === undefined || changed === undefined) return undefined;
		return { id, at, version: changed };
	};

/** The filters of the form, as a checked body; a trigger may do without any. */
function bodyOf({ tags: any, filters }: EventWatchInput): Row {
	// MISP leaves out events without attributes when tags are excluded: `wanted` does that instead.
	const asked = refangedFilters(filters);
	delete asked.tagsNot;
	delete asked.skipOwn;
	const given = any === undefined && Object.keys(asked).length === 0;
	// MISP shows exportable tags alone, and those who synchronise no local ones, unless it is told.
	const allTags = filters.tagsNot === undefined ? {} : { includeAllTags: 1, excludeLocalTags: 0 };
	const shape = { metadata: 1, ...allTags };
	return given
		? shape
		: { ...searchOf('events', { tags: any }, { filters: asked, result: {} }), ...shape };
}

const sourceOf = (context: WatchContext, input: EventWatchInput) => ({
	scope: 'events' as const,
	body: bodyOf(input),
	keep: async () => {
		const isWanted = await judgedHere(context.misp, input.filters);
		return (row: Row) => isWanted(headOf(row) as unknown as Row);
	},
	pageSize: PAGE_SIZE,
});

/** Events by the time of their last change. */
export const changedEvents = (context: WatchContext, input: EventWatchInput): ClockSource =>
	searchClock(context, {
		...sourceOf(context, input),
		name: 'timestamp',
		filter: 'timestamp',
		order: 'Event.timestamp asc, Event.id asc',
		found: onClock('timestamp'),
		looksBack: true,
	});

/**
 * Events by the time they were last published here; synchronised ones are, when they arrive.
 *
 * @param isLate for watching versions of events; without it, each publication is a version
 */
export const publishedEvents = (
	context: WatchContext,
	input: EventWatchInput,
	isLate?: ClockSource['isLate'],
): ClockSource =>
	searchClock(context, {
		...sourceOf(context, input),
		name: 'publish_timestamp',
		filter: 'publish_timestamp',
		order: 'Event.publish_timestamp asc, Event.id asc',
		found: onClock('publish_timestamp', isLate ? 'timestamp' : 'publish_timestamp'),
		...(isLate ? { isLate } : {}),
	});

/** Events by their id, newest first. */
export const newEvents = (context: WatchContext, input: EventWatchInput): SequenceSource =>
	searchSequence(context, {
		...sourceOf(context, input),
		name: 'id',
		order: 'Event.id desc',
		found: (row) => {
			const found = onClock('timestamp')(row);
			// What comes from elsewhere has the time of there; publishing tells when it arrived.
			const arrived = cameFromElsewhere(row) ? (numberOf(headOf(row).publish_timestamp) ?? 0) : 0;
			return found && { ...found, at: Math.max(found.at, arrived) };
		},
	});

/** Whether an event came from another MISP, with the times that it has there. */
export const cameFromElsewhere = (row: Row): boolean => {
	const { locked, org_id: org, orgc_id: creator } = headOf(row);
	return locked === true || org !== creator;
};

/** Not one alone, which might be a row that cannot be read. */
const NEWEST = 10;

/** The greatest id of an event. */
export async function newestEventId({ misp }: WatchContext): Promise<number> {
	const body = { metadata: 1, order: 'Event.id desc' };
	const { rows } = await searchPage(misp, 'events', body, { page: 1, limit: NEWEST });
	return Math.max(0, ...rows.map((row) => numberOf(headOf(row).id) ?? 0));
}

/** The greatest id that was there at a time, whatever the filters; for `Watch.newestId`. */
export const newestEventBefore =
	(context: WatchContext) =>
	async (at: number, isNow: boolean): Promise<number> => {
		if (isNow) return await newestEventId(context);
		const all = newEvents(context, { tags: undefined, content: 'head', filters: {} });
		return (await sequenceFrom(all, at)).settled;
	};

/** The events of a poll as the form wants them; one that is gone meanwhile stays without its parts. */
export function loadEvents(
	{ misp }: WatchContext,
	{ content }: Pick<EventWatchInput, 'content'>,
): Load | undefined {
	if (content !== 'whole') return undefined;
	return async (rows) => {
		const heads = rows.map(({ data }) => data as Row);
		const whole = new Map<string, Row>();
		for (let start = 0; start < heads.length; start += WHOLE_AT_ONCE) {
			const ids = heads.slice(start, start + WHOLE_AT_ONCE).map((row) => headOf(row).id);
			const found = search(misp, 'events', searchBody('events', { eventid: ids }), {
				pageSize: WHOLE_AT_ONCE,
			});
			for await (const row of found) whole.set(headOf(row).id, row);
		}
		return heads.map((row) => whole.get(headOf(row).id) ?? row);
	};
}
