import fc from 'fast-check';

import { IdSet } from '../../../nodes/Misp/polling/idSet';

type Act = { do: 'add' | 'delete' | 'raise'; id: number } | { do: 'rewrite' };

const act: fc.Arbitrary<Act> = fc.oneof(
	{
		weight: 5,
		arbitrary: fc.record({ do: fc.constant('add' as const), id: fc.integer({ min: 1, max: 60 }) }),
	},
	fc.record({ do: fc.constant('delete' as const), id: fc.nat(60) }),
	fc.record({ do: fc.constant('raise' as const), id: fc.nat(30) }),
	fc.record({ do: fc.constant('rewrite' as const) }),
);

const ids = Array.from({ length: 62 }, (_, id) => id);

it('holds what a set holds, whatever is done to it', () => {
	fc.assert(
		fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
			let set = new IdSet();
			const model = new Set([0]);
			let floor = 0;
			for (const each of acts) {
				if (each.do === 'rewrite') {
					const text = set.toString();
					set = IdSet.parse(text);
					expect(set.toString()).toBe(text);
				} else if (each.do === 'add') {
					set.add(each.id);
					model.add(each.id);
				} else if (each.do === 'delete') {
					set.delete(each.id);
					if (each.id > floor) model.delete(each.id);
				} else {
					set.raise(each.id);
					floor = Math.max(floor, each.id);
					for (let id = 0; id <= each.id; id += 1) model.add(id);
				}
				expect(ids.filter((id) => set.has(id))).toEqual(ids.filter((id) => model.has(id)));
				expect(set.greatest).toBe(Math.max(...model));
			}
			const above = ids.filter((id) => id > floor && model.has(id));
			expect(set.runs).toBe(above.filter((id) => id === floor + 1 || !model.has(id - 1)).length);
		}),
		{ numRuns: 500 },
	);
});

it('gives up its lowest runs, and nothing that it held', () => {
	fc.assert(
		fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 200 })), fc.nat(20), (held, runs) => {
			const set = new IdSet();
			for (const id of held) set.add(id);
			set.shrink(runs);
			expect(set.runs).toBeLessThanOrEqual(runs);
			expect(held.every((id) => set.has(id))).toBe(true);
		}),
	);
});

it('is written in few characters, and only what it wrote is read', () => {
	const set = new IdSet(100);
	for (const id of [101, 105, 106, 107]) set.add(id);
	expect(set.toString()).toBe('2s 1 4.2');
	for (const text of ['', '-1', '2s  4', '2s ,']) {
		expect(() => IdSet.parse(text)).toThrow('is not an id');
	}
});
