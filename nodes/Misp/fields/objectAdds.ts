import { isUndecided } from '../client/errors';
import { inKnownForm } from '../client/knownForm';
import type { Misp } from '../client/client';
import {
	endsRun,
	inPieces,
	MispError,
	oneByOne,
	Pace,
	path,
	recover,
	withParams,
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
	/** Whether it must go alone: an edit of the event would change what has its UUIDs already. */
	alone: boolean;
}

export type ObjectWritten = { row: ObjectRow } | { error: Error };

/** From so many in one event on, an edit of the event is worth asking first how large that is. */
const WORTH_IT = 5;

/** MISP answers an edit with the whole event, which takes its time: 10,000 attributes about 1 s. */
const LARGE_EVENT = 20_000;

/** Objects in the first edit of an event, and at most. */
const FIRST = 100;
const MOST = 300;

/** An object as a part of its event. */
const partOf = ({ template, body, uuid, attributes }: NewObject): Record<string, unknown> => ({
	name: template.name,
	'meta-category': template.metaCategory,
	description: template.description,
	template_uuid: template.uuid,
	template_version: template.version,
	...body,
	uuid,
	Attribute: attributes,
});

/** An object of an event without what the reply to an addition does not have. */
function bare(row: ObjectRow): ObjectRow {
	delete row.ObjectReference;
	for (const attribute of row.Attribute ?? []) {
		delete attribute.Galaxy;
		delete attribute.ShadowAttribute;
	}
	return row;
}

/** `POST /objects/delete/{object}`, for good. @returns whether that was possible */
const takenBack = async (misp: Misp, { id }: ObjectRow): Promise<boolean> =>
	await recover(
		misp.post(path`/objects/delete/${id}/1`).then(() => true),
		(error) => !endsRun(error),
		() => false,
	);

/**
 * Adds objects with `POST /events/edit/{event}`, which answers with the event as it is stored: MISP
 * leaves out without a word what it does not take. An object without some of its attributes is
 * taken back, so that it is refused in MISP's words when it goes alone.
 *
 * @returns what is known of each: stored, or perhaps stored; those that are not go alone
 */
async function addTogether(
	misp: Misp,
	event: string,
	objects: NewObject[],
): Promise<Map<NewObject, ObjectRow | 'perhaps'>> {
	const known = new Map<NewObject, ObjectRow | 'perhaps'>();
	const settle = async (piece: NewObject[], { Object: stored = [] }: EventRow) => {
		const byUuid = new Map(stored.map((row) => [row.uuid.toLowerCase(), row as ObjectRow]));
		for (const object of piece) {
			const row = byUuid.get(object.uuid);
			if (!row) continue;
			const isWhole = lostAttributes(object.attributes, row.Attribute ?? []).length === 0;
			if (isWhole || !(await takenBack(misp, row))) known.set(object, bare(row));
			else known.delete(object);
		}
		return piece;
	};
	await inPieces(
		objects,
		new Pace(FIRST, MOST),
		async (piece) => {
			const body = { Object: piece.map(partOf) };
			const edit = async () =>
				await misp.post<EventRow>(path`/events/edit/${event}`, body, { unwrap: 'Event' });
			return await settle(piece, await inKnownForm(edit, true));
		},
		async (piece, error) => {
			if (!isUndecided(error)) return piece;
			for (const object of piece) known.set(object, 'perhaps');
			const view = async () =>
				await misp.get<EventRow>(path`/events/view/${event}`, { unwrap: 'Event' });
			return await recover(
				inKnownForm(view, false).then(async (stored) => await settle(piece, stored)),
				(failure) => !endsRun(failure),
				() => piece,
			);
		},
	);
	return known;
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

/** Whether an edit of the event is worth it, and quick. `POST /events/index` */
const isSmall = async (misp: Misp, event: string): Promise<boolean> =>
	await recover(
		inKnownForm(() => fetchEventHeader(misp, event), false).then(
			({ attribute_count: count }) => Number(count) <= LARGE_EVENT,
		),
		(error) => !endsRun(error),
		() => false,
	);

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
	const mayGoTogether = objects.filter(({ alone }) => !alone);
	if (mayGoTogether.length >= WORTH_IT && (await isSmall(misp, event))) {
		for (const [object, known] of await addTogether(misp, event, mayGoTogether)) {
			if (known === 'perhaps') perhaps.add(object);
			else outcomes.set(object, { row: known });
		}
	}
	const failed = async (object: NewObject, error: MispError): Promise<ObjectWritten> => {
		if (!perhaps.has(object)) return { error };
		// Under the same UUID MISP adds none twice.
		return await recover(
			inKnownForm(() => fetchObject(misp, object.uuid), false).then((row) => ({ row })),
			(failure) => !endsRun(failure),
			() => ({ error }),
		);
	};
	await oneByOne(
		objects.filter((object) => !outcomes.has(object)),
		async (object) => {
			outcomes.set(object, await inKnownForm(() => addAlone(misp, event, object), true));
		},
		async (object, error) => void outcomes.set(object, await failed(object, error)),
	);
	return objects.map((object) => outcomes.get(object) as ObjectWritten);
}
