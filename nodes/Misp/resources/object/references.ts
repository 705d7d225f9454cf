import { operation, path, required, text, toggle } from '../../definition';
import { editedObject, uuidOfObject } from '../../fields/object';
import { refer, referenceId, referenceTarget, uuidOfTarget } from '../../fields/objectReference';
import { wasGone } from './gone';

export const addReference = operation({
	name: 'Add Reference',
	action: 'Add a reference to an object',
	description:
		'Says how the object relates to another object or an attribute of the same event. Returns the reference with its ID. Every call adds one more. MISP unpublishes the event. Example: Object 93, Referenced Object 94, Relationship "drops".',
	access: 'contribute',
	endpoints: [
		'POST /objectReferences/add',
		'GET /objects/view/{object}',
		'GET /attributes/view/{attribute}',
	],
	row: 'ObjectReference',
	fields: {
		object: editedObject,
		...referenceTarget.fields,
		relationship: required(
			text('Relationship', {
				placeholder: 'e.g. connects-to',
				description:
					'How the first relates to the second, by the name of the relation in MISP, such as related-to, connects-to, communicates-with, contains, drops or downloads',
			}),
		),
		comment: text('Comment', { placeholder: 'e.g. seen in the sandbox' }),
	},
	check: (input) => void referenceTarget.of(input),
	run: async ({ misp }, { object, relationship, comment, ...input }) =>
		await refer(misp, {
			referenced_uuid: await uuidOfTarget(misp, input),
			object_uuid: await uuidOfObject(misp, object),
			relationship_type: relationship,
			comment,
		}),
});

export const removeReference = operation({
	name: 'Remove Reference',
	action: 'Remove a reference of an object',
	description:
		'Marks a reference as deleted, which other instances learn too; or deletes it for good. One that is gone already is no error. Example: Reference 12.',
	access: 'contribute',
	ownRows: true,
	endpoints: ['POST /objectReferences/delete/{reference}'],
	fields: {
		reference: referenceId,
		hard: toggle(
			'Remove Permanently',
			'Whether to remove it from the database, which cannot be taken back',
		),
	},
	run: async ({ misp, hint }, { reference, hard }) => {
		const place =
			hard === true
				? path`/objectReferences/delete/${reference}/1`
				: path`/objectReferences/delete/${reference}`;
		const gone = await wasGone(misp, place);
		if (gone) hint(`MISP has no reference ${reference}: nothing was removed.`);
		return { reference, deleted: !gone, already_gone: gone, for_good: hard === true };
	},
});
