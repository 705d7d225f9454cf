/** /events/index: its own set of filters, in the path or the body. */
import { answer, isRecord, truthy, type Call, type Json } from '../http';
import { eventIndexRow } from '../present';
import { canSeeEvent } from '../rights';
import type { Controller } from '../router';
import type { EventRow } from '../rows';
import { tagTest } from '../search/filters';
import { cut, pageOf } from '../search/harvest';
import { equals, timeWindow } from '../search/terms';
import type { World } from '../state';

const SORTABLE: Record<string, (event: EventRow) => string | number> = {
	id: (event) => event.id,
	date: (event) => event.date,
	info: (event) => event.info,
	timestamp: (event) => event.timestamp,
	publish_timestamp: (event) => event.publishTimestamp,
	sighting_timestamp: (event) => event.sightingTimestamp,
	threat_level_id: (event) => event.threatLevelId,
	analysis: (event) => event.analysis,
	distribution: (event) => event.distribution,
	published: (event) => Number(event.published),
	attribute_count: (event) => event.attributeCount,
	orgc_id: (event) => event.orgcId,
	org_id: (event) => event.orgId,
};

/** `searchtag` and `tag` are the same; case does not matter. */
function readFilters(call: Call): Json {
	const given = { ...call.named, ...(isRecord(call.body) ? call.body : {}) };
	return Object.fromEntries(
		Object.entries(given)
			.filter(([, value]) => value !== '' && value !== null)
			.map(([name, value]) => [name.toLowerCase().replace(/^search(?!all)/, ''), value]),
	);
}

const list = (value: unknown): string[] =>
	Array.isArray(value) ? value.map(String) : String(value).split('|');

/** Alternatives, of which those with a leading ! are excluded. */
function oneOf(value: unknown, has: (term: string, event: EventRow) => boolean) {
	const terms = list(value);
	const not = terms.filter((term) => term.startsWith('!')).map((term) => term.slice(1));
	const or = terms.filter((term) => !term.startsWith('!'));
	return (event: EventRow) =>
		(or.length === 0 || or.some((term) => has(term, event))) &&
		!not.some((term) => has(term, event));
}

const contains = (term: string, text: string) =>
	text.toLowerCase().includes(term.replaceAll('%', '').toLowerCase());

function indexTests(world: World, filters: Json): Array<(event: EventRow) => boolean> {
	const tests: Array<(event: EventRow) => boolean> = [];
	const add = (names: string[], make: (value: unknown) => (event: EventRow) => boolean) => {
		const name = names.find((candidate) => filters[candidate] !== undefined);
		if (name !== undefined) tests.push(make(filters[name]));
	};
	add(['eventinfo'], (value) => oneOf(value, (term, event) => contains(term, event.info)));
	add(['eventid'], (value) =>
		oneOf(value, (term, event) => term === String(event.id) || term === event.uuid),
	);
	add(['org'], (value) =>
		oneOf(value, (term, event) => {
			const org = world.organisations.get(event.orgcId);
			return [String(org?.id), org?.uuid].includes(term) || equals(term, org?.name ?? '');
		}),
	);
	add(['tag', 'tags'], (value) => {
		const test = tagTest(world, list(value));
		return (event) => test.fits({ positive: event.tags, negative: event.tags });
	});
	add(['attribute', 'value'], (value) =>
		oneOf(value, (term, event) =>
			event.attributes.some(
				(row) => !row.deleted && (contains(term, row.value1) || contains(term, row.value2)),
			),
		),
	);
	add(['all', 'searchall'], (value) =>
		oneOf(
			value,
			(term, event) =>
				contains(term, event.info) || event.attributes.some((row) => contains(term, row.value1)),
		),
	);
	add(['datefrom'], (value) => (event) => event.date >= String(value));
	add(['dateuntil'], (value) => (event) => event.date <= String(value));
	add(['distribution'], (value) =>
		oneOf(value, (term, event) => Number(term) === event.distribution),
	);
	add(['sharinggroup'], (value) =>
		oneOf(value, (term, event) => Number(term) === event.sharingGroupId),
	);
	add(['analysis'], (value) => oneOf(value, (term, event) => Number(term) === event.analysis));
	add(['threatlevel'], (value) =>
		oneOf(value, (term, event) => Number(term) === event.threatLevelId),
	);
	add(
		['published'],
		(value) => (event) => String(value) === '2' || event.published === truthy(value),
	);
	const stamp = (names: string[], read: (event: EventRow) => number) =>
		add(names, (value) => {
			const inside = timeWindow(value, world.now());
			return (event) => inside(read(event));
		});
	stamp(['timestamp'], (event) => event.timestamp);
	stamp(['publish_timestamp', 'publishtimestamp'], (event) => event.publishTimestamp);
	return tests;
}

function minimalRow(world: World, event: EventRow): Json {
	return {
		id: String(event.id),
		timestamp: String(event.timestamp),
		sighting_timestamp: String(event.sightingTimestamp),
		published: event.published,
		uuid: event.uuid,
		orgc_uuid: world.organisations.get(event.orgcId)?.uuid ?? '',
	};
}

function index(call: Call) {
	const { world, viewer } = call;
	const filters = readFilters(call);
	const tests = indexTests(world, filters);
	const minimal = truthy(filters.minimal);
	// In the body, minimal also drops events without content; in the path it does not.
	const dropEmpty = minimal && isRecord(call.body) && call.body.minimal !== undefined;
	const found = [...world.events.values()].filter(
		(event) =>
			canSeeEvent(world, viewer, event) &&
			tests.every((test) => test(event)) &&
			(!dropEmpty || event.attributes.length > 0 || event.reports.length > 0),
	);
	const sort = SORTABLE[String(filters.sort ?? '')];
	const sign = String(filters.direction).toLowerCase() === 'desc' ? -1 : 1;
	found.sort((a, b) => {
		const [left, right] = [sort?.(a) ?? 0, sort?.(b) ?? 0];
		return left === right ? a.id - b.id : left < right ? -sign : sign;
	});
	const rows = cut(found, pageOf(filters));
	return answer(
		rows.map((event) => (minimal ? minimalRow(world, event) : eventIndexRow(world, event))),
		{ 'X-Result-Count': String(found.length) },
	);
}

export const eventIndex: Controller = { index: { run: index } };
