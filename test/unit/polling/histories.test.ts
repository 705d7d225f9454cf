import fc from 'fast-check';

import { histories, type Kind, type Troubles } from './histories';
import { live, type History } from './live';

/** Histories for each of the 14 properties: 10,080 in all. `MISP_HISTORIES` sets another number. */
const RUNS = Number(process.env.MISP_HISTORIES ?? 720);
jest.setTimeout(30_000 + RUNS * 100);

/** The longest that rows take to show up without being waited for. */
const LAG = 5;
/** The least overlap of the histories: so late, rows are found by reading again. */
const OVERLAP = 30;

/** Each step on a line of its own. */
const printed = (history: History): string =>
	JSON.stringify(history, undefined, '\t').replace(/\{\s+"do"[^{}[\]]*\}/g, (step) =>
		step.replace(/\s+/g, ' '),
	);

async function holds(kind: Kind, troubles: Troubles): Promise<void> {
	await fc.assert(
		fc.asyncProperty(histories(kind, troubles), async (history) => {
			try {
				await live(history);
			} catch (error) {
				throw new Error(`${(error as Error).message}\n${printed(history)}`, { cause: error });
			}
		}),
		{ numRuns: RUNS },
	);
}

describe.each<Kind>(['versions', 'rows', 'filtered', 'unordered'])(
	'whatever happens, what is watched by %s comes once',
	(kind) => {
		it('with crashes, restarts and faults, on small pages', async () => {
			await holds(kind, { late: LAG, crashes: true });
		});

		it('when rows show up late', async () => {
			await holds(kind, { late: OVERLAP, crashes: true, bigPages: true });
		});

		it('when the clock is set back', async () => {
			await holds(kind, { late: LAG, crashes: false, setBack: 250 });
		});
	},
);

it.each<Kind>(['versions', 'unordered'])('so does what was there before, by %s', async (kind) => {
	await holds(kind, { late: LAG, crashes: true, since: 3000 });
});
