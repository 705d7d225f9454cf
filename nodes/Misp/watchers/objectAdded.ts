import { watcher } from '../definition';
import { checkWatchedTypes } from '../fields/knownTypes';
import { addedAttributes, newestBefore } from '../fields/watchAttribute';
import { inObjects, loadObjects, objectWatch } from '../fields/watchObject';
import { objectRow } from '../fields/rows';

export const objectAdded = watcher({
	name: 'Object Added',
	description:
		'Starts once for each object that is new in this MISP, such as a file or an e-mail, added here or synchronised, with its attributes. With filters: once it matches them.',
	reads:
		'Attribute.object_id; Event.publish_timestamp for what becomes visible by publishing; with filters also Attribute.timestamp and, where they look at the event, Event.timestamp, for objects that come to match later. With the filter "Published": Event.publish_timestamp alone',
	blindTo:
		'Objects without attributes; those that were there before the trigger began, also when they come to match or are published later ("Look Back" starts earlier); changes of an object; those that come to match by a local tag',
	access: 'read',
	endpoints: [
		'POST /attributes/restSearch',
		'GET /objects/view/{object}',
		'POST /objects/restSearch',
		'GET /attributes/describeTypes.json',
	],
	fields: objectWatch,
	row: objectRow,
	prove: checkWatchedTypes,
	watch: (context, input) => ({
		once: 'row',
		sources: addedAttributes(context, input, {
			identity: 'object_id',
			keep: inObjects(context, input.object_name),
		}),
		newestId: newestBefore(context, 'object_id'),
	}),
	load: loadObjects,
});
