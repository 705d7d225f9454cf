import { watcher } from '../definition';
import { checkWatchedTypes } from '../fields/knownTypes';
import {
	attributeFilters,
	changedAttributes,
	include,
	loadAttributes,
	newestId,
	publishedAttributes,
} from '../fields/watchAttribute';
import { attributeRow } from '../fields/rows';

export const attributeUpdated = watcher({
	name: 'Attribute Added or Updated',
	description:
		'Starts for a new attribute and for each change of one: of its value, details or tags, and when it is restored',
	reads:
		'Attribute.timestamp; Event.publish_timestamp for attributes that arrive from another MISP',
	blindTo:
		'Deletions; local tags, sightings and proposals, which move no clock of the attribute; changes that were made elsewhere longer ago than "Look for Late Data" before they arrive; with the filter "Published", changes that are published later than that. Attributes that arrived with old times come again when their event is published again in that time',
	access: 'read',
	endpoints: ['POST /attributes/restSearch', 'GET /attributes/describeTypes.json'],
	fields: { ...attributeFilters, include },
	row: attributeRow,
	prove: checkWatchedTypes,
	watch: (context, input) => ({
		once: 'version',
		sources: [
			changedAttributes(context, input),
			// All attributes of an event are published together: old ones were handed on, or are not new.
			publishedAttributes(context, input, { isLate: ({ id }, newest) => id > newest }),
		],
		newestId: async () => await newestId(context),
	}),
	load: loadAttributes,
});
