import type { WatchContext } from '../definition';
import { searchPage, type Row } from '../client/paging';
import type { SearchScope } from '../client/searchScopes';
import type { ClockSource } from '../polling/clock';
import type { Found } from '../polling/ledger';
import type { Page } from '../polling/run';
import type { SequenceSource } from '../polling/sequence';

/** Sources of a trigger that read MISP’s restSearch. */

/** Whole number or nothing, from MISP’s texts. */
export const numberOf = (value: unknown): number | undefined => {
	const number = typeof value === 'string' && value !== '' ? Number(value) : value;
	return Number.isSafeInteger(number) ? (number as number) : undefined;
};

/** What a source needs to know of a row; nothing when the row is not what MISP usually sends. */
export type FoundOf = (row: Row) => Omit<Found, 'data' | 'out'> | undefined;

interface SearchSource {
	/** In the state. */
	name: string;
	scope: SearchScope;
	/** Filters and shape, checked by `searchBody`. */
	body: Row;
	found: FoundOf;
	/** Gives what tells the rows that are wanted as they are now. */
	keep?: () => Promise<(row: Row) => boolean>;
	pageSize: number;
}

/** Rows as the engine takes them. One that cannot be read is reported, and the others go on. */
export function foundIn(
	context: Pick<WatchContext, 'hint'>,
	rows: Row[],
	found: FoundOf,
	keep: (row: Row) => boolean = () => true,
): Found[] {
	return rows.flatMap((row) => {
		const known = found(row);
		if (known) return { ...known, data: row, out: !keep(row) };
		const start = JSON.stringify(row).slice(0, 200);
		context.hint(`MISP sent a row that this node cannot read, which was left out: ${start}`);
		return [];
	});
}

async function read(
	context: WatchContext,
	{ scope, body, found, keep }: SearchSource,
	more: Row,
	paging: { page: number; limit: number },
): Promise<Page> {
	const page = await searchPage(context.misp, scope, { ...body, ...more }, paging);
	const isWanted = await keep?.();
	const now = Date.parse(page.headers.date ?? '') / 1000;
	return {
		rows: foundIn(context, page.rows, found, isWanted),
		more: page.more,
		now: Number.isNaN(now) ? Infinity : now,
	};
}

interface SearchClock extends SearchSource, Pick<ClockSource, 'isLate' | 'looksBack'> {
	/** The filter that asks for a stretch of the clock. */
	filter: string;
	/** Columns that sort by the clock, then by id. Without them, nothing is ordered. */
	order?: string;
}

/** A clock that restSearch can ask for. */
export function searchClock(context: WatchContext, source: SearchClock): ClockSource {
	const { name, pageSize, filter, order, isLate, looksBack } = source;
	return {
		kind: 'clock',
		name,
		pageSize,
		ordered: order !== undefined,
		...(isLate ? { isLate } : {}),
		...(looksBack === undefined ? {} : { looksBack }),
		read: async ({ from, until, ...paging }) =>
			await read(
				context,
				source,
				{ [filter]: [from, until], ...(order === undefined ? {} : { order }) },
				paging,
			),
	};
}

/** Rows by descending ids, for scopes that can be ordered. */
export function searchSequence(
	context: WatchContext,
	source: SearchSource & { order: string },
): SequenceSource {
	const { name, pageSize, order } = source;
	return {
		kind: 'sequence',
		name,
		pageSize,
		read: async (paging) => await read(context, source, { order }, paging),
	};
}
