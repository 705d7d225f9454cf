/** /event_delegations: handing an event to another organisation. */
import { answer, isRecord, refuse, saved, unwrap, type Call, type Json } from '../http';
import { isSiteAdmin, visibleEvent } from '../rights';
import type { Controller } from '../router';
import type { World } from '../state';

interface Delegation {
	id: number;
	orgId: number;
	requesterOrgId: number;
	eventId: number;
	message: string;
	distribution: number;
	sharingGroupId: number;
}

const open = new WeakMap<World, Map<number, Delegation>>();

function requestsOf(world: World): Map<number, Delegation> {
	const known = open.get(world) ?? new Map<number, Delegation>();
	open.set(world, known);
	return known;
}

const flat = (row: Delegation): Json => ({
	id: String(row.id),
	org_id: String(row.orgId),
	requester_org_id: String(row.requesterOrgId),
	event_id: String(row.eventId),
	message: row.message,
	distribution: String(row.distribution),
	sharing_group_id: String(row.sharingGroupId),
});

const NOT_AUTHORISED = 'You are not authorised to do that.';

function create(call: Call) {
	const { world, viewer, args } = call;
	const event = visibleEvent(world, viewer, args[0]);
	if (event === undefined) throw refuse.notFound('Invalid Event.');
	if (!isSiteAdmin(viewer) && event.orgcId !== viewer.user.orgId) {
		throw refuse.notAllowed(NOT_AUTHORISED);
	}
	if (event.distribution !== 0) {
		throw refuse.notAllowed(
			'Only events with the distribution setting "Your Organisation Only" can be delegated.',
		);
	}
	const requests = requestsOf(world);
	if ([...requests.values()].some(({ eventId }) => eventId === event.id)) {
		throw refuse.notAllowed(
			'This event already has a pending delegation request. Please revoke that before creating a new request.',
		);
	}
	const body = unwrap(call.body, 'EventDelegation');
	const fields = isRecord(body) ? body : {};
	const wanted = String(fields.org_id ?? '');
	const organisation = [...world.organisations.values()].find(
		({ id, uuid }) => String(id) === wanted || uuid === wanted,
	);
	if (organisation === undefined) throw refuse.notFound('Invalid Org.');
	const row: Delegation = {
		id: world.nextId('delegation'),
		orgId: organisation.id,
		requesterOrgId: viewer.user.orgId,
		eventId: event.id,
		message: String(fields.message ?? ''),
		distribution: Number(fields.distribution ?? -1),
		sharingGroupId: Number(fields.sharing_group_id ?? 0),
	};
	requests.set(row.id, row);
	return answer({ EventDelegation: flat(row) });
}

function index({ world, viewer, named }: Call) {
	const issued = named.context === 'issued';
	const rows = [...requestsOf(world).values()].filter(
		(row) => (issued ? row.requesterOrgId : row.orgId) === viewer.user.orgId,
	);
	return answer(
		rows.map((row) => {
			const event = world.events.get(row.eventId);
			return {
				EventDelegation: flat(row),
				Event: { id: String(row.eventId), info: event?.info, uuid: event?.uuid },
			};
		}),
	);
}

function requested(call: Call, mayBeMine: boolean): Delegation {
	const { world, viewer, args } = call;
	const row = requestsOf(world).get(Number(args[0]));
	const { orgId } = viewer.user;
	const concerned =
		row !== undefined && (row.orgId === orgId || (mayBeMine && row.requesterOrgId === orgId));
	if (row === undefined || (!concerned && !isSiteAdmin(viewer))) {
		throw refuse.notAllowed(NOT_AUTHORISED);
	}
	return row;
}

function accept(call: Call) {
	const { world, viewer, url } = call;
	const row = requested(call, false);
	const event = world.events.get(row.eventId);
	if (event !== undefined) {
		const { orgId, id: userId } = viewer.user;
		// The event is made anew: it keeps its uuid and gets another number.
		world.removeEvent(event);
		world.blocklist.delete(event.uuid);
		const { uuid, info, date, threatLevelId, analysis } = event;
		const head = { uuid, info, date, threatLevelId, analysis, distribution: 0 };
		const added = world.addEvent({ ...head, orgId, orgcId: orgId, userId });
		for (const { type, value1, category, toIds, comment } of event.attributes) {
			world.addAttribute(added, { type, value: value1, category, toIds, comment });
		}
	}
	requestsOf(world).delete(row.id);
	return saved('Event ownership transferred.', url, row.id);
}

function discard(call: Call) {
	const row = requested(call, true);
	requestsOf(call.world).delete(row.id);
	return saved('Delegation request deleted.', call.url, row.id);
}

export const delegations: Controller = {
	index: { run: index },
	delegateEvent: { needs: 'perm_delegate', run: create },
	acceptDelegation: { needs: 'perm_add', run: accept },
	deleteDelegation: { needs: 'perm_add', run: discard },
};
