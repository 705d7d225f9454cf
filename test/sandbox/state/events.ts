/** Events and attributes, with the indexes that keep them fast at 100,000 attributes and more. */
import { randomUUID } from 'node:crypto';
import type { AttributeRow, EventRow, ObjectRow, ReportRow } from '../rows';
import { TYPES } from '../types';
import { normalise, splitValue } from '../values';
import { Audited } from './audit';
import type { New } from './ground';

export type NewAttribute = New<AttributeRow> & { type: string; value: string };

const MAX_CORRELATED_EVENTS = 20;

export class Events extends Audited {
	readonly events = new Map<number, EventRow>();
	readonly attributes = new Map<number, AttributeRow>();
	readonly objects = new Map<number, ObjectRow>();
	readonly reports = new Map<number, ReportRow>();
	/** Uuids of deleted events: they cannot come back. */
	readonly blocklist = new Set<string>();
	private readonly eventsByUuid = new Map<string, EventRow>();
	private readonly attributesByUuid = new Map<string, AttributeRow>();
	private readonly attributesByValue = new Map<string, Set<AttributeRow>>();

	addEvent(row: New<EventRow> = {}): EventRow {
		const orgcId = row.orgcId ?? row.orgId ?? 1;
		const event: EventRow = {
			uuid: randomUUID(),
			orgId: orgcId,
			orgcId,
			userId: 1,
			date: this.today(),
			threatLevelId: 4,
			info: 'Sandbox event',
			published: false,
			analysis: 0,
			timestamp: this.now(),
			distribution: this.settings.defaultEventDistribution,
			sharingGroupId: 0,
			proposalEmailLock: false,
			locked: false,
			publishTimestamp: 0,
			sightingTimestamp: 0,
			disableCorrelation: false,
			extendsUuid: '',
			protected: null,
			attributeCount: 0,
			tags: [],
			attributes: [],
			objects: [],
			reports: [],
			proposals: [],
			...row,
			id: this.nextId('event', row.id),
		};
		this.events.set(event.id, event);
		this.eventsByUuid.set(event.uuid, event);
		this.auditEvent(event, 'add');
		return event;
	}

	/** By number or uuid. */
	event(id: unknown): EventRow | undefined {
		const text = String(id);
		return /^\d+$/.test(text)
			? this.events.get(Number(text))
			: this.eventsByUuid.get(text.toLowerCase());
	}

	/** Gives an event or attribute another uuid, for tests that need a known one. */
	adoptUuid(row: EventRow | AttributeRow, uuid: string): void {
		if ('eventId' in row) {
			this.attributesByUuid.delete(row.uuid);
			this.attributesByUuid.set(uuid, row);
		} else {
			this.eventsByUuid.delete(row.uuid);
			this.eventsByUuid.set(uuid, row);
		}
		row.uuid = uuid;
	}

	removeEvent(event: EventRow): void {
		this.auditEvent(event, 'delete');
		for (const attribute of event.attributes) this.forget(attribute);
		for (const object of event.objects) this.objects.delete(object.id);
		for (const report of event.reports) this.reports.delete(report.id);
		this.events.delete(event.id);
		this.eventsByUuid.delete(event.uuid);
		this.blocklist.add(event.uuid);
	}

	/** A change of the event's content: its clock moves and it is no longer published. */
	touch(event: EventRow): void {
		event.timestamp = this.now();
		event.published = false;
		this.auditEvent(event);
	}

	/** A tag on an attribute moves its clock, and that of the object it is in. */
	touchAttribute(attribute: AttributeRow): void {
		attribute.timestamp = this.now();
		this.touchObjectOf(attribute);
	}

	touchObjectOf(attribute: AttributeRow): void {
		const object = this.objects.get(attribute.objectId);
		if (object !== undefined) object.timestamp = this.now();
	}

	publish(event: EventRow): void {
		event.published = true;
		event.publishTimestamp = this.now();
		this.auditEvent(event);
	}

