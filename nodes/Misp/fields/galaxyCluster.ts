import type { Misp } from '../client/client';
import { MispError, path, shape, type Reference } from '../definition';
import { creator } from './columns';
import { findGalaxy, galaxiesOfRun, inOrder } from './galaxy';

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
export function flatCluster({ GalaxyCluster, ...beside }: ClusterReply): unknown {
	const row: ClusterRow = { ...GalaxyCluster, ...beside };
	const meta: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
	for (const { key, value } of row.GalaxyElement ?? []) (meta[key] ??= []).push(value);
	return { ...row, ...(row.GalaxyElement ? { meta: { ...meta } } : {}) };
}

export const clusterRow = shape({
	kind: 'Galaxy Cluster',
	flat: flatCluster,
	columns: {
		id: 'Number in this MISP',
		value: 'Name',
		type: 'Type of the galaxy',
		description: 'What it is about',
		tag_name: 'The tag that attaches it',
		organisation: creator,
		published: 'Whether it is published',
		default: 'Whether it came with MISP',
	},
});

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
export async function searchExactly(
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

/** Hits that are looked at: more than one is an error. */
const HITS = 100;

const CUSTOM_PAGE = 500;

/** Clusters that were made on some instance: their tags hold a UUID instead of the name. */
async function findCustom(misp: Misp, name: string): Promise<ClusterReply[]> {
	const hits = new Map<string, ClusterReply>();
	const seen = new Set<string>();
	for (let page = 1; ; page += 1) {
		const rows = await searchExactly(misp, { custom: 1 }, CUSTOM_PAGE, page);
		const fresh = rows.filter(({ GalaxyCluster: { uuid } }) => !seen.has(uuid));
		for (const reply of fresh) {
			const { GalaxyCluster: row } = reply;
			seen.add(row.uuid);
			if (!row.default && isNamed(row, name)) hits.set(row.uuid, reply);
		}
		// A MISP that does not know the filter would send everything it has, and one that does not
		// page the same for ever.
		const ignored = rows.some(({ GalaxyCluster }) => GalaxyCluster.default);
		if (rows.length < CUSTOM_PAGE || fresh.length === 0 || ignored) return [...hits.values()];
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
	const hits = await searchExactly(misp, { tag_name: tags }, HITS);
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
