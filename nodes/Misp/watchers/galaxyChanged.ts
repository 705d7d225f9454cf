import { fetchGalaxies } from '../fields/galaxy';
import { listWatcher } from '../fields/watchList';
import { galaxyRow } from '../fields/rows';

export const galaxyChanged = listWatcher({
	name: 'Galaxy Changed',
	description: 'Starts when a galaxy is new, has a new version, or is switched on or off',
	example: 'threat-actor',
	endpoint: 'GET /galaxies/index',
	envelope: 'Galaxy',
	row: galaxyRow,
	reads: 'Galaxy.version and enabled',
	blindTo: 'Clusters that are added or changed while the version of their galaxy stays.',
	fetch: fetchGalaxies,
	named: ({ name, type }) => `${String(name)} ${String(type)}`,
	state: ({ version }) => [version],
});