	addAttribute(event: EventRow, row: NewAttribute): AttributeRow {
		const facts = TYPES.get(row.type);
		const { value, ...fields } = row;
		const [value1, value2] = splitValue(row.type, normalise(row.type, value));
		const attribute: AttributeRow = {
			uuid: randomUUID(),
			objectId: 0,
			objectRelation: null,
			category: facts?.defaultCategory ?? 'Other',
			toIds: facts?.toIds ?? false,
			timestamp: this.now(),
			distribution: 5,
			sharingGroupId: 0,
			comment: '',
			deleted: false,
			disableCorrelation: false,
			firstSeen: null,
			lastSeen: null,
			tags: [],
			...fields,
			value1,
			value2,
			eventId: event.id,
			id: this.nextId('attribute', row.id),
		};
		this.attributes.set(attribute.id, attribute);
		this.attributesByUuid.set(attribute.uuid, attribute);
		this.indexValue(attribute);
		event.attributes.push(attribute);
		if (!attribute.deleted) event.attributeCount += 1;
		this.auditAttribute(attribute, 'add');
		return attribute;
	}

	attribute(id: unknown): AttributeRow | undefined {
		const text = String(id);
		return /^\d+$/.test(text)
			? this.attributes.get(Number(text))
			: this.attributesByUuid.get(text.toLowerCase());
	}

	setValue(attribute: AttributeRow, value: string): void {
		this.unindexValue(attribute);
		[attribute.value1, attribute.value2] = splitValue(attribute.type, value);
		this.indexValue(attribute);
	}

	setDeleted(attribute: AttributeRow, deleted: boolean): void {
		if (attribute.deleted === deleted) return;
		const change = { deleted: [Number(attribute.deleted), Number(deleted)] };
		this.auditAttribute(attribute, deleted ? 'soft_delete' : 'undelete', change);
		this.markDeleted(attribute, deleted);
	}

	private markDeleted(attribute: AttributeRow, deleted: boolean): void {
		if (attribute.deleted === deleted) return;
		attribute.deleted = deleted;
		const event = this.events.get(attribute.eventId);
		if (event !== undefined) event.attributeCount += deleted ? -1 : 1;
	}

	removeAttribute(attribute: AttributeRow): void {
		this.removeAttributes([attribute]);
	}

	/** Gone for good, in one go: one look at each event, however many they are. */
	removeAttributes(attributes: readonly AttributeRow[]): void {
		const gone = new Set(attributes);
		const events = new Set<EventRow>();
		for (const attribute of gone) {
			this.auditAttribute(attribute, 'delete');
			this.markDeleted(attribute, true);
			this.forget(attribute);
			const event = this.events.get(attribute.eventId);
			if (event !== undefined) events.add(event);
		}
		const stays = (row: AttributeRow) => !gone.has(row);
		for (const event of events) {
			event.attributes = event.attributes.filter(stays);
			for (const object of event.objects) object.attributes = object.attributes.filter(stays);
		}
	}

	/** Attributes of which one of the two values is this one, in any case of letters. */
	withValue(value: string): ReadonlySet<AttributeRow> {
		return this.attributesByValue.get(value.toLowerCase()) ?? new Set();
	}

	/** Events that share a value with this one. */
	related(event: EventRow): EventRow[] {
		const ids = new Set<number>();
		for (const row of event.attributes) {
			if (row.deleted || row.disableCorrelation) continue;
			for (const value of [row.value1, row.value2]) {
				const same = value === '' ? new Set<AttributeRow>() : this.withValue(value);
				// MISP gives up on values that occur everywhere, too.
				if (same.size > MAX_CORRELATED_EVENTS) continue;
				for (const other of same) if (!other.deleted) ids.add(other.eventId);
			}
		}
		ids.delete(event.id);
		return [...ids].sort((a, b) => a - b).flatMap((id) => this.events.get(id) ?? []);
	}

	/** Out of the indexes, but not out of its event. */
	private forget(attribute: AttributeRow): void {
		this.unindexValue(attribute);
		this.attributes.delete(attribute.id);
		this.attributesByUuid.delete(attribute.uuid);
	}

	private indexValue(attribute: AttributeRow): void {
		for (const value of [attribute.value1, attribute.value2]) {
			if (value === '') continue;
			const key = value.toLowerCase();
			const set = this.attributesByValue.get(key);
			if (set === undefined) this.attributesByValue.set(key, new Set([attribute]));
			else set.add(attribute);
		}
	}

	private unindexValue(attribute: AttributeRow): void {
		for (const value of [attribute.value1, attribute.value2]) {
			const set = this.attributesByValue.get(value.toLowerCase());
			set?.delete(attribute);
			if (set?.size === 0) this.attributesByValue.delete(value.toLowerCase());
		}
	}
}
