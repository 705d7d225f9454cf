import { createHash } from 'node:crypto';

import type { MispReply } from '../client/client';
import { SCOPES } from '../client/searchScopes';
import {
	choice,
	collection,
	filter,
	FileRow,
	MispError,
	operation,
	recover,
	required,
	resource,
	text,
	when,
	type InputOf,
} from '../definition';
import { bodyBelow } from '../fields/exportCeiling';
import {
	csvSettings,
	exportedData,
	exportFormat,
	exportLimit,
	formatFor,
	RESTRICTED,
	rpzSettings,
} from '../fields/exportFormats';
import { Refanger } from '../fields/refang';
import { attributeSearch, eventSearch, searchOf } from '../fields/search';

const EVENTS = { scope: ['events'] };
const ATTRIBUTES = { scope: ['attributes'] };

const fields = {
	scope: required(
		choice(
			'Export',
			[
				{
					value: 'attributes',
					name: 'Attributes',
					description: 'Exactly those that match the filters',
				},
				{
					value: 'events',
					name: 'Events',
					description: 'Whole events with something in them that matches',
				},
			],
			'attributes',
		),
	),
	format: exportFormat,
	data: when({ format: RESTRICTED }, exportedData),
	value: attributeSearch.value,
	type: when(ATTRIBUTES, attributeSearch.type),
	eventinfo: when(EVENTS, eventSearch.eventinfo),
	tags: attributeSearch.tags,
	attributeFilters: when(ATTRIBUTES, attributeSearch.filters),
	eventFilters: when(EVENTS, eventSearch.filters),
	csv: when({ format: ['csv'] }, csvSettings),
	rpz: when({ format: ['rpz'] }, rpzSettings),
	attributeResult: when(ATTRIBUTES, attributeSearch.result),
	eventResult: when(EVENTS, eventSearch.result),
	output: choice(
		'Put Output In',
		[
			{ value: 'file', name: 'File', description: 'In the binary field "data"' },
			{ value: 'text', name: 'Text', description: 'In the field "text"' },
		],
		'file',
	),
	additionalFields: collection('Additional Fields', {
		limit: exportLimit,
		fileName: filter(
			text('File Name', {
				placeholder: 'e.g. blocklist.txt',
				description: 'Left out, it is misp-attributes or misp-events with the usual ending',
			}),
		),
	}),
};

type Input = InputOf<typeof fields>;

/** @throws MispError of kind `input`, see `searchBody`: an export without a filter would be everything */
function bodyOf(input: Input, refanger = new Refanger(input)): Record<string, unknown> {
	const { scope, format, data, type, eventinfo, tags, csv = {}, rpz = {} } = input;
	const events = scope === 'events';
	const value = refanger.values(input.value);
	formatFor(scope, format);
	const search = searchOf(scope, events ? { value, eventinfo, tags } : { value, type, tags }, {
		filters: (events ? input.eventFilters : input.attributeFilters) ?? {},
		result: (events ? input.eventResult : input.attributeResult) ?? {},
	});
	// Said outright what MISP does by itself, so that the request shows it.
	const flag = data === 'all' ? [0, 1] : 1;
	const { includeContext, headerless, requested_attributes: columns } = csv;
	return {
		...(RESTRICTED.includes(format) ? { to_ids: flag, published: flag } : {}),
		...search,
		...(includeContext === true ? { includeContext: 1 } : {}),
		...(headerless === true ? { headerless: 1 } : {}),
		...(columns === undefined ? {} : { requested_attributes: columns }),
		...rpz,
		...(input.additionalFields.limit === undefined
			? {}
			: { limit: input.additionalFields.limit, page: 1 }),
		returnFormat: format,
	};
}

