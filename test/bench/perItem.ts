import { ourCredential, type Bench } from './bench';
import { ourCreate } from './creates';
import type { Job } from './engine';
import { limited, type Figure } from './figure';
import { ourLookup, rightLookups } from './lookups';
import { rightAnswers } from './right';

const SIZES = [10, 100, 1000, 10_000];

/** How much more than for a tenth of the items one may cost: it falls, and then stays flat. */
const FLAT = 1.2;

/** What one item costs, by how many there are. */
export async function benchPerItem({ server, withEngine }: Bench): Promise<Figure[]> {
	return await withEngine(async (engine) => {
		for (const access of ['read', 'contribute'] as const)
			await engine.test(ourCredential(server, access));
		const found = await server.addEvent(Math.max(...SIZES));
		if (found === 0) throw new Error('No event was made.');

		const measure = async (work: string, job: (size: number) => Promise<Job>): Promise<Figure> => {
			const perItem: number[] = [];
			let ours = { seconds: 0, requests: 0 };
			for (const size of SIZES) {
				const done = await engine.run(await job(size));
				if (work.startsWith('look')) rightLookups(done, size);
				else
					rightAnswers(
						done,
						Array.from({ length: size }, (_, at) => `size${size}-${at}.example.com`),
						({ value }) => value,
					);
				perItem.push((1000 * done.seconds) / size);
				ours = done;
			}
			const rises = perItem.slice(1).map((ms, at) => ms / (perItem[at] ?? NaN));
			const more = Object.fromEntries(
				SIZES.map((size, at) => [`ms each of ${size}`, perItem[at] ?? NaN]),
			);
			return limited({
				work: `cost of one ${work}, 10 to 10,000 items`,
				ours,
				more: { ...more, 'steepest rise': Math.max(...rises) },
				limits: { 'steepest rise': FLAT },
			});
		};
		return [
			await measure('create', async (size) =>
				ourCreate(server, await server.addEvent(), size, `size${size}-`),
			),
			await measure('look-up', async (size) => ourLookup(server, size)),
		];
	});
}
