import { createHash } from 'node:crypto';

import { MispError } from '../client/errors';
import { IdSet } from './idSet';
import type { Found } from './ledger';
import type { Run } from './run';

/** A list that is short enough to be read in every poll, and tells by itself what is new in it. */
export interface ListSource {
	kind: 'list';
	/** In the state. */
	name: string;
	/** All rows. A row counts as new when its id is new, or its `state` another one. */
	read(): AsyncIterable<ListRow>;
}

export interface ListRow extends Found {
	/** All that is to be noticed when it changes. */
	state?: string;
}

/** What was in the list, as an `IdSet`. */
export type ListPosition = string;

/** Characters that the state has room for: 5,000 rows with a state, and more of those without. */
const ROOM = 50_000;

/** A number of 48 bits for an id in a state. */
const markOf = ({ id, state }: ListRow): number =>
	state === undefined
		? id
		: createHash('sha256').update(`${id}\n${state}`).digest().readUIntBE(0, 6);

/** What is in the list now. */
export async function listNow(source: ListSource): Promise<ListPosition> {
	const known = new IdSet();
	for await (const row of source.read()) known.add(markOf(row));
	return written(known, source);
}

/** Hands on what is new in the list. What left it is new when it comes back. */
export async function readList(
	source: ListSource,
	position: ListPosition,
	run: Run,
): Promise<ListPosition> {
	const before = IdSet.parse(position);
	const known = new IdSet();
	for await (const row of source.read()) {
		const mark = markOf(row);
		if (before.has(mark) || run.offer(row)) known.add(mark);
	}
	return written(known, source);
}

function written(known: IdSet, { name }: ListSource): ListPosition {
	const text = known.toString();
	if (text.length > ROOM) {
		throw new MispError('tooLarge', `There are too many ${name} to watch them all.`, {
			hint: 'Narrow what is watched with a filter.',
		});
	}
	return text;
}
