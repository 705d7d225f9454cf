import { operation, path } from '../../definition';
import { eventLocator } from '../../fields/event';

export const deleteEvent = operation({
	name: 'Delete',
	action: 'Delete an event',
	description:
		'Deletes the event with everything in it, for good. Its UUID is put on the blocklist, so that the event cannot come back by synchronisation, nor be created again with it.',
	access: 'contribute',
	endpoints: ['POST /events/delete/{event}'],
	fields: { event: eventLocator },
	run: async ({ misp }, { event }) => {
		await misp.post(path`/events/delete/${event}`);
		return { event, deleted: true };
	},
});
