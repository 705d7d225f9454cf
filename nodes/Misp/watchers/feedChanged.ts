import type { Row } from '../client/paging';
import { besideEnvelope, path, shape, toggle } from '../definition';
import { listWatcher } from '../fields/watchList';

/** What decides where a feed comes from, and what becomes of what it brings. */
const SETTINGS = [
	'name',
	'provider',
	'url',
	'source_format',
	'input_source',
	'rules',
	'settings',
	'caching_enabled',
	'lookup_visible',
	'distribution',
	'sharing_group_id',
	'tag_id',
	'tag_collection_id',
	'orgc_id',
	'fixed_event',
	'event_id',
	'delta_merge',
	'publish',
	'override_ids',
	'force_to_ids',
	'delete_local_file',
];

const feedRow = shape({
	kind: 'Feed',
	flat: besideEnvelope('Feed'),
	columns: {
		id: 'Number in this MISP',
		name: 'Name',
		provider: 'Who provides it',
		url: 'Where it comes from',
		enabled: 'Whether it is enabled',
		source_format: '`misp`, `csv` or `freetext`',
		caching_enabled: 'Whether its values are kept for look-ups',
	},
});

export const feedChanged = listWatcher({
	name: 'Feed Changed',
	description:
		'Starts when a feed is new, is set up in another way, is switched on or off, or, if wanted, was cached again. Site admins see all feeds, others those that are shown to everybody.',
	example: 'CIRCL',
	endpoint: 'GET /feeds/index',
	envelope: 'Feed',
	row: feedRow,
	reads: 'The settings of each feed; Feed.cache_timestamp if wanted',
	blindTo:
		'Fetching, of which MISP keeps no time: watch the events that a feed brings, or its jobs. The headers that MISP sends to a feed, which may hold passwords, are neither shown nor compared.',
	fields: {
		cached: toggle(
			'Also When Cached Again',
			'Whether to start, too, when MISP has stored the values of the feed for look-ups again. Of feeds that are not cached it shows no time.',
		),
	},
	fetch: async (misp) => {
		const rows = await misp.get<Array<{ Feed: Row }>>(path`/feeds/index`);
		// They hold the passwords of feeds.
		return rows.map((row) =>
			row.Feed?.headers ? { ...row, Feed: { ...row.Feed, headers: '*****' } } : row,
		);
	},
	named: ({ name, provider }) => `${String(name)} ${String(provider)}`,
	state: (feed, { cached }) => [
		...SETTINGS.map((name) => feed[name] ?? null),
		...(cached === true ? [feed.cache_timestamp] : []),
	],
});
