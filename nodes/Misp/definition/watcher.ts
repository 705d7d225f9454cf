import type { AccessLevel } from '../client/access';
import type { Misp } from '../client/client';
import type { Found } from '../polling/ledger';
import type { Watch } from '../polling/poll';
import type { Fields, InputOf } from './field';

/** What a watcher works with besides its input. */
export interface WatchContext {
	misp: Misp;
	/** Where the trigger begins the first time, in epoch seconds. */
	start: number;
	/** A remark for the user, in n8n's log, and with the node's output where there is one. */
	hint(text: string): void;
}

/**
 * Done with the rows that were handed on, by their ids, at the next poll: n8n has taken them over by
 * then. It is called again with the same ids after a crash.
 *
 * @param isSpent whether the time for it is over: what is left is for the next poll
 * @returns the ids that are still to be done with, to be tried again at the next poll
 */
export type Afterwards = (ids: number[], isSpent: () => boolean) => Promise<number[]>;

/** What is handed on for the rows of one poll, in their order, instead of what was read. */
export type Load = (rows: Found[]) => Promise<unknown[]>;

/** One thing in MISP that a workflow can start from. */
export interface Watcher<F extends Fields = Fields> {
	/** In the drop-down, such as "Event Published". */
	name: string;
	/** What starts the workflow and what comes out, for people. */
	description: string;
	/** Which of MISP's clocks it reads, and what it cannot see; for `docs/trigger.md`. */
	reads: string;
	blindTo: string;
	/**
	 * What it reads where that is no clock: the whole of a list, or numbers that only rise. Options of
	 * the form that make no difference then are left out.
	 */
	readBy?: 'list' | 'sequence';
	/** The access level that the credential needs. */
	access: AccessLevel | ((input: InputOf<F>) => AccessLevel);
	/** For the documentation, such as `POST /events/restSearch`. */
	endpoints: readonly string[];
	fields: F;
	/** The envelope around a row, or what makes one row of what MISP sent; see `Operation.row`. */
	row?: string | ((sent: never, baseUrl: string) => unknown);
	/** Refuses, by throwing, what no single field can judge. Runs before anything is sent. */
	check?(input: InputOf<F>): void;
	/** Refuses, by throwing, what only MISP can judge, such as types that it does not know. Runs in each poll. */
	prove?(context: WatchContext, input: InputOf<F>): Promise<void>;
	/** Where rows are read and what makes one new. */
	watch(context: WatchContext, input: InputOf<F>): Watch;
	/** What is loaded for the rows that a poll hands on; nothing when this input wants what was read. */
	load?(context: WatchContext, input: InputOf<F>): Load | undefined;
	/** What the state belongs to besides the watcher and the MISP: with another, it begins anew. */
	scope?(input: InputOf<F>): string;
	/** What is done with rows once n8n has taken them over; nothing when this input wants nothing done. */
	afterwards?(context: WatchContext, input: InputOf<F>): Afterwards | undefined;
	/** What to look at in MISP when there is nothing to fetch in the editor, as a sentence. */
	whenNone?: string;
}

/** Declares a watcher; the form, the checks, `docs/trigger.md` and the polls come from it. */
export function watcher<const F extends Fields>(declared: Watcher<F>): Watcher {
	return declared as unknown as Watcher;
}

/** The watchers by the values that workflows store. */
export type Watchers = Record<string, Watcher>;
