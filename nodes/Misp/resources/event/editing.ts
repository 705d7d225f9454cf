import { allows } from '../../client/access';
import type { Misp } from '../../client/client';
import { isTrue, MispError, path, type RunContext } from '../../definition';
import { fetchEventHeader, type EventRow } from '../../fields/event';

/**
 * The value of `published` for an edit that leaves the state as it is. Left out, MISP unpublishes.
 *
 * @throws MispError of kind `scope` when the event is published and the credential may not publish
 */
export async function publishedAfter(misp: Misp, event: string, keep: boolean): Promise<0 | 1> {
	if (!keep) return 0;
	const { published, id } = await fetchEventHeader(misp, event);
	if (!isTrue(published)) return 0;
	if (allows(misp.connection.access, 'publish')) {
		await mustPublish(misp, id);
		return 1;
	}
	throw new MispError(
		'scope',
		`Event ${id} is published, and an edit would unpublish it. To keep it published, the credential needs the access level "Publish". Nothing was changed.`,
		{
			hint: 'Choose to unpublish it, or use a credential of that level. As a tool of an AI agent, the node also needs "Allow Deleting and Publishing".',
		},
	);
}

/** @throws MispError of kind `permission` for a role that may not publish: its edit would unpublish */
async function mustPublish(misp: Misp, event: string): Promise<void> {
	const { Role } = await misp.get<{ Role: Record<string, unknown> }>(path`/users/view/me`, {
		expect: 'Role',
	});
	if (isTrue(Role.perm_publish) || isTrue(Role.perm_site_admin)) return;
	throw new MispError(
		'permission',
		`Event ${event} is published, and the role "${String(Role.name)}" of this key’s user may not publish: an edit would unpublish it. Nothing was changed.`,
		{
			hint: 'Choose to unpublish it, or use a credential whose user has the role Publisher.',
			request: 'GET /users/view/me',
		},
	);
}

export async function editEvent(
	context: RunContext,
	event: string,
	body: Record<string, unknown>,
	publishing: boolean,
): Promise<EventRow> {
	const stored = await context.misp.post<EventRow>(path`/events/edit/${event}`, body, {
		unwrap: 'Event',
	});
	if (publishing && !isTrue(stored.published)) {
		context.hint(
			`Event ${stored.id} is not published after the edit: the role of this key’s user may not publish.`,
		);
	}
	return stored;
}
