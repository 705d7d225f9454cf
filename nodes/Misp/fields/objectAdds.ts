import { asUndecided, mayBeDone } from '../client/errors';
import { inKnownForm } from '../client/knownForm';
import type { Misp } from '../client/client';
import {
	endsRun,
	inPieces,
	isTrue,
	oneByOne,
	Pace,
	path,
	recover,
	withParams,
	type MispError,
} from '../definition';
import { fetchEventHeader, type EventRow } from './event';
import { fetchObject, type ObjectRow } from './object';
import { lostAttributes, type ObjectAttribute } from './objectAttributes';
import type { Template } from './objectTemplate';

/** An object on its way to MISP. */
export interface NewObject {
	template: Template;
	/** Its own fields by MISP's names. */
	body: Record<string, unknown>;
	/** Made here where none is given, so that it is known after a break. */
	uuid: string;
	attributes: ObjectAttribute[];
	/** Whether MISP is to refuse it when the event has an object with the same attributes. */
	refuseDuplicate: boolean;
	/** Whether an edit of the event would do something else than adding it. */
	alone: boolean;
}

export type ObjectWritten = { row: ObjectRow } | { error: Error };

/** From so many in one event on, an edit of the event is worth asking first how large that is. */
const WORTH_IT = 5;

/** MISP answers an edit with the whole event: 5,000 attributes take it about half a second. */
const LARGE_EVENT = 5000;

/** Objects in the first edit of an event, and at most. */
const FIRST = 100;
const MOST = 300;

/** An object as a part of its event. Added by itself, MISP hands its times on to its attributes. */
function partOf({ template, body, uuid, attributes }: NewObject): Record<string, unknown> {
	const { first_seen, last_seen } = body;
	const times = {
		...(first_seen === undefined ? {} : { first_seen }),
		...(last_seen === undefined ? {} : { last_seen }),
	};
	return {
		name: template.name,
		'meta-category': template.metaCategory,
		description: template.description,
		template_uuid: template.uuid,
		template_version: template.version,
		...body,
		uuid,
		Attribute: attributes.map((attribute) => ({ ...times, ...attribute })),
	};
}

/** An object of an event without what the reply to an addition does not have. */
function bare(row: ObjectRow): ObjectRow {
	delete row.ObjectReference;
	for (const attribute of row.Attribute ?? []) {
		delete attribute.Galaxy;
		delete attribute.ShadowAttribute;
	}
	return row;
}

const isWhole = ({ attributes }: NewObject, { Attribute = [] }: ObjectRow): boolean =>
	lostAttributes(attributes, Attribute).length === 0;

/** Whether MISP has no object with this id. `GET /objects/view/{object}` */
const isGone = async (misp: Misp, id: string): Promise<boolean> =>
	await recover(
		fetchObject(misp, id).then(({ deleted }) => isTrue(deleted)),
		(error) => !endsRun(error),
		({ kind }) => kind === 'notFound',
	);

/** `POST /objects/delete/{object}`, for good. @returns whether it is gone */
const takenBack = async (misp: Misp, { id }: ObjectRow): Promise<boolean> =>
	await recover(
		misp.post(path`/objects/delete/${id}/1`).then(() => true),
		(error) => !endsRun(error),
		async (error) => mayBeDone(error) && (await isGone(misp, id)),
	);

/** What is known of an object after an edit of its event; nothing of one that is not there. */
type Known = ObjectWritten | 'perhaps';

/** Adds objects to their event at once, and finds out what became of each. */
class Together {
	readonly known = new Map<NewObject, Known>();

	constructor(
		private readonly misp: Misp,
		private readonly event: string,
	) {}

	/**
	 * `POST /events/edit/{event}` answers with the event as it is stored: MISP leaves out without a
	 * word what it does not take. An object without some of its attributes is taken back, so that it
	 * is refused in MISP's words when it goes alone.
	 */
	async add(piece: NewObject[]): Promise<NewObject[]> {
		const body = { Object: piece.map(partOf) };
		const edit = async () =>
			await this.misp.post<EventRow>(path`/events/edit/${this.event}`, body, { unwrap: 'Event' });
		await this.settle(await inKnownForm(async () => foundIn(piece, await edit()), true));
		return piece;
	}

	private async settle(stored: Array<[NewObject, ObjectRow]>): Promise<void> {
		for (const [object, row] of stored) {
			if (isWhole(object, row) || !(await takenBack(this.misp, row))) {
				this.known.set(object, { row: bare(row) });
			} else this.known.delete(object);
		}
	}

