import type { Found } from './ledger';

/** A page as a source reads it. */
export interface Page {
	rows: Found[];
	/** Whether the server has rows behind this page. */
	more: boolean;
	/** The server's clock when it answered, in epoch seconds. */
	now: number;
}

/** What one poll gives to the sources that it reads. */
export interface Run {
	/** Nothing younger is read in this poll, in epoch seconds: rows may still be committed there. */
	until: number;
	/** The server's clock at the beginning of this poll. */
	now: number;
	/** How far back each poll reads again, in seconds, for rows that were committed late. */
	overlap: number;
	/** How far back it looks from time to time, in seconds, for rows that arrive with old stamps. */
	lookBack: number;
	/** Hands a row on, unless it is known. False when this poll has no room for it: stop there. */
	offer(row: Found): boolean;
	/** Whether the time of this poll is over: stop before the next request. */
	isSpent(): boolean;
}
