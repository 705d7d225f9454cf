import {
	changed,
	collection,
	hinted,
	isNumericId,
	longText,
	operation,
	path,
	recover,
	required,
	text,
	toggle,
	uuidText,
	type InputOf,
} from '../../definition';
import { editedEvent, fetchEventHeader, LASTS } from '../../fields/event';
import { editedReport, fetchReport, postReport, reportRow } from '../../fields/report';
import { innerDistribution, sharingBody, sharingGroupOf } from '../../fields/sharing';

const REFUSED = {
	message: 'MISP did not save the report, and gave no reason.',
	hint: 'The name may be empty, the UUID taken, or the sharing group not one of yours.',
};

const title = text('Report Name', {
	placeholder: 'e.g. Analysis of the phishing wave',
	description: 'The title of the report',
});

const content = longText('Content', {
	placeholder: 'e.g. # Summary',
	description:
		'The text, in Markdown. @[attribute](UUID), @[object](UUID) and @[tag](tlp:amber) show what is in MISP.',
});

const sharing = { distribution: innerDistribution, sharingGroup: sharingGroupOf };

const createFields = {
	event: editedEvent,
	reportName: required(title),
	content,
	additionalFields: collection('Additional Fields', {
		...sharing,
		uuid: uuidText('UUID', {
			description: 'Left empty, one is made. With one, a repeated call cannot add a second report.',
		}),
	}),
};

function newReport(input: InputOf<typeof createFields>) {
	const { distribution = 5, ...more } = input.additionalFields;
	return {
		name: input.reportName,
		content: input.content ?? '',
		...sharingBody({ ...more, distribution }),
		...(more.uuid === undefined ? {} : { uuid: more.uuid }),
	};
}

export const create = operation({
	name: 'Create',
	action: 'Create an event report',
	description:
		'Adds a report, a text in Markdown, to an event. MISP unpublishes the event. Example: Event 1234, Report Name "Triage", Content "# Summary".',
	access: 'contribute',
	endpoints: ['POST /event_reports/add/{event}', 'POST /events/index'],
	row: reportRow,
	fields: createFields,
	check: (input) => void newReport(input),
	run: async ({ misp }, input) => {
		const { event } = input;
		// MISP writes into the report what stands in the path, and a UUID is no id.
		const id = isNumericId(event) ? event : (await fetchEventHeader(misp, event)).id;
		return await postReport(
			misp,
			path`/event_reports/add/${id}`,
			newReport(input),
			'EventReport',
			REFUSED,
		);
	},
});

const changes = { reportName: title, content, ...sharing };

function changesOf(input: Partial<InputOf<typeof changes>>): Record<string, unknown> {
	const body = {
		...(input.reportName === undefined ? {} : { name: input.reportName }),
		...(input.content === undefined ? {} : { content: input.content }),
		...sharingBody(input),
	};
	return changed(body);
}

export const update = operation({
	name: 'Update',
	action: 'Update an event report',
	description: 'Changes what is filled in and leaves the rest. MISP unpublishes the event.',
	access: 'contribute',
	endpoints: ['POST /event_reports/edit/{report}'],
	row: reportRow,
	fields: { report: editedReport, updateFields: collection('Fields to Update', changes) },
	check: (input) => void changesOf(input.updateFields),
	run: async ({ misp }, { report, updateFields }) =>
		await postReport(
			misp,
			path`/event_reports/edit/${report}`,
			changesOf(updateFields),
			'EventReport',
			REFUSED,
		),
});

export const deleteReport = operation({
	name: 'Delete',
	action: 'Delete an event report',
	description:
		'Marks the report as deleted, which Restore takes back; or deletes it for good. MISP unpublishes the event. A report that is not there any more is no error.',
	access: 'contribute',
	ownRows: true,
	endpoints: ['POST /event_reports/delete/{report}'],
	fields: {
		report: editedReport,
		hard: hinted(
			LASTS,
			toggle(
				'Delete Permanently',
				'Whether to remove the report from the database, which cannot be taken back',
			),
		),
	},
	run: async ({ misp, hint }, { report, hard }) => {
		const forGood = hard === true;
		const gone = await recover(
			postReport(misp, path`/event_reports/delete/${report}`, forGood ? { hard: 1 } : {}, 'saved', {
				...REFUSED,
				message: 'MISP did not delete the report, and gave no reason.',
			}).then(() => false),
			({ kind, status }) => kind === 'notFound' && status === 404,
			() => true,
		);
		if (gone) hint(`MISP had no report ${report}: deleted before, or not visible for this key.`);
		return { report, deleted: !gone, already_gone: gone, for_good: forGood };
	},
});

export const restore = operation({
	name: 'Restore',
	action: 'Restore an event report',
	description:
		'Takes back that a report was marked as deleted, and returns it. MISP unpublishes the event. A report that was not deleted is no error.',
	access: 'contribute',
	endpoints: ['POST /event_reports/restore/{report}', 'GET /event_reports/view/{report}'],
	row: reportRow,
	fields: { report: editedReport },
	run: async ({ misp, hint }, { report }) => {
		await postReport(misp, path`/event_reports/restore/${report}`, {}, 'saved', {
			...REFUSED,
			message: 'MISP did not restore the report, and gave no reason.',
		});
		// It is restored by now, whatever becomes of reading it.
		return await recover(
			fetchReport(misp, report),
			({ kind }) => kind !== 'cancelled',
			() => {
				hint(`Report ${report} was restored, but could not be read.`);
				return { EventReport: { id: report, deleted: false } };
			},
		);
	},
});
