import type { Misp } from '../client/client';
import { isUuid, path, recover, type InputOf, type RunContext } from '../definition';
import { fetchAttribute, type AttributeRow } from './attribute';
import { fetchEventHeader, type EventRow } from './event';
import { target, type tagTarget } from './tagTarget';

/** A tag on something. */
export interface CarriedTag {
	name: string;
	local: boolean;
	/** How a request names it. */
	ref: string;
}

/** An event or attribute with the tags that are on itself. */
export interface Tagged {
	uuid: string;
	tags: CarriedTag[];
}

type TargetInput = InputOf<typeof tagTarget>;

/** Targets read in one request. */
const CHUNK = 100;

interface Linked {
	local?: boolean;
	Tag: { id: string; name: string };
}

/** `POST /events/index`, where the filter by ids and UUIDs is a list. */
async function readEvents(misp: Misp, events: string[]): Promise<Map<string, Tagged>> {
	const rows = await misp.post<Array<EventRow & { EventTag?: Linked[] }>>(
		path`/events/index`,
		{ eventid: events, limit: events.length, page: 1 },
		{ read: true },
	);
	return new Map(
		rows.flatMap(({ id, uuid, EventTag: links = [] }) => {
			const tags = links.map(({ local, Tag: { id: ref, name } }) => {
				return { name, local: local === true, ref };
			});
			const row = { uuid, tags };
			return [[id, row] as const, [uuid, row] as const];
		}),
	);
}

type TaggedAttribute = AttributeRow & {
	Tag?: Array<{ id: string; name: string; local?: boolean }>;
};

/** `POST /attributes/restSearch`, which takes UUIDs, but no ids. */
async function readAttributes(misp: Misp, attributes: string[]): Promise<Map<string, Tagged>> {
	const uuids = new Map<string, string>();
	for (const attribute of attributes) {
		const uuid = isUuid(attribute)
			? attribute
			: // The item that asks for a missing one meets the error itself.
				await recover(
					fetchAttribute(misp, attribute).then((row) => row.uuid),
					({ kind }) => kind === 'notFound',
					() => undefined,
				);
		if (uuid !== undefined) uuids.set(attribute, uuid);
	}
	if (uuids.size === 0) return new Map();
	const { Attribute } = await misp.post<{ Attribute: TaggedAttribute[] }>(
		path`/attributes/restSearch`,
		{ returnFormat: 'json', uuid: [...new Set(uuids.values())], limit: uuids.size, page: 1 },
		{ read: true, unwrap: 'response' },
	);
	const rows = new Map(
		Attribute.map(({ uuid, Tag: tags = [] }) => [
			uuid,
			tags.map(({ id: ref, name, local }) => ({ name, local: local === true, ref })),
		]),
	);
	return new Map(
		[...uuids].map(([attribute, uuid]) => [attribute, { uuid, tags: rows.get(uuid) ?? [] }]),
	);
}

const kept = new WeakMap<Misp, Map<string, Tagged>>();

/**
 * The target of an item with its tags, read together with those of the items that follow.
 *
 * @throws MispError of kind `notFound`
 */
export async function tagged({ misp, inputs }: RunContext, input: TargetInput): Promise<Tagged> {
	const { kind, value } = target.of(input);
	const known = kept.get(misp) ?? new Map<string, Tagged>();
	kept.set(misp, known);
	const keyOf = (one: string) => `${kind} ${one}`;
	if (!known.has(keyOf(value))) {
		const items = inputs.slice(inputs.indexOf(input)) as TargetInput[];
		const asked = items.map((item) => target.of(item)).filter((one) => one.kind === kind);
		const next = [...new Set(asked.map((one) => one.value))].slice(0, CHUNK);
		const found = await (kind === 'event' ? readEvents(misp, next) : readAttributes(misp, next));
		for (const [reference, row] of found) known.set(keyOf(reference), row);
	}
	return known.get(keyOf(value)) ?? { uuid: await uuidOfTarget(misp, input), tags: [] };
}

/** The UUID alone: MISP tags by it. @throws MispError of kind `notFound` */
export async function uuidOfTarget(misp: Misp, input: TargetInput): Promise<string> {
	const { kind, value } = target.of(input);
	if (isUuid(value)) return value;
	const row =
		kind === 'event' ? await fetchEventHeader(misp, value) : await fetchAttribute(misp, value);
	return row.uuid;
}
