import type { Misp } from '../client/client';
import {
	MispError,
	isUuid,
	namedLocator,
	path,
	required,
	type ListEntry,
	type LoadContext,
	type Reference,
} from '../definition';
import { compareNames, contains } from './reference';

export interface GalaxyRow {
	id: string;
	uuid: string;
	name: string;
	type: string;
	description: string;
	namespace: string;
	enabled: boolean;
	[key: string]: unknown;
}

/** `GET /galaxies/index`: always all of them, without their clusters; MISP ignores paging here. */
export const fetchGalaxies = async (misp: Misp): Promise<Array<{ Galaxy: GalaxyRow }>> =>
	await misp.get(path`/galaxies/index`);

const known = new WeakMap<Misp, Promise<GalaxyRow[]>>();

/** The galaxies for looking things up: read once in a run, however many items it has. */
export async function galaxiesOfRun(misp: Misp): Promise<GalaxyRow[]> {
	const read = known.get(misp);
	if (read) return await read;
	const reading = fetchGalaxies(misp).then((rows) => rows.map(({ Galaxy }) => Galaxy));
	known.set(misp, reading);
	// What failed once may work for the next item.
	reading.catch(() => known.delete(misp));
	return await reading;
}

/** Whether a person who types this may mean the galaxy. */
export const isLikeGalaxy = (
	{ name, type, uuid }: Pick<GalaxyRow, 'name' | 'type' | 'uuid'>,
	part: string,
): boolean => contains(name, part) || contains(type, part) || uuid === part.toLowerCase();

/** What lists need of a galaxy. */
export type ListedGalaxy = Pick<GalaxyRow, 'id' | 'uuid' | 'name' | 'type' | 'enabled'>;

export const listedGalaxies = async ({
	misp,
	kept,
}: LoadContext): Promise<readonly ListedGalaxy[]> =>
	await kept('galaxies', async () => {
		const rows = await fetchGalaxies(misp);
		return rows
			.map(({ Galaxy: { id, uuid, name, type, enabled } }) => ({ id, uuid, name, type, enabled }))
			.sort((a, b) => compareNames(a.name, b.name));
	});

/** Galaxies by how often analysts use them: an instance has some 130, too many for a search as one types. */
const MOST_USED = [
	'mitre-attack-pattern',
	'threat-actor',
	'mitre-intrusion-set',
	'mitre-malware',
	'mitre-tool',
	'malpedia',
	'ransomware',
	'tool',
	'sector',
	'country',
	'mitre-course-of-action',
];

/** The most used ones first. */
export function inOrder<Row extends Pick<ListedGalaxy, 'type'>>(galaxies: readonly Row[]): Row[] {
	const rank = ({ type }: Row) => {
		const place = MOST_USED.indexOf(type);
		return place < 0 ? MOST_USED.length : place;
	};
	return [...galaxies].sort((a, b) => rank(a) - rank(b));
}

async function searchGalaxies(context: LoadContext): Promise<ListEntry[]> {
	const { search } = context;
	const galaxies = await listedGalaxies(context);
	return galaxies
		.filter((galaxy) => isLikeGalaxy(galaxy, search))
		.map(({ name, type, uuid }) => ({ name: `${name} (${type})`, value: uuid }));
}

export const GALAXY_LIST = {
	loader: 'searchGalaxies',
	load: searchGalaxies,
	page: 'galaxies/view',
	example: '87',
};

/** A galaxy; a name or a UUID means the same on every instance. */
const galaxy = (description: string) =>
	namedLocator('Galaxy', {
		...GALAXY_LIST,
		byName: { displayName: 'By Name or Type', placeholder: 'e.g. threat-actor' },
		description,
	});

export const galaxyLocator = required(
	galaxy('The galaxy, from the list, by ID, UUID, name or type, such as mitre-attack-pattern'),
);

/** Where clusters are looked for. */
export const withinGalaxy = galaxy(
	'The galaxy that the cluster is in. Choose it first to search all of its clusters in the list; left empty, the list searches the most used galaxies.',
);

/** The galaxy that is meant. @throws MispError of kind `notFound` or `conflict` */
export const findGalaxy = async (misp: Misp, reference: Reference): Promise<GalaxyRow> =>
	galaxyIn(await galaxiesOfRun(misp), reference);

/** The one of these galaxies that is meant. @throws MispError of kind `notFound` or `conflict` */
export function galaxyIn<Row extends ListedGalaxy>(all: readonly Row[], reference: Reference): Row {
	const request = 'GET /galaxies/index';
	if ('id' in reference) {
		const key = reference.id.toLowerCase();
		const found = all.find(({ id, uuid }) => (isUuid(key) ? uuid === key : id === key));
		if (found) return found;
		throw new MispError('notFound', `MISP has no galaxy ${reference.id}.`, { request });
	}
	const name = reference.name.toLowerCase();
	const named = all.filter((one) => one.type.toLowerCase() === name);
	const [found, second] =
		named.length > 0 ? named : all.filter((o) => o.name.toLowerCase() === name);
	if (found && !second) return found;
	const shown = reference.name.slice(0, 60);
	throw found
		? new MispError('conflict', `Several galaxies are called "${shown}".`, {
				request,
				hint: 'Choose one from the list, or give its UUID.',
			})
		: new MispError('notFound', `MISP has no galaxy "${shown}".`, {
				request,
				hint: 'Choose one from the list, or give its type, such as threat-actor.',
			});
}
