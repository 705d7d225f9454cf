import * as z from 'zod/v4';

import {
	choice,
	collection,
	fileField,
	inputError,
	isTrue,
	late,
	longText,
	operation,
	path,
	required,
	toggle,
	when,
	withParams,
	type Field,
} from '../../definition';
import { eventDistribution, sharingBody, sharingGroupOf } from '../../fields/sharing';
import { mergedEventRow, type EventApart } from './flat';

const source = choice(
	'Source',
	[
		{ value: 'file', name: 'File' },
		{ value: 'text', name: 'Text' },
	],
	'file',
	{ description: 'Where the STIX document is' },
);
// With an expression here, n8n would show both fields and require both.
source.property = { ...source.property, noDataExpression: true };

const stixText: Field<string | undefined> = longText('STIX', {
	placeholder: 'e.g. {"type": "bundle", "id": "bundle--…", "objects": […]}',
	description: 'STIX 2.0 or 2.1 as JSON, or STIX 1.x as XML',
});
// An expression may give the bundle as an object.
const anyText = stixText.schema;
stixText.schema = late(() =>
	z.preprocess(
		(value) =>
			value !== null && typeof value === 'object' && 'type' in value
				? JSON.stringify(value)
				: value,
		anyText(),
	),
);

/** The document as MISP takes it. @throws MispError of kind `input` for what is no STIX at all */
function documentOf(content: string): { version: 1 | 2; body: Buffer } {
	const text = content.replace(/^\uFEFF/, '').trim();
	const body = Buffer.from(text);
	if (text.startsWith('<')) return { version: 1, body };
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch (error) {
		throw inputError(
			text.startsWith('{')
				? `The STIX document is not valid JSON: ${(error as Error).message}.`
				: 'This is not a STIX document: it starts neither like JSON nor like XML.',
			'STIX 2.0 and 2.1 are JSON, STIX 1.x is XML.',
		);
	}
	if (json !== null && typeof json === 'object' && !Array.isArray(json)) {
		return { version: 2, body };
	}
	throw inputError(
		'This is not a STIX bundle: it must be a JSON object.',
		'It looks like {"type": "bundle", "id": "bundle--…", "objects": […]}.',
	);
}

export const importStix = operation({
	name: 'Import STIX',
	action: 'Import STIX as an event',
	description:
		'Creates an event from a STIX document: STIX 2.0 or 2.1 (JSON) or STIX 1.x (XML), from a file of the item or from text. MISP finds the version by itself, and keeps the document as an attachment. A document that was imported before is refused, since its event exists. Example: Source "File", Input Data Field Name "data".',
	access: ({ additionalFields }) => (additionalFields.publish === true ? 'publish' : 'contribute'),
	endpoints: ['POST /events/upload_stix', 'POST /events/upload_stix/2'],
	row: mergedEventRow,
	fields: {
		source,
		file: when({ source: ['file'] }, fileField),
		stix: when({ source: ['text'] }, required(stixText)),
		distribution: eventDistribution,
		sharingGroup: sharingGroupOf,
		additionalFields: collection('Additional Fields', {
			publish: toggle(
				'Publish at Once',
				'Whether to publish the event when it is imported. Needs the access level Publish.',
			),
			galaxiesAsTags: toggle(
				'Galaxies as Tags',
				'Whether to attach galaxy clusters of the document as plain tags, and create none on your MISP',
				true,
			),
			clusterDistribution: choice(
				'Distribution of New Clusters',
				[
					{ value: 0, name: 'Your Organisation Only' },
					{ value: 1, name: 'This Community Only' },
					{ value: 2, name: 'Connected Communities' },
					{ value: 3, name: 'All Communities' },
				],
				0,
				{ description: 'Who may see the galaxy clusters that the import creates' },
			),
		}),
	},
	check: (input) => {
		sharingBody(input);
		if (input.source === 'text') documentOf(input.stix ?? '');
	},
	run: async (context, input) => {
		const { publish, galaxiesAsTags, clusterDistribution } = input.additionalFields;
		const content =
			input.source === 'text'
				? (input.stix ?? '')
				: (await context.file(input, input.file ?? 'data')).content.toString('utf8');
		const { version, body } = documentOf(content);
		const imported = await context.misp.post<EventApart>(
			withParams(version === 1 ? path`/events/upload_stix` : path`/events/upload_stix/2`, {
				...(sharingBody(input) as Record<string, string | number>),
				publish,
				galaxies_as_tags: galaxiesAsTags,
				cluster_distribution: clusterDistribution,
			}),
			body,
			{
				expect: 'Event',
				contentType: version === 1 ? 'application/xml' : 'application/json',
			},
		);
		if (publish === true && !isTrue(imported.Event.published)) {
			context.hint(
				`Event ${imported.Event.id} was not published when MISP replied: it publishes in the background, and not at all if the role of this key’s user may not.`,
			);
		}
		return imported;
	},
});
