import { inKnownForm } from '../client/knownForm';
import type { Fields, InputOf } from './field';
import type { Outcome, RunContext } from './operation';
import { inPieces, Pace } from './pace';
import { whyPointless } from './pointless';

/** Pieces of at most `size`, in order. */
export function chunksOf<T>(all: T[], size: number): T[][] {
	const chunks: T[][] = [];
	for (let start = 0; start < all.length; start += size)
		chunks.push(all.slice(start, start + size));
	return chunks;
}

/**
 * Runs inputs that go together in one piece of work, one group after the other, until every other
 * one would fail as well.
 *
 * @param keyOf tells the group of an input
 * @param run gives the outcomes of a group's members, in their order
 * @returns the outcomes of all, in the order of the inputs
 */
export async function inGroups<Input, Key>(
	inputs: Input[],
	keyOf: (input: Input, index: number) => Key,
	run: (members: [Input, ...Input[]], key: Key) => Promise<Outcome[]>,
): Promise<Outcome[]> {
	const groups = new Map<Key, number[]>();
	for (const [index, input] of inputs.entries()) {
		const key = keyOf(input, index);
		const indexes = groups.get(key);
		if (indexes) indexes.push(index);
		else groups.set(key, [index]);
	}
	const outcomes: Outcome[] = [];
	let inARow: Error[] = [];
	for (const [key, indexes] of groups) {
		const members = indexes.map((index) => inputs[index]) as [Input, ...Input[]];
		const error = whyPointless(inARow);
		const answers = error ? members.map(() => ({ error })) : await run(members, key);
		for (const [at, index] of indexes.entries()) outcomes[index] = answers[at] as Outcome;
		const errors = answers.flatMap((answer) => ('error' in answer ? [answer.error] : []));
		// A group that fails is one failure, however many it has.
		inARow = errors.length < answers.length ? [] : [...inARow, ...errors.slice(-1)];
	}
	return outcomes;
}

interface Lookup<F extends Fields, Answer> {
	/** How many keys MISP takes in one request. */
	size: number;
	/** What an item asks for. */
	keys(input: InputOf<F>): string[];
	/** Asks for some keys at once. A key that is not in the answer was not found. */
	find(context: RunContext, keys: string[]): Promise<Record<string, Answer>>;
	/** The row for one key of one item. @param position among the keys of the item */
	row(key: string, answer: Answer | undefined, input: InputOf<F>, position: number): unknown;
}

/**
 * A `runMany` for look-ups: each distinct key is asked for once, many in one request, and every
 * item gets a row for each of its keys. A request that fails takes only the items with it that
 * needed it.
 */
export function lookup<F extends Fields, Answer>({ size, keys, find, row }: Lookup<F, Answer>) {
	return async (context: RunContext, inputs: Array<InputOf<F>>): Promise<Outcome[]> => {
		const answers = new Map<string, Answer>();
		const failures = new Map<string, Error>();
		await inPieces(
			[...new Set(inputs.flatMap(keys))],
			new Pace(size),
			async (piece) => {
				const found = await inKnownForm(() => find(context, piece), false);
				for (const [key, answer] of Object.entries(found)) answers.set(key, answer);
				return piece;
			},
			(piece, error) => {
				for (const key of piece) failures.set(key, error);
				return piece;
			},
		);
		return inputs.map((input) => {
			const wanted = keys(input);
			const error = wanted.map((key) => failures.get(key)).find((failure) => failure !== undefined);
			return error
				? { error }
				: { rows: wanted.map((key, at) => row(key, answers.get(key), input, at)) };
		});
	};
}
