import { collection, operation, path, toggle, withParams } from '../../definition';
import { eventLocator } from '../../fields/event';
import { eventRow } from '../../fields/rows';

export const get = operation({
	name: 'Get',
	action: 'Get an event',
	description: 'Returns one event with all its attributes, objects, tags, galaxies and reports.',
	access: 'read',
	endpoints: ['GET /events/view/{event}'],
	row: eventRow,
	fields: {
		event: eventLocator,
		additionalFields: collection('Additional Fields', {
			deleted: toggle('Deleted Attributes', 'Whether to add deleted attributes and objects', true),
			extended: toggle(
				'Extended Events',
				'Whether to merge in the events that extend this one',
				true,
			),
			includeAttachments: toggle('Attachments', 'Whether to add the content of attachments', true),
			includeAnalystData: toggle('Analyst Data', 'Whether to add notes and opinions', true),
			includeDecayScore: toggle(
				'Decay Score',
				'Whether to add the scores of decaying models',
				true,
			),
			includeFeedCorrelations: toggle('Feed Correlations', 'Whether to add matches in feeds', true),
			includeWarninglistHits: toggle('Warninglist Hits', 'Whether to mark known good values', true),
			excludeLocalTags: toggle('Without Local Tags', 'Whether to leave local tags out', true),
			noEventReports: toggle('Without Event Reports', 'Whether to leave reports out', true),
			noShadowAttributes: toggle('Without Proposals', 'Whether to leave proposals out', true),
		}),
	},
	run: async ({ misp }, { event, additionalFields }) =>
		await misp.get(withParams(path`/events/view/${event}`, additionalFields), { expect: 'Event' }),
});
