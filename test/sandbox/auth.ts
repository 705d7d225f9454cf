/** Who is asking: MISP's rules for keys, all of which answer 403 when they fail. */
import { BlockList } from 'node:net';
import { refuse, type Viewer } from './http';
import { effectiveGrants } from './roles';
import type { AuthKeyRow } from './rows';
import type { World } from './state';

const FAILED =
	'Authentication failed. Please make sure you pass the API key of an API enabled user along in the Authorization header.';
const DISABLED = 'Authentication failed. Your user account has been disabled.';
const WRONG_IP = 'It is not possible to use this Auth key from your IP address';

/** X-MISP-AUTH wins; a `Basic` value belongs to a proxy; several keys may be listed. */
export function sentKeys(headers: Record<string, string | undefined>): string[] {
	const value = headers['x-misp-auth'] ?? headers.authorization ?? '';
	if (value.startsWith('Basic ')) return [];
	return value.split(',').map((key) => key.trim());
}

function ipAllowed(ip: string, allowed: string[] | null): boolean {
	if (allowed === null || allowed.length === 0) return true;
	const list = new BlockList();
	for (const entry of allowed) {
		const [address = '', bits] = entry.split('/');
		const family = address.includes(':') ? 'ipv6' : 'ipv4';
		if (bits === undefined) list.addAddress(address, family);
		else list.addSubnet(address, Number(bits), family);
	}
	return list.check(ip, ip.includes(':') ? 'ipv6' : 'ipv4');
}

function findKey(world: World, sent: string[]): AuthKeyRow | undefined {
	for (const value of sent) {
		if (!/^[a-zA-Z0-9]{40}$/.test(value)) continue;
		for (const row of world.authKeys.values()) {
			const expired = row.expiration !== 0 && row.expiration <= world.now();
			if (row.value === value && !expired) return row;
		}
	}
	return undefined;
}

export function authenticate(
	world: World,
	headers: Record<string, string | undefined>,
	remoteIp: string,
): Viewer {
	const ip = remoteIp.replace(/^::ffff:/, '');
	const key = findKey(world, sentKeys(headers));
	const user = key === undefined ? undefined : world.users.get(key.userId);
	const role = user === undefined ? undefined : world.roles.get(user.roleId);
	if (key === undefined || user === undefined || role === undefined) {
		throw refuse.forbidden(FAILED);
	}
	if (!ipAllowed(ip, key.allowedIps)) throw refuse.forbidden(WRONG_IP);
	if (user.disabled) throw refuse.forbidden(DISABLED);
	const grants = effectiveGrants(role, key.readOnly);
	if (!grants.has('perm_auth')) throw refuse.forbidden(FAILED);
	key.lastUsed = world.now();
	if (!key.uniqueIps.includes(ip)) key.uniqueIps.push(ip);
	return { user, role, grants, key };
}
