/** /feeds: the caches, by value. */
import { answer, isRecord, type Call, type Json } from '../http';
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

export const feeds: Controller = { searchCaches: { run: searchCaches } };
