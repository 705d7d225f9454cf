import { watcher } from '../definition';
import { checkWatchedTypes } from '../fields/knownTypes';
import {
	changedEvents,
	eventWatch,
	isFiltered,
	loadEvents,
	newEvents,
	publishedEvents,
} from '../fields/watchEvent';

export const eventCreated = watcher({
	name: 'Event Created',
	description:
		'Starts once for each event that is new in this MISP, created here or synchronised. With filters: once it matches them.',
	reads:
		'Event.id; with filters also Event.timestamp and Event.publish_timestamp, for events that come to match later',
	blindTo:
		'Events that become visible to this user later, unless they are changed or published then',
	access: 'read',
	endpoints: ['POST /events/restSearch', 'GET /attributes/describeTypes.json'],
	fields: eventWatch,
	row: 'Event',
	prove: checkWatchedTypes,
	watch: (context, input) => ({
		once: 'row',
		sources: isFiltered(input)
			? [newEvents(context, input), changedEvents(context, input), publishedEvents(context, input)]
			: [newEvents(context, input)],
	}),
	load: loadEvents,
});
