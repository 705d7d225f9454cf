import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import {
	choice,
	collection,
	filter,
	FileRow,
	operation,
	required,
	resource,
	text,
	type RunContext,
	when,
	type InputOf,
} from '../definition';
import { exportByMisp, textOf, type Exported } from '../fields/exportByMisp';
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
import { exportHere, exportWriter, isWrittenHere } from '../fields/exportHere';
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
		writtenBy: when({ '/scope': ['attributes'], '/format': ['csv', 'text'] }, exportWriter),
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

/** The export, written here or by MISP. `undefined` when the TLP ceiling leaves nothing of it. */
async function exported(
	{ misp, ceiling, hint }: RunContext,
	{ scope, additionalFields: { writtenBy } }: Input,
	body: Record<string, unknown>,
): Promise<Exported | undefined> {
	if (writtenBy !== 'misp' && isWrittenHere(scope, body)) return exportHere(misp, body, hint);
	const judged = ceiling ? await bodyBelow(ceiling, scope, body) : body;
	if (judged !== undefined) return await exportByMisp(misp, scope, judged);
	hint('Nothing was exported: the search found nothing, or nothing below the TLP ceiling.');
	return undefined;
}

const run = operation({
	name: 'Run',
	action: 'Export events or attributes',
	description:
		'Turns what a search finds into CSV, STIX, Suricata or Snort rules, block lists and other formats, as a file or as text. At least one filter is needed. Text, Hashes, Hosts File, OpenIOC, Snort, Suricata, RPZ, Kunai and Context (Markdown) have only what is published and for detection, unless Data to Export says otherwise. Below a TLP ceiling, rows are judged first and only those that may leave MISP are exported; of events those that may leave as a whole. If nothing matches, the export is empty (CSV: the header line alone) and result_count is 0. A file is stored while it arrives, however large it is; a text can have 20 MiB. Example: Export "Attributes", Format "suricata", Changed After "7d".',
	access: 'read',
	endpoints: ['POST /attributes/restSearch', 'POST /events/restSearch'],
	fields,
	refangs: true,
	check: (input) => void bodyOf(input),
	run: async (context, input) => {
		const { scope, format, output, additionalFields } = input;
		const refanger = new Refanger(input);
		const body = bodyOf(input, refanger);
		refanger.tell(context);
		const found = await exported(context, input, body);
		if (found === undefined) return [];
		const { extension, mimeType } = formatFor(scope, format);
		const hash = createHash('sha256');
		async function* hashed(): AsyncGenerator<Buffer> {
			for await (const chunk of found?.content ?? []) {
				hash.update(chunk as Buffer);
				yield chunk as Buffer;
			}
		}
		const content = Readable.from(hashed(), { objectMode: false });
		const row = () => ({
			export: scope,
			format,
			sha256: hash.copy().digest('hex'),
			...found.count(),
			...(format === 'count' ? { count: Number(found.whole) } : {}),
		});
		if (output === 'text') {
			const text = await textOf(scope, content);
			return { ...row(), text };
		}
		const fileName = additionalFields.fileName ?? `misp-${scope}.${extension}`;
		return new FileRow(() => ({ ...row(), file_name: fileName }), content, fileName, mimeType);
	},
});

export const exportData = resource({
	name: 'Export',
	description: 'Search results in the formats of other tools',
	operations: { run },
});
