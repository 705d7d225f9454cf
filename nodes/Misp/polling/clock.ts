import type { Found } from './ledger';
import type { Page, Run } from './run';

/** Rows that can be asked for by a stretch of one of MISP's clocks. */
export interface ClockSource {
	kind: 'clock';
	/** Of this clock, and in the state. */
	name: string;
	pageSize: number;
	/**
	 * Rows with `from` ≤ `at` ≤ `until`.
	 *
	 * Ordered sources sort them by `at`, then by `id`, both ascending; of the others, a page that is
	 * cut says nothing about the clock, so that the stretch has to be made shorter.
	 */
	ordered: boolean;
	read(window: { from: number; until: number; page: number; limit: number }): Promise<Page>;
	/**
	 * Whether a row whose version is older than the memory came to this server lately, so that it
	 * cannot have been handed on before. Without it, such rows count as handed on.
	 */
	isLate?(row: Found, newestId: number): boolean;
	/** Whether old stamps arrive on this clock, so that it is worth looking further back. */
	looksBack?: boolean;
}

/** Where a poll goes on. All in epoch seconds. */
export interface ClockPosition {
	/** Everything before it was read. */
	next: number;
	/** Reading again begins here at the earliest: before it stand more rows than are worth it. */
	overlapFrom: number;
	/** When it last looked further back. */
	lookedBack: number;
	/** Whether the last poll stopped before it had read everything. */
	behind: boolean;
}

const LOOK_BACK_EVERY = 900;

export const clockFrom = (since: number, now: number): ClockPosition => ({
	next: since,
	overlapFrom: since,
	lookedBack: now,
	behind: true,
});

/**
 * Reads what stands on the clock since the last poll, and a little again.
 *
 * Each request asks for the first page of a stretch, so that no row can slip from one page to the
 * other while it is read. A stretch that does not fit on a page is gone through in pieces; only a
 * single second that does not fit is paged.
 *
 * @param earliest what is before it is not remembered, and not read
 * @returns the position for the next poll
 */
export async function readClock(
	source: ClockSource,
	position: ClockPosition,
	earliest: number,
	run: Run,
): Promise<ClockPosition> {
	const { pageSize: limit } = source;
	const looksBack =
		source.looksBack === true &&
		!position.behind &&
		run.now - position.lookedBack >= LOOK_BACK_EVERY;
	// A server whose clock was set back gives stamps that seem to be read already.
	const start = Math.min(position.next, run.until);
	let from = looksBack
		? Math.max(earliest, start - run.lookBack)
		: Math.max(earliest, position.overlapFrom, position.behind ? start : start - run.overlap);
	let { overlapFrom } = position;
	let { until: end } = run;
	let until = end;
	const at = (next: number, behind: boolean): ClockPosition => ({
		next,
		overlapFrom: Math.min(overlapFrom, next),
		lookedBack: looksBack ? run.now : position.lookedBack,
		behind,
	});

	while (from <= end) {
		if (run.isSpent()) return at(from, true);
		const page = await source.read({ from, until, page: 1, limit });
		// The server’s own clock, when it is behind what this poll took it for.
		end = Math.min(end, Math.max(page.now - (run.now - run.until), 0));
		const read = lastWholeSecond(page, source.ordered, until);
		if (read < from) {
			if (until === from) {
				if (!(await readSecond(source, from, page, run))) return at(from, true);
				if (from < start) overlapFrom = from + 1;
				from += 1;
				until = end;
			} else {
				// All that an ordered page says is that its first second is more than a page.
				const isOneSecond = source.ordered && page.rows.length > 0;
				until = isOneSecond ? from : Math.floor((from + until) / 2);
			}
			continue;
		}
		const length = read - from + 1;
		for (const row of page.rows) {
			if (row.at <= Math.min(read, end) && !run.offer(row)) return at(row.at, true);
		}
		// Known rows that fill a page of their own are not worth reading in every poll.
		if (page.more && read < start && !looksBack) overlapFrom = read + 1;
		from = read + 1;
		until = source.ordered ? end : Math.min(end, read + 2 * length);
	}
	return at(end + 1, false);
}

/** Up to which second a page holds everything of its stretch; one before `from` when none. */
function lastWholeSecond({ rows, more }: Page, ordered: boolean, until: number): number {
	if (!more) return until;
	const last = rows.at(-1);
	return ordered && last ? last.at - 1 : -1;
}

/**
 * A second with more rows than a page: page by page, by ascending ids, and again until nothing new
 * is found, since a row that is changed meanwhile leaves the second and moves the others up.
 *
 * @returns false when the poll had no room for a row or no time for a page
 */
async function readSecond(
	source: ClockSource,
	second: number,
	first: Page,
	run: Run,
): Promise<boolean> {
	const { pageSize: limit } = source;
	const seen = new Set<number>();
	for (let before = -1; seen.size > before; ) {
		before = seen.size;
		let page = before === 0 ? first : undefined;
		for (let number = 1, more = true; more; number += 1) {
			if (!page) {
				if (run.isSpent()) return false;
				page = await source.read({ from: second, until: second, page: number, limit });
			}
			for (const row of page.rows) {
				if (!run.offer(row)) return false;
				seen.add(row.id);
			}
			more = page.more;
			page = undefined;
		}
	}
	return true;
}
