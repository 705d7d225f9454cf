import { setTimeout as delay } from 'node:timers/promises';

import type { Misp } from '../../client/client';
import { endsRun, number, operation, path, recover, toggle, when } from '../../definition';
import { fetchEventHeader, growingEvent, type EventRow } from '../../fields/event';
import { expansionModules, refuseUnknownModules } from '../../fields/module';

/** The event once something was added to it, or as it is when the time is over. */
async function untilChanged(misp: Misp, before: EventRow, seconds: number): Promise<EventRow> {
	const end = Date.now() + seconds * 1000;
	for (let pause = 300; ; pause = Math.min(pause * 1.5, 3000)) {
		const row = await fetchEventHeader(misp, before.id);
		const changed =
			row.timestamp !== before.timestamp || row.attribute_count !== before.attribute_count;
		if (changed || Date.now() + pause > end) return row;
		await delay(pause);
	}
}

export const enrich = operation({
	name: 'Enrich',
	action: 'Enrich an event',
	description:
		'Has enrichment modules of MISP look up the attributes of an event, and add what they find to it, which MISP then unpublishes. Returns the event without its contents, and how many attributes were added. Example: Event 1234, Modules "dns".',
	access: 'contribute',
	endpoints: ['POST /events/enrichEvent/{event}', 'GET /modules/index', 'POST /events/index'],
	fields: {
		event: growingEvent,
		modules: expansionModules,
		wait: toggle(
			'Wait for Results',
			'Whether to go on only when something was added, or the time is over. MISP may look up in the background.',
			true,
		),
		timeout: when(
			{ wait: [true] },
			number('Wait at Most (Seconds)', { min: 1, max: 600, default: 20 }),
		),
	},
	run: async ({ misp, hint }, { event, modules, wait, timeout = 20 }) => {
		const before = await fetchEventHeader(misp, event);
		await refuseUnknownModules(misp, modules);
		await recover(
			misp.post(
				path`/events/enrichEvent/${before.id}`,
				Object.fromEntries(modules.map((name) => [name, true])),
			),
			// MISP has done it by then, or queued it, and lacks a page to show for it.
			({ status, message }) => status === 500 && /internal error/i.test(message),
			() => undefined,
		);
		const after = await recover(
			untilChanged(misp, before, wait === false ? 0 : timeout),
			(error) => !endsRun(error),
			() => before,
		);
		const added = Number(after.attribute_count) - Number(before.attribute_count);
		if (wait !== false && added <= 0) {
			hint(
				`Nothing was added to event ${before.id}: the modules found nothing new, do not fit its attributes, or MISP is still at it. It does not say which.`,
			);
		}
		return { ...after, modules, attributes_added: added };
	},
});
