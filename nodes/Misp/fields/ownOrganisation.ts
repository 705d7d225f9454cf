import { createHash } from 'node:crypto';

import type { Misp } from '../client/client';
import { path } from '../definition';

/** By address and key, hashed so that no key stands in memory for longer than its connection. */
const known = new Map<string, string>();

/**
 * The id of the organisation that the key's user belongs to. It does not change, so that MISP is
 * asked once for each key (`GET /users/view/me`).
 */
export async function ownOrganisation(misp: Misp): Promise<string> {
	const { baseUrl, key } = misp.connection;
	const id = createHash('sha256').update(`${baseUrl}\n${key}`).digest('hex');
	const before = known.get(id);
	if (before !== undefined) return before;
	const me = await misp.get<{ org_id: string }>(path`/users/view/me`, { unwrap: 'User' });
	known.set(id, me.org_id);
	return me.org_id;
}
