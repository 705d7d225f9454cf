import type { Misp } from '../client/client';
import { checkKey } from '../client/keyCheck';
import { objectionsTo } from '../client/keyFinding';
import { operation, path, resource } from '../definition';

type Flags = Record<string, unknown>;

interface Me {
	User: Flags & { id: string; email: string; authkey?: string };
	Role: Flags & { id: string; name: string };
	Organisation: { id: string; name: string; uuid: string };
}

const fetchMe = async (misp: Misp): Promise<Me> =>
	await misp.get(path`/users/view/me`, { expect: 'User' });

const isoOf = (epoch: number | undefined): string | null =>
	epoch ? new Date(epoch * 1000).toISOString() : null;

/** What the key in use may really do, beside what its credential says. */
async function accessOf(misp: Misp): Promise<Record<string, unknown>> {
	const { access, acceptsBroaderKey } = misp.connection;
	const finding = await checkKey(misp, { fresh: true });
	const { facts, power, daysLeft } = finding;
	const { user, entry } = facts;
	return {
		email: user?.email ?? null,
		user_id: user?.id ?? null,
		organisation: user?.organisation ?? null,
		role: user?.role ?? null,
		misp_version: facts.version ?? null,
		credential_access_level: access,
		key_access_level: power.level,
		can_do_more: power.broader,
		can_do_more_by: power.broaderPermissions,
		cannot_do: power.missing,
		broader_key_accepted: acceptsBroaderKey === true,
		read_only_key: facts.readOnly,
		permissions: facts.permissions,
		key: {
			id: entry?.id ?? null,
			comment: entry?.comment ?? null,
			created: isoOf(entry?.created),
			expires: isoOf(facts.expires),
			days_left: daysLeft ?? null,
			allowed_ips: entry?.allowedIps ?? null,
			last_used: isoOf(entry?.lastUsed),
			legacy: facts.legacy ?? null,
		},
		warnings: objectionsTo(finding, access),
	};
}

const get = operation({
	name: 'Get',
	action: 'Get the current user',
	description: 'Returns the user of the key in use, with role and organisation.',
	access: 'read',
	endpoints: ['GET /users/view/me'],
	fields: {},
	run: async ({ misp }) => await fetchMe(misp),
});

const getAccess = operation({
	name: 'Get Access',
	action: 'Get what the current key may do',
	description:
		'Returns what the key in use may really do, beside what the credential says: role, effective permissions, whether it is read-only, when it expires, from which addresses it works, when it was last used, and what to change. Runs with any key, also one that other operations refuse. For audits of credentials.',
	access: 'read',
	ownRows: true,
	endpoints: [
		'GET /servers/getVersion',
		'GET /users/view/me',
		'POST /auth_keys/index',
		'GET /auth_keys/index',
	],
	fields: {},
	anyKey: true,
	run: async ({ misp }) => await accessOf(misp),
});

export const currentUser = resource({
	name: 'Current User',
	description: 'The user whose key is in use',
	operations: { get, getAccess },
});
