import * as fc from 'fast-check';

import { defang } from '../../../nodes/Misp/definition/handOver/defang';
import { refang } from '../../../nodes/Misp/definition/handOver/refang';
import { FREE_TEXTS, Refanger, refangedValue } from '../../../nodes/Misp/fields/refang';
import { TYPES } from '../../sandbox/types';

describe('refang', () => {
	it.each([
		['hxxps://evil[.]example/a', 'https://evil.example/a'],
		['hXXp[:]//evil(.)example', 'http://evil.example'],
		['http[://]evil{dot}example', 'http://evil.example'],
		['h[tt]ps://evil[.]example', 'https://evil.example'],
		['meow://evil.example', 'http://evil.example'],
		['[hxxp://]evil.example', 'http://evil.example'],
		['evil [dot] example', 'evil.example'],
		['evil[.example', 'evil.example'],
		[' 198.51.100[.]7 ', '198.51.100.7'],
		['198[.]51[.]100[.]7|8443', '198.51.100.7|8443'],
		['2001[:]db8::1', '2001:db8::1'],
		['bad[at]mail[.]example', 'bad@mail.example'],
		['user[@]example[.]org', 'user@example.org'],
		['fxp://files[.]example', 'ftp://files.example'],
		['%[.]evil[.]example', '%.evil.example'],
	])('%s is %s', (written, meant) => {
		expect(refang(written)).toBe(meant);
	});

	it.each([
		'https://good.example/?a=[1]&b=(.)&c=[.]',
		'https://[2001:db8::1]:8443/x[.]y',
		'https://good.example/?to=hxxp://evil.example',
		'a{.}b@mail.example',
		'C:\\Windows\\a.exe',
		'Seen on evil(.)example, again',
		'd41d8cd98f00b204e9800998ecf8427e',
	])('leaves %s', (value) => {
		expect(refang(value)).toBe(value);
	});
});

/** Values as MISP stores them, and anything that a person may have written. */
const values = fc.oneof(
	fc.webUrl({ withQueryParameters: true, withFragments: true }),
	fc.emailAddress(),
	fc.domain(),
	fc.ipV4Extended(),
	fc.ipV6(),
	fc.tuple(fc.domain(), fc.ipV4()).map((parts) => parts.join('|')),
	fc.tuple(fc.ipV4(), fc.nat(65_535)).map((parts) => parts.join('|')),
	fc
		.tuple(fc.domain(), fc.constantFrom('/a[.]b', '?q=(.)', '/[[.]]', '#[@]'))
		.map((parts) => `https://${parts.join('')}`),
	fc.constantFrom('invoice[1].pdf.exe', 'HKLM\\Software\\a.b', 'Mozilla/5.0 (X11)', '1:2.3:4'),
	fc.string({ size: 'small' }).map((text) => text.trim()),
);

describe('refangedValue', () => {
	const types = [...TYPES.keys()];
	const indicators = types.filter((type) => !FREE_TEXTS.has(type));

	it('knows the types that it leaves alone', () => {
		expect(indicators.length).toBeGreaterThan(150);
		// Younger than this MISP.
		const younger = ['suricata', 'integer-list'];
		expect(
			[...FREE_TEXTS].filter((type) => !types.includes(type) && !younger.includes(type)),
		).toEqual([]);
	});

	it.each([...indicators, undefined])('gives back exactly what was defanged: %s', (type) => {
		fc.assert(
			fc.property(values, (value) => {
				const safe = defang(value);
				// What was not dangerous, or was defanged before, is not the work of Defang Values.
				fc.pre(safe !== value);
				expect(refangedValue(safe, type)).toBe(value);
			}),
			{ numRuns: 200 },
		);
	});

	it('leaves what nobody has defanged', () => {
		const plain = fc.oneof(
			fc.webUrl({ withQueryParameters: true }),
			fc.emailAddress(),
			fc.domain(),
			fc.ipV4(),
			fc.ipV6(),
		);
		fc.assert(
			fc.property(plain, (value) => {
				expect(refangedValue(value, 'url')).toBe(value);
				expect(refangedValue(value)).toBe(value);
			}),
			{ numRuns: 2000 },
		);
	});

	it.each([...FREE_TEXTS])('never changes a %s', (type) => {
		const text = 'hxxp[:]//evil[.]example';
		expect(refangedValue(text, type)).toBe(text);
	});

	it('restores by hand only what is an address', () => {
		expect(refangedValue('hxxp://evil.example', 'link')).toBe('http://evil.example');
		expect(refangedValue('hxxp://evil.example', 'filename')).toBe('hxxp://evil.example');
	});
});

describe('Refanger', () => {
	it('notes each value once, and adds nothing where it changed none', () => {
		const refanger = new Refanger({ options: {} });
		expect(refanger.noted({ id: 1 })).toEqual({ id: 1 });
		for (let twice = 0; twice < 2; twice += 1) {
			expect(refanger.values(['a[.]example', 'b.example'])).toEqual(['a.example', 'b.example']);
		}
		expect(refanger.noted({ id: 1 })).toEqual({
			id: 1,
			refanged: [{ entered: 'a[.]example', value: 'a.example' }],
		});
	});

	it('sends as entered when it is told to', () => {
		const refanger = new Refanger({ options: { refang: 'no' } });
		expect(refanger.value('a[.]example', 'domain')).toBe('a[.]example');
		expect(refanger.changes).toEqual([]);
	});
});
