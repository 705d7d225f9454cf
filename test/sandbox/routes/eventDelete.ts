/** /events/delete, one or many. */
import { isRecord, notSaved, refuse, saved, type Call } from '../http';
import { canModify, visibleEvent } from '../rights';
import type { Controller } from '../router';

function wantedIds(call: Call): unknown[] {
	const [inPath] = call.args;
	if (inPath !== undefined) return [inPath];
	const body = isRecord(call.body) ? call.body : {};
	const ids = isRecord(body.Event) ? body.Event.id : body.id;
	return Array.isArray(ids) ? ids : ids === undefined ? [] : [ids];
}

function remove(call: Call) {
	if (call.method === 'GET') throw refuse.broken();
	const { world, viewer } = call;
	const ids = wantedIds(call);
	const gone: number[] = [];
	for (const id of ids) {
		const event = visibleEvent(world, viewer, id);
		if (event === undefined || !canModify(viewer, event)) continue;
		world.removeEvent(event);
		gone.push(event.id);
	}
	const failed = ids.length - gone.length;
	const [first] = gone;
	if (first === undefined) {
		const complaint =
			ids.length > 1 ? `${ids.length} events were not deleted.` : 'Event was not deleted.';
		return notSaved('Could not delete Event', '/events/delete', complaint);
	}
	if (ids.length === 1) return saved('Event deleted.', `/events/delete/${first}`, first);
	const done = `${gone.length} event${gone.length === 1 ? '' : 's'} deleted`;
	const rest = failed === 0 ? '.' : `, but ${failed} could not be deleted.`;
	return saved(`${done}${rest}`, '/events/delete');
}

export const eventDelete: Controller = { delete: { needs: 'perm_add', run: remove } };
