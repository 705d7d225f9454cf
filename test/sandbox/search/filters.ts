/** Search parameters turned into tests on events and on attributes. */
import type { Json } from '../http';
import type { AttributeRow, EventRow, TagLink } from '../rows';
import type { World } from '../state';
import {
	dateText,
	equals,
	isPattern,
	parseTerms,
	parseTime,
	satisfies,
	timeWindow,
	type Terms,
} from './terms';

export type EventTest = (event: EventRow) => boolean;
export type AttributeTest = (attribute: AttributeRow) => boolean;

/** 0, 1 or both; false is no filter: the trap in which to_ids:false finds everything. */
export function flagFilter(value: unknown): Set<boolean> | undefined {
	if (value === undefined || value === false) return undefined;
	if (value === 'exclude') return new Set([false]);
	const list = Array.isArray(value) ? value : [value];
	return new Set(list.map((entry) => entry === true || String(entry) === '1'));
}

function tagIds(world: World, term: string): Set<number> {
	const ids = new Set<number>();
	if (/^\d+$/.test(term) && world.tags.has(Number(term))) ids.add(Number(term));
	if (!isPattern(term)) {
		const exact = world.tag(term);
		if (exact !== undefined) ids.add(exact.id);
		return ids;
	}
	for (const tag of world.tags.values()) if (equals(term, tag.name)) ids.add(tag.id);
	return ids;
}

export interface TagTest {
	/** OR and AND look at one list of tags, NOT at another: which ones depends on the scope. */
	fits(lists: { positive: TagLink[]; negative: TagLink[] }): boolean;
	/** Whether a row has a tag that was excluded. */
	excludes(links: TagLink[]): boolean;
	hasNot: boolean;
}

export function tagTest(world: World, value: unknown): TagTest {
	const terms = parseTerms(value);
	const resolve = (list: string[]) => list.map((term) => tagIds(world, term));
	const [or, and, not] = [resolve(terms.or), resolve(terms.and), resolve(terms.not)];
	const hit = (ids: Set<number>, links: TagLink[]) => links.some((link) => ids.has(link.tagId));
	const excludes = (links: TagLink[]) => not.some((ids) => hit(ids, links));
	return {
		hasNot: not.length > 0,
		excludes,
		fits: ({ positive, negative }) => {
			if (or.length > 0 && !or.some((ids) => hit(ids, positive))) return false;
			return and.every((ids) => hit(ids, positive)) && !excludes(negative);
		},
	};
}

function orgTest(world: World, terms: Terms): EventTest {
	return (event) => {
		const org = world.organisations.get(event.orgcId);
		return satisfies(
			terms,
			(term) =>
				org !== undefined &&
				(term === String(org.id) || term === org.uuid || equals(term, org.name)),
		);
	};
}

function numberTest(value: unknown, read: (event: EventRow) => number): EventTest {
	const terms = parseTerms(value);
	return (event) => satisfies(terms, (term) => Number(term) === read(event));
}

export function eventIdTest(value: unknown): EventTest {
	const terms = parseTerms(value);
	return (event) =>
		satisfies(terms, (term) => term === String(event.id) || term.toLowerCase() === event.uuid);
}

/** Tests on the event that both scopes share. */
export function eventTests(
	world: World,
	params: Json,
	scope: 'events' | 'attributes',
): EventTest[] {
	const now = world.now();
	const tests: EventTest[] = [];
	const add = (name: string, make: (value: unknown) => EventTest) => {
		if (params[name] !== undefined) tests.push(make(params[name]));
	};
	add('eventid', eventIdTest);
	add('event_ids', eventIdTest);
	add('event_uuid', eventIdTest);
	add('org', (value) => orgTest(world, parseTerms(value)));
	add('eventinfo', (value) => {
		const terms = parseTerms(value);
		return (event) => satisfies(terms, (term) => equals(term, event.info));
	});
	add('threat_level_id', (value) => numberTest(value, (event) => event.threatLevelId));
	if (scope === 'events') {
		add('distribution', (value) => numberTest(value, (event) => event.distribution));
		add('sharing_group_id', (value) => numberTest(value, (event) => event.sharingGroupId));
		add('sharinggroup', (value) => numberTest(value, (event) => event.sharingGroupId));
		add('timestamp', (value) => stampTest(value, now, (event) => event.timestamp));
		add('date', (value) => {
			const inside = timeWindow(value, now);
			return (event) => inside(parseTime(event.date, now));
		});
	}
	add('event_timestamp', (value) => stampTest(value, now, (event) => event.timestamp));
	add('last', (value) => stampTest(value, now, (event) => event.publishTimestamp));
	add('publish_timestamp', (value) => stampTest(value, now, (event) => event.publishTimestamp));
	add('from', (value) => (event) => event.date >= dateText(value));
	add('to', (value) => (event) => event.date <= dateText(value));
	const published = flagFilter(params.published);
	if (published !== undefined) tests.push((event) => published.has(event.published));
	return tests;
}

