/** /galaxy_clusters, changing: only the creator organisation, and never what came with MISP. */
import { randomUUID } from 'node:crypto';
import {
	answer,
	isRecord,
	notSaved,
	redirect,
	refuse,
	saved,
	truthy,
	unwrap,
	type Call,
	type Json,
} from '../http';
import { presentCluster } from '../present/clusters';
import { isSiteAdmin } from '../rights';
import type { Controller } from '../router';
import type { GalaxyClusterRow } from '../rows';
import { isUuid } from '../write/attributes';
import { requireCluster } from './galaxyClusters';

export const NOT_CREATOR = 'Only the creator organisation can modify the galaxy cluster';
const NOT_PUBLISHER =
	'Only the creator organisation with publishing capabilities can publish the galaxy cluster';
const LEVELS =
	'Options: Your organisation only, This community only, Connected communities, All communities, Sharing group';

export const isCreator = ({ viewer }: Call, row: GalaxyClusterRow): boolean =>
	isSiteAdmin(viewer) || (!row.isDefault && row.orgcId === viewer.user.orgId);

function ownCluster(call: Call, refusal = NOT_CREATOR): GalaxyClusterRow {
	const row = requireCluster(call);
	if (!isCreator(call, row)) throw refuse.notAllowed(refusal);
	return row;
}

/** PHP cannot decode a list, only a text. */
function elementsIn(fields: Json): GalaxyClusterRow['elements'] {
	const { elements } = fields;
	if (elements === undefined || elements === '' || (Array.isArray(elements) && !elements.length)) {
		return [];
	}
	if (typeof elements !== 'string') throw refuse.broken();
	return JSON.parse(elements) as GalaxyClusterRow['elements'];
}

function authorsIn(fields: Json): string[] | undefined {
	const { authors } = fields;
	if (Array.isArray(authors)) return authors.map(String);
	return typeof authors === 'string' && authors !== '' ? authors.split(',') : undefined;
}

function complaint(fields: Json): string | undefined {
	if (fields.value === '') return 'Value cannot be empty.';
	const { distribution } = fields;
	return distribution !== undefined && !/^[0-4]$/.test(String(distribution)) ? LEVELS : undefined;
}

const readFields = (call: Call): Json => {
	const input = unwrap(call.body, 'GalaxyCluster');
	return isRecord(input) ? input : {};
};

function sharing(fields: Json): Pick<GalaxyClusterRow, 'distribution' | 'sharingGroupId'> {
	const distribution = Number(fields.distribution);
	const group = distribution === 4 ? Number(fields.sharing_group_id) : null;
	return { distribution, sharingGroupId: group };
}

function add(call: Call) {
	const { world, viewer } = call;
	const fields = readFields(call);
	const elements = elementsIn(fields);
	const galaxy = world.galaxy(call.args[0]);
	if (galaxy === undefined || fields.value === undefined) throw refuse.broken();
	const wrong = complaint(fields);
	if (wrong !== undefined) {
		return notSaved('Could not add GalaxyCluster', '/galaxy_clusters/add', wrong);
	}
	const uuid = isUuid(fields.uuid) ? String(fields.uuid) : randomUUID();
	const original = world.cluster(fields.extends_uuid ?? '');
	const { orgId } = viewer.user;
	const row = world.addCluster(galaxy, {
		uuid,
		value: String(fields.value),
		tagName: `misp-galaxy:${galaxy.type}="${uuid}"`,
		description: String(fields.description ?? ''),
		source: String(fields.source ?? ''),
		authors: authorsIn(fields) ?? null,
		version: String(world.now()),
		elements,
		...(fields.distribution === undefined
			? { distribution: world.settings.defaultEventDistribution }
			: sharing(fields)),
		orgId,
		orgcId: orgId,
		isDefault: false,
		extendsUuid: original?.uuid ?? null,
		extendsVersion:
			original === undefined ? null : String(fields.extends_version ?? original.version),
	});
	return answer({ GalaxyCluster: presentCluster(world, row) });
}

function edit(call: Call) {
	const row = ownCluster(call);
	if (row.isDefault) throw refuse.notAllowed('Default galaxy cluster cannot be edited');
	const fields = readFields(call);
	const elements = elementsIn(fields);
	const wrong = complaint(fields);
	if (wrong !== undefined) {
		const url = `/galaxy_clusters/edit/${row.id}`;
		return notSaved('Could not edit GalaxyCluster', url, wrong, row.id);
	}
	for (const name of ['value', 'description', 'source'] as const) {
		if (fields[name] !== undefined) row[name] = String(fields[name]);
	}
	if (fields.distribution !== undefined) Object.assign(row, sharing(fields));
	// Left out, these two are emptied.
	row.authors = authorsIn(fields) ?? [];
	row.elements = elements;
	row.version = String(call.world.now());
	row.published = false;
	return answer({ GalaxyCluster: presentCluster(call.world, row) });
}

function remove(call: Call) {
	const row = ownCluster(call);
	const url = `/galaxy_clusters/delete/${call.args[0]}`;
	const done = 'Galaxy cluster successfuly';
	if (!truthy(readFields(call).hard)) {
		row.deleted = true;
		row.published = false;
		return saved(`${done} soft deleted.`, url, row.id);
	}
	call.world.clusters.delete(row.id);
	call.world.clusterBlocklist.add(row.uuid);
	return saved(`${done} hard deleted and added to the block list.`, url, row.id);
}

function publish(call: Call) {
	const row = ownCluster(call, NOT_PUBLISHER);
	if (row.published) {
		throw refuse.notAllowed("You can't publish a galaxy cluster that is already published");
	}
	if (row.isDefault) throw refuse.notAllowed('Default galaxy cluster cannot be published');
	// The worker, not this action, looks whether the user may.
	if (call.viewer.grants.has('perm_publish')) {
		const work = () => {
			row.published = true;
		};
		call.world.queue(work, { type: 'publish_cluster', input: `Cluster ID: ${row.id}` });
	}
	return answer({ message: `Publish job queued. Job ID: ${randomUUID()}` });
}

function unpublish(call: Call) {
	const row = ownCluster(call, NOT_PUBLISHER);
	if (!row.published) {
		throw refuse.notAllowed("You can't unpublish a galaxy cluster that is not published");
	}
	row.published = false;
	return saved('GalaxyCluster unpublished', `/galaxy_clusters/unpublish/${row.id}`, row.id);
}

export const clusterWrites: Controller = {
	add: { needs: 'perm_galaxy_editor', run: add },
	edit: { needs: 'perm_galaxy_editor', run: edit },
	delete: { needs: 'perm_galaxy_editor', run: remove },
	publish: { needs: 'perm_galaxy_editor', run: publish },
	unpublish: { needs: 'perm_galaxy_editor', run: unpublish },
	// Leads to the front page, and takes nothing off.
	detach: { needs: 'perm_tagger', run: ({ baseUrl }) => redirect(`${baseUrl}/`) },
};
