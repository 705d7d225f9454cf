/** Whether a text like `2026-11-24` is a day of the calendar: `2026-02-30` is none. */
export function isCalendarDay(day: string): boolean {
	const time = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN;
	return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}

const DATE_TIME =
	/^(\d{4}-\d{2}-\d{2})([T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * Milliseconds since 1970 of a date, a date with a time (UTC where it names no zone), or epoch
 * seconds; undefined for anything else.
 */
export function instantOf(value: unknown): number | undefined {
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.getTime();
	const text = String(value).trim();
	// Shorter numbers are years, days or slips: as seconds they would mean 1970.
	if (/^[1-9]\d{8,10}$/.test(text)) return Number(text) * 1000;
	const [, day, clock = 'T00:00:00', zone = 'Z'] = DATE_TIME.exec(text) ?? [];
	if (day === undefined || !isCalendarDay(day)) return undefined;
	const time = Date.parse(`${day}${clock.replace(' ', 'T')}${zone}`);
	return Number.isNaN(time) ? undefined : time;
}
