/** Collections of tags, taxonomies and noticelists. */
import { randomUUID } from 'node:crypto';
import type { NoticelistRow, TagCollectionRow, TagRow, TaxonomyRow } from '../rows';
import type { New } from './ground';
import { Knowledge } from './knowledge';

export class Vocabularies extends Knowledge {
	readonly tagCollections = new Map<number, TagCollectionRow>();
	readonly taxonomies = new Map<number, TaxonomyRow>();
	readonly noticelists = new Map<number, NoticelistRow>();

	addTagCollection(row: New<TagCollectionRow> & { name: string }): TagCollectionRow {
		const collection: TagCollectionRow = {
			uuid: randomUUID(),
			userId: 1,
			orgId: 1,
			description: '',
			allOrgs: false,
			tags: [],
			...row,
			id: this.nextId('tagCollection', row.id),
		};
		this.tagCollections.set(collection.id, collection);
		return collection;
	}

	collect(collection: TagCollectionRow, tag: TagRow): void {
		collection.tags.push({ id: this.nextId('tagCollectionTag'), tagId: tag.id });
	}

	addTaxonomy(row: New<TaxonomyRow> & { namespace: string }): TaxonomyRow {
		const taxonomy: TaxonomyRow = {
			description: '',
			version: '1',
			enabled: true,
			exclusive: false,
			exclusivePredicates: [],
			entries: [],
			...row,
			id: this.nextId('taxonomy', row.id),
		};
		this.taxonomies.set(taxonomy.id, taxonomy);
		return taxonomy;
	}

	addNoticelist(row: New<NoticelistRow> & { name: string }): NoticelistRow {
		const list: NoticelistRow = {
			expandedName: row.name,
			ref: [],
			geographicalArea: [],
			version: '1',
			enabled: true,
			entries: [],
			...row,
			id: this.nextId('noticelist', row.id),
		};
		this.noticelists.set(list.id, list);
		return list;
	}
}
