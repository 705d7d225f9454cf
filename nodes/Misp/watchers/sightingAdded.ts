import { inputError, watcher } from '../definition';
import {
	latestSighting,
	newestSightingId,
	sightingBody,
	sightings,
	sightingWatch,
} from '../fields/watchSighting';
import { sightingRow } from '../fields/rows';

/** In epoch seconds; for the check of a body, whatever stretch it will ask for. */
const SOME_TIME = 1_700_000_000;

export const sightingAdded = watcher({
	name: 'Sighting Added',
	description:
		'Starts once for each sighting, false positive or expiration that is reported, with the attribute and the event it is about',
	reads: 'Sighting.date_sighting, which is when something was seen, as the reporter says',
	blindTo:
		'Sightings of what was seen longer before they arrive than "Look for Late Data" says; those of other organisations, where MISP’s sighting policy hides them; those that are deleted before the next poll',
	access: 'read',
	endpoints: ['POST /sightings/restSearch'],
	fields: sightingWatch,
	row: sightingRow,
	check: (input) => {
		const { context, event, attribute } = input;
		if (context === 'event' && event === undefined) throw inputError('"Event" is required.');
		if (context === 'attribute' && attribute === undefined) {
			throw inputError('"Attribute" is required.');
		}
		sightingBody(input, SOME_TIME, SOME_TIME);
	},
	watch: (context, input) => ({
		once: 'row',
		sources: [sightings(context, input)],
		newestId: newestSightingId(context),
		latest: async () => await latestSighting(context, input),
	}),
});
