import { choice, longText, operation, path, required } from '../../definition';
import { eventLocator } from '../../fields/event';

export const contactReporter = operation({
	name: 'Contact Reporter',
	action: 'Contact the reporter of an event',
	description:
		'Has MISP send an e-mail about an event to those who reported it, with your message and the address of the user of the key. Every call sends one more. Example: Event 1234, Message "Which of your customers saw this?".',
	access: 'contribute',
	ownRows: true,
	endpoints: ['POST /events/contact/{event}'],
	fields: {
		event: eventLocator,
		recipients: choice(
			'Send To',
			[
				{
					value: 'organisation',
					name: 'Whole Organisation',
					description: 'All users of the organisation that created the event',
				},
				{
					value: 'creator',
					name: 'Creator Only',
					description: 'The user who entered the event, if it was entered on this MISP',
				},
			],
			'organisation',
		),
		message: required(
			longText('Message', {
				placeholder: 'e.g. We see the same domain in our logs. Can we compare?',
				description: 'Goes into the e-mail, below a short text about the event',
				hint: 'MISP sends the e-mail at once, with the address of the user of the key',
			}),
		),
	},
	run: async ({ misp }, { event, message, recipients = 'organisation' }) => {
		const reply = await misp.post<{ message?: string }>(path`/events/contact/${event}`, {
			message,
			person: recipients === 'creator',
		});
		return { event, recipients, sent: true, message: reply.message };
	},
});
