import type { Misp } from '../client/client';
import {
	MispError,
	isNumericId,
	isUuid,
	namedLocator,
	path,
	recover,
	required,
	type ListEntry,
	type LoadContext,
	type Reference,
} from '../definition';
import { findGalaxy, galaxiesOfRun, withinGalaxy, type GalaxyRow } from './galaxy';

export interface ClusterRow {
	id: string;
	uuid: string;
	type: string;
	value: string;
	tag_name: string;
	galaxy_id: string;
	version: string;
	distribution: string;
	sharing_group_id: string | null;
	authors: string[] | null;
	default: boolean;
	published: boolean;
	deleted: boolean;
	GalaxyElement?: ClusterElement[];
	GalaxyClusterRelation?: RelationRow[];
	[key: string]: unknown;
}

export interface ClusterElement {
	key: string;
	value: string;
}

export interface RelationRow {
	id: string;
	referenced_galaxy_cluster_uuid: string;
	referenced_galaxy_cluster_type: string;
	[key: string]: unknown;
}

export interface ClusterReply {
	GalaxyCluster: ClusterRow;
	[beside: string]: unknown;
}

/** A cluster with its elements by key, as events show them; lists put some of it beside the envelope. */
export function clusterRow({ GalaxyCluster, ...beside }: ClusterReply): unknown {
	const row: ClusterRow = { ...GalaxyCluster, ...beside };
	const meta: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
	for (const { key, value } of row.GalaxyElement ?? []) (meta[key] ??= []).push(value);
	return { ...row, ...(row.GalaxyElement ? { meta: { ...meta } } : {}) };
}

/** `GET /galaxy_clusters/view/{cluster}`. */
export const fetchCluster = async (misp: Misp, cluster: string): Promise<ClusterReply> =>
	await misp.get(path`/galaxy_clusters/view/${cluster}`, { expect: 'GalaxyCluster' });

/** Which clusters of a galaxy. Without one of these words, MISP lists deleted clusters too. */
export type ClusterContext = 'all' | 'default' | 'custom' | 'orgc' | 'deleted';

/** `POST /galaxy_clusters/index/{galaxy}`: those of one galaxy, by a part of name, description or synonym. */
export const listClusters = async (
	misp: Misp,
	galaxy: string,
	filter: { context: ClusterContext; searchall?: string | undefined },
): Promise<ClusterReply[]> =>
	await misp.post(path`/galaxy_clusters/index/${galaxy}`, filter, { read: true });

/** `POST /galaxy_clusters/restSearch`, one page of it: without a limit MISP sends a hundred megabytes. */
async function searchExactly(
	misp: Misp,
	filter: Record<string, unknown>,
	limit: number,
	page = 1,
): Promise<ClusterReply[]> {
	return await misp.post(
		path`/galaxy_clusters/restSearch`,
		{ returnFormat: 'json', ...filter, limit, page },
		{ read: true, unwrap: 'response' },
	);
}

// --- the list of the form

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
const SEARCHED = 12;
const SHOWN = 100;

/** The most used ones first. */
function inOrder(galaxies: GalaxyRow[]): GalaxyRow[] {
	const rank = ({ type }: GalaxyRow) => {
		const place = MOST_USED.indexOf(type);
		return place < 0 ? MOST_USED.length : place;
	};
	return [...galaxies].sort((a, b) => rank(a) - rank(b));
}

async function found({ misp, search, parameter }: LoadContext): Promise<ClusterReply[]> {
	if (isUuid(search) || isNumericId(search)) {
		return await recover(
			fetchCluster(misp, search).then((reply) => [reply]),
			({ kind }) => kind === 'notFound',
			() => [],
		);
	}
	const filter = { context: 'all' as const, ...(search === '' ? {} : { searchall: search }) };
	const chosen = withinGalaxy.schema.safeParse(parameter('galaxy'));
	if (chosen.success && chosen.data !== undefined) {
		const { id } = await findGalaxy(misp, chosen.data);
		return await listClusters(misp, id, filter);
	}
	if (search === '') return await searchExactly(misp, { custom: 1 }, SHOWN);
	if (search.length < 2) return [];
	const galaxies = inOrder(await galaxiesOfRun(misp)).filter(({ enabled }) => enabled);
	const lists = galaxies.slice(0, SEARCHED).map(({ id }) => listClusters(misp, id, filter));
	return (await Promise.all(lists)).flat();
}

async function searchClusters(context: LoadContext): Promise<ListEntry[]> {
	const wanted = context.search.toLowerCase();
	// What has the text in its name comes before what has it in its description.
	const rank = (value: string) => {
		const place = value.toLowerCase().indexOf(wanted);
		return place < 0 ? Infinity : place;
	};
	return (await found(context))
		.map(({ GalaxyCluster }) => GalaxyCluster)
		.sort((a, b) => {
			const [left, right] = [rank(a.value), rank(b.value)];
			return left === right ? a.value.localeCompare(b.value) : left - right;
		})
		.slice(0, SHOWN)
		.map(({ value, type, uuid }) => ({ name: `${value} (${type})`, value: uuid }));
}

