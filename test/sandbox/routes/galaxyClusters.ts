/** /galaxy_clusters, reading. */
import { answer, isRecord, refuse, type Call, type Json, type Viewer } from '../http';
import { presentCluster } from '../present/clusters';
import { clusterHead } from '../present/galaxies';
import { inSharingGroup, isSiteAdmin } from '../rights';
import type { Controller } from '../router';
import type { GalaxyClusterRow } from '../rows';
import { cut, pageOf } from '../search/harvest';
import { like } from '../search/terms';
import type { World } from '../state';
import { clusterWrites } from './galaxyClusterWrites';

export function canSeeCluster(world: World, viewer: Viewer, row: GalaxyClusterRow): boolean {
	if (isSiteAdmin(viewer) || row.isDefault || row.orgcId === viewer.user.orgId) return true;
	if (row.distribution === 4) {
		return inSharingGroup(world, viewer.user.orgId, row.sharingGroupId ?? 0);
	}
	return row.distribution > 0;
}

export function requireCluster(call: Call, key: unknown = call.args[0]): GalaxyClusterRow {
	const row = call.world.cluster(key);
	if (row === undefined || !canSeeCluster(call.world, call.viewer, row)) {
		throw refuse.notFound('Invalid galaxy cluster');
	}
	return row;
}

const visible = (call: Call): GalaxyClusterRow[] =>
	[...call.world.clusters.values()].filter((row) => canSeeCluster(call.world, call.viewer, row));

const CONTEXTS: Record<string, (row: GalaxyClusterRow, viewer: Viewer) => boolean> = {
	default: (row) => row.isDefault,
	custom: (row) => !row.isDefault,
	orgc: (row, viewer) => row.orgcId === viewer.user.orgId,
	org: (row, viewer) => row.orgId === viewer.user.orgId,
};

/** Without a context, deleted clusters are listed too. */
function inContext(row: GalaxyClusterRow, context: unknown, viewer: Viewer): boolean {
	if (context === undefined || context === '') return true;
	if (context === 'deleted') return row.deleted;
	return !row.deleted && (CONTEXTS[String(context)]?.(row, viewer) ?? true);
}

function contains(row: GalaxyClusterRow, wanted: string): boolean {
	const synonyms = row.elements.filter(({ key }) => key === 'synonyms').map(({ value }) => value);
	if (row.uuid === wanted) return true;
	return [row.value, row.description, ...synonyms].some((text) => like(`%${wanted}%`, text));
}

function index(call: Call) {
	const galaxy = call.world.galaxy(call.args[0]);
	const given = { ...call.named, ...(isRecord(call.body) ? call.body : {}) };
	const wanted = given.searchall === undefined ? '' : String(given.searchall);
	const rows = visible(call).filter(
		(row) =>
			row.galaxyId === galaxy?.id &&
			inContext(row, given.context, call.viewer) &&
			(wanted === '' || contains(row, wanted)),
	);
	// Other than in a search, the elements are not shown here.
	return answer(rows.map((row) => ({ GalaxyCluster: clusterHead(row) })));
}

function view(call: Call) {
	const row = requireCluster(call);
	const { world } = call;
	const tag = world.tag(row.tagName);
	const counted = tag === undefined ? {} : { tag_count: 0, tag_id: String(tag.id) };
	return answer({
		GalaxyCluster: { ...presentCluster(world, row), RelationshipInbound: [], ...counted },
	});
}

/** Exact filters on these; everything else is ignored and finds all clusters. */
function filters(world: World): Record<string, (row: GalaxyClusterRow) => string> {
	return {
		id: (row) => String(row.id),
		uuid: (row) => row.uuid,
		galaxy_id: (row) => String(row.galaxyId),
		galaxy_uuid: (row) => world.galaxies.get(row.galaxyId)?.uuid ?? '',
		tag_name: (row) => row.tagName,
		version: (row) => row.version,
		distribution: (row) => String(row.distribution),
		org_id: (row) => String(row.orgId),
		orgc_id: (row) => String(row.orgcId),
		custom: (row) => (row.isDefault ? '0' : '1'),
	};
}

function restSearch(call: Call) {
	const params: Json = { ...call.named, ...(isRecord(call.body) ? call.body : {}) };
	const given = Object.entries(filters(call.world)).filter(
		([name]) => params[name] !== undefined && params[name] !== '',
	);
	const lower = (value: unknown) => String(value).toLowerCase();
	const rows = visible(call).filter((row) =>
		given.every(([name, read]) =>
			[params[name]]
				.flat()
				.map(lower)
				.includes(lower(read(row))),
		),
	);
	const page = cut(rows, pageOf(params));
	return answer(
		{ response: page.map((row) => ({ GalaxyCluster: presentCluster(call.world, row) })) },
		{
			'X-Result-Count': String(page.length),
			'X-Export-Module-Used': 'json',
			'X-Response-Format': 'json',
			'X-Skipped-Elements-Count': '0',
		},
	);
}

export const galaxyClusters: Controller = {
	index: { run: index },
	view: { run: view },
	restSearch: { run: restSearch },
	...clusterWrites,
};
