import type { Misp } from '../client/client';
import { inKnownForm } from '../client/knownForm';
import {
	asStored,
	chunksOf,
	endsRun,
	inPieces,
	isTrue,
	isUuid,
	oneByOne,
	Pace,
	path,
	recover,
	withParams,
} from '../definition';
import { isFileType, type AttributeRow } from './attribute';
import { storedOf, type Written } from './attributeWrites';

/** An attribute that is to be changed. */
export interface Update {
	/** Its id or UUID. */
	attribute: string;
	/**
	 * What is to be changed, by MISP's names.
	 *
	 * @param type that the attribute has, where it is known
	 * @throws MispError of kind `input` for what cannot be
	 */
	changes(type?: string): Promise<Record<string, unknown>>;
}

/** From so many in one event on, it is fewer requests to ask where they are first. */
const WORTH_IT = 5;

/** Attributes in the first edit of an event, and at most. */
const FIRST = 500;
const MOST = 1000;

interface Member {
	update: Update;
	uuid: string;
	changes: Record<string, unknown>;
}

/** Those that MISP has, and that an edit of their event reaches, by event. */
async function byEvent(misp: Misp, updates: Map<string, Update>): Promise<Map<string, Member[]>> {
	const events = new Map<string, Member[]>();
	for (const some of chunksOf([...updates.keys()], MOST)) {
		const stored = await inKnownForm(() => storedOf(misp, some), false);
		for (const uuid of some) {
			const row = stored.get(uuid);
			const update = updates.get(uuid) as Update;
			// Attributes in objects are reached by way of these, and files are too large to go together.
			if (!row || String(row.object_id ?? 0) !== '0' || isFileType(row.type)) continue;
			const changes = await recover(
				update.changes(row.type),
				({ kind }) => kind === 'input',
				() => undefined,
			);
			if (changes === undefined) continue;
			const members = events.get(row.event_id) ?? [];
			members.push({ update, uuid, changes });
			events.set(row.event_id, members);
		}
	}
	return events;
}

/** Whether a stored attribute is what it was to become, as far as it can be told here. */
const isAsWanted = (row: AttributeRow, changes: Record<string, unknown>): boolean =>
	Object.entries(changes).every(([name, wanted]) => {
		const stored = row[name];
		if (typeof wanted === 'boolean') return isTrue(stored) === wanted;
		if (name.endsWith('_seen')) return Date.parse(String(stored)) === Date.parse(String(wanted));
		return String(stored) === String(wanted);
	});

/**
 * Changes attributes of the same event with one `POST /events/edit/{event}`. MISP leaves those that
 * it does not change out without a word, so that they are read again.
 *
 * @returns those that are now as they were to become
 */
async function updateTogether(misp: Misp, updates: Update[]): Promise<Map<Update, AttributeRow>> {
	const done = new Map<Update, AttributeRow>();
	const first = new Map<string, Update>();
	for (const update of updates) {
		const uuid = isUuid(update.attribute) ? asStored(update.attribute) : undefined;
		// What else is to become of the same one comes afterwards.
		if (uuid !== undefined && !first.has(uuid)) first.set(uuid, update);
	}
	if (first.size < WORTH_IT) return done;
	const readBack = async (piece: Member[]) => {
		const uuids = piece.map(({ uuid }) => uuid);
		const stored = await inKnownForm(() => storedOf(misp, uuids), false);
		for (const { update, uuid, changes } of piece) {
			const row = stored.get(uuid);
			if (!row || !isAsWanted(row, changes)) continue;
			delete row.Event; // which the reply to an edit does not have
			done.set(update, row);
		}
		return piece;
	};
	for (const [event, members] of await byEvent(misp, first)) {
		if (members.length < WORTH_IT) continue;
		const target = withParams(path`/events/edit/${event}`, { metadata: 1 });
		await inPieces(
			members,
			new Pace(FIRST, MOST),
			async (piece) => {
				const changed = piece.map(({ uuid, changes }) => ({ uuid, ...changes }));
				const edit = async () =>
					await misp.post(target, { Attribute: changed }, { expect: 'Event' });
				await inKnownForm(edit, true);
				return await readBack(piece);
			},
			// Some may have been changed. Why the others were not, MISP says when each goes alone.
			async (piece) =>
				await recover(
					readBack(piece),
					(failure) => !endsRun(failure),
					() => piece,
				),
		);
	}
	return done;
}

/** `POST /attributes/edit/{attribute}` */
async function updateAlone(misp: Misp, { attribute, changes }: Update): Promise<Written> {
	const reply = await misp.post<{ Attribute: AttributeRow }>(
		path`/attributes/edit/${attribute}`,
		await changes(),
		{ expect: 'Attribute' },
	);
	return { row: reply.Attribute };
}

/**
 * Changes attributes. Many of an event that are named by UUID go together:
 * `POST /attributes/restSearch` tells where they are, `POST /events/edit/{event}` changes them, and
 * the first tells what became of it. Those that are not as they were to become after that, and all
 * others, go one by one.
 *
 * @returns one outcome for each update, in order; a bad one fails alone
 */
export async function updateAttributes(misp: Misp, updates: Update[]): Promise<Written[]> {
	const together = await recover(
		updateTogether(misp, updates),
		(error) => !endsRun(error),
		() => new Map<Update, AttributeRow>(),
	);
	const outcomes = new Map<Update, Written>();
	for (const [update, row] of together) outcomes.set(update, { row });
	await oneByOne(
		updates.filter((update) => !outcomes.has(update)),
		async (update) => {
			outcomes.set(update, await inKnownForm(() => updateAlone(misp, update), true));
		},
		(update, error) => void outcomes.set(update, { error }),
	);
	return updates.map((update) => outcomes.get(update) as Written);
}
