import {
	choice,
	collection,
	filter,
	moment,
	text,
	texts,
	toggle,
	when,
} from '../../../nodes/Misp/definition';
import { inputReader } from '../../../nodes/Misp/definition/readInput';

/** Reads these fields for one item after the other, and notes what n8n is asked for. */
function reader(written: Record<string, unknown>, perItem: Record<string, unknown[]> = {}) {
	const fields = {
		type: text('Type'),
		value: filter(text('Value')),
		names: texts('Names', 'Name'),
		details: toggle('Details', ''),
		comment: when({ details: [true] }, text('Comment')),
		since: when({ type: ['domain'] }, moment('Since')),
		from: choice('From', [{ value: 'a', name: 'A' }], 'a'),
		filters: collection('Filters', { note: text('Note') }),
	};
	const asked: string[] = [];
	const value = (name: string, index: number) => {
		asked.push(`${name} ${index}`);
		return perItem[name] ? perItem[name][index] : (written[name] ?? null);
	};
	const read = inputReader(fields, { written, value, timeZone: 'UTC' }, 'https://misp.example.org');
	return { read, asked };
}

const CONSTANT = { type: 'domain', names: ['a', 'b'], from: 'a', filters: { note: 'x' } };

describe('The parameters of many items', () => {
	it('are resolved and checked once where they are constants', () => {
		const { read, asked } = reader(CONSTANT);
		const [first, second] = [read(0), read(1)];
		expect(first).toMatchObject({ type: 'domain', names: ['a', 'b'], filters: { note: 'x' } });
		expect(second).toEqual(first);
		expect(second).not.toBe(first);
		expect(asked.every((one) => one.endsWith(' 0'))).toBe(true);
		expect(new Set(asked).size).toBe(asked.length);
	});

	it('are resolved for each where an expression stands in them, however deep', () => {
		const written = { ...CONSTANT, value: '={{ $json.a }}', filters: { note: '={{ $json.b }}' } };
		const { read, asked } = reader(written, {
			value: ['one', 'two'],
			filters: [{ note: '1' }, { note: '2' }],
		});
		expect(read(0)).toMatchObject({ type: 'domain', value: 'one', filters: { note: '1' } });
		expect(read(1)).toMatchObject({ type: 'domain', value: 'two', filters: { note: '2' } });
		expect(asked.filter((one) => one.endsWith(' 1'))).toEqual(['value 1', 'filters 1']);
	});

	it('are those of the form that an expression chooses for each', () => {
		const written = { ...CONSTANT, details: '={{ $json.yes }}', comment: 'seen' };
		const { read } = reader(written, { details: [true, false, true] });
		expect([0, 1, 2].map((index) => read(index).comment)).toEqual(['seen', undefined, 'seen']);
	});

	it('are not missed where an expression decides that they are not meant', () => {
		const written = { ...CONSTANT, type: '={{ $json.type }}', since: '={{ $json.since }}' };
		const { read } = reader(written, { type: ['domain', 'md5'], since: ['2026-01-02', 'never'] });
		expect(read(0).since).toBe('2026-01-02T00:00:00.000Z');
		expect(read(1).since).toBeUndefined();
	});

	it('are refused for every item by the same words, all that is wrong at once', () => {
		const { read } = reader({ ...CONSTANT, since: 'never', from: 'b' });
		const words = /^"Since" .*; "From" .*\(got "b"\)\.$/;
		expect(() => read(0)).toThrow(words);
		expect(() => read(1)).toThrow(words);
	});

	it('are refused for the items for which the expression of a filter gives nothing', () => {
		const { read } = reader({ ...CONSTANT, value: '={{ $json.a }}' }, { value: ['', 'x'] });
		expect(() => read(0)).toThrow('The expression in "Value" gives nothing for this item.');
		expect(read(1).value).toBe('x');
	});
});
