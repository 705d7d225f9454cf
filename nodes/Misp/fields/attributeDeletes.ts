import type { Misp } from '../client/client';
import type { MispErrorKind } from '../client/errors';
import { search } from '../client/paging';
import {
	chunksOf,
	endsRun,
	inPieces,
	isUuid,
	MispError,
	oneByOne,
	Pace,
	path,
	recover,
} from '../definition';

/** What became of an attribute that was to be deleted; `gone` is one that this key does not see. */
export type Deletion = 'deleted' | 'gone' | MispError;

const AT_ONCE = 1000;

/** From so many on, it is fewer requests to ask where they are first. */
const WORTH_IT = 3;

/** MISP has refused some, of which it says the reason when they are asked for alone. */
const REFUSED: MispErrorKind[] = ['validation', 'notFound'];

interface Found {
	uuid: string;
	id: string;
	event: string;
}

/** Those that are not deleted, by their UUIDs. `POST /attributes/restSearch`, which takes no ids. */
async function find(misp: Misp, uuids: string[]): Promise<Map<string, Found>> {
	const found = new Map<string, Found>();
	const asked = new Set(uuids);
	for (const some of chunksOf(uuids, AT_ONCE)) {
		for await (const row of search(misp, 'attributes', { uuid: some })) {
			const uuid = String(row.uuid).toLowerCase();
			// The UUID of an event finds all of its attributes.
			if (asked.has(uuid))
				found.set(uuid, { uuid, id: String(row.id), event: String(row.event_id) });
		}
	}
	return found;
}

/** All of them by event. Those that are missing in what comes back were refused. */
async function deleteTogether(misp: Misp, uuids: string[]): Promise<Map<string, Deletion>> {
	const done = new Map<string, Deletion>();
	const events = new Map<string, Found[]>();
	const found = await find(misp, uuids);
	for (const uuid of uuids) {
		const row = found.get(uuid);
		if (row) events.set(row.event, [...(events.get(row.event) ?? []), row]);
		else done.set(uuid, 'gone');
	}
	for (const [event, rows] of events) {
		await inPieces(
			rows,
			new Pace(AT_ONCE),
			async (piece) => {
				const ids = piece.map(({ id }) => id);
				await misp.post(path`/attributes/deleteSelected/${event}`, { id: ids });
				for (const { uuid } of piece) done.set(uuid, 'deleted');
				return piece;
			},
			async (piece, error) => {
				const sent = piece.map(({ uuid }) => uuid);
				// "3 attributes deleted, but 2 could not be": MISP does not say which.
				const left = await recover(
					find(misp, sent),
					(failure) => !endsRun(failure),
					() => undefined,
				);
				for (const uuid of sent) {
					if (left && !left.has(uuid)) done.set(uuid, 'deleted');
					else if (!REFUSED.includes(error.kind)) done.set(uuid, error);
				}
				return piece;
			},
		);
	}
	return done;
}

/** `POST /attributes/delete/{attribute}` */
async function deleteAlone(misp: Misp, attribute: string, hard: boolean): Promise<Deletion> {
	const target = hard
		? path`/attributes/delete/${attribute}/1`
		: path`/attributes/delete/${attribute}`;
	return await recover(
		misp.post(target).then((): Deletion => 'deleted'),
		// Where the key may not delete it, MISP answers 403.
		({ status, message }) => status === 404 && /^Invalid attribute/i.test(message),
		() => 'gone',
	);
}

/**
 * Deletes attributes, each of which is named by its id or UUID. Many that are named by UUID and
 * only marked as deleted go together: `POST /attributes/restSearch` tells where they are, then
 * `POST /attributes/deleteSelected/{event}` deletes those of an event. All others go one by one,
 * since MISP deletes nothing for good together that was published once.
 *
 * @returns what became of each, by the texts that name them
 */
export async function deleteAttributes(
	misp: Misp,
	attributes: string[],
	hard: boolean,
): Promise<Map<string, Deletion>> {
	const distinct = [...new Set(attributes)];
	const uuids = hard ? [] : distinct.filter(isUuid);
	const done =
		uuids.length < WORTH_IT ? new Map<string, Deletion>() : await deleteTogether(misp, uuids);
	await oneByOne(
		distinct.filter((attribute) => !done.has(attribute)),
		async (attribute) => void done.set(attribute, await deleteAlone(misp, attribute, hard)),
		(attribute, error) => void done.set(attribute, error),
	);
	return done;
}
