/** The audit log: who changed what. It is written for requests alone, not for what tests put in. */
import type { AttributeRow, EventRow, ObjectRow, TagLink, TagRow } from '../rows';
import type { JobRow, New } from './ground';
import { Vocabularies } from './vocabularies';

/** Whoever a request, or a job of the workers, works for. */
export interface Actor {
	userId: number;
	orgId: number;
	/** 0 = no key. */
	keyId: number;
	/** Null = of the workers. */
	ip: string | null;
}

/** `[before, after]`, or the value alone where there was none before. */
export type Change = Record<string, unknown>;

export interface AuditRow extends Actor {
	id: number;
	created: number;
	action: string;
	model: string;
	modelId: number;
	title: string | null;
	eventId: number | null;
	change: Change;
}

const SYSTEM: Actor = { userId: 0, orgId: 0, keyId: 0, ip: null };

const asNumber = (value: unknown) => (typeof value === 'boolean' ? Number(value) : value);

/** The columns that the log looks at, in its order; `timestamp` is none of them. */
function eventColumns(row: EventRow): Change {
	return {
		distribution: row.distribution,
		info: row.info,
		user_id: row.userId,
		threat_level_id: row.threatLevelId,
		date: row.date,
		org_id: row.orgId,
		orgc_id: row.orgcId,
		uuid: row.uuid,
		published: row.published,
		publish_timestamp: row.publishTimestamp,
		protected: row.protected,
		analysis: row.analysis,
		sharing_group_id: row.sharingGroupId,
		disable_correlation: row.disableCorrelation,
		extends_uuid: row.extendsUuid,
	};
}

export function attributeColumns(row: AttributeRow): Change {
	return {
		to_ids: row.toIds,
		distribution: row.distribution,
		type: row.type,
		event_id: row.eventId,
		category: row.category,
		uuid: row.uuid,
		value1: row.value1,
		value2: row.value2,
		comment: row.comment,
		object_id: row.objectId,
		object_relation: row.objectRelation,
		sharing_group_id: row.sharingGroupId,
		disable_correlation: row.disableCorrelation,
		first_seen: row.firstSeen,
		last_seen: row.lastSeen,
	};
}

export function objectColumns(row: ObjectRow): Change {
	return {
		name: row.name,
		'meta-category': row.metaCategory,
		description: row.description,
		template_uuid: row.templateUuid,
		template_version: row.templateVersion,
		event_id: row.eventId,
		uuid: row.uuid,
		distribution: row.distribution,
		sharing_group_id: row.sharingGroupId,
		comment: row.comment,
		first_seen: row.firstSeen,
		last_seen: row.lastSeen,
	};
}

const isUnset = (value: unknown) =>
	value === undefined || value === null || value === '' || value === 0 || value === false;

/** What a new row says, or one that is gone for good. */
function content(columns: Change): Change {
	return Object.fromEntries(
		Object.entries(columns).flatMap(([name, value]) =>
			isUnset(value) ? [] : [[name, asNumber(value)]],
		),
	);
}

export function difference(before: Change, after: Change): Change {
	return Object.fromEntries(
		Object.entries(after).flatMap(([name, value]) => {
			const old = before[name];
			// A row keeps its uuid.
			if (name === 'uuid' || asNumber(old) === asNumber(value)) return [];
			return [[name, old === null ? asNumber(value) : [asNumber(old), asNumber(value)]]];
		}),
	);
}

function attributeTitle(row: AttributeRow): string {
	const second = row.value2 === '' ? '' : `|${row.value2}`;
	return `${row.category}/${row.type} ${row.value1}${second}`;
}

export class Audited extends Vocabularies {
	readonly auditRows = new Map<number, AuditRow>();
	/** Nobody: what is done now is not written down. */
	actor: Actor | undefined;
	/** Events as the log saw them last. */
	private readonly known = new WeakMap<EventRow, Change>();

