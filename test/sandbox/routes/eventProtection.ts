/** /events/protect and /events/unprotect */
import { refuse, saved, type Call } from '../http';
import { canModify, requireEvent } from '../rights';
import type { Controller, Route } from '../router';

const protection = (action: 'protect' | 'unprotect'): Route => ({
	needs: 'perm_add',
	run: (call: Call) => {
		const { world, viewer } = call;
		const event = requireEvent(world, viewer, call.args[0] ?? '');
		// MISP does not say that it is there but of others.
		if (!canModify(viewer, event)) throw refuse.notFound('Invalid event');
		event.protected = action === 'protect';
		world.touch(event);
		return saved(`Event switched to ${action}ed mode.`, `/events/${action}/${event.id}`, event.id);
	},
});

export const eventProtection: Controller = {
	protect: protection('protect'),
	unprotect: protection('unprotect'),
};
