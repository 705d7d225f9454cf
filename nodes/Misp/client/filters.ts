import { inputError } from './errors';
import { isUuid } from './path';
import { isFilterOf, keys, SCOPES, type SearchScope } from './searchScopes';
import { instantOf, isCalendarDay } from './time';

/** Mistakes that are easy to make, and the key that was meant. */
const MEANT: Record<string, string> = {
	published_timestamp: 'publish_timestamp',
	info: 'eventinfo',
	event_info: 'eventinfo',
	event_id: 'eventid',
	eventId: 'eventid',
	id: 'eventid',
	values: 'value',
	types: 'type',
	categories: 'category',
	organisation: 'org',
	organization: 'org',
	tag_name: 'tags',
	date_from: 'from',
	date_to: 'to',
	dateFrom: 'from',
	dateTo: 'to',
	toIds: 'to_ids',
	quickFilter: 'searchall',
	search: 'searchall',
};

/** Filters that are points in time: epoch seconds, a date, "1d", or a pair of them. */
const TIMES = new Set(
	keys(
		`last date timestamp event_timestamp attribute_timestamp publish_timestamp first_seen last_seen`,
	),
);

/** Whether a filter of restSearch is a point in time. */
export const isTimeName = (name: string): boolean => TIMES.has(name);

/** Flags that MISP ignores when they come as JSON false. */
const FLAGS = new Set(['published', 'to_ids', 'deleted', 'protected']);

/**
 * Whether MISP would skip this value, and so the filter. A "%" or "!" that surrounds nothing, as an
 * empty expression leaves it, would match everything.
 */
export function isEmptyFilter(value: unknown): boolean {
	if (value === undefined || value === null) return true;
	if (typeof value === 'string') return /^[\s%_!&|]*$/.test(value);
	if (value instanceof Date) return Number.isNaN(value.getTime());
	if (typeof value === 'number') return Number.isNaN(value);
	if (Array.isArray(value)) return value.length === 0 || value.some(isEmptyFilter);
	if (typeof value === 'object') {
		const parts = Object.values(value);
		return parts.length === 0 || parts.some(isEmptyFilter);
	}
	return false;
}

const isLogic = (value: unknown): value is Record<string, unknown> =>
	value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date);

/** A value that MISP reads as "not this". It does not work on `value` in MISP 2.5. */
const isNegated = (value: unknown): boolean => {
	if (typeof value === 'string') return value.startsWith('!');
	if (Array.isArray(value)) return value.some(isNegated);
	return isLogic(value) && Object.keys(value).some((key) => key.toUpperCase() === 'NOT');
};

