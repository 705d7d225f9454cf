import { endsRun, isTrue, operation, path, recover, type RunContext } from '../../definition';
import { editedEvent, fetchEventHeader, type EventRow } from '../../fields/event';

/** MISP moves the event's clock and unpublishes it even when nothing changes: asked for only if needed. */
async function setProtection(
	{ misp, hint }: RunContext,
	event: string,
	wanted: boolean,
): Promise<EventRow> {
	const before = await fetchEventHeader(misp, event);
	if (isTrue(before.protected) === wanted) return before;
	await misp.post(
		wanted ? path`/events/protect/${before.id}` : path`/events/unprotect/${before.id}`,
	);
	if (isTrue(before.published)) {
		hint(`MISP unpublished event ${before.id}: publish it again when you are done.`);
	}
	return await recover(
		fetchEventHeader(misp, before.id),
		(error) => !endsRun(error),
		() => ({ ...before, protected: wanted, published: false }),
	);
}

export const protect = operation({
	name: 'Protect',
	action: 'Protect an event',
	description:
		'Puts an event in protected mode: other MISP instances then take changes of it only if they are signed with one of its cryptographic keys. MISP unpublishes the event. One that is protected already stays as it is. Example: Event 1234.',
	access: 'contribute',
	endpoints: ['POST /events/protect/{event}', 'POST /events/index'],
	fields: { event: editedEvent },
	run: async (context, { event }) => await setProtection(context, event, true),
});

export const unprotect = operation({
	name: 'Unprotect',
	action: 'Unprotect an event',
	description:
		'Takes an event out of protected mode, so that changes of it need no signature. MISP unpublishes the event. One that is not protected stays as it is. Example: Event 1234.',
	access: 'contribute',
	endpoints: ['POST /events/unprotect/{event}', 'POST /events/index'],
	fields: { event: editedEvent },
	run: async (context, { event }) => await setProtection(context, event, false),
});
