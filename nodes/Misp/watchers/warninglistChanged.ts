import { fetchWarninglists } from '../fields/warninglist';
import { listWatcher } from '../fields/watchList';
import { warninglistRow } from '../fields/rows';

export const warninglistChanged = listWatcher({
	name: 'Warninglist Changed',
	description:
		'Starts when a warninglist is new, has a new version, or is switched on or off: what counts as known good has changed',
	example: 'public DNS',
	endpoint: 'GET /warninglists/index',
	envelope: 'Warninglist',
	row: warninglistRow,
	reads: 'Warninglist.version, enabled, and the number of its entries',
	blindTo: 'An entry that takes the place of another while the version stays.',
	fetch: fetchWarninglists,
	named: ({ name }) => String(name),
	state: ({ version, warninglist_entry_count: entries }) => [version, entries],
});
