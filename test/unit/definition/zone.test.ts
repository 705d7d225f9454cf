import {
	collection,
	day,
	epoch,
	filter,
	list,
	moment,
	text,
	when,
} from '../../../nodes/Misp/definition';
import { inputReader } from '../../../nodes/Misp/definition/readInput';
import { rawFilters } from '../../../nodes/Misp/fields/searchFilters';

const LOCAL = '2026-11-24T08:00:00';
const UTC = '2026-11-24T07:00:00.000Z';

const fields = {
	seen: moment('Seen'),
	date: day('Date'),
	comment: text('Comment'),
	filters: collection('Filters', { since: filter(epoch('Since')), note: text('Note') }),
	entries: list('Entries', 'Entry', { at: when({ seen: ['x'] }, moment('At')) }),
	raw: rawFilters,
};

const read = (raw: Record<string, unknown>) => {
	const value = (name: string) => raw[name] ?? null;
	const parameters = { written: {}, value, timeZone: 'Europe/Berlin' };
	return inputReader(fields, parameters, 'https://misp.example.org')(0);
};

it('reads times of the workflow’s zone wherever a form has them, and leaves texts and days alone', () => {
	expect(
		read({
			seen: LOCAL,
			date: LOCAL,
			comment: LOCAL,
			filters: { since: LOCAL, note: LOCAL },
			entries: { entries: [{ at: LOCAL }] },
		}),
	).toMatchObject({
		seen: UTC,
		date: '2026-11-24',
		comment: LOCAL,
		filters: { since: Date.parse(UTC) / 1000, note: LOCAL },
		entries: [{ at: UTC }],
	});
	expect(read({ entries: [{ at: LOCAL }] })).toMatchObject({ entries: [{ at: UTC }] });
});

it.each([
	['an object', (value: unknown) => value],
	['text', (value: unknown) => JSON.stringify(value)],
])('reads the times of filters in JSON by their names, given as %s', (_what, given) => {
	const filters = { timestamp: [LOCAL, '2026-11-25'], last: '5d', value: LOCAL };
	expect(read({ raw: given(filters) }).raw).toEqual({ ...filters, timestamp: [UTC, '2026-11-25'] });
});

it('keeps the zone that a time names', () => {
	expect(read({ seen: '2026-11-24T08:00:00+05:30' }).seen).toBe('2026-11-24T02:30:00.000Z');
	expect(read({ seen: new Date(UTC) }).seen).toBe(UTC);
});

it('shows what was entered when it is wrong', () => {
	expect(() => read({ seen: '2026-02-30T08:00:00' })).toThrow('(got "2026-02-30T08:00:00")');
});
