import { instantOf, inTimeZone } from '../../nodes/Misp/client/time';

describe('a time that names no zone', () => {
	it.each([
		['2026-11-24T08:00:00', 'Europe/Berlin', '2026-11-24T07:00:00.000Z'],
		['2026-07-24 08:00', 'Europe/Berlin', '2026-07-24T06:00:00.000Z'],
		['2026-11-24T08:00:00.250', 'America/New_York', '2026-11-24T13:00:00.250Z'],
		['2026-11-24T02:00:00', 'Asia/Kolkata', '2026-11-23T20:30:00.000Z'],
		['2026-11-24T08:00:00', 'UTC', '2026-11-24T08:00:00.000Z'],
		// An hour before and after the clocks went back, at three in the morning.
		['2026-10-25T01:30:00', 'Europe/Berlin', '2026-10-24T23:30:00.000Z'],
		['2026-10-25T03:30:00', 'Europe/Berlin', '2026-10-25T02:30:00.000Z'],
		// And went forward, at two.
		['2026-03-29T01:30:00', 'Europe/Berlin', '2026-03-29T00:30:00.000Z'],
		['2026-03-29T03:30:00', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
	])('%s in %s is %s', (text, zone, utc) => {
		expect(inTimeZone(text, zone)).toBe(utc);
	});
});

it.each([
	'2026-11-24',
	'2026-11-24T08:00:00Z',
	'2026-11-24T08:00:00+05:30',
	'2026-02-30T08:00:00',
	'2026-11-24T25:00:00',
	'1795502448',
	'5d',
	'soon',
	'',
])('leaves "%s" as it is', (text) => {
	expect(inTimeZone(text, 'Asia/Kolkata')).toBe(text);
});

it('reads what it made as the same instant', () => {
	expect(instantOf(inTimeZone('2026-11-24T08:00:00', 'America/New_York'))).toBe(
		Date.UTC(2026, 10, 24, 13),
	);
});
