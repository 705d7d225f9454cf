import { limitOf, limits, operation, type InputOf } from '../../definition';
import { searchKnown } from '../../fields/knownTypes';
import { eventSearch, searchOf } from '../../fields/search';

function eventFilters(input: InputOf<typeof eventSearch>): Record<string, unknown> {
	const { value, eventinfo, tags, filters, result } = input;
	return searchOf('events', { value, eventinfo, tags }, { filters, result });
}

export const searchEvents = operation({
	name: 'Search',
	action: 'Search events',
	description:
		'Finds events by what is in them and returns them whole. At least one filter is needed. Several filters on attributes are met by any attributes of the event, not by one alone; to find attributes use the resource Attribute. Example: Tags "tlp:red", Changed After "7d".',
	access: 'read',
	endpoints: ['POST /events/restSearch', 'GET /attributes/describeTypes.json'],
	row: 'Event',
	fields: { ...eventSearch, ...limits },
	check: (input) => void eventFilters(input),
	run: ({ misp }, input) => searchKnown(misp, 'events', eventFilters(input), limitOf(input)),
});
