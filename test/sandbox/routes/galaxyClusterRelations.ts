/** /galaxy_cluster_relations */
import { answer, isRecord, notSaved, refuse, saved, unwrap, type Call, type Json } from '../http';
import { relationHead } from '../present/clusters';
import { clusterHead } from '../present/galaxies';
import type { Controller } from '../router';
import { canSeeCluster } from './galaxyClusters';
import { isCreator, NOT_CREATOR } from './galaxyClusterWrites';

const ADD = '/galaxy_cluster_relations/add';
const JSON_TYPE = 'application/json';

/** The arguments are one off in MISP: the reasons end up in `id` and in the address. */
function notAdded(reasons: unknown[]) {
	const text = `Relationship could not be added.Reasons: ${JSON.stringify(reasons)}`;
	const refusal = notSaved('Could not add GalaxyClusterRelation', `${ADD}/${text}`, JSON_TYPE);
	return { ...refusal, body: { ...(refusal.body as Json), id: text } };
}

/** The other mistake: JSON escaped for HTML, as a page. */
function added() {
	const message = 'GalaxyClusterRelation added';
	const body = {
		saved: true,
		success: true,
		name: message,
		message,
		url: `${ADD}/${JSON_TYPE}`,
		id: JSON_TYPE,
	};
	const page = JSON.stringify(body, null, 4).replaceAll('"', '&quot;').replaceAll('\\/', '/');
	return { ...answer(page), headers: { 'Content-Type': 'text/html; charset=UTF-8' } };
}

function add(call: Call) {
	const { world, viewer } = call;
	const input = unwrap(call.body, 'GalaxyClusterRelation');
	const fields: Json = isRecord(input) ? input : {};
	const source = world.cluster(fields.galaxy_cluster_uuid);
	if (source === undefined || !canSeeCluster(world, viewer, source)) {
		return notAdded(['Invalid galaxy cluster']);
	}
	if (source.isDefault || !isCreator(call, source)) return notAdded([NOT_CREATOR]);
	const target = world.cluster(fields.referenced_galaxy_cluster_uuid);
	if (target === undefined || !canSeeCluster(world, viewer, target)) {
		return notAdded([['Invalid referenced galaxy cluster']]);
	}
	const type = fields.referenced_galaxy_cluster_type;
	if (type === undefined || fields.distribution === undefined) throw refuse.broken();
	const known = [...world.clusterRelations.values()].some(
		(row) =>
			row.sourceUuid === source.uuid && row.targetUuid === target.uuid && row.type === String(type),
	);
	if (known) return notAdded(['Relation already exists']);
	const tags = typeof fields.tags === 'string' ? fields.tags.split(',') : [];
	world.addClusterRelation({
		sourceUuid: source.uuid,
		targetUuid: target.uuid,
		type: String(type),
		distribution: Number(fields.distribution),
		sharingGroupId: Number(fields.distribution) === 4 ? Number(fields.sharing_group_id) : null,
		tagIds: tags.flatMap((name) => world.tag(name.trim())?.id ?? []),
	});
	source.published = false;
	return added();
}

function view(call: Call) {
	const { world } = call;
	const row = world.clusterRelations.get(Number(call.args[0]));
	const source = world.cluster(row?.sourceUuid ?? '');
	const target = world.cluster(row?.targetUuid ?? '');
	if (row === undefined || source === undefined || target === undefined) {
		throw refuse.notFound('Invalid cluster relation');
	}
	return answer({
		GalaxyClusterRelation: relationHead(world, row),
		SourceCluster: clusterHead(source),
		TargetCluster: clusterHead(target),
	});
}

function remove(call: Call) {
	const { world } = call;
	const row = world.clusterRelations.get(Number(call.args[0]));
	const source = world.cluster(row?.sourceUuid ?? '');
	if (row === undefined || source === undefined) throw refuse.notFound('Relation not found.');
	if (!isCreator(call, source)) throw refuse.notAllowed(NOT_CREATOR);
	world.clusterRelations.delete(row.id);
	source.published = false;
	const url = `/galaxy_cluster_relations/delete/${row.id}`;
	return saved('GalaxyClusterRelation deleted', url, row.id);
}

export const galaxyClusterRelations: Controller = {
	add: { needs: 'perm_galaxy_editor', run: add },
	view: { run: view },
	delete: { needs: 'perm_galaxy_editor', run: remove },
};
