import { choice, watcher } from '../definition';
import { checkWatchedTypes } from '../fields/knownTypes';
import { eventIndex } from '../client/paging';
import { loadEvents, publicationWatch, publishedEvents } from '../fields/watchEvent';
import { numberOf } from '../fields/watchSearch';
import { eventRow } from '../fields/rows';

/** Entries of the index that shows the ids alone. */
const IDS_AT_ONCE = 10_000;

export const eventPublished = watcher({
	name: 'Event Published',
	description: 'Starts when an event is published, here or when it arrives published',
	reads: 'Event.publish_timestamp',
	blindTo:
		'An event that is unpublished again before the next poll. "First Time Only": of very many scattered events, the oldest count as published',
	access: 'read',
	endpoints: [
		'POST /events/restSearch',
		'POST /events/index',
		'GET /attributes/describeTypes.json',
	],
	fields: {
		when: choice(
			'When',
			[
				{
					value: 'every',
					name: 'Every Time',
					description: 'Also when it is published again after a change',
				},
				{ value: 'first', name: 'First Time Only' },
			],
			'every',
		),
		...publicationWatch,
	},
	row: eventRow,
	prove: checkWatchedTypes,
	watch: (context, input) => {
		const filters = { ...input.filters, published: 1 };
		return {
			once: input.when === 'first' ? 'row' : 'version',
			sources: [publishedEvents(context, { ...input, filters })],
			known: async function* () {
				const before = { publish_timestamp: [1, context.start - 1], sort: 'id' };
				const options = { pageSize: IDS_AT_ONCE, minimal: true } as const;
				for await (const row of eventIndex(context.misp, before, options)) {
					const id = numberOf(row.id);
					if (id !== undefined) yield id;
				}
			},
		};
	},
	load: loadEvents,
	scope: ({ when }) => String(when),
});
