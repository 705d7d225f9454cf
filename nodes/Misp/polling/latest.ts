import type { Found } from './ledger';
import type { Watch } from './poll';

/** How far to look for a row, in seconds: a minute, an hour, a day, a month, ten years. */
const STRETCHES = [60, 3600, 86_400, 2_592_000, 315_360_000];

/**
 * A recent row of what is watched, whether it is new or not.
 *
 * @param now the server's clock in epoch seconds
 */
export async function latest(watch: Watch, now: number): Promise<Found | undefined> {
	const { sources } = watch;
	if (watch.latest) return await watch.latest();
	for (const source of sources) {
		if (source.kind === 'list') {
			for await (const row of source.read()) return row;
		} else if (source.kind === 'sequence') {
			const { rows } = await source.read({ page: 1, limit: 20 });
			const found = rows.find(({ out }) => out !== true);
			if (found) return found;
		} else {
			for (const stretch of STRETCHES) {
				const limit = source.pageSize;
				const window = { from: now - stretch, until: now, page: 1, limit };
				const { rows } = await source.read(window);
				const found = rows.filter(({ out }) => out !== true).at(-1);
				if (found) return found;
			}
		}
	}
	return undefined;
}
