import type { CeilingRule } from './ceilingRule';
import type { Misp } from './client';
import { MispError } from './errors';
import { Markings, nothingWanted, tagNamesOf, type Wanted } from './markings';
import type { Row } from './paging';
import { isNumericId, isUuid } from './path';
import { isAbove, markingOf, stricter, TLP_NAMES, type Tlp } from './tlp';

/** What was taken out of some data: how many of each kind. It is never shown. */
export type HeldBack = Map<string, number>;

export interface Sifted<T> {
	kept: T;
	heldBack: HeldBack;
}

const pluralOf = (kind: string): string => `${kind}s`.replace(/ys$/, 'ies');

const HELD = Symbol('held back');

const isRow = (value: unknown): value is Row =>
	value !== null && typeof value === 'object' && !Array.isArray(value);

/** MISP's names of what belongs to an event, and what people call it. */
const KINDS: Record<string, string> = {
	Event: 'event',
	Attribute: 'attribute',
	Object: 'object',
	Sighting: 'sighting',
	ShadowAttribute: 'proposal',
	EventReport: 'event report',
	Note: 'note',
	Opinion: 'opinion',
	Relationship: 'relationship',
	EventDelegation: 'delegation request',
};

/** Rows under these names must belong to an event: one whose event is not said is held back. */
const OF_EVENTS = new Set(['Event', 'Attribute', 'Object', 'Sighting', 'ShadowAttribute']);

/** What notes may be about without saying anything of an event. */
const PUBLIC_TARGETS = new Set(['GalaxyCluster', 'Galaxy', 'Organisation', 'SharingGroup']);

const idIn = (value: unknown): string | undefined => {
	const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
	return isNumericId(text) || isUuid(text) ? text.toLowerCase() : undefined;
};

/** Also a correlation of attributes, whose number is that of the other event. */
const isEvent = (row: Row, name: string): boolean =>
	name === 'Event' ||
	(!('event_id' in row) && ('info' in row || name === 'RelatedAttribute' || isCorrelation(row)));

const isCorrelation = (row: Row): boolean =>
	'attribute_id' in row && 'value' in row && 'org_id' in row;

/** Clusters of galaxies and sightings have a type and a value, too, and numbers of their own. */
const isAttribute = (row: Row, name: string): boolean =>
	'value' in row &&
	'type' in row &&
	!('attribute_id' in row) &&
	(name === 'Attribute' || 'event_id' in row || 'category' in row);

/** What a row says about where it belongs. */
interface Links {
	events: string[];
	attributes: string[];
	/** The thing that a note, an opinion or a relationship is about. */
	target?: { type: string; uuid: string };
}

function linksOf(row: Row, name: string): Links {
	const inside = isRow(row.Event) ? row.Event : {};
	const own = isEvent(row, name) ? (idIn(row.id) ?? idIn(row.uuid)) : undefined;
	const event = idIn(row.event_id) ?? idIn(row.event_uuid);
	const events = [own, event, idIn(inside.id) ?? idIn(inside.uuid)];
	const referenced = String(row.referenced_type) === '0' ? idIn(row.referenced_id) : undefined;
	const uuid = idIn(row.object_uuid);
	const attributes = [
		isAttribute(row, name) ? idIn(row.uuid) : undefined,
		// A proposal has a number of its own, and that of the attribute beside it.
		isAttribute(row, name) && !('old_id' in row) ? idIn(row.id) : undefined,
		idIn(row.old_id),
		idIn(row.attribute_id),
		idIn(row.attribute_uuid),
		referenced,
		'referenced_uuid' in row ? idIn(row.referenced_uuid) : undefined,
	];
	const present = (id: string | undefined): id is string => id !== undefined;
	return {
		events: events.filter(present),
		attributes: attributes.filter(present),
		...(typeof row.object_type === 'string' && uuid !== undefined
			? { target: { type: row.object_type, uuid } }
			: {}),
	};
}

/** Everything in some data whose marking must be read from MISP. */
function gather(value: unknown, name: string, wanted: Wanted): void {
	if (Array.isArray(value)) {
		for (const entry of value) gather(entry, name, wanted);
	} else if (isRow(value)) {
		const { events, attributes, target } = linksOf(value, name);
		for (const event of events) {
			wanted.events.add(event);
			if (attributes.length > 0) wanted.attributesOf.add(event);
		}
		if (target?.type === 'Event') wanted.events.add(target.uuid);
		if (target?.type === 'Attribute') wanted.attributes.add(target.uuid);
		if (target?.type === 'Object') wanted.objects.add(target.uuid);
		for (const [key, entry] of Object.entries(value)) gather(entry, key, wanted);
	}
}

/**
 * A TLP ceiling: lets nothing through whose marking is above its limit.
 *
 * Works on any reply of MISP, whatever its form: a row is of the event that it names or stands in,
 * and of its own marking, whichever is stricter. What is held back takes everything in it along.
 * Knows no operation.
 */
export class Ceiling {
	private readonly markings: Markings;

	/** All that was held back so far. */
	private readonly total: HeldBack = new Map();

	private readonly counted = new Set<string>();

	/** @param misp without a ceiling: for markings, and for those who sift what they read themselves */
	constructor(
		readonly misp: Misp,
		readonly rule: CeilingRule,
	) {
		this.markings = new Markings(misp, rule);
	}

