import type { Misp } from '../client/client';
import { asUndecided, mayBeDone } from '../client/errors';
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
	whyPointless,
	withParams,
	type MispError,
} from '../definition';
import type { AttributeRow } from './attribute';
import { storedOf, type Written } from './attributeWrites';

/** An attribute that is to be changed. */
export interface Update {
	/** Its id or UUID. */
	attribute: string;
	/**
	 * What is to be changed, by MISP's names.
	 *
	 * @throws MispError of kind `input` for what cannot be
	 */
	changes(): Promise<Record<string, unknown>>;
	/** Whether its type, category or value changes, which MISP compares with what is stored. */
	asAnother: boolean;
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

/** The first update of each attribute that is named by UUID. What else is to become of it follows. */
function firstOfEach(updates: Update[]): Map<string, Update> {
	const first = new Map<string, Update>();
	for (const update of updates) {
		const uuid = isUuid(update.attribute) ? asStored(update.attribute) : undefined;
		if (uuid !== undefined && !first.has(uuid)) first.set(uuid, update);
	}
	return first;
}

/** Those that MISP has, and that an edit of their event changes just as well, by event. */
async function byEvent(
	misp: Misp,
	updates: Update[],
	first: Map<string, Update>,
): Promise<Map<string, Member[]>> {
	const members = new Map<string, Member>();
	const ids = new Set(updates.map(({ attribute }) => attribute));
	for (const [uuid, update] of first) {
		// Of two that become the same one in a batch, MISP would refuse none.
		if (update.asAnother) continue;
		members.set(uuid, { update, uuid, changes: await update.changes() });
	}
	const events = new Map<string, Member[]>();
	if (members.size < WORTH_IT) return events;
	for (const some of chunksOf([...members.keys()], MOST)) {
		for (const [uuid, row] of await inKnownForm(() => storedOf(misp, some), false)) {
			const member = members.get(uuid);
			// One that is named by its id, too, is changed in the order of the items; those in objects
			// are reached by way of these.
			if (!member || ids.has(row.id) || String(row.object_id ?? 0) !== '0') continue;
			const known = events.get(row.event_id);
			if (known) known.push(member);
			else events.set(row.event_id, [member]);
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

/** Changes attributes of the same event at once, and finds out what became of each. */
class Together {
	/** Those whose outcome is known; the others go alone. */
	readonly written = new Map<Update, Written>();

	constructor(
		private readonly misp: Misp,
		private readonly event: string,
	) {}

	/** `POST /events/edit/{event}` leaves out without a word what it does not take. */
	async edit(piece: Member[]): Promise<Member[]> {
		const changed = piece.map(({ uuid, changes }) => ({ uuid, ...changes }));
		const target = withParams(path`/events/edit/${this.event}`, { metadata: 1 });
		const edit = async () =>
			await this.misp.post(target, { Attribute: changed }, { expect: 'Event' });
		await inKnownForm(edit, true);
		await this.readBack(piece);
		return piece;
	}

	/** Looks what was changed after a failure. After a time-out, MISP may be at work on it still. */
	async lookFor(piece: Member[], error: MispError): Promise<Member[]> {
		if (!mayBeDone(error)) return piece;
		await this.readBack(piece);
		if (error.kind !== 'timeout') return piece;
		for (const { update } of piece) {
			if (!this.written.has(update)) this.written.set(update, { error: asUndecided(error) });
		}
		return piece;
	}

	/** Where that fails, each is sent alone: to change it once more does no harm. */
	private async readBack(piece: Member[]): Promise<void> {
		const uuids = piece.map(({ uuid }) => uuid);
		const stored = await recover(
			inKnownForm(() => storedOf(this.misp, uuids), false),
			(error) => !endsRun(error),
			() => new Map<string, AttributeRow>(),
		);
		for (const { update, uuid, changes } of piece) {
			const row = stored.get(uuid);
			if (!row || !isAsWanted(row, changes)) continue;
			delete row.Event; // which the reply to an edit does not have
			this.written.set(update, { row });
		}
	}
}

/** @returns the outcomes of those that are known; the others go alone */
async function updateTogether(
	misp: Misp,
	updates: Update[],
	first: Map<string, Update>,
): Promise<Map<Update, Written>> {
	const outcomes = new Map<Update, Written>();
	let inARow: Error[] = [];
	for (const [event, members] of await byEvent(misp, updates, first)) {
		if (members.length < WORTH_IT) continue;
		if (whyPointless(inARow)) break;
		const together = new Together(misp, event);
		const pace = new Pace(FIRST, MOST);
		await inPieces(
			members,
			pace,
			async (piece) => {
				const done = await together.edit(piece);
				inARow = [];
				return done;
			},
			async (piece, error) => {
				inARow.push(error);
				if (error.kind === 'timeout') pace.halve(piece.length);
				return await together.lookFor(piece, error);
			},
		);
		for (const [update, one] of together.written) outcomes.set(update, one);
	}
	return outcomes;
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
 * Whether an edit of an event does nothing else. One by a user who synchronises for others may take
 * off tags that it does not name; only a key with more rights than Contribute can be such a user's.
 */
const mayGoTogether = ({ connection }: Misp): boolean =>
	connection.access !== 'administer' && connection.acceptsBroaderKey !== true;

/** Of an attribute whose first update is not decided, the others are not tried: it may come after them. */
function leaveOpen(
	updates: Update[],
	first: Map<string, Update>,
	outcomes: Map<Update, Written>,
): void {
	for (const update of updates) {
		const before = outcomes.get(first.get(asStored(update.attribute)) ?? update);
		if (before && 'error' in before && !outcomes.has(update)) outcomes.set(update, before);
	}
}

/**
 * Changes attributes. Many of an event that are named by UUID go together, unless their type,
 * category or value changes: `POST /attributes/restSearch` tells where they are,
 * `POST /events/edit/{event}` changes them, and the first tells what became of it. Those that MISP
 * left out, and all others, go one by one.
 *
 * @returns one outcome for each update, in order; a bad one fails alone
 */
export async function updateAttributes(misp: Misp, updates: Update[]): Promise<Written[]> {
	const first = firstOfEach(updates);
	const outcomes = mayGoTogether(misp)
		? await recover(
				updateTogether(misp, updates, first),
				(error) => !endsRun(error),
				() => new Map<Update, Written>(),
			)
		: new Map<Update, Written>();
	leaveOpen(updates, first, outcomes);
	await oneByOne(
		updates.filter((update) => !outcomes.has(update)),
		async (update) => {
			outcomes.set(update, await inKnownForm(() => updateAlone(misp, update), true));
		},
		(update, error) => void outcomes.set(update, { error }),
	);
	return updates.map((update) => outcomes.get(update) as Written);
}
