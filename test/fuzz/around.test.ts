import * as fc from 'fast-check';

import { lists, loadList, testOnce } from './around';
import { passAtOnce } from './clock';
import { faultsOf } from './judge';
import { answerRequests, KEY, type Outcome } from './node';
import { answered, answers, type Answer } from './replies';
import { casesOf, PART_MS } from './settings';

/** Replies that no MISP should give, to the lists of the editor and to the credential's test. */

jest.mock(
	'node:timers/promises',
	() => jest.requireActual<typeof import('./clock')>('./clock').timers,
);
jest.mock('../../nodes/Misp/definition/nodeError', () =>
	jest
		.requireActual<typeof import('./programErrors')>('./programErrors')
		.watched(jest.requireActual('../../nodes/Misp/definition/nodeError')),
);

beforeAll(() => {
	answerRequests();
	passAtOnce();
});

const PARTS = lists.length + 1;

const answering = (given: Answer[]) => (path: string, count: number) =>
	answered(path, given[count % given.length] ?? { pick: 0, changes: [] });

/** The faults of a run of which nothing is known but that it goes to MISP. */
const faults = async (work: () => Promise<Outcome>, endpoints: readonly string[] = []) =>
	await faultsOf(
		async () => {
			const outcome = await work();
			expect(JSON.stringify(outcome.items.map(({ json }) => json))).not.toContain(KEY);
			return outcome;
		},
		{ endpoints } as Parameters<typeof faultsOf>[1],
	);

it.each(lists)(
	'The list $name makes no fault of any reply',
	async (list) => {
		const parameters = fc.constantFrom(
			{},
			{ type: 'domain', template: 'file', watch: 'x' },
			{ template: '1', object: { __rl: true, mode: 'id', value: '1' } },
		);
		await fc.assert(
			fc.asyncProperty(fc.string(), parameters, answers, async (filter, chosen, given) => {
				const found = await faults(
					async () => await loadList(list, filter, chosen, answering(given)),
				);
				expect(found).toEqual([]);
			}),
			casesOf(PARTS),
		);
	},
	PART_MS,
);

it(
	'The test of the credential says what is wrong, whatever the reply',
	async () => {
		await fc.assert(
			fc.asyncProperty(answers, async (given) => {
				let said = {};
				const found = await faults(async () => {
					const outcome = await testOnce(answering(given));
					said = outcome.items[0]?.json ?? {};
					return outcome;
				});
				expect(found).toEqual([]);
				expect(said).toEqual({
					status: expect.stringMatching(/^(OK|Error)$/),
					// A reply of unknown form is called that, with JavaScript's words at the end.
					message: expect.not.stringMatching(
						/^(?!MISP’s reply has a form).*(is not (a function|iterable)|Cannot (read|convert)|undefined)/,
					),
				});
			}),
			casesOf(PARTS),
		);
	},
	PART_MS,
);
