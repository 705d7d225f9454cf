import { watcher } from '../definition';
import { checkWatchedTypes } from '../fields/knownTypes';
import {
	changedEvents,
	eventWatch,
	loadEvents,
	newestEventBefore,
	newEvents,
	publishedEvents,
} from '../fields/watchEvent';
import { eventRow } from '../fields/rows';

export const eventCreated = watcher({
	name: 'Event Created',
	description:
		'Starts once for each event that is new in this MISP, created here or synchronised. With filters: once it matches them.',
	reads:
		'Event.id; Event.timestamp and Event.publish_timestamp for events that become visible to the user of the key, or come to match, when they are changed or published',
	blindTo:
		'Events that become visible without a change or a publication, such as by a membership in a sharing group',
	access: 'read',
	endpoints: ['POST /events/restSearch', 'GET /attributes/describeTypes.json'],
	fields: eventWatch,
	row: eventRow,
	prove: checkWatchedTypes,
	watch: (context, input) => ({
		once: 'row',
		sources: [
			newEvents(context, input),
			publishedEvents(context, input),
			changedEvents(context, input),
		],
		newestId: newestEventBefore(context),
	}),
	load: loadEvents,
});
