import { resource } from '../definition';
import { create } from './object/create';
import { deleteObject } from './object/delete';
import { get } from './object/get';
import { addReference, removeReference } from './object/references';
import { searchObjects } from './object/search';
import { update } from './object/update';

export const object = resource({
	name: 'Object',
	description: 'Attributes of an event that belong together, in the form of a template',
	operations: {
		addReference,
		create,
		delete: deleteObject,
		get,
		removeReference,
		search: searchObjects,
		update,
	},
});
