/** States of keys, sharing groups and counted searches. */
import { type Mode } from '../compare';
import { entries, isRow, type Row } from '../import';
import { send } from '../send';
import { importFound } from './fromSearch';
import { SHAPE, type Stage } from './stage';

export function importAuthKeys({ world, sandbox, one, shown }: Stage): Mode {
	world.authKeys.clear();
	const caller = one.request.key;
	if (caller === null) throw new Error('Nobody asked');
	const callerId = caller === 'admin' ? 1 : 4;
	const rows = entries(shown).map((entry) => entry.AuthKey as Row);
	// The key in use is the first of the caller's that was ever used.
	const current = rows.find(
		(row) =>
			Number(row.user_id) === callerId &&
			Array.isArray(row.unique_ips) &&
			row.unique_ips.length > 0,
	);
	for (const row of rows) {
		world.addAuthKey({
			id: Number(row.id),
			uuid: String(row.uuid),
			value:
				row === current
					? sandbox.keys[caller]
					: `${String(row.authkey_start)}${'0'.repeat(32)}${String(row.authkey_end)}`,
			userId: Number(row.user_id),
			expiration: Number(row.expiration),
			readOnly: row.read_only === true,
			comment: String(row.comment),
			allowedIps: Array.isArray(row.allowed_ips) ? row.allowed_ips.map(String) : null,
		});
	}
	// The list of somebody else's keys does not contain the caller's.
	if (current === undefined) world.addAuthKey({ value: sandbox.keys[caller], userId: callerId });
	return SHAPE;
}

export function importSharingGroup({ world, shown }: Stage): Mode {
	if (!isRow(shown)) throw new Error('No sharing group in the reply');
	const group = shown.SharingGroup as Row;
	world.addSharingGroup({
		id: Number(group.id),
		uuid: String(group.uuid),
		name: String(group.name),
		description: String(group.description),
		releasability: String(group.releasability),
		orgId: Number(group.org_id),
		syncUserId: Number(group.sync_user_id),
		members: entries(shown.SharingGroupOrg).map((member) => ({
			id: Number(member.id),
			orgId: Number(member.org_id),
			extend: member.extend === true,
		})),
		servers: entries(shown.SharingGroupServer)
			.filter((entry) => entry.server_id !== '0')
			.map((entry) => ({
				id: Number(entry.id),
				serverId: Number(entry.server_id),
				allOrgs: entry.all_orgs === true,
				name: String((entry.Server as Row).name),
				url: String((entry.Server as Row).url),
			})),
	});
	return SHAPE;
}

export async function earlierSearches(stage: Stage): Promise<Mode> {
	const mode = importFound(stage);
	const count = Number(stage.one.name.slice('rate_limited_'.length));
	for (let index = 1; index < count; index += 1) await send(stage.one, stage.sandbox);
	return mode;
}
