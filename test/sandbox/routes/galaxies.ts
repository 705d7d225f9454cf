/** /galaxies and /galaxy_clusters, reading and attaching. */
import { answer, isRecord, refuse, truthy, type Call, type Json } from '../http';
import { clusterHead, galaxyHead } from '../present';
import { canModify, isHostOrgUser, visibleAttribute, visibleEvent } from '../rights';
import type { Controller } from '../router';
import type { GalaxyClusterRow, GalaxyRow } from '../rows';
import { cut, pageOf } from '../search/harvest';
import type { World } from '../state';

function presentGalaxy(row: GalaxyRow): Json {
	return {
		id: String(row.id),
		uuid: row.uuid,
		name: row.name,
		type: row.type,
		description: row.description,
		version: row.version,
		icon: row.icon,
		namespace: row.namespace,
		enabled: row.enabled,
		local_only: false,
	};
}

function presentCluster(world: World, row: GalaxyClusterRow): Json {
	return {
		...clusterHead(row),
		Galaxy: galaxyHead(world, row),
		GalaxyElement: row.elements.map((element, position) => ({
			id: String(row.id * 100 + position),
			galaxy_cluster_id: String(row.id),
			key: element.key,
			value: element.value,
		})),
	};
}

function index(call: Call) {
	const given = { ...call.named, ...(isRecord(call.body) ? call.body : {}) };
	const wanted = given.value === undefined ? '' : String(given.value).toLowerCase();
	const rows = [...call.world.galaxies.values()].filter((row) =>
		row.name.toLowerCase().includes(wanted),
	);
	return answer(rows.map((row) => ({ Galaxy: presentGalaxy(row) })));
}

function attach(call: Call) {
	const { world, viewer } = call;
	const [id = '', kind = 'event'] = call.args;
	const body = isRecord(call.body) ? call.body : {};
	const fields = isRecord(body.Galaxy) ? body.Galaxy : body;
	const found =
		kind === 'attribute'
			? visibleAttribute(world, viewer, id)
			: { event: visibleEvent(world, viewer, id), attribute: undefined };
	const event = found?.event;
	if (event === undefined) throw refuse.notFound(`Invalid ${kind}.`);
	const cluster = world.clusters.get(Number(fields.target_id));
	if (cluster === undefined) throw refuse.notFound('Invalid Galaxy cluster');
	const local = truthy(call.named.local);
	if (!canModify(viewer, event) && !(local && isHostOrgUser(world, viewer))) {
		throw refuse.forbidden();
	}
	const target = found?.attribute ?? event;
	const tag = world.tag(cluster.tagName) ?? world.addTag({ name: cluster.tagName });
	if (target.tags.some((link) => link.tagId === tag.id)) {
		return answer({ saved: true, success: 'Cluster already attached.', check_publish: true });
	}
	world.link(target, tag, local);
	if (!local) {
		world.touch(event);
		if (target !== event) target.timestamp = world.now();
	}
	return answer({ saved: true, success: 'Cluster attached.', check_publish: true });
}

function clusterIndex(call: Call) {
	const [galaxyId] = call.args;
	const rows = [...call.world.clusters.values()].filter(
		(row) =>
			galaxyId === undefined ||
			String(row.galaxyId) === galaxyId ||
			call.world.galaxies.get(row.galaxyId)?.uuid === galaxyId,
	);
	return answer(rows.map((row) => ({ GalaxyCluster: presentCluster(call.world, row) })));
}

function clusterView(call: Call) {
	const [id = ''] = call.args;
	const rows = [...call.world.clusters.values()];
	const row = rows.find((cluster) => String(cluster.id) === id || cluster.uuid === id);
	if (row === undefined) throw refuse.notFound('Invalid galaxy cluster');
	return answer({ GalaxyCluster: presentCluster(call.world, row) });
}

/** Exact filters on these; everything else is ignored and finds all clusters. */
function clusterFilters(world: World): Record<string, (row: GalaxyClusterRow) => string> {
	return {
		id: (row) => String(row.id),
		uuid: (row) => row.uuid,
		galaxy_id: (row) => String(row.galaxyId),
		galaxy_uuid: (row) => world.galaxies.get(row.galaxyId)?.uuid ?? '',
		tag_name: (row) => row.tagName,
		version: (row) => row.version,
	};
}

function clusterSearch(call: Call) {
	const params: Json = { ...call.named, ...(isRecord(call.body) ? call.body : {}) };
	const filters = Object.entries(clusterFilters(call.world)).filter(
		([name]) => params[name] !== undefined && params[name] !== '',
	);
	const rows = [...call.world.clusters.values()].filter((row) =>
		filters.every(([name, read]) => [params[name]].flat().map(String).includes(read(row))),
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

export const galaxies: Controller = {
	index: { run: index },
	attachCluster: { needs: 'perm_tagger', run: attach },
};

export const galaxyClusters: Controller = {
	index: { run: clusterIndex },
	view: { run: clusterView },
	restSearch: { run: clusterSearch },
};
