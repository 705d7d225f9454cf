import { watcher } from '../definition';
import { analystRow } from '../fields/analystData';
import {
	analystClock,
	analystWatch,
	latestAnalystData,
	loadAnalystData,
} from '../fields/watchAnalystData';

export const analystDataAdded = watcher({
	name: 'Analyst Data Added or Changed',
	description:
		'Starts for each note, opinion or relationship that somebody adds about something, and for each change of one',
	reads: 'Note.modified, Opinion.modified and Relationship.modified; Note.created and so on',
	blindTo:
		'What is deleted; what arrives from another MISP with times that are older than "Look for Late Data"',
	access: 'read',
	endpoints: ['POST /analyst_data/indexMinimal', 'GET /analyst_data/view/{type}/{uuid}'],
	fields: analystWatch,
	row: analystRow,
	watch: (context, input) => ({
		once: 'version',
		sources: [analystClock(context, input)],
		latest: async () => await latestAnalystData(context, input),
	}),
	load: loadAnalystData,
	scope: ({ changes }) => String(changes),
});
