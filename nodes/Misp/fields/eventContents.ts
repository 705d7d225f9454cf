import { randomUUID } from 'node:crypto';

import { v5 as uuidFrom } from 'uuid';
import * as z from 'zod/v4';

import { isTrue, isUuid, MispError, type RunContext } from '../definition';
import { addAttributes, contentOf, newAttribute, type NewAttribute } from './attributeWrites';
import { droppedText, missingTags, type Dropped, type TagName } from './dropped';
import type { EventRow } from './event';

/** The body of `POST /events/add` and `/events/edit`, with a uuid on everything that can have one. */
export interface NewEvent extends Record<string, unknown> {
	info: string;
	uuid?: string;
	Attribute?: NewAttribute[];
	Object?: NewObject[];
	Tag?: TagName[];
}

type NewObject = GivenObject & { uuid: string };

/** An object in MISP's own JSON, as far as it must be understood here. */
export const objectJson = z.looseObject(
	{
		name: z.string('must be a text').min(1, 'must not be empty'),
		uuid: z
			.string('must be a UUID')
			.refine(isUuid, 'must be a UUID')
			.transform((uuid) => uuid.toLowerCase())
			.optional(),
		Attribute: z
			.array(z.looseObject({}, 'must be an object'), 'must be a list of attributes')
			.optional(),
	},
	'must be an object with "name" and "Attribute"',
);

type GivenObject = z.infer<typeof objectJson>;

interface Contents {
	/** The event's own uuid, if it is given. */
	id: string | undefined;
	header: Record<string, unknown> & { info: string };
	attributes: Array<Record<string, unknown> & { type: string; value: string }>;
	objects: GivenObject[];
	tags: string[];
}

/**
 * Puts an event together. With a given event uuid, those of the attributes follow from it and from
 * their contents, so that sending the same event again changes nothing.
 */
export function eventContents({ id, header, attributes, objects, tags }: Contents): NewEvent {
	const uuidOf = (kind: string, content: unknown): string =>
		id === undefined
			? randomUUID()
			: uuidFrom(`${kind}:${JSON.stringify(content)}`, id.toLowerCase());
	const withUuid = (row: Record<string, unknown> & { type: string; value: string }) =>
		newAttribute({ uuid: uuidOf('attribute', [row.type, row.category, row.value]), ...row });
	const withUuids = (row: GivenObject): NewObject => {
		const { uuid = uuidOf('object', row), Attribute } = row;
		if (Attribute === undefined) return { ...row, uuid };
		const inside = Attribute.map((one) => ({
			uuid: uuidOf('attribute', [uuid, one.object_relation, one.type, one.value]),
			...one,
		}));
		return { ...row, uuid, Attribute: inside };
	};
	return {
		...header,
		...(id === undefined ? {} : { uuid: id }),
		...(tags.length === 0 ? {} : { Tag: [...new Set(tags)].map((name) => ({ name })) }),
		...(attributes.length === 0 ? {} : { Attribute: attributes.map(withUuid) }),
		...(objects.length === 0 ? {} : { Object: objects.map(withUuids) }),
	};
}

/**
 * Compares what was sent with what MISP stored: it drops invalid attributes and unknown tags
 * without a word. Dropped attributes are offered once more, alone, since MISP then gives reasons.
 *
 * @returns the event as stored, with `dropped` when there is anything
 * @throws MispError of kind `validation` when `fail` is set and something was dropped
 */
export async function reportDropped(
	context: RunContext,
	sent: NewEvent,
	stored: EventRow,
	fail: boolean,
): Promise<{ Event: EventRow }> {
	const dropped = [
		...(await droppedAttributes(context, sent, stored)),
		...droppedObjects(sent, stored),
		...droppedTags(sent, stored),
	];
	if (dropped.length === 0) return { Event: stored };
	const message = `MISP saved event ${stored.id} without ${dropped.length} of its parts: ${droppedText(dropped)}`;
	if (fail) {
		throw new MispError('validation', message, {
			request: 'POST /events/add',
			hint: `The event exists: /events/view/${stored.id}.`,
		});
	}
	context.hint(message);
	return { Event: { ...stored, dropped } };
}

async function droppedAttributes(
	{ misp }: RunContext,
	sent: NewEvent,
	stored: EventRow,
): Promise<Dropped[]> {
	const there = new Set(stored.Attribute?.map(({ uuid }) => uuid.toLowerCase()));
	const missing = (sent.Attribute ?? []).filter(({ uuid }) => !there.has(uuid.toLowerCase()));
	const result = (attribute: NewAttribute, reason: string): Dropped => ({
		what: 'attribute',
		name: `${attribute.type}: ${attribute.value.slice(0, 100)}`,
		reason,
	});
	// Asking again would unpublish an event that was just published. There, a value that the event
	// has under another uuid is not missing.
	if (missing.length === 0 || isTrue(stored.published)) {
		const values = new Set(stored.Attribute?.map(contentOf));
		return missing
			.filter((attribute) => !values.has(contentOf(attribute)))
			.map((attribute) => result(attribute, 'MISP gave no reason'));
	}
	const again = await addAttributes(misp, stored.id, missing);
	return missing.flatMap((attribute, index) => {
		const outcome = again[index];
		if (!outcome || 'row' in outcome) return [];
		const { message } = outcome.error;
		// The same value twice in one event: MISP keeps one, which is what was meant.
		if (/similar attribute already exists/i.test(message)) return [];
		const taken = /UUID provided is not unique/i.test(message);
		return [result(attribute, taken ? `its UUID is taken, perhaps by a deleted one` : message)];
	});
}

function droppedObjects(sent: NewEvent, stored: EventRow): Dropped[] {
	const there = new Map(stored.Object?.map((row) => [row.uuid.toLowerCase(), row]));
	return (sent.Object ?? []).flatMap(({ uuid, name, Attribute }): Dropped[] => {
		const row = there.get(uuid.toLowerCase());
		if (!row) return [{ what: 'object', name, reason: 'MISP gave no reason' }];
		const inside = new Set(row.Attribute?.map((one) => one.uuid.toLowerCase()));
		const lost = (Attribute ?? []).filter((one) => !inside.has(String(one.uuid).toLowerCase()));
		const names = lost.map((one) => String(one.object_relation ?? one.type)).join(', ');
		return lost.length > 0
			? [{ what: 'object', name, reason: `without its attributes: ${names}` }]
			: [];
	});
}

function droppedTags(sent: NewEvent, stored: EventRow): Dropped[] {
	const inside = (part: Pick<EventRow, 'Attribute' | 'Object'>) => [
		...(part.Attribute ?? []),
		...(part.Object ?? []).flatMap(({ Attribute = [] }) => Attribute),
	];
	const rows = new Map(inside(stored).map((row) => [row.uuid.toLowerCase(), row]));
	const attributes = inside(sent as Pick<EventRow, 'Attribute' | 'Object'>);
	return [
		...missingTags(sent.Tag, stored.Tag),
		...attributes.flatMap(({ uuid, type, value, Tag }) => {
			const row = rows.get(uuid.toLowerCase());
			const where = ` on ${type}: ${String(value).slice(0, 100)}`;
			return row && Array.isArray(Tag) ? missingTags(Tag, row.Tag, where) : [];
		}),
	];
}
