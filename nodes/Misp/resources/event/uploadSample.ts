import { createHash } from 'node:crypto';

import type { Misp } from '../../client/client';
import { errorTexts } from '../../client/rawReply';
import {
	choice,
	collection,
	endsRun,
	inputError,
	MispError,
	oneOf,
	operation,
	path,
	recover,
	required,
	text,
	toggle,
	when,
	type RunContext,
} from '../../definition';
import type { AttributeRow } from '../../fields/attribute';
import { analysis, editedEvent, eventIdOf, threatLevel } from '../../fields/event';
import { INHERIT, PLAIN_LEVELS } from '../../fields/sharing';

const target = oneOf(
	'target',
	'Add To',
	'The event that gets the sample',
	{
		event: editedEvent,
		newEvent: required(
			text('Event Info', {
				placeholder: 'e.g. Malware from a phishing mail',
				description: 'The title of an event that is made for the sample',
			}),
		),
	},
	{ event: 'Event', newEvent: 'New Event' },
);

const EVENT = { '/target': ['event'] };
const NEW_EVENT = { '/target': ['newEvent'] };

const NO_GROUP = 'MISP takes no sharing group here.';

const fileNames = required(
	text('Input Data Field Name(s)', {
		placeholder: 'e.g. data, attachment_0',
		description: 'Several are separated by commas',
		hint: 'The names of the input fields containing the binary file data to be uploaded',
	}),
);
fileNames.property = { ...fileNames.property, default: 'data' };

interface Sample {
	field: string;
	filename: string;
	content: Buffer;
	md5: string;
}

interface UploadReply {
	name: string;
	message: string;
	id: string;
	errors?: unknown;
}

const namesIn = (fields: string): string[] => [
	...new Set(
		fields
			.split(',')
			.map((name) => name.trim())
			.filter((name) => name !== ''),
	),
];

async function samplesOf(context: RunContext, input: object, fields: string): Promise<Sample[]> {
	const samples: Sample[] = [];
	for (const field of namesIn(fields)) {
		const { content, fileName } = await context.file(input, field);
		// MISP leaves out a file without content and reports success.
		if (content.length === 0) throw inputError(`The file in the field "${field}" is empty.`);
		const md5 = createHash('md5').update(content).digest('hex');
		samples.push({ field, filename: fileName ?? field, content, md5 });
	}
	return samples;
}

/** MISP's reply names no file, so the event is asked for those that it just saved. */
async function savedIn(
	misp: Misp,
	event: string,
	samples: Sample[],
	since: number,
): Promise<Map<string, AttributeRow>> {
	const { Attribute } = await misp.post<{ Attribute: AttributeRow[] }>(
		path`/attributes/restSearch`,
		{
			returnFormat: 'json',
			eventid: event,
			type: 'malware-sample',
			value: samples.map(({ md5 }) => md5),
		},
		{ read: true, unwrap: 'response' },
	);
	return new Map(
		Attribute.filter(({ timestamp }) => Number(timestamp) >= since)
			.sort((a, b) => Number(a.id) - Number(b.id))
			.map((row) => [row.value.split('|').at(-1)?.toLowerCase() ?? '', row] as const),
	);
}

async function rowsOf(
	{ misp, hint }: RunContext,
	reply: UploadReply,
	samples: Sample[],
	since: number,
): Promise<unknown[]> {
	const errors = errorTexts(reply.errors);
	const saved = await recover(
		savedIn(misp, reply.id, samples, since),
		(error) => !endsRun(error),
		() => undefined,
	);
	if (saved === undefined) hint('MISP took the samples, but they could not be read back.');
	const rows = samples.map(({ field, filename, content, md5 }) => {
		const row = saved?.get(md5);
		return {
			event_id: reply.id,
			field,
			filename,
			md5,
			size: content.length,
			saved: saved === undefined ? null : row !== undefined,
			attribute_id: row?.id ?? null,
			attribute_uuid: row?.uuid ?? null,
			object_id: row?.object_id ?? null,
			message: [reply.message, ...errors].join(' '),
		};
	});
	const lost = rows.filter((row) => row.saved === false);
	if (lost.length > 0 || errors.length > 0) {
		const names = lost.map(({ filename }) => `"${filename}"`).join(', ');
		const what = names === '' ? '' : ` Not in event ${reply.id}: ${names}.`;
		hint(`MISP did not save all samples: ${rows[0]?.message ?? ''}${what}`);
	}
	return rows;
}

