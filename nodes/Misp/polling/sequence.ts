import type { Found } from './ledger';
import type { Page, Run } from './run';

/** Rows in the order of their ids, which can only be asked for newest first, by page. */
export interface SequenceSource {
	kind: 'sequence';
	/** In the state. */
	name: string;
	pageSize: number;
	/** Rows by descending ids. */
	read(window: { page: number; limit: number }): Promise<Page>;
}

/** Where a poll goes on. */
export interface SequencePosition {
	/** Everything up to this id was read. */
	top: number;
	/** Reading again ends at this id: what is below was committed long ago. */
	settled: number;
	/** How many rows were above `top` when the last poll stopped before it had read everything. */
	above?: number;
	/** The greatest id at a time, and how many rows had been read by then: `[seconds, id, rows]`. */
	marks: Array<[number, number, number]>;
}

/** What the first poll asks for, to see that there is nothing new. */
const FIRST_LOOK = 50;
/** Not more rows than these are read again. */
const OVERLAP_ROWS = 500;
/** Rows that come in while a page is looked for move it; after so many tries the next poll goes on. */
const TRIES = 64;

/**
 * The position behind everything that is there, or behind the last row that is older than `since`.
 *
 * @param since epoch seconds, or nothing for "from now on"
 */
export async function sequenceFrom(
	source: SequenceSource,
	since: number | undefined,
): Promise<SequencePosition> {
	if (since === undefined) {
		const { rows } = await source.read({ page: 1, limit: 1 });
		return settledAt(rows[0]?.id ?? 0);
	}
	let below: number | undefined;
	for (let page = 1; ; page += 1) {
		const { rows, more } = await source.read({ page, limit: source.pageSize });
		for (const { at, id } of rows) below = at < since ? (below ?? id) : undefined;
		// Ids and clocks run together but for rows that came from elsewhere: one whole page decides.
		if (!more || (rows.length > 0 && rows.every(({ at }) => at < since))) {
			return settledAt(below ?? 0);
		}
	}
}

const settledAt = (id: number): SequencePosition => ({ top: id, settled: id, marks: [] });

/**
 * Reads the rows above the last one that was read, the oldest first, and a few again.
 *
 * A page is used only when it reaches down to a row that was read before: then nothing can lie
 * between, however many rows were added or deleted meanwhile.
 */
export async function readSequence(
	source: SequenceSource,
	position: SequencePosition,
	run: Run,
): Promise<SequencePosition> {
	let { top, settled } = position;
	const marks = [...position.marks];
	let rows = marks.at(-1)?.[2] ?? 0;
	const caughtUp = position.above === undefined;
	let anchor = caughtUp ? settled : top;
	const again = rows - (marks[0]?.[2] ?? rows);
	let found = await pageAbove(source, anchor, position.above ?? 0, run, FIRST_LOOK + again);
	for (; found; found = await pageAbove(source, anchor, found.above, run)) {
		for (let index = found.rows.length - 1; index >= 0; index -= 1) {
			const row = found.rows[index] as Found;
			if (row.id <= anchor) continue;
			if (!run.offer(row)) return { top, settled, above: found.above + index + 1, marks };
			if (row.id > top) {
				top = row.id;
				rows += 1;
			}
		}
		anchor = Math.max(top, anchor);
		if (found.above > 0) continue;
		// Everything is read. What was the greatest id some time ago need not be looked at again.
		marks.push([run.now, top, rows]);
		while (
			marks.length > 1 &&
			((marks[1] as Mark)[0] <= run.now - run.overlap ||
				rows - (marks[0] as Mark)[2] > OVERLAP_ROWS)
		) {
			marks.shift();
		}
		settled = (marks[0] as Mark)[1];
		return { top, settled, marks };
	}
	return { top, settled, above: position.above ?? 0, marks };
}

type Mark = [number, number, number];

interface PageAbove {
	/** Newest first, down to a row that was read before or to the very first. */
	rows: Found[];
	/** How many rows are newer than these. */
	above: number;
}

/**
 * The page that holds the oldest rows above an id.
 *
 * @param guess how many rows are above it
 * @returns nothing when the time of the poll is over, or rows come in faster than they are found
 */
async function pageAbove(
	source: SequenceSource,
	anchor: number,
	guess: number,
	run: Run,
	firstLook = 0,
): Promise<PageAbove | undefined> {
	let low = 0;
	let high = Infinity;
	let rank = guess;
	for (let tries = 0; tries < TRIES; tries += 1) {
		if (run.isSpent()) return undefined;
		const page = pageAt(
			rank,
			firstLook > 0 && tries === 0 && rank === 0 ? firstLook : source.pageSize,
		);
		const { rows, more } = await source.read(page);
		const above = (page.page - 1) * page.limit;
		const newest = rows[0];
		const oldest = rows.at(-1);
		const reachesDown = !more || (oldest !== undefined && oldest.id <= anchor);
		const reachesUp = above === 0 || (newest !== undefined && newest.id > anchor);
		if (reachesDown && reachesUp) return { rows, above };
		if (reachesUp) low = Math.max(low, above + page.limit);
		else high = Math.min(high, above);
		// Rows that came in meanwhile can make the bounds cross: begin anew from what is known.
		if (low > high) high = Infinity;
		rank = high === Infinity ? Math.max(low * 2, low + 1) : Math.floor((low + high) / 2);
	}
	return undefined;
}

/** The page, of at most `size` rows, that has the row with so many above it near its end. */
function pageAt(rank: number, size: number): { page: number; limit: number } {
	const page = Math.ceil((rank + 1) / size);
	return { page, limit: Math.max(Math.ceil((rank + 1) / page), page === 1 ? size : 1) };
}