	/**
	 * Looks in the event after a failure. Unless it failed by itself, MISP may be at work on it still,
	 * so that nothing is taken back, and what is not whole by now is left to a person.
	 */
	async lookFor(piece: NewObject[], error: MispError): Promise<NewObject[]> {
		if (!mayBeDone(error)) return piece;
		for (const object of piece) this.known.set(object, 'perhaps');
		const view = async () =>
			await this.misp.get<EventRow>(path`/events/view/${this.event}`, { unwrap: 'Event' });
		const stored = await recover(
			inKnownForm(async () => foundIn(piece, await view()), false),
			(failure) => !endsRun(failure),
			() => [],
		);
		if (error.kind === 'server') {
			await this.settle(stored);
			return piece;
		}
		for (const [object, row] of stored) {
			this.known.set(
				object,
				isWhole(object, row) ? { row: bare(row) } : { error: asUndecided(error) },
			);
		}
		return piece;
	}
}

/** Those of some objects that an event has. */
function foundIn(
	objects: NewObject[],
	{ Object: stored = [] }: EventRow,
): Array<[NewObject, ObjectRow]> {
	const byUuid = new Map(stored.map((row) => [row.uuid.toLowerCase(), row as ObjectRow]));
	return objects.flatMap((object): Array<[NewObject, ObjectRow]> => {
		const row = byUuid.get(object.uuid.toLowerCase());
		return row ? [[object, row]] : [];
	});
}

async function addTogether(
	misp: Misp,
	event: string,
	objects: NewObject[],
): Promise<Map<NewObject, Known>> {
	const together = new Together(misp, event);
	const pace = new Pace(FIRST, MOST);
	await inPieces(
		objects,
		pace,
		async (piece) => await together.add(piece),
		async (piece, error) => {
			if (error.kind === 'timeout') pace.halve(piece.length);
			return await together.lookFor(piece, error);
		},
	);
	return together.known;
}

/** `POST /objects/add/{event}/{template}` */
async function addAlone(
	misp: Misp,
	event: string,
	{ template, body, uuid, attributes, refuseDuplicate }: NewObject,
): Promise<ObjectWritten> {
	const reply = await misp.post<{ Object: ObjectRow }>(
		withParams(path`/objects/add/${event}/${template.id}`, { breakOnDuplicate: refuseDuplicate }),
		{ Object: { ...body, uuid }, Attribute: attributes },
		{ expect: 'Object' },
	);
	return { row: reply.Object };
}

/**
 * What became of an object that may have come with an edit of the event: under the same UUID MISP
 * adds none twice, and refuses it when it is sent again.
 *
 * @param error by which it was refused
 */
async function found(misp: Misp, object: NewObject, error: MispError): Promise<ObjectWritten> {
	const stored = await recover(
		inKnownForm(() => fetchObject(misp, object.uuid), false),
		({ kind }) => kind === 'notFound',
		() => undefined,
	);
	if (stored === undefined) return { error };
	return isWhole(object, stored) ? { row: bare(stored) } : { error: asUndecided(error) };
}

/** Whether an edit of the event is worth it, and quick. `POST /events/index` */
const isSmall = async (misp: Misp, event: string): Promise<boolean> =>
	await recover(
		inKnownForm(() => fetchEventHeader(misp, event), false).then(
			({ attribute_count: count }) => Number(count) <= LARGE_EVENT,
		),
		(error) => !endsRun(error),
		() => false,
	);

/** Those that go together: none where it matters which of them comes first. */
function together(objects: NewObject[]): NewObject[] {
	if (objects.some(({ refuseDuplicate }) => refuseDuplicate)) return [];
	return objects.filter(({ alone }) => !alone);
}

/**
 * Adds objects to one event, many at once where that is possible, and all others one by one.
 *
 * @returns one outcome for each object, in order; a bad one fails alone
 */
export async function addObjects(
	misp: Misp,
	event: string,
	objects: NewObject[],
): Promise<ObjectWritten[]> {
	const outcomes = new Map<NewObject, ObjectWritten>();
	const perhaps = new Set<NewObject>();
	const some = together(objects);
	if (some.length >= WORTH_IT && (await isSmall(misp, event))) {
		for (const [object, known] of await addTogether(misp, event, some)) {
			if (known === 'perhaps') perhaps.add(object);
			else outcomes.set(object, known);
		}
	}
	await oneByOne(
		objects.filter((object) => !outcomes.has(object)),
		async (object) => {
			outcomes.set(object, await inKnownForm(() => addAlone(misp, event, object), true));
		},
		(object, error) => void outcomes.set(object, { error }),
	);
	const refused = [...perhaps].flatMap((object): Array<[NewObject, MispError]> => {
		const one = outcomes.get(object);
		return one && 'error' in one ? [[object, one.error as MispError]] : [];
	});
	await oneByOne(
		refused,
		async ([object, error]) => void outcomes.set(object, await found(misp, object, error)),
		([object, error]) => void outcomes.set(object, { error: asUndecided(error) }),
	);
	return objects.map((object) => outcomes.get(object) as ObjectWritten);
}
