import type { Misp } from '../client/client';
import { operation, path, recover, resource } from '../definition';

type Flags = Record<string, unknown>;

interface Me {
	User: Flags & { id: string; email: string; authkey?: string };
	Role: Flags & { id: string; name: string };
	Organisation: { id: string; name: string; uuid: string };
}

interface KeyEntry {
	AuthKey: {
		id: string;
		authkey_start: string;
		authkey_end: string;
		created: string;
		expiration: string;
		read_only: boolean;
		comment: string;
		allowed_ips: string[] | null;
		last_used: string | number | null;
	};
	User: { email: string };
}

/** Permissions that a read-only key does not have, whatever its user's role says. */
const KEPT_BY_READ_ONLY_KEYS = ['perm_auth', 'perm_audit'];

const fetchMe = async (misp: Misp): Promise<Me> =>
	await misp.get(path`/users/view/me`, { expect: 'User' });

/** The entry of the key in use: MISP shows the first and last four characters of each. */
async function fetchKey(misp: Misp, email: string): Promise<KeyEntry['AuthKey'] | undefined> {
	const { key } = misp.connection;
	// Instances with one legacy key per user have no such list.
	const entries = await recover(
		misp.get<KeyEntry[]>(path`/auth_keys/index`),
		({ kind }) => kind === 'permission' || kind === 'notFound',
		(): KeyEntry[] => [],
	);
	return entries.find(
		({ AuthKey, User }) =>
			AuthKey.authkey_start === key.slice(0, 4) &&
			AuthKey.authkey_end === key.slice(-4) &&
			User.email === email,
	)?.AuthKey;
}

/**
 * What the key in use may really do.
 *
 * users/view/me gives the role as it is stored, auth_keys/index whether the key is read-only, and
 * servers/getVersion a few permissions as they count for this key.
 */
async function accessOf(misp: Misp): Promise<Record<string, unknown>> {
	const me = await fetchMe(misp);
	const version = await misp.get<Flags>(path`/servers/getVersion`, { expect: 'version' });
	const key = await fetchKey(misp, me.User.email);
	// Without the list: a role that may, and a key that may not, is a read-only key.
	const readOnly =
		key?.read_only ?? (me.Role.perm_sighting === true && version.perm_sighting === false);
	const permissions = Object.fromEntries(
		Object.entries(me.Role)
			.filter(([name]) => name.startsWith('perm_'))
			.map(([name, value]) => [
				name,
				value === true && (!readOnly || KEPT_BY_READ_ONLY_KEYS.includes(name)),
			]),
	);
	for (const [name, value] of Object.entries(version)) {
		if (name.startsWith('perm_')) permissions[name] = value === true;
	}
	const expiration = Number(key?.expiration ?? 0);
	return {
		email: me.User.email,
		user_id: me.User.id,
		organisation: me.Organisation.name,
		role: me.Role.name,
		misp_version: version.version,
		read_only_key: readOnly,
		permissions,
		key: key
			? {
					id: key.id,
					comment: key.comment,
					created: new Date(Number(key.created) * 1000).toISOString(),
					expires: expiration > 0 ? new Date(expiration * 1000).toISOString() : null,
					days_left:
						expiration > 0 ? Math.floor((expiration * 1000 - Date.now()) / 86_400_000) : null,
					allowed_ips: key.allowed_ips ?? [],
				}
			: null,
		credential_access_level: misp.connection.access,
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
		'Returns what the key in use may really do: role, effective permissions, whether it is read-only, when it expires and from which addresses it works. For audits of credentials.',
	access: 'read',
	endpoints: ['GET /users/view/me', 'GET /servers/getVersion', 'GET /auth_keys/index'],
	fields: {},
	run: async ({ misp }) => await accessOf(misp),
});

export const currentUser = resource({
	name: 'Current User',
	description: 'The user whose key is in use',
	operations: { get, getAccess },
});