	/**
	 * Takes out of some data what is above the limit: rows of a list, and parts of rows.
	 *
	 * @param data a reply of MISP, or rows of one
	 * @returns the rest, `undefined` when nothing is left of it, and how much is missing
	 * @throws MispError when the markings cannot be read
	 */
	async sift<T>(data: T): Promise<Sifted<T | undefined>> {
		const wanted = nothingWanted();
		gather(data, '', wanted);
		await this.markings.read(wanted);
		const heldBack: HeldBack = new Map();
		const kept = this.prune(data, '', undefined, heldBack);
		return { kept: kept === HELD ? undefined : (kept as T), heldBack };
	}

	/** The same for rows one by one, so that the caller knows which of them were held back. */
	async siftEach<T>(rows: T[]): Promise<Array<T | undefined>> {
		const { kept } = await this.sift(rows.map((row) => ({ row })));
		return (kept as Array<{ row?: T }>).map(({ row }) => row);
	}

	/** What a person may know of what was held back so far; `undefined` when there is nothing. */
	get summary(): string | undefined {
		if (this.total.size === 0) return undefined;
		const counts = [...this.total].map(([kind, n]) => `${n} ${n === 1 ? kind : pluralOf(kind)}`);
		return `Held back by the TLP ceiling (${this.name}): ${counts.join(', ')}.`;
	}

	/** How many rows and parts of rows were held back so far. */
	get count(): number {
		return [...this.total.values()].reduce((sum, n) => sum + n, 0);
	}

	get name(): string {
		return TLP_NAMES[this.rule.limit];
	}

	/** Adds what was held back where no reply shows it, such as events left out of an export. */
	add(kind: string, id: string): void {
		if (this.counted.has(`${kind} ${id}`)) return;
		this.counted.add(`${kind} ${id}`);
		this.total.set(kind, (this.total.get(kind) ?? 0) + 1);
	}

	private prune(
		value: unknown,
		name: string,
		around: Tlp | undefined,
		heldBack: HeldBack,
	): unknown {
		if (Array.isArray(value)) {
			return value
				.map((entry) => this.prune(entry, name, around, heldBack))
				.filter((entry) => entry !== HELD);
		}
		if (!isRow(value)) return value;
		const level = this.levelOf(value, name, around);
		if (level !== undefined && isAbove(level, this.rule.limit)) {
			this.note(value, name, heldBack);
			return HELD;
		}
		const kept: Array<[string, unknown]> = [];
		for (const [key, entry] of Object.entries(value)) {
			const part = this.prune(entry, key, level, heldBack);
			if (part !== HELD) kept.push([key, part]);
			// What stands in an envelope, or names what it is about, is nothing without it.
			else if (/^[A-Z]/.test(key)) return HELD;
		}
		return Object.fromEntries(kept);
	}

	/** The level of a row; `undefined` for what is of no event, such as a tag or an organisation. */
	private levelOf(row: Row, name: string, around: Tlp | undefined): Tlp | undefined {
		const { events, attributes, target } = linksOf(row, name);
		const levels: Tlp[] = events.map((event) => this.markings.ofEvent(event));
		if (around !== undefined) levels.push(around);
		const isOfEvent = levels.length > 0;
		if (isOfEvent && attributes.some((id) => this.markings.isAbove(id))) levels.push('red');
		if (target !== undefined && !isOfEvent) levels.push(...this.levelOfTarget(target));
		if (levels.length === 0 && OF_EVENTS.has(name) && ('id' in row || 'uuid' in row))
			levels.push('red');
		// The tags of a tag collection, or a list of tags, mark nothing.
		if (levels.length > 0 || name in KINDS || name.endsWith('Relation')) {
			const own = markingOf(tagNamesOf(row));
			if (own !== undefined) levels.push(own);
		}
		return levels.length === 0 ? undefined : levels.reduce(stricter);
	}

	private levelOfTarget({ type, uuid }: { type: string; uuid: string }): Tlp[] {
		if (type === 'Event') return [this.markings.ofEvent(uuid)];
		if (type === 'Attribute' || type === 'Object') return [this.markings.ofOwner(uuid)];
		// A note on a report or on another note does not say of which event that is.
		return PUBLIC_TARGETS.has(type) ? [] : ['red'];
	}

	private note(row: Row, name: string, heldBack: HeldBack): void {
		const envelope = Object.keys(KINDS).find((key) => isRow(row[key]) && key !== 'Event');
		const inside = envelope === undefined ? row : (row[envelope] as Row);
		const wrapped = isRow(row.Event) && !('event_id' in row) && envelope === undefined;
		const kind =
			KINDS[envelope ?? name] ??
			(wrapped || isEvent(row, name)
				? 'event'
				: isAttribute(row, name)
					? 'attribute'
					: 'other entry');
		const { id, uuid } = wrapped ? (row.Event as Row) : inside;
		const key = String(id ?? uuid ?? `#${this.counted.size}`);
		this.add(kind, key);
		heldBack.set(kind, (heldBack.get(kind) ?? 0) + 1);
	}
}

/** What a single thing that is above the limit is answered by. */
export const heldBackError = (ceiling: Ceiling, request?: string): MispError =>
	new MispError('heldBack', `Held back by the TLP ceiling (${ceiling.name}).`, {
		request,
		hint: 'It is marked above the ceiling of this node or its credential.',
	});
