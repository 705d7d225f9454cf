/** Lists of the editor for a short while, so that a search as one types is one request. */

const KEPT_MS = 60_000;
const MAX_LISTS = 100;
/** Of all lists together, in characters of text; some 32 MB in memory. */
const MAX_SIZE = 16_000_000;

interface Kept {
	rows: Promise<readonly unknown[]>;
	until: number;
	/** In characters, once it has been read. */
	size: number;
}

/** The oldest first. */
const lists = new Map<string, Kept>();

const textIn = (value: unknown): number =>
	typeof value === 'string'
		? value.length
		: value !== null && typeof value === 'object'
			? Object.values(value).reduce<number>((sum, one) => sum + textIn(one), 16)
			: 8;

function drop(id: string, kept: Kept): void {
	if (lists.get(id) === kept) lists.delete(id);
}

/** Makes room, the oldest first. */
function shrink(): void {
	let size = [...lists.values()].reduce((sum, one) => sum + one.size, 0);
	for (const [id, kept] of lists) {
		const isOld = kept.until <= Date.now();
		if (!isOld && lists.size <= MAX_LISTS && size <= MAX_SIZE) continue;
		size -= kept.size;
		lists.delete(id);
	}
}

/**
 * What `read` gives, for a minute. Those who ask meanwhile share one request. An error is not kept.
 *
 * @param id what the rows are, and for which credential: see `connectionId`
 * @param read gives just what is needed of each row, since it stays in memory
 */
export async function keptRows<Row>(
	id: string,
	read: () => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
	const known = lists.get(id);
	if (known && known.until > Date.now()) return (await known.rows) as readonly Row[];
	const kept: Kept = { rows: read(), until: Date.now() + KEPT_MS, size: 0 };
	lists.delete(id);
	lists.set(id, kept);
	shrink();
	kept.rows.catch(() => drop(id, kept));
	const rows = (await kept.rows) as readonly Row[];
	kept.size = textIn(rows);
	shrink();
	// The memory is given back also when nobody asks again.
	setTimeout(() => drop(id, kept), KEPT_MS).unref();
	return rows;
}
