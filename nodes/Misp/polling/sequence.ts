import { pagesEnd } from '../client/paging';
import type { Found } from './ledger';
import type { Page, Run } from './run';

/** Rows in the order of their ids, which can only be asked for newest first, by page. */
export interface SequenceSource {
	kind: 'sequence';
	/** In the state. */
	name: string;
	pageSize: number;
	/** Rows by descending ids. `limit` is about `pageSize`, or less. */
	read(window: { page: number; limit: number }): Promise<Page>;
}

/** Where a poll goes on. */
export interface SequencePosition {
	/** Reading begins above this id: what is below was read when it was committed for certain. */
	settled: number;
	/** How many rows above it were read already. */
	again: number;
	/** How many rows are above those, when the last poll stopped before it had read everything. */
	above?: number;
	/** What the greatest id was at a time, in epoch seconds: a lower one was given out by then. */
	marks: Mark[];
}

type Mark = [at: number, id: number];

/** What a poll asks for, beside what it reads again, to see that there is nothing new. */
const FIRST_LOOK = 50;
/** When more rows than these would be read again, once must be enough. */
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
	const checkEnd = pagesEnd();
	if (since === undefined) {
		// A page without rows that can be read is not the end: beginning at 0 would bring everything.
		for (let page = 1; ; page += 1) {
			const { rows, more } = await source.read({ page, limit: 1 });
			checkEnd(rows.length, more);
			if (rows[0] || !more) return settledAt(rows[0]?.id ?? 0);
		}
	}
	let below: number | undefined;
	for (let page = 1; ; page += 1) {
		const { rows, more } = await source.read({ page, limit: source.pageSize });
		checkEnd(rows.length, more);
		for (const { at, id } of rows) below = at < since ? (below ?? id) : undefined;
		// Ids and clocks run together but for rows that came from elsewhere: one whole page decides.
		if (!more || (rows.length > 0 && rows.every(({ at }) => at < since))) {
			return settledAt(below ?? 0);
		}
	}
}

const settledAt = (id: number): SequencePosition => ({ settled: id, again: 0, marks: [] });

/**
 * Reads the rows that are not settled, the oldest first; most of them were read before, but an id
 * may show up later than the one after it.
 *
 * A page is used only when it reaches down to a row that was read before: then nothing can lie
 * between, however many rows were added or deleted meanwhile.
 */
export async function readSequence(
	source: SequenceSource,
	position: SequencePosition,
	run: Run,
): Promise<SequencePosition> {
	const { settled, again } = position;
	// After the server’s clock was set back, no id was given out later than now.
	const marks = position.marks.map(([at, id]): Mark => [Math.min(at, run.now), id]);
	const read: number[] = [];
	let above: number | undefined = (position.above ?? 0) + again;
	let firstLook = position.above === undefined ? FIRST_LOOK + again : Infinity;
	while (above !== undefined) {
		const found: PageAbove = await pageAbove(source, read.at(-1) ?? settled, above, run, {
			firstLook,
			marks,
		});
		({ above } = found);
		if (!found.rows) break;
		for (const [index, row] of [...found.rows.entries()].reverse()) {
			if (row.id <= (read.at(-1) ?? settled)) continue;
			if (!run.offer(row)) return settledBy(position, read, above + index + 1, marks, run);
			read.push(row.id);
		}
		if (above === 0) above = undefined;
		firstLook = Infinity;
	}
	return settledBy(position, read, above, marks, run);
}

/** The position after a poll that read these ids, and left so many above them. */
function settledBy(
	{ settled }: SequencePosition,
	read: number[],
	above: number | undefined,
	marks: Mark[],
	{ now, until, overlap }: Run,
): SequencePosition {
	const certain = read.length > OVERLAP_ROWS ? until : now - overlap;
	const given = marks.findLast(([at]) => at <= certain)?.[1] ?? 0;
	const next = read.findLast((id) => id <= given) ?? settled;
	// Two are enough: the one that settles next, and the newest, which takes its place.
	const left = marks.filter(([, id]) => id > next);
	return {
		settled: next,
		again: read.filter((id) => id > next).length,
		...(above === undefined ? {} : { above }),
		marks: left.length > 2 ? [left[0] as Mark, left.at(-1) as Mark] : left,
	};
}

interface PageAbove {
	/**
	 * Newest first, down to a row that was read before or to the very first. Nothing when the time of
	 * the poll is over, or rows come in faster than they are found.
	 */
	rows?: Found[];
	/** How many rows are newer than these; without them, about how many are above the anchor. */
	above: number;
}

/**
 * The page that holds the oldest rows above an id.
 *
 * @param guess how many rows are above it
 * @param first the size of the first request when that asks for the newest rows, and where to put
 *   down which row is the newest
 */
async function pageAbove(
	source: SequenceSource,
	anchor: number,
	guess: number,
	run: Run,
	{ firstLook, marks }: { firstLook: number; marks: Mark[] },
): Promise<PageAbove> {
	let low = 0;
	let high = Infinity;
	let rank = guess;
	let step = Math.ceil(source.pageSize / 2);
	let window = pageAt(rank, Math.min(source.pageSize, firstLook));
	for (let tries = 0; tries < TRIES; tries += 1) {
		if (run.isSpent()) break;
		const { rows, more, now } = await source.read(window);
		const above = (window.page - 1) * window.limit;
		const [newest] = rows;
		const oldest = rows.at(-1);
		if (above === 0 && newest && newest.id > (marks.at(-1)?.[1] ?? 0)) {
			marks.push([Number.isFinite(now) ? now : run.now, newest.id]);
		}
		const reachesDown = !more || (oldest !== undefined && oldest.id <= anchor);
		const reachesUp = above === 0 || (newest !== undefined && newest.id > anchor);
		if (reachesDown && reachesUp) return { rows, above };
		if (reachesUp) low = Math.max(low, above + window.limit);
		else high = Math.min(high, above);
		// Rows that came in meanwhile can make the bounds cross: begin anew from what is known.
		if (low > high) high = Infinity;
		const middle = Math.floor((low + high) / 2);
		rank = reachesUp ? Math.min(low + step, middle) : Math.max(high - step, middle);
		step *= 2;
		window = pageAt(rank, source.pageSize);
	}
	return { above: rank };
}

/** The page, of about `size` rows, that has the row with so many above it as near its end as can be. */
function pageAt(rank: number, size: number): { page: number; limit: number } {
	let limit = size;
	if (rank >= size) {
		for (let other = size; other > size / 2; other -= 1) {
			if (rank % other > rank % limit) limit = other;
		}
		// It must not be the first of its page: the rows above are what is wanted.
		while (rank % limit === 0) limit += 1;
	}
	return { page: Math.floor(rank / limit) + 1, limit };
}
