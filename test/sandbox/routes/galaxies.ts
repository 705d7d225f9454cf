/** /galaxies, reading and attaching. */
import { answer, isRecord, refuse, truthy, type Call, type Json } from '../http';
import { presentCluster } from '../present/clusters';
import { canModify, isHostOrgUser, visibleAttribute, visibleEvent } from '../rights';
import type { Controller } from '../router';
import type { GalaxyRow } from '../rows';
import { canSeeCluster } from './galaxyClusters';

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

function index(call: Call) {
	const given = { ...call.named, ...(isRecord(call.body) ? call.body : {}) };
	const wanted = given.value === undefined ? '' : String(given.value).toLowerCase();
	const rows = [...call.world.galaxies.values()].filter((row) =>
		row.name.toLowerCase().includes(wanted),
	);
	return answer(rows.map((row) => ({ Galaxy: presentGalaxy(row) })));
}

function view(call: Call) {
	const { world, viewer } = call;
	const galaxy = world.galaxy(call.args[0]);
	if (galaxy === undefined) throw refuse.notFound('Invalid Galaxy.');
	const clusters = [...world.clusters.values()].filter(
		(row) => row.galaxyId === galaxy.id && !row.deleted && canSeeCluster(world, viewer, row),
	);
	return answer({
		Galaxy: presentGalaxy(galaxy),
		GalaxyCluster: clusters.map((row) => presentCluster(world, row)),
	});
}

function attach(call: Call) {
	const { world, viewer } = call;
	const [id = '', kind = 'event'] = call.args;
	const body = isRecord(call.body) ? call.body : {};
	const fields = isRecord(body.Galaxy) ? body.Galaxy : body;
	// Only numbers are ids here; a uuid is cast to one that does not exist.
	const found = !/^\d+$/.test(id)
		? undefined
		: kind === 'attribute'
			? visibleAttribute(world, viewer, id)
			: { event: visibleEvent(world, viewer, id), attribute: undefined };
	const event = found?.event;
	if (event === undefined) throw refuse.notFound(`Invalid ${kind}.`);
	const cluster = world.clusters.get(Number(fields.target_id));
	if (cluster === undefined || !canSeeCluster(world, viewer, cluster)) {
		throw refuse.notFound('Invalid Galaxy cluster');
	}
	const local = truthy(call.named.local);
	if (!canModify(viewer, event) && !(local && isHostOrgUser(world, viewer))) {
		throw refuse.forbidden();
	}
	const target = found?.attribute ?? event;
	const tag = world.tag(cluster.tagName) ?? world.addTag({ name: cluster.tagName });
	if (target.tags.some((link) => link.tagId === tag.id)) {
		return answer({ saved: true, success: 'Cluster already attached.', check_publish: true });
	}
	// A tag for local use alone is not saved, and MISP says "saved" all the same.
	if (tag.localOnly && !local) {
		return answer({ saved: true, success: 'Could not attach the cluster', check_publish: true });
	}
	world.link(target, tag, local);
	if (!local) {
		world.touch(event);
		if ('objectId' in target) world.touchAttribute(target);
	}
	return answer({ saved: true, success: 'Cluster attached.', check_publish: true });
}

export const galaxies: Controller = {
	index: { run: index },
	view: { run: view },
	attachCluster: { needs: 'perm_tagger', run: attach },
};
