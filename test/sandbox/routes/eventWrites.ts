/** /events/add and /events/edit */
import {
	answer,
	isRecord,
	notSaved,
	refuse,
	Refusal,
	truthy,
	unwrap,
	without,
	type Call,
	type Json,
} from '../http';
import { eventFull } from '../present';
import { canModify, requireEvent } from '../rights';
import type { Controller } from '../router';
import {
	createEvent,
	eventErrors,
	isEmptyEvent,
	mergeEvent,
	sharingGroupOk,
} from '../write/events';
import { isUuid } from '../write/attributes';

const BAD_GROUP = 'Invalid Sharing Group or not authorised.';
const EXISTS =
	'Event already exists, if you would like to edit it, use the url in the location header.';
const STALE = 'Event could not be saved: Event in the request not newer than the local copy.';

function readEvent(call: Call): Json {
	const input = unwrap(call.body, 'Event');
	return isRecord(input) ? input : {};
}

function add(call: Call) {
	const { world, viewer } = call;
	const input = readEvent(call);
	if (!sharingGroupOk(world, viewer, input)) throw refuse.notAllowed(BAD_GROUP);
	if (isUuid(input.uuid)) {
		const known = world.event(input.uuid);
		if (known !== undefined) {
			throw new Refusal(404, EXISTS, { Location: `${call.baseUrl}/events/${known.id}` });
		}
		if (world.blocklist.has(input.uuid.toLowerCase())) {
			throw refuse.forbidden('Event blocked by event blocklist.');
		}
	}
	const errors = eventErrors(input, true);
	if (truthy(input.published) && viewer.grants.has('perm_publish') && isEmptyEvent(input)) {
		errors.published = ['An empty event cannot be published.'];
	}
	if (Object.keys(errors).length > 0) {
		return notSaved('Could not add Event', '/events/add', { Event: errors });
	}
	const event = createEvent(world, viewer, input);
	const metadata = truthy(call.named.metadata);
	return answer(eventFull(world, viewer, event, { metadata, inbound: true }));
}

function edit(call: Call) {
	const { world, viewer } = call;
	if (call.method === 'GET') throw refuse.broken();
	const event = requireEvent(world, viewer, call.args[0] ?? '');
	if (!canModify(viewer, event)) throw refuse.forbidden();
	const input = readEvent(call);
	const url = `/events/edit/${event.id}`;
	if (input.timestamp !== undefined && Number(input.timestamp) <= event.timestamp) {
		return notSaved('Could not edit Event', url, STALE, event.id);
	}
	const merged = { distribution: event.distribution, ...input };
	if (input.distribution !== undefined && !sharingGroupOk(world, viewer, merged)) {
		throw refuse.notAllowed(BAD_GROUP);
	}
	const errors = eventErrors(without(input, 'uuid'), false);
	if (Object.keys(errors).length > 0) {
		return notSaved('Could not edit Event', url, { Event: errors }, event.id);
	}
	mergeEvent(world, viewer, event, input);
	const metadata = truthy(call.named.metadata);
	return answer(eventFull(world, viewer, event, { metadata, inbound: true }));
}

export const eventWrites: Controller = {
	add: { needs: 'perm_add', run: add },
	edit: { needs: 'perm_add', run: edit },
};