export const uploadSample = operation({
	name: 'Upload Sample',
	action: 'Upload a malware sample to an event',
	description:
		'Stores files of the item as malware samples: MISP keeps each in a zip with the password "infected", with its hashes, in an object of the event. Returns one item for each file, and whether it was saved. Every call adds the files once more. Example: Add To "Event", Event 1234, Input Data Field Name(s) "data".',
	access: 'contribute',
	ownRows: true,
	endpoints: [
		'POST /events/upload_sample',
		'POST /events/upload_sample/{event}',
		'POST /attributes/restSearch',
		'POST /events/index',
	],
	fields: {
		...target.fields,
		files: fileNames,
		additionalFields: collection('Additional Fields', {
			comment: text('Comment', { placeholder: 'e.g. Attachment of a phishing mail' }),
			category: choice(
				'Category',
				[
					{ value: 'Payload installation', name: 'Payload Installation' },
					{ value: 'Payload delivery', name: 'Payload Delivery' },
					{ value: 'Artifacts dropped', name: 'Artifacts Dropped' },
					{ value: 'External analysis', name: 'External Analysis' },
				],
				'Payload installation',
			),
			toIds: toggle(
				'For Detection (IDS)',
				'Whether the hashes may be exported to detection systems',
				true,
			),
			distribution: when(
				EVENT,
				choice('Distribution', [...PLAIN_LEVELS, INHERIT], 5, {
					description: `Who may see the samples: organisations on this MISP at once, other instances once the event is published. ${NO_GROUP}`,
				}),
			),
			eventDistribution: when(
				NEW_EVENT,
				choice('Event Distribution', PLAIN_LEVELS, 0, {
					description: `Who may see the event and its samples: organisations on this MISP at once, other instances once it is published. ${NO_GROUP}`,
				}),
			),
			threatLevel: when(NEW_EVENT, threatLevel),
			analysis: when(NEW_EVENT, analysis),
			advanced: toggle(
				'Advanced Extraction',
				'Whether MISP takes executables apart and adds their sections and imports as objects. The server needs its Python modules for that.',
				true,
			),
		}),
	},
	check: (input) => {
		const { kind } = target.of(input);
		if (namesIn(input.files).length === 0) {
			throw inputError('"Input Data Field Name(s)" names no field.');
		}
		const { distribution, eventDistribution, threatLevel, analysis } = input.additionalFields;
		if (kind === 'event' && (eventDistribution ?? threatLevel ?? analysis) !== undefined) {
			throw inputError(
				'"Event Distribution", "Threat Level" and "Analysis" are for a new event only.',
				'Remove them, or change the event with the operation "Event: Update".',
			);
		}
		if (kind === 'newEvent' && distribution !== undefined) {
			throw inputError(
				'"Distribution" is for samples in an event that is there already.',
				'Remove it; "Event Distribution" is for a new event with its samples.',
			);
		}
	},
	run: async (context, input) => {
		const { kind, value } = target.of(input);
		const { comment, category, toIds, advanced, ...more } = input.additionalFields;
		const samples = await samplesOf(context, input, input.files);
		const body = {
			files: samples.map(({ filename, content }) => ({
				filename,
				data: content.toString('base64'),
			})),
			comment,
			category,
			distribution: more.distribution ?? more.eventDistribution,
			threat_level_id: more.threatLevel,
			analysis: more.analysis,
			to_ids: toIds === undefined ? undefined : Number(toIds),
			advanced: advanced === undefined ? undefined : Number(advanced),
		};
		const asked = Date.now();
		const { data, headers } = await context.misp.request({
			method: 'POST',
			path:
				kind === 'event'
					? path`/events/upload_sample/${await eventIdOf(context.misp, value)}`
					: path`/events/upload_sample`,
			body: kind === 'event' ? body : { ...body, info: value },
			expect: 'id',
			partial: true,
		});
		const reply = data as UploadReply;
		if (!/success/i.test(reply.name)) {
			const reasons = errorTexts(reply.errors).join('; ');
			throw new MispError('validation', reasons || reply.message, {
				request: 'POST /events/upload_sample',
				errors: reply.errors,
			});
		}
		// The server's clock when it began: an older sample of the same content is not this one.
		const since = (Date.parse(headers.date ?? '') - (Date.now() - asked)) / 1000 - 2;
		return await rowsOf(context, reply, samples, Number.isFinite(since) ? since : 0);
	},
});
