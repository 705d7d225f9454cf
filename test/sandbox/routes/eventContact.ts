/** /events/contact: an e-mail to those who reported an event. */
import { isRecord, refuse, saved, truthy, unwrap, type Call } from '../http';
import { requireEvent } from '../rights';
import type { Controller } from '../router';

function contact(call: Call) {
	const { world, viewer } = call;
	const event = requireEvent(world, viewer, call.args[0] ?? '');
	const body = unwrap(call.body, 'Event');
	const input = isRecord(body) ? body : {};
	if (String(input.message ?? '') === '') throw refuse.notAllowed('You must specify a message.');
	const users = [...world.users.values()].filter(({ id, orgId }) =>
		truthy(input.person) ? id === event.userId : orgId === event.orgcId,
	);
	for (const { email } of users) {
		world.mails.add({ to: email, from: viewer.user.email, text: String(input.message) });
	}
	return saved('Email sent to the reporter.', `/events/contact/${event.id}`, event.id);
}

export const eventContact: Controller = { contact: { run: contact } };