/** A failure that came with status 200 in the place of the export. */
function refuseVerdict(body: string, request: string): void {
	if (body.length > 10_000 || !/^\s*\{/.test(body)) return;
	let reply: { message?: unknown; errors?: unknown; saved?: unknown; response?: unknown };
	try {
		reply = JSON.parse(body) as typeof reply;
	} catch {
		return; // no JSON, so it is the export
	}
	const { message, errors, saved, response } = reply;
	if (response !== undefined || (errors === undefined && saved !== false && !('url' in reply)))
		return;
	const said = typeof message === 'string' ? message : JSON.stringify(errors ?? 'no reason given');
	throw new MispError('server', `MISP did not make the export: ${said}`, { request, errors });
}

function isJson(body: string): boolean {
	try {
		JSON.parse(body);
		return true;
	} catch {
		return false;
	}
}

/** A proxy may cut a long reply so that it seems complete. */
function refuseCut(body: string, request: string): void {
	if (body.trim() === '' || isJson(body)) return; // nothing where nothing was found
	throw new MispError('notMisp', 'The export was cut short: it is not a whole document.', {
		hint: 'A proxy may limit the size or the time of replies. Export less at once.',
		request,
	});
}

const CONVERTS =
	'MISP makes some formats with programs of its own (STIX, YARA need Python on the server), and not every format of attributes. Try to export events, another format, or less at once.';

/** The error with what to do about it, where it is the format that MISP stumbled over. */
function explained(error: MispError, format: string): MispError {
	const unknown = /Invalid output format/i.test(error.message);
	const hint = unknown
		? `This MISP has no format "${format}" for this. It may be older than the format.`
		: `${CONVERTS} ${error.hint ?? ''}`.trim();
	return new MispError(error.kind, error.message, { ...error, hint });
}

/** How many were found. With a limit, MISP's count of attributes is not to be relied on. */
function countOf({ headers }: MispReply, limit: number | undefined): { result_count?: number } {
	const count = Number(headers['x-result-count'] ?? NaN);
	return limit === undefined && Number.isInteger(count) ? { result_count: count } : {};
}

const run = operation({
	name: 'Run',
	action: 'Export events or attributes',
	description:
		'Turns what a search finds into CSV, STIX, Suricata or Snort rules, block lists and other formats, as a file or as text. At least one filter is needed. Text, Hashes, Hosts File, OpenIOC, Snort, Suricata, RPZ, Kunai and Context (Markdown) have only what is published and for detection, unless Data to Export says otherwise. Below a TLP ceiling, rows are judged first and only those that may leave MISP are exported; of events those that may leave as a whole. If nothing matches, the export is empty (CSV: the header line alone) and result_count is 0. Example: Export "Attributes", Format "suricata", Changed After "7d".',
	access: 'read',
	endpoints: ['POST /attributes/restSearch', 'POST /events/restSearch'],
	fields,
	refangs: true,
	check: (input) => void bodyOf(input),
	run: async (context, input) => {
		const { misp, ceiling, hint } = context;
		const { scope, format, output, additionalFields } = input;
		const { extension, mimeType, accept, document } = formatFor(scope, format);
		const { path } = SCOPES[scope];
		const refanger = new Refanger(input);
		const asked = bodyOf(input, refanger);
		refanger.tell(context);
		const body = ceiling ? await bodyBelow(ceiling, scope, asked) : asked;
		if (body === undefined) {
			hint('Nothing was exported: the search found nothing, or nothing below the TLP ceiling.');
			return [];
		}
		const reply = await recover(
			misp.request({
				method: 'POST',
				path,
				body,
				read: true,
				text: true,
				accept,
				judged: true, // by the rows behind it
			}),
			({ message, status }) => status === 500 || /Invalid output format/i.test(message),
			(error) => {
				throw explained(error, format);
			},
		);
		const exported = String(reply.data);
		refuseVerdict(exported, `POST ${path}`);
		if (document) refuseCut(exported, `POST ${path}`);
		const row = {
			export: scope,
			format,
			sha256: createHash('sha256').update(exported).digest('hex'),
			...countOf(reply, additionalFields.limit),
			...(format === 'count' ? { count: Number(exported) } : {}),
		};
		if (output === 'text') return { ...row, text: exported };
		const fileName = additionalFields.fileName ?? `misp-${scope}.${extension}`;
		const content = Buffer.from(exported);
		return new FileRow(
			{ ...row, file_name: fileName, size: content.length },
			content,
			fileName,
			mimeType,
		);
	},
});

export const exportData = resource({
	name: 'Export',
	description: 'Search results in the formats of other tools',
	operations: { run },
});
