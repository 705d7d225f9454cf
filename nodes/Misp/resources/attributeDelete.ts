import { MispError, operation, toggle, type Outcome } from '../definition';
import { editedAttribute } from '../fields/attribute';
import { deleteAttributes, type Deletion } from '../fields/attributeDeletes';

export const deleteAttribute = operation({
	name: 'Delete',
	action: 'Delete an attribute',
	description:
		'Marks the attribute as deleted, which other instances learn too and which can be taken back; or deletes it for good, which other instances do not learn. MISP unpublishes the event. One that is gone already is no error. Many items that name their attributes by UUID go in a few requests.',
	access: 'contribute',
	ownRows: true,
	endpoints: [
		'POST /attributes/delete/{attribute}',
		'POST /attributes/deleteSelected/{event}',
		'POST /attributes/restSearch',
	],
	fields: {
		attribute: editedAttribute,
		hard: toggle(
			'Delete Permanently',
			'Whether to remove it from the database, which cannot be taken back',
		),
	},
	runMany: async ({ misp, hint }, inputs) => {
		const named = (forGood: boolean) =>
			inputs.filter(({ hard }) => (hard === true) === forGood).map(({ attribute }) => attribute);
		const marked = await deleteAttributes(misp, named(false), false);
		const removed = await deleteAttributes(misp, named(true), true);
		const seen = new Set<string>();
		return inputs.map(({ attribute, hard }): Outcome => {
			const forGood = hard === true;
			const outcome = (forGood ? removed : marked).get(attribute) as Deletion;
			if (outcome instanceof MispError) return { error: outcome };
			const before = `${attribute} ${forGood}`;
			// Of two items that name the same one, the second finds it gone.
			const gone = outcome === 'gone' || seen.has(before);
			seen.add(before);
			if (gone) {
				hint(
					`MISP has no attribute ${attribute}, or this key may not see it: nothing was deleted.`,
				);
			}
			return { rows: [{ attribute, deleted: !gone, already_gone: gone, for_good: forGood }] };
		});
	},
});
