/** /feeds: the list, and the caches by value. */
import { answer, isRecord, refuse, type Call, type Json } from '../http';
import { isSiteAdmin } from '../rights';
import type { Controller } from '../router';

/** One value gives its hits, a list an object by value, nothing found an empty list. */
function searchCaches(call: Call) {
	const { world, baseUrl } = call;
	const asked = isRecord(call.body) ? call.body.value : undefined;
	const inPath = call.args[0];
	const wanted = asked ?? call.named.value ?? inPath;
	const hits = (value: unknown): Json[] =>
		(world.feedCaches.get(String(value).trim().toLowerCase()) ?? []).map((feed) => ({
			Feed: {
				...feed,
				type: 'Feed',
				...(inPath === undefined
					? {
							direct_urls: [
								{
									url: `${baseUrl}/feeds/previewIndex/${feed.id}`,
									name: `Feed ${feed.id}`,
								},
							],
						}
					: {}),
			},
		}));
	if (!Array.isArray(wanted)) return answer(hits(wanted));
	const found = wanted.map((value) => [String(value), hits(value)] as const);
	const some = found.filter(([, list]) => list.length > 0);
	return answer(some.length === 0 ? [] : Object.fromEntries(some));
}

/** Others than site admins see those that are shown to them. */
function index({ world, viewer }: Call) {
	const rows = [...world.feeds.values()].filter(
		({ lookupVisible }) => isSiteAdmin(viewer) || lookupVisible,
	);
	return answer(
		rows.map((row) => ({
			Feed: {
				id: String(row.id),
				name: row.name,
				provider: row.provider,
				url: row.url,
				rules: null,
				enabled: row.enabled,
				distribution: String(row.distribution),
				sharing_group_id: '0',
				tag_id: '0',
				default: row.isDefault,
				source_format: row.format,
				fixed_event: row.fixedEvent,
				delta_merge: false,
				event_id: String(row.eventId),
				publish: false,
				override_ids: false,
				settings: row.settings,
				input_source: 'network',
				delete_local_file: false,
				lookup_visible: row.lookupVisible,
				headers: row.headers,
				caching_enabled: row.cachingEnabled,
				force_to_ids: false,
				orgc_id: '0',
				tag_collection_id: '0',
				cache_timestamp: row.cachedAt === null ? false : String(row.cachedAt),
			},
		})),
	);
}

/** The words are all that tells whether something will be done. */
function fetchFromFeed({ world, args: [id = ''] }: Call) {
	const feed = world.feeds.get(Number(id));
	if (!feed) throw refuse.notFound('Feed not found.');
	if (!feed.enabled) {
		return answer({ result: 'Feed is currently not enabled. Make sure you enable it.' });
	}
	world.queue(() => undefined, { type: 'fetch_feeds', input: `Feed: ${feed.id}` });
	return answer({ result: 'Pull queued for background execution.' });
}

export const feeds: Controller = {
	fetchFromFeed: { needs: 'perm_site_admin', run: fetchFromFeed },
	index: { run: index },
	searchCaches: { run: searchCaches },
};
