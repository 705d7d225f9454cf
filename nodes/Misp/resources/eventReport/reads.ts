import {
	choice,
	collection,
	epoch,
	filter,
	isNumericId,
	limits,
	operation,
	text,
	type Field,
} from '../../definition';
import { eventLocator, fetchEventHeader } from '../../fields/event';
import { fetchReport, fetchReports, reportLocator, reportRow } from '../../fields/report';

export const get = operation({
	name: 'Get',
	action: 'Get an event report',
	description: 'Returns one report with its text and its event, also if it is marked as deleted.',
	access: 'read',
	endpoints: ['GET /event_reports/view/{report}'],
	row: reportRow,
	fields: { report: reportLocator },
	run: async ({ misp }, { report }) => await fetchReport(misp, report),
});

const eventFilter = { ...eventLocator, property: { ...eventLocator.property, required: false } };

export const getAll = operation({
	name: 'Get Many',
	action: 'Get many event reports',
	description:
		'Lists reports with their text and their event. MISP sends all of them at once: name the event where you can.',
	access: 'read',
	endpoints: ['GET /event_reports/index', 'POST /events/index'],
	row: reportRow,
	fields: {
		...limits,
		filters: collection(
			'Filters',
			{
				event: filter(eventFilter as Field<string | undefined>),
				contains: filter(
					text('Name or Content Contains', {
						placeholder: 'e.g. phishing',
						description: 'In any case of letters',
					}),
				),
				changedSince: filter(
					epoch('Changed After', { description: 'Added or edited at this time or later' }),
				),
				context: choice(
					'Deleted',
					[
						{ value: 'deleted', name: 'Only Deleted' },
						{ value: 'all', name: 'Deleted and Not Deleted' },
					],
					'deleted',
					{ description: 'Without this filter, deleted reports are left out' },
				),
			},
			{ placeholder: 'Add Filter' },
		),
	},
	run: async ({ misp }, { filters }) => {
		const { event, contains, changedSince = 0, context = 'default' } = filters;
		const id =
			event === undefined || isNumericId(event) ? event : (await fetchEventHeader(misp, event)).id;
		const reports = await fetchReports(misp, {
			event: id,
			context: context === 'default' ? undefined : context,
		});
		const part = contains?.toLowerCase() ?? '';
		return reports.filter(({ EventReport: report }) => {
			const shown = context === 'all' || report.deleted === (context === 'deleted');
			const text = `${report.name}\n${report.content ?? ''}`.toLowerCase();
			return shown && Number(report.timestamp) >= changedSince && text.includes(part);
		});
	},
});
