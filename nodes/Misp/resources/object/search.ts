import { limitOf, operation } from '../../definition';
import { searchKnown } from '../../fields/knownTypes';
import { objectFilters, objectSearch } from '../../fields/objectSearch';
import { searchForm } from '../../fields/search';
import { Refanger } from '../../fields/refang';
import { objectRow } from '../../fields/rows';

export const searchObjects = operation({
	name: 'Search',
	action: 'Search objects',
	description:
		'Finds objects, one item each, with their attributes. An object is found when one of its attributes fits. At least one filter is needed. Example: Templates "file", Values "invoice.docm".',
	access: 'read',
	endpoints: ['POST /objects/restSearch', 'GET /attributes/describeTypes.json'],
	row: objectRow,
	fields: searchForm(objectSearch),
	refangs: true,
	check: (input) => void objectFilters(input),
	run: (context, input) => {
		const refanger = new Refanger(input);
		const asked = objectFilters(input, refanger);
		refanger.tell(context);
		return searchKnown(context.misp, 'objects', asked, limitOf(input));
	},
});
