import { limitOf, limits, operation } from '../../definition';
import { searchKnown } from '../../fields/knownTypes';
import { objectFilters, objectSearch } from '../../fields/objectSearch';

export const searchObjects = operation({
	name: 'Search',
	action: 'Search objects',
	description:
		'Finds objects, one item each, with their attributes. An object is found when one of its attributes fits. At least one filter is needed. Example: Templates "file", Value "invoice.docm".',
	access: 'read',
	endpoints: ['POST /objects/restSearch', 'GET /attributes/describeTypes.json'],
	row: 'Object',
	fields: { ...objectSearch, ...limits },
	check: (input) => void objectFilters(input),
	run: ({ misp }, input) => searchKnown(misp, 'objects', objectFilters(input), limitOf(input)),
});
