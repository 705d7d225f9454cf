/** What happens on a server without a request of the test: synchronisation, other users, large amounts. */
import type { AttributeRow, EventRow, ObjectRow } from './rows';
import type { NewAttribute, World } from './state';
import type { New } from './state/ground';

/** The organisation that synchronised events come from (REMOTE-GAMMA), and the one that pulls them. */
const REMOTE = { orgcId: 4, orgId: 1 };
const WEEK = 7 * 86_400;

/** An attribute that comes along with an event; one with a known uuid is an edit. */
export type Pulled = NewAttribute & { deleted?: boolean };

/** What is taken when a transaction begins, and seen when it ends. */
export interface Taken {
	id: number;
	timestamp: number;
}

export type Countable =
	| 'event'
	| 'attribute'
	| 'object'
	| 'report'
	| 'proposal'
	| 'sighting'
	| 'audit'
	| 'job';

type Deletable = AttributeRow | ObjectRow | EventRow;

export class History {
	constructor(private readonly world: World) {}

	// --- synchronisation

	/**
	 * An event that comes from another instance with the times that it has there; a week old without
	 * any. Only `publishTimestamp` is of this server: now, where it arrives published, else 0.
	 */
	pull(row: New<EventRow> = {}, attributes: Pulled[] = []): EventRow {
		const { published = true, timestamp = this.world.now() - WEEK } = row;
		const event = this.world.addEvent({
			...REMOTE,
			info: 'Synchronised event',
			locked: true,
			...row,
			timestamp,
			published: false,
			publishTimestamp: 0,
		});
		for (const attribute of attributes) this.world.addAttribute(event, { timestamp, ...attribute });
		if (published) this.world.publish(event);
		return event;
	}

	/**
	 * An edit of a synchronised event, made elsewhere at `row.timestamp`. False, and nothing is done,
	 * where the copy here is as new; so it is with each attribute. Published again where it was or
	 * `row.published` says so.
	 */
	pullEdit(
		event: EventRow,
		row: New<EventRow> & { timestamp: number },
		attributes: Pulled[] = [],
	): boolean {
		if (row.timestamp <= event.timestamp) return false;
		const { published = event.published, ...fields } = row;
		Object.assign(event, fields, { published: false });
		for (const attribute of attributes) this.pullAttribute(event, attribute);
		if (published) this.world.publish(event);
		return true;
	}

	private pullAttribute(event: EventRow, row: Pulled): void {
		const { timestamp = event.timestamp, value, deleted = false, ...fields } = row;
		const known = row.uuid === undefined ? undefined : this.world.attribute(row.uuid);
		if (known === undefined) {
			this.world.addAttribute(event, { ...row, timestamp });
			return;
		}
		if (timestamp <= known.timestamp) return;
		Object.assign(known, fields, { timestamp });
		this.world.setValue(known, value);
		this.world.setDeleted(known, deleted);
	}

	// --- other users

	/** A new attribute, as MISP adds it: the event's clock moves and it is no longer published. */
	add(event: EventRow, row: NewAttribute): AttributeRow {
		const attribute = this.world.addAttribute(event, row);
		this.world.touch(event);
		return attribute;
	}

	/** Of any column but the value; its clock and the event's go to now. */
	edit(row: AttributeRow | EventRow, change: New<AttributeRow> | New<EventRow>): void {
		Object.assign(row, change);
		this.moved(row);
	}

	/** `deleted: false` takes it back. */
	softDelete(row: AttributeRow | ObjectRow, deleted = true): void {
		if ('attributes' in row) {
			row.deleted = deleted;
			row.timestamp = this.world.now();
		}
		for (const attribute of 'attributes' in row ? row.attributes : [row]) {
			this.world.setDeleted(attribute, deleted);
			this.world.touchAttribute(attribute);
		}
		const event = this.world.events.get(row.eventId);
		if (event) this.world.touch(event);
	}

	/** Nothing is left; of an object not even the event's clock tells. */
	hardDelete(rows: Deletable | readonly Deletable[]): void {
		const attributes: AttributeRow[] = [];
		for (const row of [rows].flat()) {
			if ('proposals' in row) this.world.removeEvent(row);
			else if ('attributes' in row) this.world.removeObject(row);
			else attributes.push(row);
		}
		this.world.removeAttributes(attributes);
		for (const id of new Set(attributes.map(({ eventId }) => eventId))) {
			const event = this.world.events.get(id);
			if (event) this.world.touch(event);
		}
	}

	/** A tag, which is made where there is none of this name. A local one moves no clock. */
	tag(target: AttributeRow | EventRow, name: string, local = false): void {
		this.world.link(target, this.world.tag(name) ?? this.world.addTag({ name }), local);
		if (!local) this.moved(target);
	}

	private moved(row: AttributeRow | EventRow): void {
		const isAttribute = 'objectId' in row;
		if (isAttribute) this.world.touchAttribute(row);
		const event = isAttribute ? this.world.events.get(row.eventId) : row;
		if (event) this.world.touch(event);
	}

	/**
	 * A row that commits late: its number and time are taken now, and it is there when what comes
	 * back is called.
	 * `const commit = history.late('attribute', (taken) => world.addAttribute(event, { ...taken, type, value }));`
	 */
	late<Row>(kind: Countable, add: (taken: Taken) => Row): () => Row {
		const taken = { id: this.world.nextId(kind), timestamp: this.world.now() };
		return () => add(taken);
	}

	// --- large amounts

	/** Events of CERT-ALPHA; `row` says what each has of its own. */
	events(count: number, row: (at: number) => New<EventRow> = () => ({})): EventRow[] {
		return Array.from({ length: count }, (_, at) =>
			this.world.addEvent({ orgId: 2, orgcId: 2, info: `Event ${at}`, ...row(at) }),
		);
	}

	/** Domains in one event, whose clock does not move; all in this second, unless `row` says when. */
	attributes(
		event: EventRow,
		count: number,
		row: (at: number) => Partial<NewAttribute> = () => ({}),
	): AttributeRow[] {
		return Array.from({ length: count }, (_, at) =>
			this.world.addAttribute(event, {
				type: 'domain',
				value: `host${at}.example.com`,
				...row(at),
			}),
		);
	}
}
