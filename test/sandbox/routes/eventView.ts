/** /events/view */
import { answer, isRecord, truthy, type Call } from '../http';
import { eventFull } from '../present';
import { requireEvent } from '../rights';
import type { Controller } from '../router';
import { deletedFilter } from '../search/filters';

function view(call: Call) {
	const event = requireEvent(call.world, call.viewer, call.args[0] ?? '');
	const given = { ...call.named, ...(isRecord(call.body) ? call.body : {}) };
	const own = event.orgId === call.viewer.user.orgId || call.viewer.grants.has('perm_sync');
	const shown = eventFull(call.world, call.viewer, event, {
		noReports: truthy(given.noEventReports),
		excludeLocalTags: truthy(given.excludeLocalTags),
		withAttachments: truthy(given.includeAttachments),
		deleted: own ? deletedFilter(given.deleted) : 'live',
		metadata: truthy(given.metadata),
		inbound: true,
	});
	const xml = { 'Content-Type': 'application/xml; charset=UTF-8' };
	return answer(shown, call.format === 'xml' ? xml : {});
}

export const eventView: Controller = { view: { run: view } };
