import type { Misp } from '../client/client';
import type { Ceiling } from '../client/ceiling';
import { search, type Row } from '../client/paging';
import { chunksOf, endsRun, path, recover, type RunContext } from '../definition';
import type { AttributeRow } from './attribute';
import { answersTo, formsOf, searchTerms } from './valueForms';

/** The requests behind a look-up of many values: each asks for all of them at once. */

export interface Warninglist {
	id: string;
	name: string;
	matched: string;
}

export interface FeedHit {
	id?: string;
	name?: string;
	[key: string]: unknown;
}

/** An attribute with its event, of which more is known than the search shows. */
export type Match = AttributeRow & {
	to_ids: boolean;
	Event?: Row & { id?: string };
	Tag?: Array<{ name: string }>;
	Sighting?: Array<{ type: string }>;
	decay_score?: unknown;
};

/** Attributes have a few hundred bytes, and every page costs a request. */
const PAGE = 5000;

const EVENTS_IN_ONE_REQUEST = 500;

export interface Found {
	matches: Match[];
	/** Whether there are others, above the TLP ceiling. */
	heldBack: boolean;
}

/** Each row with what may be seen of it. */
async function* seen(
	{ misp, ceiling }: { misp: Misp; ceiling?: Ceiling },
	filters: Row,
): AsyncGenerator<{ row: Match; shown: Match | undefined }> {
	const rows = search(ceiling?.misp ?? misp, 'attributes', filters, { pageSize: PAGE });
	if (ceiling === undefined) {
		for await (const row of rows as AsyncIterable<Match>) yield { row, shown: row };
		return;
	}
	const all: Match[] = [];
	for await (const row of rows as AsyncIterable<Match>) all.push(row);
	const shown = await ceiling.siftEach(all);
	for (const [index, row] of all.entries()) yield { row, shown: shown[index] };
}

/** The matches of each value, newest first. A value without any has an empty list. */
export async function findMatches(
	context: { misp: Misp; ceiling?: Ceiling },
	values: string[],
	filters: Row,
): Promise<Map<string, Found>> {
	const found = new Map<string, Found>(
		values.map((value) => [value, { matches: [], heldBack: false }]),
	);
	const askedBy = new Map<string, Set<string>>();
	for (const value of values) {
		for (const form of formsOf(value))
			askedBy.set(form, (askedBy.get(form) ?? new Set()).add(value));
	}
	const terms = [...new Set(values.flatMap(searchTerms))];
	if (terms.length === 0) return found;
	for await (const { row, shown } of seen(context, { ...filters, value: terms })) {
		const asked = new Set(answersTo(row).flatMap((form) => [...(askedBy.get(form) ?? [])]));
		for (const value of asked) {
			const about = found.get(value) as Found;
			if (shown) about.matches.push(shown);
			else about.heldBack = true;
		}
	}
	return found;
}

/**
 * Adds to each match the organisation of its event and whether that is published, which the search
 * leaves out. `POST /events/index`
 */
export async function addEvents({ misp, hint }: RunContext, matches: Match[]): Promise<void> {
	const ids = [...new Set(matches.map(({ event_id: id }) => id))];
	const events = new Map<string, Row>();
	for (const chunk of chunksOf(ids, EVENTS_IN_ONE_REQUEST)) {
		const rows = await recover(
			misp.post<Row[]>(
				path`/events/index`,
				{ eventid: chunk.join('|'), limit: chunk.length, page: 1 },
				{ read: true },
			),
			(error) => !endsRun(error),
			() => {
				hint('The organisations of some events could not be read; they are left empty.');
				return [] as Row[];
			},
		);
		for (const row of Array.isArray(rows) ? rows : []) events.set(String(row.id), row);
	}
	for (const match of matches) {
		const event = events.get(match.event_id);
		if (!event) continue;
		const { published, date, threat_level_id, analysis, Orgc } = event;
		match.Event = { ...match.Event, published, date, threat_level_id, analysis, Orgc };
	}
}

/** The warninglists that each value is on. `POST /warninglists/checkValue` */
export const findWarninglists = async (
	misp: Misp,
	values: string[],
): Promise<Record<string, Warninglist[]>> =>
	values.length === 0
		? {}
		: await misp.post(path`/warninglists/checkValue`, values, { read: true, keyed: true });

/**
 * The feeds and servers in whose cache each value is. `POST /feeds/searchCaches`, which answers an
 * object by value for a list, and the bare hits for a single one.
 */
export async function findInFeeds(misp: Misp, values: string[]): Promise<Map<string, FeedHit[]>> {
	const [first] = values;
	if (first === undefined) return new Map();
	const found = await misp.post<Record<string, unknown> | unknown[]>(
		path`/feeds/searchCaches`,
		{ value: values },
		{ read: true, keyed: values.length > 1 },
	);
	const entries = Array.isArray(found) ? [[first, found] as const] : Object.entries(found);
	const hits = new Map<string, FeedHit[]>();
	for (const [value, list] of entries) {
		const rows = (Array.isArray(list) ? list : []) as Array<Record<string, FeedHit>>;
		hits.set(
			value.toLowerCase(),
			rows.map((row) => row.Feed ?? row.Server ?? row),
		);
	}
	return hits;
}
