import { clockFrom, readClock, type ClockPosition, type ClockSource } from './clock';
import { IdSet } from './idSet';
import { RowLedger, VersionLedger, type Found, type Ledger } from './ledger';
import { listNow, readList, type ListPosition, type ListSource } from './list';
import type { Run } from './run';
import { readSequence, sequenceFrom, type SequencePosition, type SequenceSource } from './sequence';

export type Source = ClockSource | SequenceSource | ListSource;

/** What a trigger watches: where rows come from, and what makes one new. */
export interface Watch {
	/** Each row once for all, or once for each of its versions. Lists know by themselves. */
	once: 'row' | 'version';
	/** Where rows are read, the one that finds most of them first. */
	sources: readonly Source[];
	/**
	 * The greatest id that was there at a time, where the sources cannot tell. Asked at the start only.
	 *
	 * @param isNow whether it is the one that is there now
	 */
	newestId?(at: number, isNow: boolean): Promise<number>;
	/** A recent row, where the sources find none quickly. */
	latest?(): Promise<Found | undefined>;
	/** Ids that count as handed on from the start. */
	known?(): AsyncIterable<number>;
}

export interface PollOptions {
	/** The server's clock in epoch seconds. */
	now: number;
	/** Where to begin the first time, in epoch seconds; nothing means "from now on". */
	since?: number | undefined;
	/** Rows for one poll; the rest comes with the next. */
	limit: number;
	/** How far each poll reads again, in seconds. */
	overlap: number;
	/** How far back it looks from time to time, and for how long versions are remembered, in seconds. */
	lookBack: number;
	/** Whether the time for this poll is over. */
	isSpent(): boolean;
	/** What is kept of a row that is handed on, until all are read. All of it without this. */
	keep?: ((data: unknown) => unknown) | undefined;
}

/** What the node keeps between polls; JSON of at most `STATE_BYTES`. */
export interface State {
	/** Of this format. A later release reads the ones before. */
	version: 1;
	ledger: string;
	positions: Record<string, unknown>;
	/** How many polls were quiet, which says what the next reads; nothing while there is more to do. */
	turn?: number;
	/**
	 * While there is more to read: where the first source stood when that began, and what time it
	 * was. What was there by then and is younger comes from the first source.
	 */
	catchUp?: Moment;
	/** How far back rows are read; what is older is forgotten when all clocks have passed `at`. */
	reach?: Moment;
	/** When the last poll was, in epoch seconds. */
	polled: number;
}

/** A place on the clocks, and the time when it was set. In epoch seconds. */
interface Moment {
	from: number;
	at: number;
}

export interface PollResult {
	/** In the order of their source, oldest first. */
	rows: Found[];
	/** To be kept once the rows are handed on. */
	state: State;
	/** Whether there is more to read at once. */
	behind: boolean;
}

export const STATE_BYTES = 60_000;
/** Rows younger than this may still be committed, or stamped by another worker. */
const LAG = 5;
/** After a longer pause all sources are read, and when the server’s clock was set back. */
const PAUSE = 600;

/**
 * One poll. Knows nothing of n8n and sends nothing by itself; it throws what a source throws, and
 * then the old state stays good.
 *
 * @param saved the state after the poll before, or nothing the first time
 */
export async function poll(
	watch: Watch,
	saved: State | undefined,
	options: PollOptions,
): Promise<PollResult> {
	const { now, since, limit, isSpent, keep = (data) => data } = options;
	const rows: Found[] = [];
	if (!saved) {
		const state = await firstState(watch, options);
		if (since === undefined) return { rows, state, behind: false };
		saved = state;
	}
	const ledger = readLedger(watch, saved.ledger);
	const positions = { ...saved.positions };
	const pause = now - saved.polled;
	if (pause < -options.overlap && ledger instanceof VersionLedger) {
		ledger.lower(now - options.overlap);
	}
	let { reach } = saved;
	if (!reach || reach.at > now) reach = { from: reachOf(watch, positions, options), at: now };
	const { from: oldest } = reach;
	const [first] = watch.sources;
	const { from: catchUpFrom, at: catchUpAt } = saved.catchUp ?? {
		from: nextOf(first, positions),
		at: now - LAG,
	};
	// What comes after the server's clock was set back was not there then.
	const catchUp = { from: catchUpFrom, at: Math.min(catchUpAt, now - LAG) };
	let source: Source;
	/** Whether the first source has handed the row on, or comes to it. */
	const isLeft = ({ at, version = at }: Found): boolean => {
		if (source === first || source.kind !== 'clock' || !source.isLate) return false;
		if (first?.kind !== 'clock' || version > run.until) return false;
		const isThere = version >= catchUp.from && at <= catchUp.at;
		return isThere || version >= nextOf(first, positions);
	};
	const offer = (row: Found): boolean => {
		if (row.out === true) return true;
		if (source.kind !== 'list') {
			const isKnown = ledger.knows(row) || isLeft(row);
			if (!isKnown) {
				if (isForgotten(ledger, source, row)) return true;
				if (rows.length >= limit) return false;
				ledger.add(row);
			}
			if (ledger instanceof VersionLedger) ledger.see(row, oldest);
			if (isKnown) return true;
		} else if (rows.length >= limit) return false;
		rows.push({ ...row, data: keep(row.data) });
		return true;
	};
	const run: Run = { ...options, until: now - LAG, offer, isSpent };

	const isQuiet = saved.turn !== undefined && pause >= 0 && pause < PAUSE;
	const turn = isQuiet ? (saved.turn as number) : 0;
	const begin = isQuiet ? sourceOfTurn(turn, watch.sources.length) : 0;
	let behind = false;
	for (const index of watch.sources.keys()) {
		source = watch.sources[(begin + index) % watch.sources.length] as Source;
		const position = await readSource(source, positions[source.name], ledger, oldest, run);
		positions[source.name] = position;
		behind ||= isBehind(source, position) || rows.length >= limit;
		// Nothing new where it was this source’s turn: the others wait for theirs.
		if (isQuiet && index === 0 && rows.length === 0 && !behind) break;
	}
	const { at: reachedAt } = reach;
	const isReached = watch.sources.every((each) => nextOf(each, positions) > reachedAt);
	if (isReached && ledger instanceof VersionLedger) ledger.raise(oldest, now);
	else if (ledger instanceof RowLedger) forgetSettled(ledger, watch, positions);
	const state: State = {
		version: 1,
		ledger: '',
		positions,
		...(behind ? { catchUp } : {}),
		...(isReached ? {} : { reach }),
		...(rows.length === 0 && !behind ? { turn: turn + 1 } : {}),
		polled: now,
	};
	return { rows, state: bounded(state, ledger), behind };
}

