import { collection, operation, path, toggle, withParams } from '../../definition';
import { eventLocator } from '../../fields/event';
import { eventRow } from '../../fields/rows';
import { EVENT_RESULT } from '../../fields/search';
import { only } from '../../fields/searchFilters';

export const get = operation({
	name: 'Get',
	action: 'Get an event',
	description: 'Returns one event with all its attributes, objects, tags, galaxies and reports.',
	access: 'read',
	endpoints: ['GET /events/view/{event}'],
	row: eventRow,
	fields: {
		event: eventLocator,
		additionalFields: collection(
			'Result Options',
			{
				deleted: toggle(
					'Deleted Attributes',
					'Whether to add deleted attributes and objects',
					true,
				),
				// Here, MISP has another name for it than in a search.
				includeAttachments: EVENT_RESULT.withAttachments,
				...only(
					EVENT_RESULT,
					'extended',
					'includeAnalystData',
					'includeDecayScore',
					'includeFeedCorrelations',
					'includeWarninglistHits',
					'excludeLocalTags',
					'noEventReports',
					'noShadowAttributes',
				),
			},
			{ placeholder: 'Add Option' },
		),
	},
	run: async ({ misp }, { event, additionalFields }) =>
		await misp.get(withParams(path`/events/view/${event}`, additionalFields), { expect: 'Event' }),
});
