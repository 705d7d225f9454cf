import { path } from '../definition';
import { listWatcher } from '../fields/watchList';
import { taxonomyRow } from '../fields/rows';

export const taxonomyChanged = listWatcher({
	name: 'Taxonomy Changed',
	description: 'Starts when a taxonomy is new, has a new version, or is switched on or off',
	example: 'tlp',
	endpoint: 'GET /taxonomies/index',
	envelope: 'Taxonomy',
	row: taxonomyRow,
	reads: 'Taxonomy.version, enabled, required and highlighted',
	blindTo: 'Single tags of a taxonomy that are switched on or off.',
	fetch: async (misp) => await misp.get(path`/taxonomies/index`),
	named: ({ namespace, description }) => `${String(namespace)} ${String(description)}`,
	state: ({ version, required, highlighted }) => [version, required, highlighted],
});
