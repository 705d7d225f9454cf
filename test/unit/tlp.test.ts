import * as fc from 'fast-check';

import { ceilingRule } from '../../nodes/Misp/client/ceilingRule';
import {
	isAbove,
	markingOf,
	stricter,
	TLP_LEVELS,
	tlpOf,
	type Tlp,
} from '../../nodes/Misp/client/tlp';

const level = fc.constantFrom(...TLP_LEVELS);

describe('tlpOf', () => {
	it.each([
		['tlp:amber', 'amber'],
		['TLP: Amber', 'amber'],
		['tlp:"amber"', 'amber'],
		['tlp="AMBER"', 'amber'],
		['TLP:WHITE', 'clear'],
		['tlp:clear', 'clear'],
		['tlp:amber+strict', 'amber+strict'],
		['TLP:AMBER + STRICT', 'amber+strict'],
		['tlp:amber-strict', 'amber+strict'],
		['tlp:amberstrict', 'amber+strict'],
		['tlp-red', 'red'],
		['TLP RED', 'red'],
		['ｔｌｐ：red', 'red'],
		['tlp:\u200bgreen ', 'green'],
		['iep:traffic-light-protocol="GREEN"', 'green'],
		['iep2-policy:tlp="amber"', 'amber'],
		['tlp:ex:chr', 'chr'],
		['tlp:amber:ex:chr', 'amber'],
		// What nobody knows is the strictest.
		['tlp:unclear', 'red'],
		['tlp:purple', 'red'],
		['tlp:', 'red'],
	])('%j is %s', (tag, meant) => {
		expect(tlpOf(tag)).toBe(meant);
	});

	it.each(['PAP:RED', 'tlp-review', 'my:tlp', 'misp-galaxy:tool="tlp:red"', 'atlp:red', '', 'tlp'])(
		'%j is no marking',
		(tag) => {
			expect(tlpOf(tag)).toBeUndefined();
		},
	);

	it('reads a level in any case, spacing and quoting', () => {
		const space = fc.constantFrom('', ' ', '  ', '\t', '\u00a0');
		const quote = fc.constantFrom('', '"', "'");
		const upper = fc.boolean();
		fc.assert(
			fc.property(level, space, space, quote, upper, fc.constantFrom(':', '='), (...parts) => {
				const [name, before, after, mark, loud, colon] = parts;
				const tag = `${before}tlp${before}${colon}${after}${mark}${name}${mark}${after}`;
				expect(tlpOf(loud ? tag.toUpperCase() : tag)).toBe(name);
			}),
		);
	});
});

describe('markingOf', () => {
	it('is the strictest of all, in any order, whatever stands between', () => {
		const noise = fc.constantFrom('PAP:RED', 'type:osint', 'misp-galaxy:x="tlp:red"');
		fc.assert(
			fc.property(fc.array(level), fc.array(noise), (levels, others) => {
				const tags = [...levels.map((name) => `tlp:${name}`), ...others];
				const strictest = levels.reduce<Tlp | undefined>(
					(most, one) => (most === undefined ? one : stricter(most, one)),
					undefined,
				);
				expect(markingOf(tags)).toBe(strictest);
				expect(markingOf(tags.reverse())).toBe(strictest);
			}),
		);
	});

	it('takes the Chatham House rule for no level, and alone for the strictest', () => {
		expect(markingOf(['tlp:green', 'tlp:ex:chr'])).toBe('green');
		expect(markingOf(['tlp:ex:chr'])).toBe('red');
	});
});

describe('ceilingRule', () => {
	const choice = fc.option(level, { nil: undefined });

	it('is never wider than the credential alone', () => {
		fc.assert(
			fc.property(level, choice, choice, choice, (limit, unmarked, inner, innerUnmarked) => {
				const credential = { tlpCeiling: limit, tlpUnmarked: unmarked };
				const alone = ceilingRule(credential);
				const both = ceilingRule(credential, { tlpCeiling: inner, tlpUnmarked: innerUnmarked });
				if (!alone) return;
				expect(both && isAbove(both.limit, alone.limit)).toBe(false);
				expect(both && isAbove(alone.unmarked, both.unmarked)).toBe(false);
			}),
		);
	});

	it('is none without a limit, and with red', () => {
		for (const tlpCeiling of [undefined, null, '', 'none', 'red'])
			expect(ceilingRule({ tlpCeiling, tlpUnmarked: 'red' })).toBeUndefined();
	});

	it('counts what is unmarked as amber, unless the one who set the limit says otherwise', () => {
		expect(ceilingRule({ tlpCeiling: 'green' })).toEqual({ limit: 'green', unmarked: 'amber' });
		const node = { tlpCeiling: 'green', tlpUnmarked: 'clear' };
		// The hidden default of a credential without a ceiling says nothing.
		expect(ceilingRule({ tlpCeiling: 'none', tlpUnmarked: 'amber' }, node)).toEqual({
			limit: 'green',
			unmarked: 'clear',
		});
	});

	it('refuses what is no level', () => {
		expect(() => ceilingRule({ tlpCeiling: 'purple' })).toThrow('Unknown choice for TLP Ceiling');
		expect(() => ceilingRule({ tlpCeiling: 'amber', tlpUnmarked: 5 })).toThrow('Unmarked Counts');
	});
});
