import * as fc from 'fast-check';

import { fieldsOf } from '../../nodes/Misp/definition/form';
import { everyOperation, findsOnly, strays } from '../fuzz/endpoints';
import { inputsFor } from '../fuzz/inputs';
import { useLab } from './support';

/**
 * Junk in every parameter of every operation, through n8n's engine: it must be refused in words, or
 * reach MISP only at the endpoints that the operation declares. Many more cases, without the engine:
 * test/fuzz.
 */

const lab = useLab({ publishDelayMs: 0 });

const WORDS_OF_JAVASCRIPT =
	/Cannot (read|convert|set|destructure|access)|is not (a function|iterable|a constructor|defined)|Invalid (time value|array length|Date)|call stack|ZodError|\[object |undefined|NaN|Invalid input|Unexpected token .* in JSON|null/;

const OWN_ERRORS = [
	'NodeOperationError',
	'NodeApiError',
	'WorkflowHasIssuesError',
	'ExpressionError',
];

const RUNS = Math.max(8, Math.min(60, Math.floor(1500 / everyOperation.length)));

const rejections: unknown[] = [];
const note = (reason: unknown) => void rejections.push(reason);
beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => void process.off('unhandledRejection', note));

it.each(everyOperation)(
	'%s.%s refuses junk in words, and sends it nowhere else',
	async (resource, name, operation) => {
		await fc.assert(
			fc.asyncProperty(
				inputsFor(fieldsOf(operation), { junk: true }),
				async ({ data, parameters }) => {
					lab.requests.length = 0;
					const { error } = await lab.run(resource, name, parameters, {
						key: 'admin',
						access: 'administer',
						input: [data],
					});
					const { sent } = lab;
					expect(strays(sent, operation)).toEqual([]);
					if (!error) return;
					expect(OWN_ERRORS).toContain(error.name);
					const { cause } = error as { cause?: { name?: string } };
					expect(['TypeError', 'RangeError', 'ZodError', 'SyntaxError']).not.toContain(cause?.name);
					// What was entered may be in the text, in quotes.
					expect(error.message.replace(/"[^]*"/g, '""')).not.toMatch(WORDS_OF_JAVASCRIPT);
					expect(error.message.length).toBeLessThan(5_000);
					if (error.name === 'NodeOperationError') {
						expect(sent.filter((request) => !findsOnly(request))).toEqual([]);
					}
				},
			),
			{ numRuns: RUNS },
		);
		expect(rejections).toEqual([]);
	},
	60_000,
);
