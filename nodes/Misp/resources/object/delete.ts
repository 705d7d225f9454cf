import { hinted, operation, path, toggle } from '../../definition';
import { objectLocator } from '../../fields/object';
import { wasGone } from './gone';

export const deleteObject = operation({
	name: 'Delete',
	action: 'Delete an object',
	description:
		'Marks the object and its attributes as deleted, which other instances learn too; or deletes them for good, which other instances do not learn. One that is gone already is no error.',
	access: 'contribute',
	ownRows: true,
	endpoints: ['POST /objects/delete/{object}'],
	fields: {
		object: hinted(
			'MISP unpublishes the event, unless the object is deleted permanently',
			objectLocator,
		),
		hard: toggle(
			'Delete Permanently',
			'Whether to remove it with its attributes from the database, which cannot be taken back',
		),
	},
	run: async ({ misp, hint }, { object, hard }) => {
		const target =
			hard === true ? path`/objects/delete/${object}/1` : path`/objects/delete/${object}`;
		const gone = await wasGone(misp, target);
		if (gone)
			hint(`MISP has no object ${object}, or this key may not see it: nothing was deleted.`);
		return { object, deleted: !gone, already_gone: gone, for_good: hard === true };
	},
});
