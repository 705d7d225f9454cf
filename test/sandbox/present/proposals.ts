/** Proposals on their own: each action shows other columns. */
import type { Json } from '../http';
import type { EventRow, ProposalRow } from '../rows';
import type { World } from '../state';
import { joinValue } from '../values';

const times = (row: ProposalRow): Json => ({
	first_seen: row.firstSeen,
	last_seen: row.lastSeen,
});

const head = (row: ProposalRow): Json => ({
	id: String(row.id),
	old_id: String(row.attributeId),
	event_id: String(row.eventId),
	type: row.type,
	category: row.category,
});

/** As /shadow_attributes/add and edit answer. */
export function proposalSaved(row: ProposalRow, event: EventRow): Json {
	return {
		...head(row),
		comment: row.comment,
		to_ids: row.toIds,
		uuid: row.uuid,
		event_org_id: String(event.orgId),
		email: row.email,
		deleted: row.deleted,
		timestamp: String(row.timestamp),
		...times(row),
		value: joinValue(row),
	};
}

export function proposalView(row: ProposalRow): Json {
	return {
		...head(row),
		uuid: row.uuid,
		to_ids: row.toIds,
		comment: row.comment,
		org_id: String(row.orgId),
		...times(row),
		value: joinValue(row),
	};
}

export function proposalIndexRow(world: World, row: ProposalRow, event: EventRow): Json {
	const organisation = world.organisations.get(row.orgId);
	return {
		...head(row),
		uuid: row.uuid,
		to_ids: row.toIds,
		comment: row.comment,
		org_id: String(row.orgId),
		timestamp: String(row.timestamp),
		...times(row),
		deleted: row.deleted,
		proposal_to_delete: row.toDelete,
		disable_correlation: false,
		value: joinValue(row),
		org_uuid: organisation?.uuid,
		...(row.attributeId === 0 ? {} : { old_uuid: row.uuid }),
		event_uuid: event.uuid,
		Org: { name: organisation?.name, uuid: organisation?.uuid, id: String(row.orgId) },
	};
}
