import fc from 'fast-check';

import { isEmptyFilter, isTimeFilter, searchBody } from '../../nodes/Misp/client/filters';
import type { SearchScope } from '../../nodes/Misp/client/searchScopes';
import { MispError } from '../../nodes/Misp/client/errors';
import { refusalOf } from './support';

const SCOPES: SearchScope[] = ['events', 'attributes'];

const refused = (scope: SearchScope, body: Record<string, unknown>) => {
	const error = refusalOf(() => searchBody(scope, body));
	expect(error.kind).toBe('input');
	return error;
};

describe('A filter that MISP does not know is refused', () => {
	it.each<[SearchScope, string, string]>([
		['events', 'published_timestamp', 'publish_timestamp'],
		['events', 'info', 'eventinfo'],
		['events', 'event_id', 'eventid'],
		['events', 'EventID', 'eventid'],
		['events', 'Value', 'value'],
		['events', 'quickFilter', 'searchall'],
		['events', 'search', 'searchall'],
		['events', 'date_from', 'from'],
		['attributes', 'id', 'eventid'],
		['attributes', 'values', 'value'],
		['attributes', 'types', 'type'],
		['attributes', 'toIds', 'to_ids'],
		['attributes', 'organisation', 'org'],
		['attributes', 'tag_name', 'tags'],
	])('in %s: "%s", where "%s" may be meant', (scope, name, meant) => {
		const error = refused(scope, { [name]: 'x' });
		expect(error.message).toBe(`MISP has no filter "${name}" for ${scope}.`);
		expect(error.hint).toBe(`MISP would ignore it and return too much. You may mean "${meant}".`);
	});

	it.each<[SearchScope, string]>([
		['attributes', 'quickFilter'],
		['attributes', 'searchall'],
		['attributes', 'date'],
		['attributes', 'comment'],
		['attributes', 'metadata'],
		['attributes', 'galaxy.country'],
		['events', 'value1'],
		['events', 'first_seen'],
		['events', 'constructor'],
		['events', '__proto__'],
		['events', ''],
	])('in %s: "%s", with a list of those it knows', (scope, name) => {
		const error = refused(scope, JSON.parse(`{"value":"x",${JSON.stringify(name)}:"x"}`));
		expect(error.message).toBe(`MISP has no filter "${name}" for ${scope}.`);
		expect(error.hint).toMatch(/It knows: value, .*tags/);
	});
});

describe('An empty filter is refused', () => {
	it.each<[string, unknown]>([
		['an empty text', ''],
		['spaces', ' \n '],
		['null', null],
		['an empty list', []],
		['a list with an empty text', ['a', '']],
		['a list with null', [null]],
		['an empty object', {}],
		['an empty OR', { OR: [] }],
		['an OR with an empty text', { OR: [''], NOT: ['x'] }],
		['NaN', Number.NaN],
		['a wildcard around nothing', '%%'],
		['a wildcard alone', '%'],
		['a negation of nothing', '!'],
		['an invalid date', new Date('nonsense')],
	])('as %s', (_what, value) => {
		expect(isEmptyFilter(value)).toBe(true);
		for (const scope of SCOPES) {
			const error = refused(scope, { tags: value, to_ids: 1 });
			expect(error.message).toBe('The filter "tags" is empty.');
			expect(error.hint).toContain('return everything');
		}
	});

	it.each<[string, unknown]>([
		['zero', 0],
		['false', false],
		['a text', 'a'],
		['a wildcard around something', '%a%'],
		['a date', new Date(0)],
	])('but not %s', (_what, value) => {
		expect(isEmptyFilter(value)).toBe(false);
	});

	it('but left out when it is undefined', () => {
		expect(searchBody('events', { value: 'x', tags: undefined })).toEqual({ value: ['x'] });
	});

	it('whatever the body: what passes has none', () => {
		const value = fc.letrec((tie) => ({
			node: fc.oneof(
				{ depthSize: 'small', maxDepth: 3 },
				fc.constantFrom('', ' ', '%', '!', null, undefined, Number.NaN, [], {}),
				fc.string(),
				fc.integer(),
				fc.boolean(),
				fc.date({ min: new Date('1975-01-01'), max: new Date('2200-01-01'), noInvalidDate: false }),
				fc.array(tie('node'), { maxLength: 3 }),
				fc.record({ OR: tie('node'), NOT: tie('node') }, { requiredKeys: [] }),
			),
		})).node;
		const name = fc.constantFrom(
			...['value', 'type', 'tags', 'org', 'eventid', 'timestamp', 'last', 'from', 'published'],
			...['limit', 'order', 'searchall', 'to_ids', 'typo'],
		);
		const hasHole = (part: unknown): boolean =>
			part === undefined ||
			part === null ||
			(typeof part === 'string' && part.trim() === '') ||
			(typeof part === 'number' && Number.isNaN(part)) ||
			(typeof part === 'object' &&
				!(part instanceof Date) &&
				(Object.keys(part).length === 0 || Object.values(part).some(hasHole)));
		let passed = 0;
		fc.assert(
			fc.property(
				fc.constantFrom(...SCOPES),
				fc.dictionary(name, value, { maxKeys: 3 }),
				(scope, body) => {
					let checked: Record<string, unknown>;
					try {
						checked = searchBody(scope, body);
					} catch (error) {
						expect(error).toBeInstanceOf(MispError);
						return;
					}
					passed += 1;
					expect(hasHole(checked)).toBe(false);
					expect(Object.keys(checked)).not.toContain('typo');
					// And it is checked the same way twice.
					expect(searchBody(scope, checked)).toEqual(checked);
				},
			),
			{ numRuns: 3_000 },
		);
		expect(passed).toBeGreaterThan(100);
	});
});

