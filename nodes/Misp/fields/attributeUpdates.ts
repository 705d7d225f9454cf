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
	withParams,
	type MispError,
	type RunContext,
} from '../definition';
import { checkValue, isFileType, type AttributeRow } from './attribute';
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

type Context = Pick<RunContext, 'misp' | 'hint'>;

/** From so many in one event on, it is fewer requests to ask where they are first. */
const WORTH_IT = 5;

/** Attributes in the first edit of an event, and at most. */
const FIRST = 500;
const MOST = 1000;

interface Member {
	update: Update;
	uuid: string;
	changes: Record<string, unknown>;
	/** When it was changed last, as MISP says it. */
	timestamp: unknown;
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

/** What an edit of the event may do to an attribute; nothing where it would do something else. */
async function changesTogether(
	row: AttributeRow,
	update: Update,
): Promise<Record<string, unknown> | undefined> {
	// Attributes in objects are reached by way of these, and files are too large to go together.
	if (String(row.object_id ?? 0) !== '0' || isFileType(row.type)) return undefined;
	const changes = await update.changes(row.type);
	const { type, value } = changes;
	// One that is deleted by then would be made anew of these.
	if (type !== undefined && value !== undefined) return undefined;
	checkValue(String(type ?? row.type), String(value ?? row.value));
	return changes;
}

/** What MISP takes for the same attribute of an event. */
const contentOf = (row: AttributeRow, changes: Record<string, unknown>): string => {
	const { type, category, value } = { ...row, ...changes };
	return JSON.stringify([type, category, String(value).trim().toLowerCase()]);
};

/** Those that MISP has, and that go together, by event. */
async function byEvent(misp: Misp, updates: Update[]): Promise<Map<string, Member[]>> {
	const first = firstOfEach(updates);
	const ids = new Set(updates.map(({ attribute }) => attribute));
	const events = new Map<string, { members: Member[]; contents: Set<string> }>();
	for (const some of chunksOf([...first.keys()], MOST)) {
		const stored = await inKnownForm(() => storedOf(misp, some), false);
		for (const uuid of some) {
			const row = stored.get(uuid);
			const update = first.get(uuid) as Update;
			// One that is named by its id, too, is changed in the order of the items.
			if (!row || ids.has(row.id)) continue;
			const changes = await recover(
				changesTogether(row, update),
				({ kind }) => kind === 'input',
				() => undefined,
			);
			if (changes === undefined) continue;
			const { members, contents } = events.get(row.event_id) ?? {
				members: [],
				contents: new Set<string>(),
			};
			// MISP compares with what is stored, not with what else comes.
			const content = contentOf(row, changes);
			if (contents.has(content)) continue;
			contents.add(content);
			members.push({ update, uuid, changes, timestamp: row.timestamp });
			events.set(row.event_id, { members, contents });
		}
	}
	return new Map([...events].map(([event, { members }]) => [event, members]));
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

	/**
	 * `POST /events/edit/{event}` leaves out without a word what it does not take: what was changed
	 * has a new time.
	 */
	async edit(piece: Member[]): Promise<Member[]> {
		const changed = piece.map(({ uuid, changes }) => ({ uuid, ...changes }));
		const target = withParams(path`/events/edit/${this.event}`, { metadata: 1 });
		const edit = async () =>
			await this.misp.post(target, { Attribute: changed }, { expect: 'Event' });
		await inKnownForm(edit, true);
		await recover(
			this.readBack(piece, (row, { timestamp }) => Number(row.timestamp) > Number(timestamp)),
			(error) => !endsRun(error),
			(error) => this.leaveOpen(piece, error),
		);
		return piece;
	}

	/** Looks what was changed after a failure. MISP may be at work on it still after a time-out. */
	async lookFor(piece: Member[], error: MispError): Promise<Member[]> {
		if (!mayBeDone(error)) return piece;
		await recover(
			this.readBack(piece, () => false),
			(failure) => !endsRun(failure),
			() => undefined,
		);
		if (error.kind === 'timeout') this.leaveOpen(piece, error);
		return piece;
	}

	private async readBack(
		piece: Member[],
		isChanged: (row: AttributeRow, member: Member) => boolean,
	): Promise<void> {
		const uuids = piece.map(({ uuid }) => uuid);
		const stored = await inKnownForm(() => storedOf(this.misp, uuids), false);
		for (const member of piece) {
			const row = stored.get(member.uuid);
			if (!row || !(isChanged(row, member) || isAsWanted(row, member.changes))) continue;
			delete row.Event; // which the reply to an edit does not have
			this.written.set(member.update, { row });
		}
	}

	private leaveOpen(piece: Member[], error: MispError): void {
		for (const { update } of piece) {
			if (!this.written.has(update)) this.written.set(update, { error: asUndecided(error) });
		}
	}
}

/** @returns the outcomes of those that are known; the others go alone */
async function updateTogether(
	{ misp, hint }: Context,
	updates: Update[],
): Promise<Map<Update, Written>> {
	const outcomes = new Map<Update, Written>();
	for (const [event, members] of await byEvent(misp, updates)) {
		if (members.length < WORTH_IT) continue;
		const together = new Together(misp, event);
		const pace = new Pace(FIRST, MOST);
		let isEdited = false;
		await inPieces(
			members,
			pace,
			async (piece) => {
				const done = await together.edit(piece);
				isEdited = true;
				return done;
			},
			async (piece, error) => {
				if (error.kind === 'timeout') pace.halve(piece.length);
				return await together.lookFor(piece, error);
			},
		);
		for (const [update, one] of together.written) outcomes.set(update, one);
		if (isEdited && together.written.size === 0) {
			hint(`MISP took none of the changes in event ${event}, and unpublished it all the same.`);
		}
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

/** Whether it is worth asking where they are, and an edit of their event does nothing else. */
function mayGoTogether({ connection }: Misp, updates: Update[]): boolean {
	// An edit by a user who synchronises for others may take off tags that it does not name.
	if (connection.access === 'administer') return false;
	return firstOfEach(updates).size >= WORTH_IT;
}

/**
 * Changes attributes. Many of an event that are named by UUID go together:
 * `POST /attributes/restSearch` tells where they are, `POST /events/edit/{event}` changes them, and
 * the first tells what became of it. Those that MISP left out, and all others, go one by one.
 *
 * @returns one outcome for each update, in order; a bad one fails alone
 */
export async function updateAttributes(context: Context, updates: Update[]): Promise<Written[]> {
	const { misp } = context;
	const outcomes = new Map<Update, Written>();
	if (mayGoTogether(misp, updates)) {
		const together = await recover(
			updateTogether(context, updates),
			(error) => !endsRun(error),
			() => new Map<Update, Written>(),
		);
		for (const [update, one] of together) outcomes.set(update, one);
	}
	await oneByOne(
		updates.filter((update) => !outcomes.has(update)),
		async (update) => {
			outcomes.set(update, await inKnownForm(() => updateAlone(misp, update), true));
		},
		(update, error) => void outcomes.set(update, { error }),
	);
	return updates.map((update) => outcomes.get(update) as Written);
}
