/** Publishing through the queue, and taking it back. */
import { refuse, saved, truthy, type Call } from '../http';
import { canModify, canPublish, requireEvent } from '../rights';
import type { Controller, Route } from '../router';

const NOT_YOURS = 'You do not have the permission to do that.';

function publishing(action: 'publish' | 'alert', queued: string, done: string): Route {
	return {
		needs: 'perm_publish',
		run: (call: Call) => {
			if (call.method === 'GET') throw refuse.broken();
			const { world, viewer } = call;
			const event = requireEvent(world, viewer, call.args[0] ?? '');
			if (!canPublish(viewer, event)) throw refuse.notAllowed(NOT_YOURS);
			const url = `/events/${action}/${event.id}`;
			if (truthy(call.named.disable_background_processing)) {
				world.publish(event);
				return saved(done, url, event.id);
			}
			world.queue(
				() => {
					if (world.events.get(event.id) === event) world.publish(event);
				},
				{
					worker: 'prio',
					type: 'publish_event',
					input: `Event ID: ${event.id}`,
					orgId: viewer.user.orgId,
				},
			);
			return saved(queued, url, event.id);
		},
	};
}

function unpublish(call: Call) {
	if (call.method === 'GET') throw refuse.broken();
	const { world, viewer } = call;
	const event = requireEvent(world, viewer, call.args[0] ?? '');
	if (!canModify(viewer, event)) throw refuse.forbidden();
	event.published = false;
	world.auditEvent(event);
	return saved('Event unpublished.', `/events/unpublish/${event.id}`, event.id);
}

export const eventPublishing: Controller = {
	publish: publishing('publish', 'Job queued', 'Event published without alerts'),
	alert: publishing('alert', 'Job queued.', 'Event published, alerts sent.'),
	unpublish: { needs: 'perm_modify', run: unpublish },
};
