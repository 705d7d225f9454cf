import { resolvedOnce } from '../../../nodes/Misp/definition/readInput';

describe('Parameters of many items', () => {
	const written = {
		type: 'domain',
		value: '={{ $json.domain }}',
		event: { __rl: true, mode: 'id', value: '={{ $json.event }}' },
		filters: { tags: ['tlp:clear', '={{ $json.tag }}'] },
		options: { raw: true },
	};
	const asked: string[] = [];
	const valueOf = resolvedOnce(written, (name, index) => {
		asked.push(`${name} ${index}`);
		return `${name} of item ${index}`;
	});
	beforeEach(() => {
		asked.length = 0;
	});

	it.each(['type', 'options', 'notFilledIn'])(
		'are resolved once where %s is a constant',
		(name) => {
			expect([0, 1, 2].map((index) => valueOf(name, index))).toEqual(
				Array(3).fill(`${name} of item 0`),
			);
			expect(asked).toEqual([`${name} 0`]);
		},
	);

	it.each(['value', 'event', 'filters'])(
		'are resolved for each where an expression stands in %s',
		(name) => {
			expect([0, 1].map((index) => valueOf(name, index))).toEqual([
				`${name} of item 0`,
				`${name} of item 1`,
			]);
			expect(asked).toEqual([`${name} 0`, `${name} 1`]);
		},
	);
});
