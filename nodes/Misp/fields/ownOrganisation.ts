import type { Misp } from '../client/client';
import { connectionId } from '../client/connectionId';
import { path } from '../definition';

interface Me {
	id: string;
	org_id: string;
}

const known = new Map<string, Me>();

/**
 * Who the key's user is. That does not change, so that MISP is asked once for each key
 * (`GET /users/view/me`).
 */
export async function ownUser(misp: Misp): Promise<Me> {
	const id = connectionId(misp.connection);
	const before = known.get(id);
	if (before !== undefined) return before;
	const user = await misp.get<Me>(path`/users/view/me`, { unwrap: 'User' });
	const me = { id: user.id, org_id: user.org_id };
	known.set(id, me);
	return me;
}

/** The id of the organisation that the key's user belongs to. */
export const ownOrganisation = async (misp: Misp): Promise<string> => (await ownUser(misp)).org_id;