/** A value as text, where an object would be "[object Object]" or fail. */
function textOf(value: unknown): string {
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const SECONDS: Record<string, number> = { d: 86_400, h: 3_600, m: 60, s: 1 };

/** "5d" as it is; of "1d 12h" MISP would understand neither part, so it becomes seconds. */
function relativeTime(text: string): string {
	const parts = [...text.matchAll(/(\d+)\s*([dhms])/g)];
	if (parts.length === 1) return text.replace(/\s/g, '');
	const total = parts.reduce((sum, [, n, unit = 's']) => sum + Number(n) * (SECONDS[unit] ?? 0), 0);
	return `${total}s`;
}

/** Epoch seconds that a time filter means now, for comparing two of them. */
export function secondsOf(value: unknown, now = Date.now()): number | undefined {
	const time = pointInTime(value);
	if (typeof time !== 'string') return time;
	const [, n, unit = 's'] = /^(\d+)([dhms])$/.exec(time) ?? [];
	return Math.floor(now / 1000) - Number(n) * (SECONDS[unit] ?? 0);
}

/** Epoch seconds, or a relative time like "5d"; undefined for what is neither these nor a date. */
function pointInTime(value: unknown): number | string | undefined {
	const text = textOf(value).trim();
	if (/^(\d+\s*[dhms]\s*)+$/i.test(text)) return relativeTime(text.toLowerCase());
	const instant = instantOf(text);
	// Zero is no filter for MISP, and what lies before it is none either.
	return instant === undefined || instant <= 0 ? undefined : Math.floor(instant / 1000);
}

export const isTimeFilter = (value: unknown): boolean => pointInTime(value) !== undefined;

/**
 * Makes a time that MISP understands, or refuses it: MISP answers an unreadable one with an empty
 * result, which looks like "nothing found".
 *
 * @returns epoch seconds, a relative time like "5d", or a pair of them
 */
function timeFilter(name: string, value: unknown): unknown {
	if (Array.isArray(value)) {
		if (value.length !== 2)
			throw inputError(`Filter "${name}": give one time, or two for a range.`);
		const [from, to] = value.map((entry) => secondsOf(entry));
		if (from !== undefined && to !== undefined && from > to) {
			throw inputError(
				`Filter "${name}": the start of the range is after its end.`,
				'MISP would swap the two and return what lies between. Check both times.',
			);
		}
		return value.map((entry) => timeFilter(name, entry));
	}
	const time = pointInTime(value);
	if (time !== undefined) return time;
	throw inputError(
		`Filter "${name}": "${textOf(value).slice(0, 40)}" is not a time.`,
		'Use a date (2026-11-24 or 2026-11-24T08:00:00Z), a relative time (5d, 12h, 30m) or epoch seconds.',
	);
}

/** How far two clocks may be apart, and a request be on its way. */
const SLACK_MS = 2000;

/**
 * The same search with its relative times as they were at `now`, in MISP's time: for the pages
 * behind the first. The window is a little wider, since a row that shows up twice does no harm.
 */
export function frozen(body: Record<string, unknown>, now: number): Record<string, unknown> {
	const from = (value: unknown) => secondsOf(value, now - SLACK_MS);
	const entries = Object.entries(body).map(([name, value]) => {
		if (!TIMES.has(name)) return [name, value];
		if (Array.isArray(value)) return [name, [from(value[0]), secondsOf(value[1], now + SLACK_MS)]];
		// This one alone is an upper bound.
		return [name, name === 'last_seen' ? value : from(value)];
	});
	return Object.fromEntries(entries) as Record<string, unknown>;
}

/** A calendar day, for the filters that compare with the event's date. */
function dayFilter(name: string, value: unknown): string {
	const text = textOf(value).trim().slice(0, 10);
	if (isCalendarDay(text)) return text;
	throw inputError(`Filter "${name}": "${text}" is not a date.`, 'Use a date like 2026-11-24.');
}

/**
 * Checks the body of a restSearch and brings it into the form that MISP really reads.
 *
 * @param scope what is searched
 * @param body filters by MISP's names (see `SCOPES`)
 * @returns the body to send
 * @throws MispError of kind `input` for an unknown or empty filter, and when no filter narrows the
 *   search: MISP ignores all of these and returns everything the user can see
 */
export function searchBody(
	scope: SearchScope,
	body: Record<string, unknown>,
): Record<string, unknown> {
	const { filters, shape } = SCOPES[scope];
	const checked: Record<string, unknown> = {};
	let narrowed = false;
	for (const [name, value] of Object.entries(body)) {
		if (value === undefined) continue;
		const isFilter = isFilterOf(scope, name);
		if (!isFilter && !shape.includes(name)) throw unknownFilter(scope, name, filters);
		if (isEmptyFilter(value)) {
			throw inputError(
				`The filter "${name}" is empty.`,
				'MISP would ignore it and return everything. Remove the filter, or check the expression that fills it.',
			);
		}
		checked[name] = filterValue(scope, name, value);
		if (isFilter && narrows(name, checked[name])) narrowed = true;
	}
	if (!narrowed) {
		throw inputError(
			'This search has no filter, so MISP would return everything.',
			'Add at least one filter, such as a value, a tag or a time.',
		);
	}
	if (
		checked.searchall !== undefined &&
		Object.keys(body).some((n) => n !== 'searchall' && filters.includes(n))
	) {
		throw inputError(
			'"searchall" cannot be combined with other filters: MISP would ignore those.',
			'Search in two steps, or leave "searchall" out.',
		);
	}
	if (scope === 'sightings') checkSightings(checked);
	if (checked.event_tags !== undefined && isLogic(checked.tags) && 'NOT' in checked.tags) {
		throw inputError(
			'Event tags cannot be combined with excluded tags: MISP would ignore the event tags.',
			'Exclude the tags in a second step, with a Filter node.',
		);
	}
	return checked;
}

/** Of sightings, MISP ignores `from` without `to` and takes 30 days, and `context` needs an id. */
function checkSightings({ from, to, context, id, uuid }: Record<string, unknown>): void {
	if ((from === undefined) !== (to === undefined)) {
		throw inputError('Sightings are searched with "from" and "to" together, or with "last".');
	}
	if (context !== undefined && id === undefined && uuid === undefined) {
		throw inputError(
			'The context of sightings needs the "id" or "uuid" of one event or attribute.',
		);
	}
}

function filterValue(scope: SearchScope, name: string, value: unknown): unknown {
	const isRange = name === 'from' || name === 'to';
	if (TIMES.has(name) || (isRange && scope === 'sightings')) return timeFilter(name, value);
	if (isRange) return dayFilter(name, value);
	// The one id that MISP takes as a JSON number only.
	if (name === 'id' && scope === 'sightings' && /^\d+$/.test(textOf(value))) return Number(value);
	if (FLAGS.has(name)) return flag(value);
	if (value === false) {
		throw inputError(
			`The filter "${name}" is false, which MISP takes for no filter.`,
			'Give a value, or remove it.',
		);
	}
	if (/^value[12]?$/.test(name) && isNegated(value)) {
		throw inputError(
			`MISP does not exclude by value: a filter "${name}" with "!" or NOT would be ignored.`,
			'Search without it and take the values out with a Filter node.',
		);
	}
	return LISTS.has(name) ? listOf(value) : value;
}

/** Filters of which MISP takes a list. */
const LISTS = new Set(
	keys(`value value1 value2 type category org tags tag event_tags eventid uuid event_uuid eventinfo
		sharinggroup sharing_group_id distribution threat_level_id object_relation object_name
		object_template_uuid tag_name`),
);

/**
 * Always a list: MISP splits a bare text at && and ||, and takes a bare "0" for no filter.
 * UUIDs are in lower case there, and compared as they are written.
 */
function listOf(value: unknown): unknown {
	if (isLogic(value)) {
		return Object.fromEntries(
			Object.entries(value).map(([logic, entry]) => [logic.toUpperCase(), listOf(entry)]),
		);
	}
	return [value]
		.flat()
		.map((entry) =>
			typeof entry === 'string' && isUuid(entry.replace(/^!/, '')) ? entry.toLowerCase() : entry,
		);
}

/** Whether a filter leaves anything out: "deleted or not" and "published or not" do not. */
function narrows(name: string, value: unknown): boolean {
	if (name === 'deleted') return value === 1 || value === 'only';
	if (FLAGS.has(name)) return !(Array.isArray(value) && new Set(value).size > 1);
	return !['score', 'idList', 'extensionList'].includes(name);
}

/** `false` is ignored by MISP, 0 is not. */
function flag(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(flag);
	if (value === true || value === 'true' || value === '1') return 1;
	if (value === false || value === 'false' || value === '0') return 0;
	return value;
}

function unknownFilter(scope: SearchScope, name: string, filters: readonly string[]) {
	const usual = Object.hasOwn(MEANT, name) ? MEANT[name] : undefined;
	const meant = filters.find(
		(known) => known === usual || known.toLowerCase() === name.toLowerCase().trim(),
	);
	return inputError(
		`MISP has no filter "${name}" for ${scope}.`,
		meant === undefined
			? `MISP would ignore it and return too much. It knows: ${filters.join(', ')}.`
			: `MISP would ignore it and return too much. You may mean "${meant}".`,
	);
}
