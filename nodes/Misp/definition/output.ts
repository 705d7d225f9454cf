/** Epoch fields in MISP's replies; they come as text, with "0" for "never". */
const EPOCH_FIELDS = new Set([
	'timestamp',
	'publish_timestamp',
	'sighting_timestamp',
	'date_sighting',
	'date_created',
	'date_modified',
	'created',
	'expiration',
	'last_used',
]);

const MIN_EPOCH = 100_000_000; // 1973: below that, a number under such a name is not a time
const MAX_EPOCH = 99_999_999_999;

function isoOf(value: unknown): string | undefined {
	const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
	const seconds = /^\d{9,11}$/.test(text) ? Number(text) : NaN;
	return seconds >= MIN_EPOCH && seconds <= MAX_EPOCH
		? new Date(seconds * 1000).toISOString()
		: undefined;
}

/** The same data with `timestamp_iso` beside `timestamp`, and so on, at every depth. */
export function withDates(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withDates);
	if (value === null || typeof value !== 'object') return value;
	const result: Record<string, unknown> = {};
	for (const [name, entry] of Object.entries(value)) {
		result[name] = withDates(entry);
		const iso = EPOCH_FIELDS.has(name) ? isoOf(entry) : undefined;
		if (iso !== undefined) result[`${name}_iso`] = iso;
	}
	return result;
}

/**
 * A row as it leaves the node.
 *
 * @param row as MISP sent it
 * @param envelope the key around it, such as `Event`
 * @param raw leave everything as MISP sent it
 */
export function present(
	row: unknown,
	envelope: string | undefined,
	raw: boolean,
): Record<string, unknown> {
	const whole =
		row !== null && typeof row === 'object' && !Array.isArray(row) ? row : { value: row };
	if (raw) return whole as Record<string, unknown>;
	const inside =
		envelope !== undefined && envelope in whole
			? (whole as Record<string, unknown>)[envelope]
			: whole;
	const bare = inside !== null && typeof inside === 'object' ? inside : whole;
	return withDates(bare) as Record<string, unknown>;
}