export const clusterLocator = (displayName: string, description: string) =>
	namedLocator(displayName, {
		loader: 'searchClusters',
		load: searchClusters,
		page: 'galaxy_clusters/view',
		example: '24966',
		byName: {
			displayName: 'By Name, ATT&CK ID or Tag',
			placeholder: 'e.g. T1059 or misp-galaxy:threat-actor="APT1"',
		},
		description,
	});

export const anyCluster = required(
	clusterLocator(
		'Cluster',
		'The cluster: type a part of its name into the list, or give its ID, UUID, full name, ATT&CK ID (T1059) or tag',
	),
);

// --- by name

const ATTACK_ID = /^[A-Z]{1,3}\d{4}(\.\d{3})?$/i;

const isNamed = ({ value }: ClusterRow, name: string): boolean =>
	value.toLowerCase() === name.toLowerCase();

/** Techniques and groups are called "Command and Scripting Interpreter - T1059". */
const hasAttackId = ({ value }: ClusterRow, id: string): boolean =>
	value.toLowerCase().endsWith(` - ${id.toLowerCase()}`);

const matching = (replies: ClusterReply[], name: string): ClusterReply[] => {
	const named = replies.filter(({ GalaxyCluster }) => isNamed(GalaxyCluster, name));
	return named.length > 0
		? named
		: replies.filter(({ GalaxyCluster }) => hasAttackId(GalaxyCluster, name));
};

const CUSTOM_PAGE = 500;

/** Clusters that were made on some instance: their tags hold a UUID instead of the name. */
async function findCustom(misp: Misp, name: string): Promise<ClusterReply[]> {
	const hits: ClusterReply[] = [];
	for (let page = 1; ; page += 1) {
		const rows = await searchExactly(misp, { custom: 1 }, CUSTOM_PAGE, page);
		hits.push(...rows.filter(({ GalaxyCluster: row }) => !row.default && isNamed(row, name)));
		// A MISP that does not know the filter would send everything it has.
		const ignored = rows.some(({ GalaxyCluster }) => GalaxyCluster.default);
		if (rows.length < CUSTOM_PAGE || ignored) return hits;
	}
}

/** Clusters with this tag, exact name or ATT&CK ID, in one galaxy or in all. */
export async function findClusters(
	misp: Misp,
	name: string,
	within?: Reference,
): Promise<ClusterReply[]> {
	if (/^misp-galaxy:/i.test(name)) {
		const tagged = await searchExactly(misp, { tag_name: name }, 10);
		return tagged.filter(
			({ GalaxyCluster }) => GalaxyCluster.tag_name.toLowerCase() === name.toLowerCase(),
		);
	}
	const filter = { context: 'all' as const, searchall: name };
	if (within) {
		const { id } = await findGalaxy(misp, within);
		return matching(await listClusters(misp, id, filter), name);
	}
	const galaxies = await galaxiesOfRun(misp);
	if (ATTACK_ID.test(name)) {
		for (const { id } of inOrder(galaxies).filter(({ type }) => type.startsWith('mitre-'))) {
			const hits = matching(await listClusters(misp, id, filter), name);
			if (hits.length > 0) return hits;
		}
	}
	// MISP finds no cluster by its name alone, but by any of many tags, and those are made of the name.
	const tags = galaxies.map(({ type }) => `misp-galaxy:${type}="${name}"`);
	const hits = await searchExactly(misp, { tag_name: tags }, SHOWN);
	const named = hits.filter(({ GalaxyCluster }) => isNamed(GalaxyCluster, name));
	return named.length > 0 ? named : await findCustom(misp, name);
}

/** The one cluster that is meant. @throws MispError of kind `notFound` or `conflict` */
export async function findCluster(
	misp: Misp,
	reference: Reference,
	within?: Reference,
): Promise<ClusterRow> {
	if ('id' in reference) return (await fetchCluster(misp, reference.id)).GalaxyCluster;
	const rows = (await findClusters(misp, reference.name, within)).map((one) => one.GalaxyCluster);
	const [row, second] = rows;
	if (row && !second) return row;
	const shown = reference.name.slice(0, 80);
	const request = 'POST /galaxy_clusters/restSearch';
	if (!row) {
		throw new MispError(
			'notFound',
			`MISP has no cluster "${shown}"${within ? ' in this galaxy' : ''}.`,
			{
				request,
				hint: 'Give its full name, ATT&CK ID or tag, or search for it in the list. The user of this key may not see it.',
			},
		);
	}
	const tags = rows.slice(0, 5).map(({ type, uuid }) => `${uuid} (${type})`);
	throw new MispError('conflict', `MISP has several clusters "${shown}": ${tags.join(', ')}.`, {
		request,
		hint: 'Choose the galaxy too, or give the UUID of the one that is meant.',
	});
}
