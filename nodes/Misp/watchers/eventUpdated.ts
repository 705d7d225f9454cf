import { watcher } from '../definition';
import { checkWatchedTypes } from '../fields/knownTypes';
import {
	cameFromElsewhere,
	changedEvents,
	eventWatch,
	loadEvents,
	newestEventId,
	publishedEvents,
} from '../fields/watchEvent';
import type { Row } from '../client/paging';
import { eventRow } from '../fields/rows';

export const eventUpdated = watcher({
	name: 'Event Created or Updated',
	description:
		'Starts for a new event and for each change: of its details, attributes, objects, tags or reports',
	reads: 'Event.timestamp; Event.publish_timestamp for events that arrive from another MISP',
	blindTo:
		'Publishing, local tags, sightings and proposals, which move no clock of the event; objects that are deleted for good; events that arrive unpublished with times older than the look-back',
	access: 'read',
	endpoints: ['POST /events/restSearch', 'GET /attributes/describeTypes.json'],
	fields: eventWatch,
	row: eventRow,
	prove: checkWatchedTypes,
	watch: (context, input) => ({
		once: 'version',
		sources: [
			changedEvents(context, input),
			publishedEvents(
				context,
				input,
				// With "published" as a filter, an event matches at last when it is published.
				({ id, data }, newestId) =>
					input.filters.published === 1 || id > newestId || cameFromElsewhere(data as Row),
			),
		],
		newestId: async () => await newestEventId(context),
	}),
	load: loadEvents,
});
