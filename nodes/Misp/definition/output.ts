import type { Operation } from './operation';

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

/** The date of epoch seconds; `undefined` for what is none. */
export function isoOf(value: unknown): string | undefined {
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
	// Made of entries, so that `__proto__` stays a key.
	const entries: Array<[string, unknown]> = [];
	for (const [name, entry] of Object.entries(value)) {
		entries.push([name, withDates(entry)]);
		const iso = EPOCH_FIELDS.has(name) ? isoOf(entry) : undefined;
		if (iso !== undefined) entries.push([`${name}_iso`, iso]);
	}
	return Object.fromEntries(entries);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
	value !== null && typeof value === 'object' && !Array.isArray(value);

/**
 * A row as it leaves the node.
 *
 * @param sent as MISP sent it
 * @param row the envelope to take off, or what makes a row of it; see `Operation.row`
 * @param raw leave everything as MISP sent it
 * @param baseUrl of the MISP that sent it
 */
export function present(
	sent: unknown,
	row: Operation['row'],
	raw: boolean,
	baseUrl: string,
): Record<string, unknown> {
	const whole = isRecord(sent) ? sent : { value: sent };
	if (raw) return whole;
	if (typeof row === 'function')
		return withDates(row(whole as never, baseUrl)) as Record<string, unknown>;
	const inside = row === undefined ? whole : whole[row];
	return withDates(isRecord(inside) ? inside : whole) as Record<string, unknown>;
}
