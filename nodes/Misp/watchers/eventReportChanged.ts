import { watcher } from '../definition';
import { reportRow } from '../fields/report';
import { latestReport, newestReportId, reportClocks, reportWatch } from '../fields/watchReport';

export const eventReportChanged = watcher({
	name: 'Event Report Added or Changed',
	description: 'Starts for each report that is added to an event, and for each change of one',
	reads:
		'Event.timestamp and Event.publish_timestamp, then EventReport.timestamp of the reports of each event that moved. When it begins, it reads all reports once.',
	blindTo:
		'Reports that are deleted or restored, which moves no clock of the report; a report in an event that arrives unpublished from another MISP with an old time; an older change that arrives from there later than "Look for Late Data" allows',
	access: 'read',
	endpoints: [
		'POST /events/restSearch',
		'GET /event_reports/index/event_id:{event}',
		'GET /event_reports/index/context:all',
	],
	fields: reportWatch,
	row: reportRow,
	watch: (context, input) => ({
		once: input.changes === 'added' ? 'row' : 'version',
		sources: reportClocks(context, input),
		newestId: async (at) => await newestReportId(context, at),
		latest: async () => await latestReport(context, input),
	}),
	scope: ({ changes }) => String(changes),
});
