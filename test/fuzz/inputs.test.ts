import * as fc from 'fast-check';

import { fieldsOf } from '../../nodes/Misp/definition/form';
import { passAtOnce } from './clock';
import { everyOperation } from './endpoints';
import { inputsFor } from './inputs';
import { faultsOf } from './judge';
import { answerRequests, runOperation } from './node';
import { answered } from './replies';
import { casesOf, PART_MS } from './settings';

/** Junk in every parameter of every operation, while MISP answers as it did when it was recorded. */

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
	'%s.%s makes no fault of any input',
	async (resource, name, operation) => {
		const input = inputsFor(fieldsOf(operation), { junk: true });
		await fc.assert(
			fc.asyncProperty(
				fc.array(input, { minLength: 1, maxLength: 2 }),
				fc.boolean(),
				fc.array(fc.nat(1_000), { minLength: 1, maxLength: 4 }),
				async (entered, continueOnFail, picks) => {
					const answer = (path: string, count: number) =>
						answered(path, { pick: picks[count % picks.length] ?? 0, changes: [] });
					const run = async () =>
						await runOperation(resource, name, { entered, continueOnFail, answer });
					expect(await faultsOf(run, operation)).toEqual([]);
				},
			),
			casesOf(everyOperation.length),
		);
	},
	PART_MS,
);
