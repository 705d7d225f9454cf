import type { Misp } from '../../client/client';
import { hinted, operation, path, recover } from '../../definition';
import { eventLocator, fetchEventHeader } from '../../fields/event';

const isThere = async (misp: Misp, event: string): Promise<boolean> =>
	await recover(
		fetchEventHeader(misp, event).then(() => true),
		({ kind }) => kind === 'notFound',
		() => false,
	);

export const deleteEvent = operation({
	name: 'Delete',
	action: 'Delete an event',
	description:
		'Deletes the event with everything in it, for good. Its UUID is put on the blocklist, so that the event cannot come back by synchronisation, nor be created again with it. One that is gone already is no error.',
	access: 'contribute',
	ownRows: true,
	endpoints: ['POST /events/delete/{event}', 'POST /events/index'],
	fields: {
		event: hinted('Deletes everything in it, too. This cannot be taken back.', eventLocator),
	},
	run: async ({ misp, hint }, { event }) => {
		const gone = await recover(
			misp.post(path`/events/delete/${event}`).then(() => false),
			// MISP says no more of one that it does not have than of one of another organisation.
			({ message }) => /not deleted/i.test(message),
			async (error) => {
				if (await isThere(misp, event)) throw error;
				return true;
			},
		);
		if (gone) hint(`MISP has no event ${event}, or this key may not see it: nothing was deleted.`);
		return { event, deleted: !gone, already_gone: gone };
	},
});
