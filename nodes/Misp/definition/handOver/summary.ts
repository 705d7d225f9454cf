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
		published === true ? 'published' : 'not published',
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

function ofAttribute({ type, value, event_id: id, Event }: Row, format: Format): string {
	const event = titleOf({ ...(isRow(Event) ? Event : {}), id });
	return `${strong(shown(value), format)} ${escaped(`(${shown(type)}) in ${event}`, format)}`;
}

/**
 * One line about a row, for a chat or a ticket; `undefined` for what is no event, attribute or
 * answer of a look-up.
 */
export function summaryOf(row: Row, format: Format): string | undefined {
	if ('verdict' in row && 'value' in row) return ofAnswer(row, format);
	if ('info' in row && 'id' in row) return ofEvent(row, format);
	if ('value' in row && 'type' in row && 'event_id' in row) return ofAttribute(row, format);
	const inside = row.Event ?? row.Attribute;
	return isRow(inside) ? summaryOf(inside, format) : undefined;
}
