/** Searches per user in a window of 15 minutes that starts with the first of them. */
import { Refusal, type Viewer } from './http';
import type { World } from './state';

const WINDOW = 900;

/** The X-Rate-Limit headers of this search; throws a 429 when it is one too many. */
export function countSearch(world: World, viewer: Viewer): Record<string, string> {
	const limit = viewer.role.rateLimit;
	if (limit === undefined) return {};
	const now = world.now();
	let window = world.rateWindows.get(viewer.user.id);
	if (window === undefined || now >= window.start + WINDOW) {
		window = { start: now, count: 0 };
		world.rateWindows.set(viewer.user.id, window);
	}
	window.count += 1;
	const headers = {
		'X-Rate-Limit-Limit': String(limit),
		'X-Rate-Limit-Remaining': String(Math.max(0, limit - window.count)),
		'X-Rate-Limit-Reset': String(window.start + WINDOW - now),
	};
	if (window.count > limit) throw new Refusal(429, 'Rate limit exceeded.', headers);
	return headers;
}
