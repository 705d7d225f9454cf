/** /shadow_attributes */
import { answer, isRecord, redirect, refuse, unwrap, type Call, type Json } from '../http';
import { proposalIndexRow, proposalSaved, proposalView } from '../present/proposals';
import { canModify, canSeeEvent, isSiteAdmin, visibleAttribute, visibleEvent } from '../rights';
import type { Controller } from '../router';
import type { AttributeRow, EventRow, ProposalRow } from '../rows';
import { sorter } from '../search/harvest';
import { paginated, sortOf } from '../search/pages';
import { joinValue } from '../values';
import { changeAttribute, draftAttribute, type Errors } from '../write/attributes';

const fieldsOf = (call: Call): Json => {
	const input = unwrap(call.body, 'ShadowAttribute');
	return isRecord(input) ? input : {};
};

const textOf = (errors: Errors) =>
	Object.entries(errors)
		.map(([field, [first = '']]) => `[${field}]: ${first}\n`)
		.join('');

function propose(
	call: Call,
	event: EventRow,
	input: Json,
	about?: AttributeRow,
	toDelete = false,
): ProposalRow | Errors {
	const { world, viewer } = call;
	const draft = draftAttribute(world, viewer, input, about);
	if (draft.errors !== undefined) return draft.errors;
	const { type, category, value, toIds, comment, firstSeen, lastSeen } = draft.fields;
	event.proposalEmailLock = true;
	return world.addProposal(event, {
		...(about === undefined ? {} : { attributeId: about.id, uuid: about.uuid }),
		...{ type, category, value, toIds, comment, firstSeen, lastSeen, toDelete },
		orgId: viewer.user.orgId,
		email: viewer.user.email,
	});
}

const isProposal = (made: ProposalRow | Errors): made is ProposalRow => 'attributeId' in made;

function add(call: Call) {
	const event = visibleEvent(call.world, call.viewer, call.args[0]);
	if (event === undefined) throw refuse.notFound('Invalid Event');
	const made = propose(call, event, fieldsOf(call));
	if (!isProposal(made)) {
		throw refuse.notFound(`Could not save the proposal. Errors: ${textOf(made)}`);
	}
	return answer({ ShadowAttribute: proposalSaved(made, event) });
}

function edit(call: Call) {
	const found = visibleAttribute(call.world, call.viewer, call.args[0]);
	if (found === undefined) throw refuse.notAllowed('Invalid Attribute.');
	const input = fieldsOf(call);
	if (Object.keys(input).length === 0) throw refuse.notAllowed('Invalid input.');
	const made = propose(call, found.event, input, found.attribute);
	// Its reason is lost on the way.
	if (!isProposal(made)) throw refuse.broken();
	return answer({ ShadowAttribute: proposalSaved(made, found.event) });
}

function remove(call: Call) {
	const found = visibleAttribute(call.world, call.viewer, call.args[0]);
	if (found === undefined) return answer({ false: true, errors: 'Invalid Attribute.' });
	propose(call, found.event, {}, found.attribute, true);
	return answer({
		saved: true,
		success:
			'The proposal to delete the attribute has been saved but sending out the alert e-mails has failed for at least one recipient.',
	});
}

interface Found {
	row: ProposalRow;
	event: EventRow;
}

/** By number only. */
function open(call: Call): Found | undefined {
	const [id = ''] = call.args;
	const row = /^\d+$/.test(id) ? call.world.proposals.get(Number(id)) : undefined;
	const event = row === undefined ? undefined : call.world.events.get(row.eventId);
	return row === undefined || event === undefined || row.deleted ? undefined : { row, event };
}

function view(call: Call) {
	const found = open(call);
	if (found === undefined || !canSeeEvent(call.world, call.viewer, found.event)) {
		throw refuse.notFound('Invalid proposal.');
	}
	return answer({ ShadowAttribute: proposalView(found.row) });
}

const COLUMNS: Record<string, (row: ProposalRow) => string | number> = {
	'ShadowAttribute.id': (row) => row.id,
	'ShadowAttribute.event_id': (row) => row.eventId,
	'ShadowAttribute.timestamp': (row) => row.timestamp,
	'ShadowAttribute.type': (row) => row.type,
};

const compare = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);

/** What the path says: a body is not read. Without `all:0`, those of all events that may be seen. */
function index(call: Call) {
	const { world, viewer, named } = call;
	const all = isSiteAdmin(viewer) || Boolean(Number(named.all ?? 1));
	const [eventId] = call.args;
	const since = Number(named.timestamp ?? 0);
	const rows = [...world.proposals.values()].flatMap((row) => {
		const event = world.events.get(row.eventId);
		if (event === undefined || !canSeeEvent(world, viewer, event)) return [];
		if (!all && event.orgcId !== viewer.user.orgId) return [];
		if (eventId !== undefined && String(event.id) !== eventId) return [];
		if (named.deleted !== undefined && row.deleted !== (named.deleted === '1')) return [];
		return row.timestamp >= since ? [{ row, event }] : [];
	});
	const order = sorter(sortOf(named), COLUMNS, 'ShadowAttribute');
	rows.sort(
		(a, b) =>
			order?.(a.row, b.row) ??
			(b.event.id - a.event.id || compare(a.row.type, b.row.type) || a.row.id - b.row.id),
	);
	return answer(
		paginated(rows, named).map(({ row, event }) => ({
			ShadowAttribute: proposalIndexRow(world, row, event),
		})),
	);
}

/** The change that is proposed, made. */
function apply(call: Call, { row, event }: Found): void {
	const { world, viewer } = call;
	const { type, category, toIds, comment, firstSeen, lastSeen, uuid } = row;
	const fields = { type, category, toIds, comment, firstSeen, lastSeen, value: joinValue(row) };
	const about = world.attribute(row.attributeId);
	if (row.attributeId === 0) {
		// It keeps the time at which it was proposed.
		world.addAttribute(event, { ...fields, uuid, timestamp: row.timestamp });
	} else if (about !== undefined && row.toDelete) {
		world.setDeleted(about, true);
		about.timestamp = world.now();
	} else if (about !== undefined) {
		changeAttribute(world, about, { ...fields, timestamp: world.now() });
	}
	if (event.orgcId === viewer.user.orgId) event.proposalEmailLock = false;
	world.touch(event);
}

const closed = (call: Call, row: ProposalRow, message: string) => {
	row.deleted = true;
	row.timestamp = call.world.now();
	return answer({ name: message, message, url: `${call.baseUrl}${call.url}` });
};

function accept(call: Call) {
	const found = open(call);
	if (found === undefined) {
		throw refuse.notAllowed('Proposal not found or you are not authorised to accept it.');
	}
	// To the start page, where a browser would read why.
	if (!canModify(call.viewer, found.event)) return redirect(`${call.baseUrl}/`);
	apply(call, found);
	return closed(call, found.row, 'Proposal accepted.');
}

function discard(call: Call) {
	const found = open(call);
	const { viewer } = call;
	const own = found?.row.orgId === viewer.user.orgId && viewer.grants.has('perm_modify');
	if (found === undefined || !(own || canModify(viewer, found.event))) throw refuse.broken();
	if (found.event.orgcId === viewer.user.orgId) found.event.proposalEmailLock = false;
	return closed(call, found.row, 'Proposal discarded.');
}

export const proposals: Controller = {
	add: { needs: 'perm_add', run: add },
	edit: { needs: 'perm_add', run: edit },
	delete: { needs: 'perm_add', run: remove },
	view: { run: view },
	index: { run: index },
	accept: { needs: 'perm_add', run: accept },
	discard: { needs: 'perm_add', run: discard },
};
