import { limitOf, operation, type InputOf } from '../../definition';
import { searchKnown } from '../../fields/knownTypes';
import { Refanger } from '../../fields/refang';
import { eventSearch, searchForm, searchOf } from '../../fields/search';
import { eventRow } from '../../fields/rows';

function eventFilters(
	input: InputOf<typeof eventSearch>,
	refanger = new Refanger(input),
): Record<string, unknown> {
	const { eventinfo, tags, filters, result } = input;
	const value = refanger.values(input.value);
	return searchOf('events', { value, eventinfo, tags }, { filters, result });
}

export const searchEvents = operation({
	name: 'Search',
	action: 'Search events',
	description:
		'Finds events by what is in them and returns them whole. At least one filter is needed. Several filters on attributes are met by any attributes of the event, not by one alone; to find attributes use the resource Attribute. Example: Tags "tlp:red", Changed After "7d".',
	access: 'read',
	endpoints: ['POST /events/restSearch', 'GET /attributes/describeTypes.json'],
	row: eventRow,
	fields: searchForm(eventSearch),
	refangs: true,
	check: (input) => void eventFilters(input),
	run: (context, input) => {
		const refanger = new Refanger(input);
		const asked = eventFilters(input, refanger);
		refanger.tell(context);
		return searchKnown(context.misp, 'events', asked, limitOf(input));
	},
});
