import { MispError, UNKNOWN_OUTCOME } from '../../../nodes/Misp/client/errors';
import { inPieces, Pace } from '../../../nodes/Misp/definition';

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);

/** Runs on a clock of its own, on which each request takes so many milliseconds for each thing. */
async function run(
	count: number,
	pace: Pace,
	{ msEach = 0, fail }: { msEach?: number; fail?: (piece: number[]) => MispError | undefined },
) {
	let now = 0;
	const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
	const sizes: number[] = [];
	try {
		const results = await inPieces<number, number | string>(
			numbers(count),
			pace,
			async (piece) => {
				sizes.push(piece.length);
				now += msEach * piece.length;
				const error = fail?.(piece);
				if (error) throw error;
				return piece;
			},
			(piece, { message }) => piece.map(() => message),
		);
		return { results, sizes };
	} finally {
		clock.mockRestore();
	}
}

it('takes more at once while it is quick, up to a limit', async () => {
	const { results, sizes } = await run(500, new Pace(50, 200), { msEach: 1 });
	expect(sizes).toEqual([50, 100, 200, 150]);
	expect(results).toEqual(numbers(500));
});

it('stays where it is neither quick nor slow', async () => {
	const { sizes } = await run(300, new Pace(100, 1000), { msEach: 40 });
	expect(sizes).toEqual([100, 100, 100]);
});

it('takes half as many when it is slow, and is content in the end', async () => {
	const { results, sizes } = await run(400, new Pace(200), { msEach: 100 });
	expect(sizes).toEqual([200, 100, 50, 50]);
	expect(results).toEqual(numbers(400));
});

it.each([
	['the request is larger than a server takes', new MispError('tooLarge', 'Too large.')],
	['a proxy did not wait for it', new MispError('timeout', 'Too slow.')],
])('tries a smaller piece when %s', async (_, error) => {
	const fail = (piece: number[]) => (piece.length > 30 ? error : undefined);
	const { results, sizes } = await run(100, new Pace(100), { fail });
	expect(sizes.slice(0, 3)).toEqual([100, 50, 25]);
	expect(results).toEqual(numbers(100));
});

it('does not look for a smaller piece for ever', async () => {
	const { results, sizes } = await run(60, new Pace(60), {
		fail: () => new MispError('tooLarge', 'Too large.'),
	});
	expect(sizes).toEqual([60, 30, 15, 15, 15, 15]);
	expect(results).toEqual(numbers(60).map(() => 'Too large.'));
});

it('does not send again what may have been done', async () => {
	const error = new MispError('timeout', `Too slow.${UNKNOWN_OUTCOME}`);
	const { results, sizes } = await run(60, new Pace(60), { fail: () => error });
	expect(sizes).toEqual([60]);
	expect(results).toEqual(numbers(60).map(() => error.message));
});

it('fails a piece alone, and stops trying when MISP is away', async () => {
	const refused = new MispError('validation', 'No.');
	const one = await run(30, new Pace(10), {
		fail: ([first]) => (first === 10 ? refused : undefined),
	});
	expect(one.results.filter((result) => result === 'No.')).toHaveLength(10);
	expect(one.results.slice(20)).toEqual(numbers(30).slice(20));
	const away = await run(60, new Pace(10), {
		fail: () => new MispError('network', `It broke.${UNKNOWN_OUTCOME}`),
	});
	expect(away.sizes).toEqual([10, 10, 10]);
	expect(away.results.at(-1)).toBe('Not tried, since the items before failed: It broke.');
});

it('ends when the execution is cancelled', async () => {
	const fail = () => new MispError('cancelled', 'The execution was cancelled.');
	await expect(run(60, new Pace(10), { fail })).rejects.toThrow('The execution was cancelled.');
});
