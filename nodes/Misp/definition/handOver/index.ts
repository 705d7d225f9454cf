import type { Fields } from '../field';
import { choice } from '../choices';
import { FORMATS, type Format } from './chatText';
import { defang } from './defang';
import { summaryOf } from './summary';

type Row = Record<string, unknown>;

/** What makes rows safe to hand over to chats and tickets, in the form of an operation. */
export const handOverFields = {
	defang: choice(
		'Defang Values',
		[
			{
				value: 'replace',
				name: 'Replace',
				description: 'Values, titles, comments and texts are defanged where they stand',
			},
			{
				value: 'keep',
				name: 'Replace and Keep the Original',
				description: 'The original of what was changed stands beside it, as in value_original',
			},
		],
		'replace',
		{
			description:
				'Makes addresses that nobody follows by accident: hxxps[:]//login[.]example[.]com. Look-ups restore them.',
		},
	),
	summary: choice(
		'Add Summary',
		[
			{ value: 'text', name: 'Plain Text' },
			{ value: 'markdown', name: 'Markdown', description: 'For tickets, Mattermost, Teams' },
			{ value: 'slack', name: 'Slack', description: 'Its own form of Markdown (mrkdwn)' },
			{ value: 'html', name: 'HTML', description: 'For e-mails' },
			{ value: 'jira', name: 'Jira', description: 'Its wiki markup' },
			{
				value: 'all',
				name: 'All of These',
				description: 'The field "summary" then has text, markdown, slack, html and jira in it',
			},
		],
		'text',
		{
			description:
				'Adds the field "summary" to events, to what is in them or said about them, and to answers of look-ups: one line, defanged, in which texts from MISP can neither format nor link nor call people',
		},
	),
} satisfies Fields;

/** What takes defanged values in, in the form of an operation; see `fields/refang.ts`. */
export const refangFields = {
	refang: choice(
		'Refang Values',
		[
			{
				value: 'yes',
				name: 'Yes',
				description: 'As without this option; the output says which values were restored',
			},
			{
				value: 'no',
				name: 'No, Send as Entered',
				description: 'MISP itself still restores addresses of some types',
			},
		],
		'no',
		{
			description:
				'Whether to restore defanged values such as hxxps://login[.]example[.]com before they are sent. Types for texts and patterns are never changed.',
		},
	),
} satisfies Fields;

export interface HandOver {
	defang?: 'replace' | 'keep' | undefined;
	summary?: Format | 'all' | undefined;
}

/** Where MISP has texts that people write, and values. Names of tags and types are none. */
const TEXTS = new Set(
	'value value1 value2 info event_info comment content note searched text title source'.split(' '),
);

function defanged(value: unknown, keep: boolean): unknown {
	if (Array.isArray(value)) return value.map((entry) => defanged(entry, keep));
	if (value === null || typeof value !== 'object') return value;
	const entries = Object.entries(value).flatMap(([name, entry]): Array<[string, unknown]> => {
		if (typeof entry !== 'string' || !TEXTS.has(name)) return [[name, defanged(entry, keep)]];
		const safe = defang(entry);
		const original: Array<[string, unknown]> =
			keep && safe !== entry ? [[`${name}_original`, entry]] : [];
		return [[name, safe], ...original];
	});
	return Object.fromEntries(entries);
}

/** One summary, or each of its forms by name. */
function summaryIn(row: Row, format: Format | 'all') {
	if (format !== 'all') return summaryOf(row, format);
	const forms = FORMATS.map((form) => [form, summaryOf(row, form)] as const);
	return forms.some(([, text]) => text === undefined) ? undefined : Object.fromEntries(forms);
}

/** A row as it is handed over; the same row when nothing was asked for. */
export function handOver(row: Row, { defang: how, summary: format }: HandOver): Row {
	const safe = how === undefined ? row : (defanged(row, how === 'keep') as Row);
	const summary = format === undefined ? undefined : summaryIn(row, format);
	return summary === undefined ? safe : { ...safe, summary };
}
