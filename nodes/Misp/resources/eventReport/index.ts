import { resource } from '../../definition';
import { extractIndicators, importFromUrl } from './intake';
import { get, getAll } from './reads';
import { create, deleteReport, restore, update } from './writes';

export const eventReport = resource({
	name: 'Event Report',
	description: 'A text about an event, in Markdown',
	operations: {
		create,
		delete: deleteReport,
		extractIndicators,
		get,
		getAll,
		importFromUrl,
		restore,
		update,
	},
});
