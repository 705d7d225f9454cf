import * as fc from 'fast-check';

import { fieldsOf } from '../../nodes/Misp/definition/form';
import { passAtOnce } from './clock';
import { everyOperation } from './endpoints';
import { inputsFor } from './inputs';
import { faultsOf } from './judge';
import { answerRequests, KEY, runOperation } from './node';
import { answered, answers } from './replies';
import { casesOf, PART_MS } from './settings';

/** Replies that no MISP should give, to inputs that are right as far as can be told. */

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

it.each(everyOperation)(
	'%s.%s makes no fault of any reply',
	async (resource, name, operation) => {
		const input = inputsFor(fieldsOf(operation), { junk: false });
		await fc.assert(
			fc.asyncProperty(
				fc.array(input, { minLength: 1, maxLength: 2 }),
				fc.boolean(),
				answers,
				async (entered, continueOnFail, given) => {
					const run = async () =>
						await runOperation(resource, name, {
							entered,
							continueOnFail,
							answer: (path, count) =>
								answered(path, given[count % given.length] ?? { pick: 0, changes: [] }),
						});
					const faults = await faultsOf(async () => {
						const outcome = await run();
						expect(JSON.stringify(outcome.items.map(({ json }) => json))).not.toContain(KEY);
						return outcome;
					}, operation);
					expect(faults).toEqual([]);
				},
			),
			casesOf(everyOperation.length),
		);
	},
	PART_MS,
);