	/** Does what is written down as the work of somebody. */
	as<Result>(actor: Actor | undefined, work: () => Result): Result {
		const before = this.actor;
		this.actor = actor;
		try {
			return work();
		} finally {
			this.actor = before;
		}
	}

	/** The workers do it in the name of whoever asked for it. */
	override queue(work: () => void, job: New<JobRow> & { type: string }): JobRow {
		const actor = this.actor && { ...this.actor, keyId: 0, ip: null };
		return super.queue(() => this.as(actor, work), job);
	}

	/** Rows put in by tests are the system's, unless they say whose. */
	addAuditRow(row: New<AuditRow> & { action: string; model: string; modelId: number }): AuditRow {
		const added: AuditRow = {
			...SYSTEM,
			created: this.now(),
			title: null,
			eventId: null,
			change: {},
			...row,
			id: this.nextId('audit', row.id),
		};
		this.auditRows.set(added.id, added);
		return added;
	}

	audit(row: New<AuditRow> & { action: string; model: string; modelId: number }): void {
		if (this.actor && this.settings.auditLog) this.addAuditRow({ ...this.actor, ...row });
	}

	/** What became of an event since the log saw it last; nothing where only clocks moved. */
	auditEvent(event: EventRow, action?: 'add' | 'delete'): void {
		const before = this.known.get(event);
		const after = eventColumns(event);
		this.known.set(event, after);
		const change =
			action === undefined ? difference(before ?? after, after) : content(eventColumns(event));
		if (Object.keys(change).length === 0) return;
		const published = before?.published === false && event.published;
		this.audit({
			action: action ?? (published ? 'publish' : 'edit'),
			model: 'Event',
			modelId: event.id,
			title: event.info,
			eventId: event.id,
			change,
		});
	}

	auditAttribute(row: AttributeRow, action: string, change?: Change): void {
		// Before anything is put together: tests add rows by the hundred thousand.
		if (!this.actor) return;
		const { id: modelId, eventId } = row;
		const title = attributeTitle(row);
		const told = change ?? content(attributeColumns(row));
		if (Object.keys(told).length === 0) return;
		this.audit({ action, model: 'Attribute', modelId, title, eventId, change: told });
	}

	auditObject(row: ObjectRow, action: string, change?: Change): void {
		const { id: modelId, eventId, name: title } = row;
		const told = change ?? content(objectColumns(row));
		if (Object.keys(told).length === 0) return;
		this.audit({ action, model: 'Object', modelId, title, eventId, change: told });
	}

	override link(target: { tags: TagLink[] }, tag: TagRow, local = false): TagLink {
		const link = super.link(target, tag, local);
		this.auditTag(target, tag, local, local ? 'tag_local' : 'tag');
		return link;
	}

	unlink(target: { tags: TagLink[] }, link: TagLink): void {
		target.tags = target.tags.filter((one) => one !== link);
		const tag = this.tags.get(link.tagId);
		if (tag) this.auditTag(target, tag, link.local, link.local ? 'remove_local_tag' : 'remove_tag');
	}

	/** Also of clusters, which have words of their own. */
	private auditTag(target: object, tag: TagRow, local: boolean, action: string): void {
		const isAttribute = 'objectId' in target;
		if (!isAttribute && !('orgcId' in target && 'proposals' in target)) return;
		const row = target as AttributeRow | EventRow;
		const eventId = 'eventId' in row ? row.eventId : row.id;
		const where: Change = isAttribute
			? { attribute_id: row.id, tag_id: tag.id, event_id: eventId }
			: { event_id: row.id, tag_id: tag.id };
		const scope = local ? { local: 1 } : {};
		const change = action.startsWith('remove') ? { ...where, ...scope } : { ...scope, ...where };
		this.audit({
			action: tag.isGalaxy ? action.replace('tag', 'galaxy') : action,
			model: isAttribute ? 'Attribute' : 'Event',
			modelId: row.id,
			title: (tag.isGalaxy ? this.clusterOfTag(tag.name)?.value : undefined) ?? tag.name,
			eventId,
			change,
		});
	}
}