function stampTest(value: unknown, now: number, read: (event: EventRow) => number): EventTest {
	const inside = timeWindow(value, now);
	return (event) => inside(read(event));
}

/** Negated values exclude nothing in 2.5.1; positive ones look at each half of a composite. */
function valueTest(value: unknown, read: (row: AttributeRow) => string[]): AttributeTest {
	const { or, and } = parseTerms(value);
	const wanted = [...or, ...and];
	if (wanted.length === 0) return () => true;
	return (row) => wanted.some((term) => read(row).some((text) => equals(term, text)));
}

function typeTest(value: unknown): AttributeTest {
	const terms = parseTerms(value);
	return (row) =>
		satisfies(
			terms,
			(term) =>
				equals(term, row.type) ||
				(row.type === 'email' && (term === 'email-src' || term === 'email-dst')),
		);
}

function seenTest(value: unknown, now: number, column: 'firstSeen' | 'lastSeen'): AttributeTest {
	const read = (row: AttributeRow) => {
		const text = row[column];
		return text === null ? undefined : Date.parse(text) / 1000;
	};
	if (Array.isArray(value)) {
		const inside = timeWindow(value, now);
		return (row) => inside(read(row) ?? Number.NaN);
	}
	const limit = parseTime(value, now);
	if (column === 'firstSeen') return (row) => (read(row) ?? -1) >= limit;
	return (row) => (read(row) ?? Number.POSITIVE_INFINITY) <= limit;
}

/** Tests on single attributes; in the events scope each of them is its own sub-query. */
export function attributeTests(
	world: World,
	params: Json,
	scope: 'events' | 'attributes',
): AttributeTest[] {
	const now = world.now();
	const tests: AttributeTest[] = [];
	const add = (name: string, make: (value: unknown) => AttributeTest) => {
		if (params[name] !== undefined) tests.push(make(params[name]));
	};
	add('value', (value) => valueTest(value, (row) => [row.value1, row.value2].filter(Boolean)));
	add('value1', (value) => valueTest(value, (row) => [row.value1]));
	add('value2', (value) => valueTest(value, (row) => [row.value2]));
	add('type', typeTest);
	add('category', (value) => {
		const terms = parseTerms(value);
		return (row) => satisfies(terms, (term) => equals(term, row.category));
	});
	add('object_relation', (value) => {
		const terms = parseTerms(value);
		return (row) => satisfies(terms, (term) => equals(term, row.objectRelation ?? ''));
	});
	const toIds = flagFilter(params.to_ids);
	if (toIds !== undefined) tests.push((row) => toIds.has(row.toIds));
	if (scope === 'attributes') {
		const stamp = (value: unknown): AttributeTest => {
			const inside = timeWindow(value, now);
			return (row) => inside(row.timestamp);
		};
		add('timestamp', stamp);
		add('attribute_timestamp', stamp);
		add('first_seen', (value) => seenTest(value, now, 'firstSeen'));
		add('last_seen', (value) => seenTest(value, now, 'lastSeen'));
		add('sharinggroup', (value) => {
			const terms = parseTerms(value);
			return (row) =>
				satisfies(terms, (term) => {
					const event = world.events.get(row.eventId);
					return [row.sharingGroupId, event?.sharingGroupId].includes(Number(term));
				});
		});
	}
	return tests;
}

export type DeletedFilter = 'live' | 'only' | 'both';

export function deletedFilter(value: unknown): DeletedFilter {
	if (value === undefined || value === false) return 'live';
	if (value === 'only') return 'only';
	const list = (Array.isArray(value) ? value : [value]).map((entry) =>
		entry === true || entry === 'only' ? '1' : String(entry),
	);
	if (list.includes('0')) return list.includes('1') ? 'both' : 'live';
	return list.includes('1') ? 'only' : 'live';
}
