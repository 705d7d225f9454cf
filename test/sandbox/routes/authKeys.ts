/** /auth_keys/index */
import { answer, isRecord, type Call } from '../http';
import { authKeyRow } from '../present';
import { isSiteAdmin } from '../rights';
import type { Controller } from '../router';

function index(call: Call) {
	const { world, viewer } = call;
	if (!world.settings.advancedAuthKeys) return answer([]);
	const [ofUser] = call.args;
	const given = { ...call.named, ...(isRecord(call.body) ? call.body : {}) };
	const start = given.authkey_start;
	const end = given.authkey_end;
	const rows = [...world.authKeys.values()].filter((row) => {
		const user = world.users.get(row.userId);
		const sees =
			isSiteAdmin(viewer) ||
			row.userId === viewer.user.id ||
			(viewer.grants.has('perm_admin') && user?.orgId === viewer.user.orgId);
		return (
			sees &&
			(ofUser === undefined || String(row.userId) === ofUser) &&
			(start === undefined || row.value.startsWith(String(start))) &&
			(end === undefined || row.value.endsWith(String(end)))
		);
	});
	return answer(rows.map((row) => authKeyRow(world, row)));
}

// REST reads `/auth_keys/4` as a view; only the list is offered here.
export const authKeys: Controller = { index: { needs: 'perm_auth', run: index } };
