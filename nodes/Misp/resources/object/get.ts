import { operation } from '../../definition';
import { fetchObject, objectLocator } from '../../fields/object';
import { objectRow } from '../../fields/rows';

export const get = operation({
	name: 'Get',
	action: 'Get an object',
	description: 'Returns one object with its attributes.',
	access: 'read',
	endpoints: ['GET /objects/view/{object}'],
	row: objectRow,
	fields: { object: objectLocator },
	run: async ({ misp }, { object }) => await fetchObject(misp, object),
});
