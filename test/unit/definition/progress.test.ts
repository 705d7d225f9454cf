import { Progress } from '../../../nodes/Misp/definition/progress';

let now = 0;
beforeEach(() => {
	now = 1000;
	jest.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => jest.restoreAllMocks());

it('sums up what took long, with counts and a rate', () => {
	const progress = new Progress(() => {});
	for (let request = 0; request < 4; request += 1) progress.asked();
	now += 8_000;
	expect(progress.summary(1000, 1000)).toBe(
		'1,000 items in, 1,000 out: 4 requests in 8.0 s (125 a second).',
	);
});

it('says nothing of what was quick', () => {
	const progress = new Progress(() => {});
	progress.asked();
	now += 4_000;
	expect(progress.summary(1000, 1000)).toBeUndefined();
});

it('writes a line every ten seconds while requests are made', () => {
	const lines: string[] = [];
	const progress = new Progress((line) => lines.push(line));
	for (let second = 0; second < 25; second += 1) {
		now += 1000;
		progress.asked();
	}
	expect(lines).toEqual([
		'10 requests in 10.0 s, still at work',
		'20 requests in 20.0 s, still at work',
	]);
});
