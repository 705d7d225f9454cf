import { watcher } from '../definition';
import { checkWatchedTypes } from '../fields/knownTypes';
import {
	addedAttributes,
	attributeFilters,
	include,
	loadAttributes,
	newestBefore,
} from '../fields/watchAttribute';
import { attributeRow } from '../fields/rows';

export const attributeAdded = watcher({
	name: 'Attribute Added',
	description:
		'Starts once for each attribute that is new in this MISP, added here or synchronised. With filters: once it matches them.',
	reads:
		'Attribute.id; Event.publish_timestamp for what becomes visible by publishing; with filters also Attribute.timestamp and, where they look at the event, Event.timestamp, for attributes that come to match later. With the filter "Published": Event.publish_timestamp alone',
	blindTo:
		'Attributes that were there before the trigger began, also when they come to match or are published later ("Look Back" starts earlier); those that come to match by a local tag or a change of a warninglist, which move no clock',
	access: 'read',
	endpoints: ['POST /attributes/restSearch', 'GET /attributes/describeTypes.json'],
	fields: { ...attributeFilters, include },
	row: attributeRow,
	prove: checkWatchedTypes,
	watch: (context, input) => ({
		once: 'row',
		sources: addedAttributes(context, input),
		newestId: newestBefore(context),
	}),
	load: loadAttributes,
});
