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
	/** When this clock was last read: what is younger than the overlap then is read again. */
	readAt: number;
	/** Reading again begins here at the earliest: before it stand more rows than are worth it. */
	overlapFrom: number;
	/** When it last looked further back. */
	lookedBack: number;
	/** Whether the last poll stopped before it had read everything. */
	behind: boolean;
	/** How far the last poll came in the second `next`, when that has more rows than a page. */
	pass?: Pass;
}

/** A way through the pages of one second. */
interface Pass {
	/** The page that comes next. */
	page: number;
	/** Rows on the pages before it, and on all pages the last time. */
	rows: number;
	before: number;
}

const LOOK_BACK_EVERY = 900;

export const clockFrom = (since: number, now: number): ClockPosition => ({
	next: since,
	readAt: now,
	overlapFrom: 0,
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
 * @param earliest what is before it is not remembered, and not read again
 * @returns the position for the next poll
 */
export async function readClock(
	source: ClockSource,
	position: ClockPosition,
	earliest: number,
	run: Run,
): Promise<ClockPosition> {
	const { pageSize: limit } = source;
	// A server whose clock was set back gives stamps that seem to be read already.
	const setBack = Math.max(position.readAt - run.now, 0);
	const start = Math.min(position.next, run.until);
	const isDue = run.now - position.lookedBack >= LOOK_BACK_EVERY;
	const looksBack =
		setBack > run.overlap || (source.looksBack === true && !position.behind && isDue);
	const again = Math.min(start, position.readAt - run.overlap - setBack);
	let from = Math.max(
		earliest,
		looksBack ? start - run.lookBack : setBack > 0 ? again : Math.max(again, position.overlapFrom),
	);
	let { overlapFrom } = position;
	let { until: end } = run;
	let until = end;
	const at = (next: number, behind: boolean, pass?: Pass): ClockPosition => ({
		next,
		readAt: run.now,
		overlapFrom: Math.min(overlapFrom, next),
		lookedBack: looksBack ? run.now : position.lookedBack,
		behind,
		...(pass ? { pass } : {}),
	});

	while (from <= end) {
		if (run.isSpent()) return at(from, true, from === position.next ? position.pass : undefined);
		const page = await source.read({ from, until, page: 1, limit });
		// The server’s own clock, when it is behind what this poll took it for.
		end = Math.min(end, Math.max(page.now - (run.now - run.until), 0));
		const read = lastWholeSecond(page, source.ordered, until);
		if (read < from) {
			// All that an ordered page says is that its first second is more than a page.
			if (until > from && !(source.ordered && page.rows.length > 0)) {
				until = Math.floor((from + until) / 2);
				continue;
			}
			const begun = from === position.next ? position.pass : undefined;
			const pass = await readSecond(source, from, run, begun);
			if (pass) return at(from, true, pass);
			if (from < start && !looksBack) overlapFrom = from + 1;
			from += 1;
			until = end;
			continue;
		}
		const length = read - from + 1;
		const rows = source.ordered ? page.rows : inOrder(page.rows);
		for (const row of rows) {
			if (row.at <= Math.min(read, end) && !run.offer(row)) return at(row.at, true);
		}
		// Known rows that fill a page of their own are not worth reading in every poll.
		if (page.more && read < start && !looksBack) overlapFrom = read + 1;
		from = read + 1;
		until = source.ordered ? end : Math.min(end, read + 2 * length);
	}
	return at(setBack > 0 ? end + 1 : Math.max(end + 1, position.next), false);
}

const inOrder = (rows: Found[]): Found[] =>
	[...rows].sort((one, other) => one.at - other.at || one.id - other.id);

/** Up to which second a page holds everything of its stretch; one before `from` when none. */
function lastWholeSecond({ rows, more }: Page, ordered: boolean, until: number): number {
	if (!more) return until;
	const last = rows.at(-1);
	return ordered && last ? last.at - 1 : -1;
}

/**
 * A second with more rows than a page: page by page, by ascending ids, and again until it has as
 * many rows as the time before, since a row that is changed meanwhile leaves the second and moves
 * the others up.
 *
 * @returns where to go on when the poll had no room for a row or no time for a page
 */
async function readSecond(
	source: ClockSource,
	second: number,
	run: Run,
	begun: Pass = { page: 1, rows: 0, before: -1 },
): Promise<Pass | undefined> {
	let pass = begun;
	for (;;) {
		if (run.isSpent()) return pass;
		const { page, rows, before } = pass;
		const window = { from: second, until: second, page, limit: source.pageSize };
		const { rows: found, more } = await source.read(window);
		for (const row of found) if (!run.offer(row)) return pass;
		const all = rows + found.length;
		if (more) pass = { page: page + 1, rows: all, before };
		else if (page === 1 || all === before) return undefined;
		else pass = { page: 1, rows: 0, before: all };
	}
}
