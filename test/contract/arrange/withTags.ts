/** Arranging steps for tags and their collections. */
import { entries, isRow, type Row } from '../import';
import { type Arrange } from './stage';

/** The collection 1 of LAB, which all may see, with the tags that the recording speaks of. */
export const tagCollection: Arrange = ({ world, one, shown }) => {
	if (one.name === 'tag_collections_delete_missing') return;
	const head = isRow(shown) && isRow(shown.TagCollection) ? shown.TagCollection : {};
	const row = world.addTagCollection({
		id: 1,
		name: String(head.name ?? 'collection'),
		description: String(head.description ?? ''),
		allOrgs: true,
	});
	const listed = isRow(shown) ? entries(shown.TagCollectionTag) : [];
	const there = /addTag_again|removeTag_by_owner/.test(one.name) ? ['9'] : [];
	for (const id of [...there, ...listed.map((link) => (link.Tag as Row).id)]) {
		const tag = world.tags.get(Number(id));
		if (tag !== undefined) world.collect(row, tag);
	}
};

/** The tag 119, unless it is gone already. */
export const ownTag: Arrange = ({ world, one }) => {
	if (/missing$/.test(one.name)) return;
	world.addTag({ id: 119, name: 'lab2:t1795502448', colour: '#112233' });
};