describe('A search without a filter is refused', () => {
	it.each<[SearchScope, Record<string, unknown>]>([
		['events', {}],
		['events', { limit: 10, page: 1, order: 'Event.id asc' }],
		['events', { metadata: 1 }],
		['attributes', { returnFormat: 'csv', includeContext: 1 }],
		['attributes', { value: undefined }],
	])('in %s: %j', (scope, body) => {
		expect(refused(scope, body).message).toBe(
			'This search has no filter, so MISP would return everything.',
		);
	});
});

describe('A search does not become "everything"', () => {
	it.each<[string, unknown]>([
		['deleted', [0, 1]],
		['deleted', 0],
		['published', [0, 1]],
		['to_ids', [1, 0]],
		['score', 5],
		['value', '_'],
		['value', '%_%'],
		['eventinfo', '&&'],
		['value', '||'],
		['value', false],
	])('with %s: %j alone', (name, value) => {
		expect(() => searchBody(name === 'score' ? 'attributes' : 'events', { [name]: value })).toThrow(
			MispError,
		);
	});

	it.each<[string, unknown, unknown]>([
		['value', 0, [0]],
		['eventinfo', 'Foo&&', ['Foo&&']],
		['tags', '0', ['0']],
		['distribution', 0, [0]],
		['tags', { or: 'a', NOT: ['b'] }, { OR: ['a'], NOT: ['b'] }],
	])('with %s: %j, which is sent as a list', (name, value, sent) => {
		expect(searchBody('events', { [name]: value })).toEqual({ [name]: sent });
	});

	it('with a UUID in upper case, which MISP would not find', () => {
		const uuid = '5E1F2A3B-4C5D-4E6F-8A9B-0C1D2E3F4A5B';
		expect(searchBody('events', { uuid, eventid: [`!${uuid}`] })).toEqual({
			uuid: [uuid.toLowerCase()],
			eventid: [`!${uuid.toLowerCase()}`],
		});
	});

	it('with a range the wrong way round, which MISP would turn', () => {
		const refused = (range: unknown) => () => searchBody('events', { timestamp: range });
		expect(refused(['2026-11-20', '2026-11-10'])).toThrow(/after its end/);
		expect(refused(['1d', '5d'])).toThrow(/after its end/);
		expect(refused(['5d', '1d'])).not.toThrow();
	});

	it('with event tags that MISP would ignore beside excluded ones', () => {
		const body = { event_tags: ['a'], tags: { NOT: ['b'] } };
		expect(() => searchBody('events', body)).toThrow(/would ignore the event tags/);
	});
});

describe('Flags are sent as MISP reads them', () => {
	it.each<[unknown, unknown]>([
		[true, 1],
		[false, 0],
		['true', 1],
		['false', 0],
		['1', 1],
		['0', 0],
		[1, 1],
		[0, 0],
		[
			[0, 1],
			[0, 1],
		],
		[
			[false, true],
			[0, 1],
		],
		['only', 'only'],
		['exclude', 'exclude'],
	])('%j as %j', (given, sent) => {
		for (const name of ['published', 'to_ids', 'deleted']) {
			const body = { value: ['x'], [name]: given };
			expect(searchBody('events', body)).toEqual({ value: ['x'], [name]: sent });
		}
	});
});

