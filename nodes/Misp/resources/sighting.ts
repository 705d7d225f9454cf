import { resource } from '../definition';
import { create } from './sightingCreate';
import { deleteSighting, get, search } from './sightingReads';

export const sighting = resource({
	name: 'Sighting',
	description: 'That a value was seen, was a false positive, or expires',
	operations: { create, delete: deleteSighting, get, search },
});
