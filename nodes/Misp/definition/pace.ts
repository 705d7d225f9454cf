import { isUndecided, recover, type MispError } from '../client/errors';
import { whyPointless } from './pointless';

/** A request that took less may be twice as large, */
const QUICK_MS = 2500;

/** one that took more should be half as large: proxies wait for half a minute, some for less. */
const SLOW_MS = 8000;

/** What is too much in such a small request is not its size. */
const LEAST = 25;

/** Whether the run must end whatever becomes of the other items. */
export const endsRun = ({ kind }: MispError): boolean => kind === 'cancelled';

/** How many things go in one request: what MISP and the way to it bear is found out on the way. */
export class Pace {
	/**
	 * @param size what to begin with
	 * @param most what not to exceed however quick it is
	 */
	constructor(
		public size: number,
		private readonly most = size,
	) {}

	/** A request with so many succeeded after so long. */
	took(ms: number, count: number): void {
		if (ms > SLOW_MS) this.halve(count);
		else if (ms < QUICK_MS && count >= this.size) this.size = Math.min(this.most, 2 * this.size);
	}

	/** Less from now on. Whether that is worth a try at all. */
	halve(count: number): boolean {
		if (count <= LEAST) return false;
		this.size = Math.ceil(count / 2);
		return true;
	}
}

/**
 * Does something to many things, as many at once as `pace` says, in their order. What is too much
 * for MISP or a proxy in front of it is tried again in smaller pieces, unless it may have been done.
 *
 * @param send answers one result for each thing of a piece
 * @param failed what the results of a piece are that failed for good
 * @throws MispError when the execution was cancelled
 */
export async function inPieces<T, R>(
	all: readonly T[],
	pace: Pace,
	send: (piece: T[]) => Promise<R[]>,
	failed: (piece: T[], error: MispError) => R[] | Promise<R[]>,
): Promise<R[]> {
	const results: R[] = [];
	let inARow: MispError[] = [];
	for (let at = 0; at < all.length; ) {
		const piece = all.slice(at, at + pace.size);
		const sent = async (): Promise<R[]> => {
			const pointless = whyPointless(inARow);
			if (pointless) return await failed(piece, pointless);
			const began = performance.now();
			const done = await send(piece);
			pace.took(performance.now() - began, piece.length);
			inARow = [];
			return done;
		};
		const done = await recover(
			sent(),
			(error) => !endsRun(error),
			async (error) => {
				if (isTooMuch(error) && pace.halve(piece.length)) return undefined;
				inARow.push(error);
				return await failed(piece, error);
			},
		);
		if (done === undefined) continue;
		for (const result of done) results.push(result);
		at += piece.length;
	}
	return results;
}

/**
 * Does something to each of many things, in their order, until every other one would fail as well.
 *
 * @param failed is told of those that failed, or were not tried, for good
 * @throws MispError when the execution was cancelled
 */
export async function oneByOne<T>(
	all: readonly T[],
	work: (one: T) => Promise<void>,
	failed: (one: T, error: MispError) => void | Promise<void>,
): Promise<void> {
	await inPieces(
		all,
		new Pace(1),
		async (piece) => {
			for (const one of piece) await work(one);
			return piece;
		},
		async (piece, error) => {
			for (const one of piece) await failed(one, error);
			return piece;
		},
	);
}

const isTooMuch = (error: MispError): boolean =>
	(error.kind === 'tooLarge' || error.kind === 'timeout') && !isUndecided(error);
