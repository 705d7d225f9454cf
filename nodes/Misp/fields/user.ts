import type { Misp } from '../client/client';
import { MispError, path } from '../definition';

interface Me {
	User: { id: string; org_id: string; email: string };
	Role: Record<string, unknown>;
}

/** What tells who may change an event. MISP shows its creator only to some. */
export interface OwnedEvent {
	id: string;
	orgc_id: string;
	user_id?: string;
	event_creator_email?: string;
}

/** Who owns an event. `POST /events/restSearch`, since the index does not show the creator. */
export async function fetchOwnedEvent(misp: Misp, event: string): Promise<OwnedEvent> {
	const request = path`/events/restSearch`;
	const found = await misp.post<Array<{ Event: OwnedEvent }>>(
		request,
		{ returnFormat: 'json', eventid: event, metadata: 1, limit: 1, page: 1 },
		{ read: true, unwrap: 'response' },
	);
	const [first] = found;
	if (first) return first.Event;
	throw new MispError('notFound', `MISP has no event ${event}, or this key may not see it.`, {
		request: `POST ${request}`,
	});
}

/**
 * Refuses what MISP itself lets through: some of its actions change an event without asking
 * whether the user may change it. `GET /users/view/me`.
 *
 * @throws MispError of kind `permission` when the user may not change this event
 */
export async function requireMayModify(misp: Misp, event: OwnedEvent): Promise<void> {
	const { User: user, Role: role } = await misp.get<Me>(path`/users/view/me`, { expect: 'User' });
	if (role.perm_site_admin === true) return;
	const own = event.orgc_id === user.org_id;
	const { user_id: creator, event_creator_email: email } = event;
	// Without a creator it is the organisation that decides.
	const unknown = creator === undefined && email === undefined;
	const mine = unknown || creator === user.id || email === user.email;
	const may = role.perm_modify_org === true || (role.perm_modify === true && mine);
	if (own && role.perm_add === true && may) return;
	throw new MispError(
		'permission',
		`The user of this key may not change event ${event.id}. Nothing was changed.`,
		{
			hint: own
				? 'This MISP would let it through, but the role of the user does not allow to change the event. Use a credential whose user may.'
				: 'This MISP would let it through, but the event belongs to another organisation. Use a credential of the organisation that created it.',
		},
	);
}