/** Every other quiet poll reads the first source, which finds most; the others share the rest. */
const sourceOfTurn = (turn: number, sources: number): number =>
	turn % 2 === 0 || sources === 1 ? 0 : 1 + (((turn - 1) / 2) % (sources - 1));

async function firstState(watch: Watch, { now, since }: PollOptions): Promise<State> {
	const positions: Record<string, unknown> = {};
	let start = 0;
	for (const source of watch.sources) {
		const { name, kind } = source;
		if (kind === 'clock') positions[name] = clockFrom(since ?? now, now);
		else if (kind === 'list') positions[name] = since === undefined ? await listNow(source) : '0';
		else {
			const position = await sequenceFrom(source, since);
			start = position.settled;
			positions[name] = position;
		}
	}
	let ledger: Ledger;
	if (watch.once === 'row') {
		const ids = new IdSet(
			Math.max(start, (await watch.newestId?.(since ?? now, since === undefined)) ?? 0),
		);
		for await (const id of watch.known?.() ?? []) ids.add(id);
		ledger = new RowLedger(ids);
	} else {
		const newest = (await watch.newestId?.(now, true)) ?? 0;
		ledger = VersionLedger.from(since ?? now, newest);
	}
	return bounded({ version: 1, ledger: '', positions, polled: now }, ledger);
}

const readLedger = ({ once }: Watch, text: string): Ledger =>
	once === 'row' ? RowLedger.parse(text) : VersionLedger.parse(text);

async function readSource(
	source: Source,
	position: unknown,
	ledger: Ledger,
	oldest: number,
	run: Run,
): Promise<unknown> {
	if (source.kind === 'list') return await readList(source, position as ListPosition, run);
	if (source.kind === 'sequence') {
		return await readSequence(source, position as SequencePosition, run);
	}
	const earliest =
		ledger instanceof VersionLedger
			? Math.max(oldest, ledger.floorOf(source.isLate ? 'late' : 'versions'))
			: 0;
	return await readClock(source, position as ClockPosition, earliest, run);
}

/** Whether a row is older than the memory, so that it counts as handed on. */
const isForgotten = (ledger: Ledger, source: Source, row: Found): boolean =>
	ledger instanceof VersionLedger &&
	ledger.forgot(row) &&
	!(source.kind === 'clock' && source.isLate?.(row, ledger.newestId));

const isBehind = ({ kind }: Source, position: unknown): boolean =>
	(kind === 'clock' && (position as ClockPosition).behind) ||
	(kind === 'sequence' && (position as SequencePosition).above !== undefined);

/** Where a clock goes on. */
const nextOf = (source: Source | undefined, positions: Record<string, unknown>): number =>
	source?.kind === 'clock' ? (positions[source.name] as ClockPosition).next : Infinity;

/** How far back the clocks are read. */
function reachOf(
	{ sources }: Watch,
	positions: Record<string, unknown>,
	{ now, overlap, lookBack }: PollOptions,
): number {
	const next = sources.map((source) => nextOf(source, positions) - overlap);
	return Math.min(now - Math.max(lookBack, overlap), ...next);
}

/** Forgets what a sequence that is the only source does not read again. */
function forgetSettled(
	{ ids }: RowLedger,
	{ sources }: Watch,
	positions: Record<string, unknown>,
): void {
	const [first] = sources;
	if (sources.length === 1 && first?.kind === 'sequence') {
		ids.raise((positions[first.name] as SequencePosition).settled);
	}
}

/** The state with as much of the ledger as it has room for. */
function bounded(state: State, ledger: Ledger): State {
	for (let before = Infinity; ; ) {
		const whole = { ...state, ledger: ledger.toString() };
		const { length } = whole.ledger;
		if (JSON.stringify(whole).length <= STATE_BYTES || length >= before) return whole;
		before = length;
		ledger.shrink(state.polled);
	}
}
