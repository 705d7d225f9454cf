/** What MISP makes of texts of others: reports of web pages, attributes of reports. */
import { inputError, operation, path, required, text, toggle } from '../../definition';
import {
	editedReport,
	fetchReport,
	flatReport,
	postReport,
	type ReportReply,
	reportRow,
} from '../../fields/report';
import { fetchOwnedEvent, requireMayModify } from '../../fields/user';
import { editedEvent } from '../../fields/event';

/** @throws MispError of kind `input` for what is not the address of a web page */
function checkAddress(url: string): void {
	const parsed = URL.canParse(url) ? new URL(url) : undefined;
	if (!parsed || !/^https?:$/.test(parsed.protocol)) {
		throw inputError(
			`"${url.slice(0, 60)}" is not the address of a web page: it must start with https:// or http://.`,
		);
	}
}

export const importFromUrl = operation({
	name: 'Import From URL',
	action: 'Import an event report from a web page',
	description:
		'Has MISP read a web page and keep it as a report of an event, in Markdown. Needs the right to change the event, and the module html_to_markdown on MISP’s side. MISP unpublishes the event. Example: Event 1234, URL "https://www.example.com/report.html".',
	access: 'contribute',
	// The address goes to whoever runs that page, with all that an agent was talked into writing in it.
	irreversible: true,
	endpoints: [
		'POST /event_reports/importReportFromUrl/{event}',
		'POST /events/restSearch',
		'GET /users/view/me',
	],
	row: reportRow,
	fields: {
		event: editedEvent,
		url: required(
			text('URL', {
				placeholder: 'e.g. https://www.example.com/report.html',
				description: 'The page that becomes the report',
				hint: 'MISP fetches the page, not n8n: whoever runs it sees a visit of your MISP',
			}),
		),
	},
	check: ({ url }) => checkAddress(url),
	run: async ({ misp }, { event, url }) => {
		// MISP itself imports for anybody, and into events that do not exist.
		const owned = await fetchOwnedEvent(misp, event);
		await requireMayModify(misp, owned);
		return await postReport(
			misp,
			path`/event_reports/importReportFromUrl/${owned.id}`,
			{ url },
			'EventReport',
			{
				message: `MISP could not read ${url.slice(0, 200)}, and imported nothing.`,
				hint: 'Check the address, and whether the module html_to_markdown is enabled in MISP and reaches the page.',
			},
		);
	},
});

const LINK = /@\[(attribute|tag)\]\(([^)]*)\)/g;

/** What a text links to: UUIDs of attributes, names of tags. */
function linksIn(text: string | null, kind: string): string[] {
	const links = [...(text ?? '').matchAll(LINK)].filter(([, found]) => found === kind);
	return [...new Set(links.map(([, , target = '']) => target))];
}

export const extractIndicators = operation({
	name: 'Extract Indicators',
	action: 'Extract indicators from an event report',
	description:
		'Has MISP find addresses, domains, hashes and tags in the text of a report, add them to its event as attributes, and link them in the text. Returns the report, with the UUIDs of the attributes that were linked now. Needs the right to change the event. MISP unpublishes the event. Safe to repeat.',
	access: 'contribute',
	endpoints: [
		'POST /event_reports/extractAllFromReport/{report}',
		'GET /event_reports/view/{report}',
		'GET /users/view/me',
	],
	row: ({ report, ...extracted }: { report: ReportReply }) => ({
		...flatReport(report),
		...extracted,
	}),
	fields: {
		report: editedReport,
		tagEvent: toggle('Tag the Event', 'Whether to put tags that the text names on the event'),
	},
	run: async ({ misp }, { report, tagEvent }) => {
		const before = await fetchReport(misp, report);
		const { id, event_id: event, content: text } = before.EventReport;
		// MISP itself lets users extract who may only read.
		await requireMayModify(misp, { ...before.Event, id: event });
		const reply = await postReport<{ report: ReportReply }>(
			misp,
			path`/event_reports/extractAllFromReport/${id}`,
			tagEvent === true ? { tag_event: true } : {},
			'report',
			{
				message: 'MISP extracted nothing, and gave no reason.',
				hint: 'Look at the report in MISP: what is in it may not be an indicator that MISP knows.',
			},
		);
		const after = reply.report?.EventReport?.content ?? '';
		const added = (kind: string) =>
			linksIn(after, kind).filter((link) => !linksIn(text, kind).includes(link));
		return {
			...reply,
			extracted_attributes: added('attribute'),
			extracted_tags: added('tag'),
		};
	},
});
