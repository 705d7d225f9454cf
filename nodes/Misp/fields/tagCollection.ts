import type { Misp } from '../client/client';
import {
	endsRun,
	isUuid,
	namedLocator,
	path,
	recover,
	required,
	shape,
	type ListEntry,
	type LoadContext,
	type Reference,
	type RunContext,
} from '../definition';
import { compareNames, contains, idByName, missing } from './reference';

interface NamedTag {
	name: string;
}

export interface TagCollectionRow {
	TagCollection: { id: string; uuid: string; name: string; [key: string]: unknown };
	TagCollectionTag?: Array<{ Tag?: NamedTag }>;
	/** Tags of galaxy clusters stand here instead. */
	Galaxy?: Array<{ GalaxyCluster?: Array<{ tag_name: string }> }>;
	[beside: string]: unknown;
}

/** A collection without its envelope, and the names of its tags as `tags`, as Tag > Attach takes them. */
function flatCollection({ TagCollection, ...beside }: TagCollectionRow) {
	const plain = (beside.TagCollectionTag ?? []).flatMap(({ Tag }) => Tag?.name ?? []);
	const clusters = (beside.Galaxy ?? []).flatMap(({ GalaxyCluster }) =>
		(GalaxyCluster ?? []).map(({ tag_name }) => tag_name),
	);
	return { ...TagCollection, tags: [...plain, ...clusters], ...beside };
}

export const collectionRow = shape({
	kind: 'Tag Collection',
	flat: flatCollection,
	columns: {
		id: 'Number in this MISP',
		name: 'Name',
		description: 'What it is for',
		tags: { description: 'Names of its tags', from: () => undefined },
		all_orgs: 'Whether all organisations may use it',
	},
});

/** `GET /tag_collections/index`: all that the user may see. */
export const fetchTagCollections = async (misp: Misp): Promise<TagCollectionRow[]> =>
	await misp.get(path`/tag_collections/index`);

async function searchTagCollections({ misp, search, kept }: LoadContext): Promise<ListEntry[]> {
	const rows = await kept('tag collections', async () =>
		(await fetchTagCollections(misp))
			.map(({ TagCollection: { id, name } }) => ({ name, value: id }))
			.sort((a, b) => compareNames(a.name, b.name)),
	);
	return rows.filter(({ name, value }) => value === search || contains(name, search));
}

export const tagCollectionReference = required(
	namedLocator('Tag Collection', {
		loader: 'searchTagCollections',
		load: searchTagCollections,
		page: 'tag_collections/view',
		example: '5',
		byName: { displayName: 'By Name', placeholder: 'e.g. Phishing report' },
		description: 'The collection, by its name, ID or UUID',
	}),
);

/** MISP takes the number alone. @throws MispError of kind `notFound` */
export async function tagCollectionId(misp: Misp, reference: Reference): Promise<string> {
	if (!('id' in reference) || !isUuid(reference.id)) {
		return await idByName(reference, {
			kind: 'tag collection',
			request: 'GET /tag_collections/index',
			all: async () => (await fetchTagCollections(misp)).map(({ TagCollection }) => TagCollection),
		});
	}
	const uuid = reference.id.toLowerCase();
	const rows = await fetchTagCollections(misp);
	const found = rows.find(({ TagCollection }) => TagCollection.uuid === uuid);
	if (!found) throw missing(`tag collection ${uuid}`, 'GET /tag_collections/index');
	return found.TagCollection.id;
}

/** The collection as it is after a change, or what MISP said of the change. */
export const afterChange = async <Said>({ misp, hint }: RunContext, id: string, said: Said) =>
	await recover(
		misp.get<TagCollectionRow>(path`/tag_collections/view/${id}`, { expect: 'TagCollection' }),
		(error) => !endsRun(error),
		() => {
			hint('MISP made the change, but the tag collection as it is now cannot be shown.');
			return said;
		},
	);
