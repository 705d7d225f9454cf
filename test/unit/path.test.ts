import fc from 'fast-check';

import {
	freePath,
	isNumericId,
	isUuid,
	path,
	withParams,
	type MispPath,
} from '../../nodes/Misp/client/path';
import { MispError } from '../../nodes/Misp/client/errors';
import { refusalOf } from './support';

const UUID = '5f7b3c1e-8a0d-4b6e-9a3f-0123456789ab';

/** The result, or undefined when it was refused in the way it should be. */
function unlessRefused(call: () => string): string | undefined {
	try {
		return call();
	} catch (error) {
		if (error instanceof MispError && error.kind === 'input') return undefined;
		throw error;
	}
}

/** Texts that mean something in a path, mixed with ordinary ones. */
const part = fc.oneof(
	fc.string(),
	fc.string({ unit: 'binary' }),
	fc
		.array(
			fc.constantFrom(
				...['/', '\\', '..', '.', '%2f', '%2e', '%00', '?', '#', ';', ':', '@', '//', '%5c', '%'],
				...['1', 'a', 'view', 'delete', ' ', '\n', '\t', 'é', '\u202e', 'https:', UUID],
			),
			{ maxLength: 8 },
		)
		.map((pieces) => pieces.join('')),
);

describe('A path from a template', () => {
	it.each([
		[path`/events/view/${5}`, '/events/view/5'],
		[path`/events/view/${UUID}`, `/events/view/${UUID}`],
		[path`/events/addTag/${'5'}/${'7'}.json`, '/events/addTag/5/7.json'],
		[path`/analyst_data/index/${'Note'}`, '/analyst_data/index/Note'],
		[path`/servers/getVersion`, '/servers/getVersion'],
	])('%s holds what was inserted', (built, expected) => {
		expect(built).toBe(expected);
	});

	it.each([
		'1/1',
		'',
		'..',
		'.',
		'-1',
		'1 ',
		' 1',
		'1\n',
		'tlp:amber',
		'a;b',
		'%31',
		'%2f',
		'a\\b',
		'1?x=1',
		'1#x',
		'été',
		'x'.repeat(256),
	])('refuses "%s"', (value) => {
		const error = refusalOf(() => path`/attributes/delete/${value}`);
		expect(error.kind).toBe('input');
		expect(error.message).toMatch(/is not an id, a uuid or a plain name\.$/);
		expect(error.message.length).toBeLessThan(120);
	});

	it.each([-1, 1e21])('refuses the number %s, which is written with a sign', (value) => {
		expect(refusalOf(() => path`/events/view/${value}`).kind).toBe('input');
	});

	it('keeps its number of segments and its beginning, whatever is inserted', () => {
		fc.assert(
			fc.property(part, part, (first, second) => {
				const built = unlessRefused(() => path`/attributes/delete/${first}/${second}`);
				if (built === undefined) return;
				expect(built.split('/')).toHaveLength(5);
				expect(new URL(`https://misp.example.org${built}`).pathname).toBe(built);
				expect(built.startsWith('/attributes/delete/')).toBe(true);
			}),
			{ numRuns: 2_000 },
		);
	});

	it('keeps its beginning when the parts of it are inserted', () => {
		fc.assert(
			fc.property(part, (id) => {
				const built = unlessRefused(() => path`/events/view/${id}`);
				if (built === undefined) return;
				const { pathname, search, hash, origin } = new URL(built, 'https://misp.example.org');
				expect({ search, hash, origin }).toEqual({
					search: '',
					hash: '',
					origin: 'https://misp.example.org',
				});
				expect(pathname.split('/').slice(0, 3)).toEqual(['', 'events', 'view']);
			}),
			{ numRuns: 2_000 },
		);
	});
});

describe('Named parameters', () => {
	it.each([
		[{}, '/events/view/5'],
		[{ deleted: true }, '/events/view/5/deleted:1'],
		[{ deleted: false, extended: undefined }, '/events/view/5'],
		[{ page: 2, limit: 0 }, '/events/view/5/page:2/limit:0'],
		[{ type: 'ip-dst' }, '/events/view/5/type:ip-dst'],
	])('%j become %s', (params, expected) => {
		expect(withParams(path`/events/view/${5}`, params)).toBe(expected);
	});

	it.each(['1/delete', 'a:b', '', '../x'])('are refused with the value "%s"', (value) => {
		expect(refusalOf(() => withParams(path`/events/view/${5}`, { x: value })).kind).toBe('input');
	});
});

