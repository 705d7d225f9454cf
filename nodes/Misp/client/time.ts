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

const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/;

/** How far the clocks of a zone are ahead of UTC, in milliseconds. */
function offsetAt(time: number, timeZone: string): number {
	const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
	const name = format.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? '';
	const [, sign, hours = 0, minutes = 0] = /([+-])(\d\d):(\d\d)/.exec(name) ?? [];
	return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/**
 * A date with a time that names no zone, as the clocks of this zone showed it, in UTC. Anything
 * else, such as a day, comes back as it is.
 *
 * @param timeZone such as `Europe/Berlin`
 */
export function inTimeZone(text: string, timeZone: string): string {
	const trimmed = text.trim();
	if (!WITHOUT_ZONE.test(trimmed) || !isCalendarDay(trimmed.slice(0, 10))) return text;
	const local = Date.parse(`${trimmed.replace(' ', 'T')}Z`);
	if (Number.isNaN(local)) return text;
	// The offset that holds at the time itself; on most days the first look is enough.
	const about = local - offsetAt(local, timeZone);
	return new Date(local - offsetAt(about, timeZone)).toISOString();
}
