import { hinted, inputError, MispError, operation, path } from '../../definition';
import { eventIdOf, eventLocatorOf, UNPUBLISHES } from '../../fields/event';
import { mergedEventRow, type EventApart } from './flat';

const refuseSame = (event: string, source: string): void => {
	if (event.toLowerCase() !== source.toLowerCase()) return;
	throw inputError(
		`Event ${event} cannot be merged into itself.`,
		'Choose another event under "Source Event".',
	);
};

export const merge = operation({
	name: 'Merge',
	action: 'Merge an event into another',
	description:
		'Copies the attributes and objects of one event, the source, into another, which MISP unpublishes, and returns that one whole. The source stays as it is; delete it afterwards if it is not needed. Example: Target Event 1234, Source Event 1240.',
	access: 'contribute',
	endpoints: ['POST /events/merge/{event}/{source}', 'POST /events/index'],
	row: mergedEventRow,
	fields: {
		event: hinted(
			UNPUBLISHES,
			eventLocatorOf(
				'Target Event',
				'The event that grows, from the list, by ID or UUID, or by the address of its page in MISP',
			),
		),
		source: eventLocatorOf(
			'Source Event',
			'The event whose contents are copied. It stays as it is.',
		),
	},
	check: ({ event, source }) => refuseSame(event, source),
	run: async ({ misp }, input) => {
		// With a UUID, MISP merges nothing and says so with an empty list.
		const event = await eventIdOf(misp, input.event);
		const source = await eventIdOf(misp, input.source);
		refuseSame(event, source);
		const request = path`/events/merge/${event}/${source}`;
		const merged = [await misp.post<EventApart[]>(request)].flat();
		if (merged.length > 0) return merged;
		throw new MispError('permission', `MISP merged nothing into event ${event}.`, {
			request: `POST ${request}`,
			hint: 'The user of this key may not change the target event. Use a key of the organisation that created it.',
		});
	},
});