describe('Times', () => {
	const at = (text: string) => Date.parse(text) / 1000;

	it.each<[unknown, unknown]>([
		[1_700_000_000, 1_700_000_000],
		['1700000000', 1_700_000_000],
		['5d', '5d'],
		['12H', '12h'],
		// MISP reads one number and one unit.
		['1d 12h', '129600s'],
		['5 D', '5d'],
		[' 30m ', '30m'],
		['2026-11-24', at('2026-11-24T00:00:00Z')],
		['2026-11-24T08:00', at('2026-11-24T08:00:00Z')],
		['2026-11-24 08:00:00', at('2026-11-24T08:00:00Z')],
		['2026-11-24T08:00:00Z', at('2026-11-24T08:00:00Z')],
		['2026-11-24T08:00:00.123Z', at('2026-11-24T08:00:00Z')],
		['2026-11-24T08:00:00+02:00', at('2026-11-24T06:00:00Z')],
		['2026-11-24T08:00:00 -0530', at('2026-11-24T13:30:00Z')],
		['2024-02-29', at('2024-02-29T00:00:00Z')],
		[new Date('2026-11-24T08:00:00.900Z'), at('2026-11-24T08:00:00Z')],
		[
			['7d', '1d'],
			['7d', '1d'],
		],
		[
			['2026-11-01', '2026-11-24'],
			[at('2026-11-01T00:00:00Z'), at('2026-11-24T00:00:00Z')],
		],
	])('%j is sent as %j', (given, sent) => {
		expect(searchBody('events', { timestamp: given })).toEqual({ timestamp: sent });
		expect(searchBody('attributes', { first_seen: given })).toEqual({ first_seen: sent });
	});

	it.each<[unknown]>([
		['nonsense'],
		['yesterday'],
		['2026-02-30'],
		['2026-13-01'],
		['2025-02-29'],
		['2026-11-24T25:00'],
		['24.11.2026'],
		['11/24/2026'],
		['20261124'],
		['2026'],
		[5],
		[0],
		[-1],
		[1_700_000_000_000],
		[1.5],
		['5x'],
		['d'],
		[true],
		[{ OR: ['5d'] }],
		[new Date(0)],
		['1970-01-01'],
		['1969-07-20'],
	])('%j is refused, since MISP would find nothing or everything', (given) => {
		for (const name of ['last', 'timestamp', 'publish_timestamp', 'event_timestamp']) {
			expect(refused('attributes', { [name]: given }).message).toMatch(/is not a time/);
		}
	});

	it.each([[['1d']], [['1d', '2d', '3d']]])('%j is refused: a range has two ends', (given) => {
		expect(refused('events', { timestamp: given }).message).toContain('two for a range');
	});

	it.each([
		['1d', 'nonsense'],
		['2026-02-30', '1d'],
	])('a range of %s and %s is refused', (a, b) => {
		expect(refused('events', { timestamp: [a, b] }).message).toMatch(/is not a time/);
	});

	it.each<[unknown, string]>([
		['2026-11-24', '2026-11-24'],
		['2026-11-24T08:00:00Z', '2026-11-24'],
		[new Date('2026-11-24T08:00:00Z'), '2026-11-24'],
	])('as a day: %j is sent as %s', (given, sent) => {
		expect(searchBody('events', { from: given })).toEqual({ from: sent });
	});

	it.each(['5d', 'today', '2026-02-30', '1700000000'])('as a day: "%s" is refused', (given) => {
		expect(refused('events', { to: given }).message).toMatch(/is not a date/);
	});

	it.each([
		['5d', true],
		['2026-11-24', true],
		['2026-02-30', false],
		['', false],
		[undefined, false],
	])('"%s" is one: %s', (value, expected) => {
		expect(isTimeFilter(value)).toBe(expected);
	});
});

describe('Excluding by value, which MISP ignores, is refused', () => {
	it.each<[unknown]>([['!x'], [['a', '!x']], [{ NOT: ['x'] }], [{ OR: ['a'], not: 'x' }]])(
		'as %j',
		(value) => {
			expect(refused('attributes', { value }).message).toMatch(/does not exclude by value/);
			expect(refused('events', { value }).hint).toContain('Filter node');
		},
	);

	it('but not excluding by tag, or a value that begins with "!" as such', () => {
		for (const body of [
			{ tags: ['!tlp:red'] },
			{ tags: { NOT: ['x'] } },
			{ value: { OR: ['!x'] } },
		]) {
			expect(searchBody('attributes', body)).toEqual(body);
		}
	});
});

describe('"searchall"', () => {
	it('stands alone, since MISP ignores all other filters then', () => {
		expect(refused('events', { searchall: '%x%', tags: ['a'] }).message).toContain('"searchall"');
		const alone = { searchall: '%x%', metadata: 1, limit: 5 };
		expect(searchBody('events', alone)).toEqual(alone);
	});
});

it('Filters about galaxies pass for events', () => {
	expect(searchBody('events', { 'galaxy.country': 'XX' })).toEqual({ 'galaxy.country': 'XX' });
});
