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
	/** Gives what tells which of some rows are wanted as they are now. */
	keep?: (rows: Row[]) => Promise<(row: Row) => boolean>;
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
		const known = row !== null && typeof row === 'object' ? found(row) : undefined;
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
): Promise<Page & { skipped: number }> {
	const page = await searchPage(context.misp, scope, { ...body, ...more }, paging);
	const isWanted = await keep?.(page.rows);
	const now = Date.parse(page.headers.date ?? '') / 1000;
	return {
		rows: foundIn(context, page.rows, found, isWanted),
		more: page.more,
		skipped: Number(page.headers['x-skipped-elements-count'] ?? 0) || 0,
		now: Number.isNaN(now) ? Infinity : now,
	};
}

interface SearchClock extends SearchSource, Pick<ClockSource, 'isLate' | 'looksBack'> {
	/** The filter that asks for a stretch of the clock. */
	filter: string;
	/**
	 * Columns that sort by the clock, then by id. Without them, nothing is ordered, and rows need not
	 * tell where they stand on the clock.
	 */
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
		read: async ({ from, until, ...paging }) => {
			const window = { [filter]: [from, until] };
			if (order !== undefined) return await read(context, source, { ...window, order }, paging);
			const page = await read(context, source, window, paging);
			// From the beginning of the stretch it is always right to go on.
			return { ...page, rows: page.rows.map((row) => ({ ...row, at: from })) };
		},
	};
}

/**
 * Rows by descending ids, for scopes that can be ordered.
 *
 * A page that MISP took known good values from after it was cut no longer tells how far down it
 * reaches. It is read again whole, and what is missing from the first is not wanted.
 */
export function searchSequence(
	context: WatchContext,
	source: SearchSource & { order: string },
): SequenceSource {
	const { name, pageSize, order, body } = source;
	return {
		kind: 'sequence',
		name,
		pageSize,
		read: async (paging) => {
			const page = await read(context, source, { order }, paging);
			if (body.enforceWarninglist === undefined || page.skipped === 0) return page;
			const wanted = new Map(page.rows.map((row) => [row.id, row]));
			const all = { ...source, body: { ...body, enforceWarninglist: undefined } };
			const whole = await read(context, all, { order }, paging);
			return {
				...whole,
				rows: whole.rows.map((row) => wanted.get(row.id) ?? { ...row, out: true }),
			};
		},
	};
}
