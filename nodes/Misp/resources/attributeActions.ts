import type { Misp } from '../client/client';
import {
	choice,
	FileRow,
	isUuid,
	MispError,
	operation,
	path,
	recover,
	required,
	toggle,
} from '../definition';
import {
	attributeLocator,
	type AttributeRow,
	deletedAttribute,
	fetchAttribute,
	isFileType,
} from '../fields/attribute';
import { expansionModules, refuseUnknownModules } from '../fields/module';

/** The id of an attribute, also of a deleted one, for requests that take no UUID. */
async function idOf(misp: Misp, attribute: string): Promise<string> {
	if (!isUuid(attribute)) return attribute;
	const { Attribute } = await misp.post<{ Attribute: AttributeRow[] }>(
		path`/attributes/restSearch`,
		{ returnFormat: 'json', uuid: [attribute], deleted: [0, 1], limit: 50, page: 1 },
		{ read: true, unwrap: 'response' },
	);
	// The UUID of an event would find all of its attributes.
	const row = Attribute.find(({ uuid }) => uuid.toLowerCase() === attribute.toLowerCase());
	if (row) return row.id;
	throw new MispError(
		'notFound',
		`MISP has no attribute ${attribute}, or this key may not see it.`,
		{
			hint: 'It may have been deleted for good, which cannot be taken back.',
		},
	);
}

export const restore = operation({
	name: 'Restore',
	action: 'Restore an attribute',
	description:
		'Takes the deletion of an attribute back, if it was not deleted for good. One that is not deleted stays as it is. MISP unpublishes the event. Example: Attribute 1234.',
	access: 'contribute',
	ownRows: true,
	endpoints: ['POST /attributes/restore/{attribute}', 'POST /attributes/restSearch'],
	fields: { attribute: deletedAttribute },
	run: async ({ misp }, { attribute }) => {
		const id = await idOf(misp, attribute);
		// Without XHR, MISP answers with a redirect that tells no outcome.
		await recover(
			misp.post(path`/attributes/restore/${id}`, {}, { xhr: true }),
			({ status }) => status === 405 || status === 404,
			({ message, status, request }) => {
				throw new MispError('notFound', message, {
					status,
					request,
					hint: `MISP has no attribute ${attribute} that this key may restore: it was deleted for good, or its event belongs to another organisation.`,
				});
			},
		);
		return { attribute: id, restored: true };
	},
});

/** `attachment; filename="note.txt"` */
const fileNameIn = (disposition = ''): string | undefined =>
	/filename="((?:[^"\\]|\\.)+)"/.exec(disposition)?.[1]?.replace(/\\(.)/g, '$1');

export const download = operation({
	name: 'Download',
	action: 'Download the file of an attribute',
	description:
		'Returns the file of an attribute of the type attachment or malware-sample as binary data in the field "data". A malware sample comes as a ZIP archive with the password "infected". Example: Attribute 1234.',
	access: 'read',
	endpoints: ['GET /attributes/view/{attribute}', 'GET /attributes/download/{attribute}'],
	fields: { attribute: attributeLocator },
	run: async ({ misp }, { attribute }) => {
		const row = await fetchAttribute(misp, attribute);
		const { id, uuid, event_id, type, category, value } = row;
		if (!isFileType(type)) {
			throw new MispError('validation', `Attribute ${id} is of the type ${type} and has no file.`, {
				hint: 'Only attributes of the types attachment and malware-sample have one.',
			});
		}
		const { data, headers } = await misp.request({
			method: 'GET',
			path: path`/attributes/download/${id}`,
			bytes: true,
			judged: true, // like the attribute, which was read above
		});
		const isSample = type === 'malware-sample';
		const [given = value] = value.split('|');
		const name = fileNameIn(headers['content-disposition']) ?? (isSample ? `${given}.zip` : given);
		const mimeType = headers['content-type']?.split(';')[0]?.trim();
		return new FileRow(
			{
				id,
				uuid,
				event_id,
				type,
				category,
				value,
				file_name: name,
				mime_type: mimeType,
				...(isSample ? { password: 'infected' } : {}),
			},
			data as Buffer,
			name,
			mimeType,
		);
	},
});

export const enrich = operation({
	name: 'Enrich',
	action: 'Enrich an attribute',
	description:
		'Has MISP run enrichment modules on an attribute and save what they find in its event, some time later. Returns the number of the job. To see what a module knows without saving it, query the module. Example: Attribute 1234, Modules "dns".',
	access: 'contribute',
	ownRows: true,
	endpoints: ['POST /attributes/enrich/{attribute}', 'GET /modules/index'],
	fields: { attribute: attributeLocator, modules: expansionModules },
	run: async ({ misp }, { attribute, modules }) => {
		// MISP queues a job for a module that it does not have, too.
		await refuseUnknownModules(misp, modules);
		const { message } = await misp.post<{ message: string }>(
			path`/attributes/enrich/${attribute}`,
			Object.fromEntries(modules.map((module) => [module, true])),
			{ expect: 'message' },
		);
		return {
			attribute,
			modules,
			queued: true,
			job_id: /job ID: (\d+)/i.exec(message)?.[1] ?? null,
			message,
		};
	},
});

export const getStatistics = operation({
	name: 'Get Statistics',
	action: 'Get attribute statistics',
	description:
		'Counts the attributes of the whole instance by type or by category, one row each. MISP counts anew each time, which takes a while on a large one. Example: Count By "Type".',
	access: 'read',
	ownRows: true,
	endpoints: [
		'GET /attributes/attributeStatistics/{by}',
		'GET /attributes/attributeStatistics/{by}/true',
	],
	fields: {
		by: required(
			choice(
				'Count By',
				[
					{ value: 'type', name: 'Type' },
					{ value: 'category', name: 'Category' },
				],
				'type',
			),
		),
		percentage: toggle(
			'As Percentage',
			'Whether to give shares of all attributes instead of counts',
		),
	},
	run: async ({ misp }, { by, percentage }) => {
		const target =
			percentage === true
				? path`/attributes/attributeStatistics/${by}/true`
				: path`/attributes/attributeStatistics/${by}`;
		const counts = await misp.get<Record<string, string | number>>(target, { keyed: true });
		return Object.entries(counts).map(([name, count]) => ({
			[by]: name,
			[percentage === true ? 'percentage' : 'count']: Number.parseFloat(String(count)),
		}));
	},
});
