import { escaped, strong, type Format } from './chatText';
import { defang } from './defang';

type Row = Record<string, unknown>;

const MAX_TEXT = 200;
const MAX_EVENTS = 3;

const isRow = (value: unknown): value is Row =>
	value !== null && typeof value === 'object' && !Array.isArray(value);

const rowsIn = (value: unknown): Row[] => (Array.isArray(value) ? value.filter(isRow) : []);

/** A text as it may be shown: short, and not to be followed. */
function shown(value: unknown): string {
	const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
	const whole = [...text];
	return defang(whole.length > MAX_TEXT ? `${whole.slice(0, MAX_TEXT).join('')}…` : text);
}

const nameOf = (value: unknown): string => (isRow(value) ? shown(value.name) : '');

function tlpIn(row: Row): string {
	const tags = rowsIn(row.Tag ?? rowsIn(row.EventTag).map(({ Tag }) => Tag));
	return tags.map(({ name }) => shown(name)).find((name) => /^tlp\b/i.test(name)) ?? '';
}

const joined = (parts: string[], by: string): string =>
	parts.filter((part) => part !== '').join(by);

function ofEvent(event: Row, format: Format): string {
	const { id, info, date, Orgc, published, attribute_count: count } = event;
	const facts = [
		shown(date),
		nameOf(Orgc),
		tlpIn(event),
		published === undefined ? '' : published === true ? 'published' : 'not published',
		count === undefined ? '' : `${shown(count)} attribute${Number(count) === 1 ? '' : 's'}`,
	];
	return `${strong(`#${shown(id)} ${shown(info)}`, format)} (${escaped(joined(facts, ', '), format)})`;
}

const titleOf = ({ id, info }: Row): string => joined([`#${shown(id)}`, shown(info)], ' ');

function ofAnswer(answer: Row, format: Format): string {
	const { value, searched, verdict, verdict_reasons: reasons, matches } = answer;
	const asked = shown(searched ?? value) || 'no value';
	const why = Array.isArray(reasons) ? reasons.slice(0, MAX_EVENTS).map(shown).join(', ') : '';
	const events = new Map(
		rowsIn(matches).flatMap(({ event }) => (isRow(event) ? [[event.id, titleOf(event)]] : [])),
	);
	const named = [...events.values()].slice(0, MAX_EVENTS);
	const others = events.size - named.length;
	const where = joined([named.join('; '), others > 0 ? `and ${others} more` : ''], ' ');
	const said = `${shown(verdict).replace('_', ' ')}${why === '' ? '' : ` (${why})`}`;
	return `${strong(asked, format)} ${escaped(joined([said, where], ', in '), format)}`;
}

/** In which event a row is, by its number and what MISP says of its title. */
const inEvent = ({ event_id: id, event_info: title, Event: event }: Row): string =>
	`in ${titleOf({ id, info: title ?? (isRow(event) ? event.info : undefined) })}`;

/** `198.51.100.7 (ip-dst) in #12 Phishing`, with what it says in front of what explains it. */
const ofPart = (said: string, kind: string, where: string, format: Format): string =>
	`${strong(said, format)} ${escaped(joined([kind === '' ? '' : `(${kind})`, where], ' '), format)}`;

const MAX_VALUES = 3;

function ofObject(row: Row, format: Format): string {
	const values = rowsIn(row.Attribute).map(({ value }) => shown(value));
	const others = values.length - MAX_VALUES;
	const named = values.slice(0, MAX_VALUES).join(', ');
	const said = joined([named, others > 0 ? `and ${others} more` : ''], ' ');
	return ofPart(joined([shown(row.name), said], ': '), '', inEvent(row), format);
}

function ofSighting(row: Row, format: Format): string {
	const source = shown(row.source);
	const facts = joined([shown(row.sighting_type), source === '' ? '' : `by ${source}`], ' ');
	return ofPart(shown(row.value) || `#${shown(row.attribute_id)}`, facts, inEvent(row), format);
}

/** What is said about a thing that MISP names by kind and UUID. */
function ofAnalystData(row: Row, format: Format): string {
	const { note, opinion, comment, relationship_type: relation } = row;
	const score = shown(opinion) === '' ? '' : `${shown(opinion)} of 100`;
	const said = joined([shown(note), score, shown(relation), shown(comment)], ', ');
	return ofPart(said, '', `on ${shown(row.object_type)} ${shown(row.object_uuid)}`, format);
}

/** Rows by what only they have, the first that fits. */
const KINDS: Array<[(row: Row) => boolean, (row: Row, format: Format) => string]> = [
	[(row) => 'verdict' in row && 'value' in row, ofAnswer],
	[(row) => 'info' in row && 'id' in row, ofEvent],
	[(row) => 'date_sighting' in row, ofSighting],
	[(row) => 'meta-category' in row && 'event_id' in row, ofObject],
	[(row) => 'object_uuid' in row && 'object_type' in row, ofAnalystData],
	[
		(row) => 'value' in row && 'type' in row && 'event_id' in row,
		(row, format) => ofPart(shown(row.value), shown(row.type), inEvent(row), format),
	],
	[
		(row) => 'content' in row && 'name' in row && 'event_id' in row,
		(row, format) => ofPart(shown(row.name), 'report', inEvent(row), format),
	],
];

/**
 * One line about a row, for a chat or a ticket; `undefined` for what is no event, no answer of a
 * look-up and nothing that is in an event or said about one.
 */
export function summaryOf(row: Row, format: Format): string | undefined {
	const [, line] = KINDS.find(([is]) => is(row)) ?? [];
	if (line) return line(row, format);
	const inside = ['Event', 'Attribute', 'Object', 'EventReport', 'Sighting', 'ShadowAttribute']
		.map((envelope) => row[envelope])
		.find(isRow);
	return inside === undefined ? undefined : summaryOf(inside, format);
}
