import { setTimeout as delay } from 'node:timers/promises';

import type { Misp } from '../../client/client';
import { hinted, isTrue, MispError, number, operation, path, toggle, when } from '../../definition';
import { eventLocator, fetchEventHeader, type EventRow } from '../../fields/event';

/** Waits for MISP's worker, which sets the time of the publication anew also on a published event. */
async function untilPublished(
	misp: Misp,
	before: EventRow,
	timeoutSeconds: number,
): Promise<EventRow> {
	const end = Date.now() + timeoutSeconds * 1000;
	for (let pause = 300; ; pause = Math.min(pause * 1.5, 3000)) {
		const row = await fetchEventHeader(misp, before.id);
		const moved = Number(row.publish_timestamp) > Number(before.publish_timestamp);
		if (isTrue(row.published) && (moved || !isTrue(before.published))) return row;
		if (Date.now() + pause > end) {
			throw new MispError(
				'timeout',
				`MISP took the order to publish event ${row.id}, but had not published it after ${timeoutSeconds} s.`,
				{
					hint: 'Its background workers may be stopped or busy: look at Administration > Jobs in MISP.',
					request: `POST /events/publish/${row.id}`,
				},
			);
		}
		await delay(pause);
	}
}

export const publish = operation({
	name: 'Publish',
	action: 'Publish an event',
	description:
		'Marks the event as published, and sends it to the other instances that it is shared with.',
	access: 'publish',
	endpoints: ['POST /events/publish/{event}', 'POST /events/alert/{event}', 'POST /events/index'],
	fields: {
		event: hinted(
			'Everyone the event is shared with gets a copy. Unpublishing does not take it back.',
			eventLocator,
		),
		alert: toggle('Send E-Mail Alert', 'Whether to tell the users of the instance by e-mail'),
		wait: toggle(
			'Wait Until Published',
			'Whether to go on only when the event is published. MISP publishes in the background.',
			true,
		),
		timeout: when(
			{ wait: [true] },
			number('Wait at Most (Seconds)', { min: 1, max: 600, default: 60 }),
		),
	},
	run: async ({ misp }, { event, alert, wait, timeout = 60 }) => {
		const before = wait === false ? undefined : await fetchEventHeader(misp, event);
		const target = alert === true ? path`/events/alert/${event}` : path`/events/publish/${event}`;
		const { message } = await misp.post<{ message: string }>(target);
		// "Job queued", or it was done at once where MISP has no background jobs.
		if (!before || !/queued/i.test(message)) return await fetchEventHeader(misp, event);
		return await untilPublished(misp, before, timeout);
	},
});

export const unpublish = operation({
	name: 'Unpublish',
	action: 'Unpublish an event',
	description: 'Takes the mark "published" off an event. Others keep their copies.',
	access: 'contribute',
	endpoints: ['POST /events/unpublish/{event}', 'POST /events/index'],
	fields: {
		event: hinted('Others keep the copies they already have', eventLocator),
	},
	run: async ({ misp }, { event }) => {
		await misp.post(path`/events/unpublish/${event}`);
		return await fetchEventHeader(misp, event);
	},
});