describe('A free path', () => {
	it.each([
		['/events/view/1', '/events/view/1'],
		['events/view/1', '/events/view/1'],
		['  /events/view/1  ', '/events/view/1'],
		['/events/index/limit:10/page:2', '/events/index/limit:10/page:2'],
		['/attributes/describeTypes.json', '/attributes/describeTypes.json'],
		['/tags/search/tlp%3Aamber', '/tags/search/tlp:amber'],
		['/tags/search/a%20b', '/tags/search/a%20b'],
		['/tags/search/é', '/tags/search/%C3%A9'],
		['/events/index/searchtag:1|2', '/events/index/searchtag:1|2'],
		['/logs/index/a=b,c;d@e+f', '/logs/index/a=b,c;d@e+f'],
		['/tags/search/100%25', '/tags/search/100%25'],
	])('"%s" is sent as %s', (typed, expected) => {
		expect(freePath(typed)).toBe(expected);
	});

	it.each([
		['', 'is empty'],
		[' / ', 'is empty'],
		['https://evil.test/events', 'names another host'],
		['HTTP:evil', 'names another host'],
		['javascript:alert(1)', 'names another host'],
		['//evil.test/events', 'names another host'],
		['/events/index?limit=1', 'a query or a fragment'],
		['/events/index#x', 'a query or a fragment'],
		['/events/view/1 2', 'a space or a control character'],
		['/events\\view', 'a space or a control character'],
		['/events/view/1\u0000', 'a space or a control character'],
		['/events/view%0d%0aX-Evil:1', 'an encoded slash or control character'],
		['/events%2f..%2fusers', 'an encoded slash'],
		['/events%5c..%5cusers', 'an encoded slash'],
		['/events/%', 'is not valid percent-encoding'],
		['/events/%ff', 'is not valid percent-encoding'],
		['/../users', 'climbs out'],
		['/events/../users/delete/1', 'climbs out'],
		['/events/%2e%2e/users', 'climbs out'],
		['/events/./view', 'climbs out'],
		['/..', 'climbs out'],
	])('"%s" is refused: it %s', (typed, why) => {
		const error = refusalOf(() => freePath(typed));
		expect(error.kind).toBe('input');
		expect(error.message).toContain(why);
		expect(error.hint).toContain('/name:value');
	});

	it('never leaves the prefix of MISP', () => {
		fc.assert(
			fc.property(part, (typed) => {
				const checked = unlessRefused(() => freePath(typed));
				if (checked === undefined) return;
				const url = new URL(`https://misp.example.org/misp${checked}`);
				expect(url.origin).toBe('https://misp.example.org');
				expect(url.pathname.startsWith('/misp/')).toBe(true);
				expect(url.pathname).not.toMatch(/%2f|%5c|%2e|%00/i);
				expect(url.search + url.hash).toBe('');
				// What the server sees is what was checked: nothing is left for URL to resolve.
				expect(url.pathname).toBe(`/misp${checked}`);
			}),
			{ numRuns: 5_000 },
		);
	});

	it('is checked the same way twice', () => {
		fc.assert(
			fc.property(part, (typed) => {
				const once = unlessRefused(() => freePath(typed));
				if (once !== undefined) expect(freePath(once)).toBe(once);
			}),
			{ numRuns: 5_000 },
		);
	});
});

describe('Ids', () => {
	it.each(['1', '42', '9223372036854775807'])('"%s" is a number', (id) => {
		expect(isNumericId(id)).toBe(true);
	});

	it.each(['0', '01', '-1', '1.5', '1e3', ' 1', '', '99999999999999999999', '١'])(
		'"%s" is no id',
		(id) => {
			expect(isNumericId(id)).toBe(false);
		},
	);

	it.each([UUID, UUID.toUpperCase()])('"%s" is a uuid', (id) => {
		expect(isUuid(id)).toBe(true);
	});

	it.each(['', `${UUID}x`, ` ${UUID}`, UUID.replaceAll('-', ''), UUID.replace('5', 'g')])(
		'"%s" is no uuid',
		(id) => {
			expect(isUuid(id)).toBe(false);
		},
	);
});

// A path built by hand must not pass for a checked one: this line fails to compile otherwise.
// @ts-expect-error a string is not a checked path
export const notChecked: MispPath = '/events/view/1';
