import type { Misp } from '../client/client';
import {
	isUuid,
	locator,
	MispError,
	oneOf,
	path,
	recover,
	required,
	type ListEntry,
	type LoadContext,
} from '../definition';
import { uuidOf } from './analystTarget';
import { clusterById } from './clusterLocator';
import { eventLocator } from './event';

export interface CollectionRow {
	Collection: { id: string; name: string; type: string; description?: string | null };
	[beside: string]: unknown;
}

export interface ElementRow {
	CollectionElement: { id: string; element_uuid: string; element_type: string };
}

export type Whose = 'all' | 'mine' | 'organisation';

/** `GET /collections/index`: those that the user may see, or a part of them. */
export const fetchCollections = async (misp: Misp, whose: Whose): Promise<CollectionRow[]> =>
	await misp.get(
		{
			all: path`/collections/index`,
			mine: path`/collections/index/my_collections`,
			organisation: path`/collections/index/org_collections`,
		}[whose],
	);

async function searchCollections({ misp, search }: LoadContext): Promise<ListEntry[]> {
	const rows = await fetchCollections(misp, 'all');
	return rows
		.map(({ Collection: { id, name, type } }) => ({ name: `${name} (${type})`, value: id }))
		.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
}

export const SITE_ADMINS_ONLY = 'MISP 2.5 allows this to site admins only';

export const collectionLocator = required(
	locator('Collection', {
		loader: 'searchCollections',
		load: searchCollections,
		page: 'collections/view',
		example: '4',
		numeric: true,
		description: 'The collection, from the list or by ID; MISP does not take its UUID',
		hint: SITE_ADMINS_ONLY,
	}),
);

const SITE_ADMINS =
	'MISP 2.5 lets only site admins read, change and fill collections, even those of their own. Use a credential with the key of a site admin.';

/** What MISP does with collections, with its peculiar refusals explained. */
export const ofCollection = async <T>(work: Promise<T>): Promise<T> =>
	await recover(
		work,
		({ kind, message }) => kind === 'server' || /insuff?icient privileges/i.test(message),
		(error) => {
			throw new MispError(error.kind, error.message, { ...error, hint: SITE_ADMINS });
		},
	);

/** What can be put into a collection. */
export const element = oneOf('element', 'Element', 'What is put into the collection or taken out', {
	event: eventLocator,
	galaxyCluster: clusterById,
});

const TYPES = { event: 'Event', galaxyCluster: 'GalaxyCluster' } as const;

/**
 * As MISP names an element. The UUID is looked up, since MISP takes any unseen.
 *
 * @param mayBeGone of what MISP does not have any more, a UUID will do
 */
export async function elementOf(
	misp: Misp,
	input: Parameters<typeof element.of>[0],
	mayBeGone = false,
): Promise<{ element_type: string; element_uuid: string }> {
	const { kind, value } = element.of(input);
	const uuid = await recover(
		uuidOf(misp, TYPES[kind], value),
		(error) => mayBeGone && error.kind === 'notFound' && isUuid(value),
		() => value.toLowerCase(),
	);
	return { element_type: TYPES[kind], element_uuid: uuid };
}

/** The entry of an element in a collection, if it is in it. */
export async function findElement(
	misp: Misp,
	collection: string,
	uuid: string,
): Promise<ElementRow | undefined> {
	const rows = await misp.get<ElementRow[]>(path`/collectionElements/index/${collection}`);
	return rows.find(({ CollectionElement: { element_uuid: other } }) => other === uuid);
}
