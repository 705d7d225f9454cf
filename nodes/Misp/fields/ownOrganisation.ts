import { createHash } from 'node:crypto';

import type { Misp } from '../client/client';
import { path } from '../definition';

interface Me {
	id: string;
	org_id: string;
}

/** By address and key, hashed so that no key stands in memory for longer than its connection. */
const known = new Map<string, Me>();

/**
 * Who the key's user is. That does not change, so that MISP is asked once for each key
 * (`GET /users/view/me`).
 */
export async function ownUser(misp: Misp): Promise<Me> {
	const { baseUrl, key } = misp.connection;
	const hash = createHash('sha256').update(`${baseUrl}\n${key}`).digest('hex');
	const before = known.get(hash);
	if (before !== undefined) return before;
	const { id, org_id } = await misp.get<Me>(path`/users/view/me`, { unwrap: 'User' });
	const me = { id, org_id };
	known.set(hash, me);
	return me;
}

/** The id of the organisation that the key's user belongs to. */
export const ownOrganisation = async (misp: Misp): Promise<string> => (await ownUser(misp)).org_id;
