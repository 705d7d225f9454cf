/** The collections that the recorded requests speak of, with what was in them. */
import { addCollection, addElement, shelfOf } from '../../sandbox/state/collections';
import { isRow, type Row } from '../import';
import type { Arrange } from './stage';

const text = (value: unknown) => (value === null || value === undefined ? '' : String(value));

const shownElement = (world: Parameters<Arrange>[0]['world'], row: Row) =>
	addElement(world, {
		id: Number(row.id),
		uuid: text(row.uuid),
		elementUuid: text(row.element_uuid),
		elementType: text(row.element_type),
		collectionId: Number(row.collection_id),
		description: row.description === null ? null : text(row.description),
	});

export const withCollections: Arrange = ({ world, one, shown }) => {
	const shelf = shelfOf(world);
	shelf.collections.clear();
	shelf.elements.clear();
	const own = { orgId: 2, userId: 4, distribution: 1, type: 'campaign', description: 'd' };
	if (!/delete_missing_admin/.test(one.name)) {
		addCollection(world, { id: 4, name: 'lab coll admin 1795502680', distribution: 1 });
	}
	addCollection(world, { ...own, id: 3, name: 'of a user' });
	const body = isRow(one.request.body) ? one.request.body : {};
	if (/_add_again$/.test(one.name)) {
		addElement(world, { elementUuid: text(body.element_uuid), collectionId: 4 });
	}
	if (/Elements_delete/.test(one.name)) {
		addElement(world, {
			id: 1,
			elementUuid: '9d134a77-3e1a-4c48-bc4b-a246bf258bb3',
			collectionId: 4,
		});
	}
	if (/Elements_index/.test(one.name) && Array.isArray(shown)) {
		for (const row of shown)
			if (isRow(row.CollectionElement)) shownElement(world, row.CollectionElement);
	}
	const reply = isRow(shown) && isRow(shown.Collection) ? shown.Collection : undefined;
	if (reply === undefined || /^collections_add/.test(one.name)) return;
	addCollection(world, {
		id: Number(reply.id),
		uuid: text(reply.uuid),
		name: text(reply.name),
		type: text(reply.type),
		description: text(reply.description),
		distribution: Number(reply.distribution),
	});
	const inside = Array.isArray(reply.CollectionElement) ? reply.CollectionElement : [];
	for (const row of inside) if (isRow(row)) shownElement(world, row);
};
