/** /sharing_groups: index and view */
import { answer, refuse, type Call, type Json } from '../http';
import { organisationFull, organisationShort } from '../present';
import { inSharingGroup, isSiteAdmin } from '../rights';
import type { Controller } from '../router';
import type { SharingGroupRow } from '../rows';

const MISSING = "Sharing group doesn't exist or you do not have permission to access it.";

function sees(call: Call, row: SharingGroupRow): boolean {
	const { orgId } = call.viewer.user;
	return (
		isSiteAdmin(call.viewer) || row.orgId === orgId || inSharingGroup(call.world, orgId, row.id)
	);
}

function mayEdit(call: Call, row: SharingGroupRow): boolean {
	if (isSiteAdmin(call.viewer)) return true;
	return call.viewer.grants.has('perm_sharing_group') && row.orgId === call.viewer.user.orgId;
}

function indexRow(call: Call, row: SharingGroupRow): Json {
	const { world } = call;
	const short = (id: number) => organisationShort(world.organisations.get(id));
	return {
		SharingGroup: {
			id: String(row.id),
			uuid: row.uuid,
			name: row.name,
			description: row.description,
			releasability: row.releasability,
			local: row.local,
			active: row.active,
			roaming: row.roaming,
			org_count: String(row.members.length),
		},
		Organisation: short(row.orgId),
		SharingGroupOrg: row.members.map((member) => {
			const { id, name, uuid } = short(member.orgId);
			return {
				id: String(member.id),
				sharing_group_id: String(row.id),
				org_id: String(member.orgId),
				extend: member.extend,
				Organisation: { name, id, uuid },
			};
		}),
		SharingGroupServer: [
			{ all_orgs: false, server_id: '0', sharing_group_id: String(row.id), Server: [] },
		],
		editable: mayEdit(call, row),
		deletable: mayEdit(call, row),
	};
}

function index(call: Call) {
	const rows = [...call.world.sharingGroups.values()].filter((row) => sees(call, row));
	return answer({ response: rows.map((row) => indexRow(call, row)) });
}

function view(call: Call) {
	const { world } = call;
	const [id = ''] = call.args;
	const row = [...world.sharingGroups.values()].find(
		(group) => String(group.id) === id || group.uuid === id,
	);
	const organisation = row === undefined ? undefined : world.organisations.get(row.orgId);
	if (row === undefined || organisation === undefined || !sees(call, row)) {
		throw refuse.notAllowed(MISSING);
	}
	return answer({
		SharingGroup: {
			id: String(row.id),
			name: row.name,
			releasability: row.releasability,
			description: row.description,
			uuid: row.uuid,
			organisation_uuid: organisation.uuid,
			org_id: String(row.orgId),
			sync_user_id: String(row.syncUserId),
			active: row.active,
			created: row.created,
			modified: row.modified,
			local: row.local,
			roaming: row.roaming,
			sync_org_name: organisation.name,
			sync_org: organisationShort(organisation),
		},
		Organisation: organisationFull(organisation, true),
		SharingGroupOrg: row.members.map((member) => {
			const organisationOfMember = world.organisations.get(member.orgId);
			return {
				id: String(member.id),
				sharing_group_id: String(row.id),
				org_id: String(member.orgId),
				extend: member.extend,
				Organisation: {
					...organisationShort(organisationOfMember),
					local: organisationOfMember?.local ?? true,
				},
			};
		}),
		SharingGroupServer: [
			{
				id: '1',
				sharing_group_id: String(row.id),
				server_id: '0',
				all_orgs: false,
				Server: { id: '0', name: 'Local instance', url: call.baseUrl },
			},
			...row.servers.map((server) => ({
				id: String(server.id),
				sharing_group_id: String(row.id),
				server_id: String(server.serverId),
				all_orgs: server.allOrgs,
				Server: { id: String(server.serverId), name: server.name, url: server.url },
			})),
		],
	});
}

export const sharingGroups: Controller = { index: { run: index }, view: { run: view } };
