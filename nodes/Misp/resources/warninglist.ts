import { lookup, operation, path, required, resource, texts } from '../definition';

type Lists = Array<{ id: string; name: string; matched: string }>;

const check = operation({
	name: 'Check',
	action: 'Check values against warninglists',
	description:
		'Says of each value whether it is on a warninglist (known good, or often a false positive), and on which. Any number of items go in a few requests. Only lists that are enabled in MISP count; a value on none is not thereby bad, nor clean. Example: Values "8.8.8.8".',
	access: 'read',
	endpoints: ['POST /warninglists/checkValue'],
	fields: {
		values: required(texts('Values', 'Value', { placeholder: 'e.g. 8.8.8.8' })),
	},
	runMany: lookup({
		size: 1000,
		keys: ({ values }) => values,
		find: async ({ misp }, values) =>
			await misp.post<Record<string, Lists>>(path`/warninglists/checkValue`, values, {
				read: true,
				keyed: true,
			}),
		row: (value, lists = []) => ({ value, on_warninglist: lists.length > 0, warninglists: lists }),
	}),
});

export const warninglist = resource({
	name: 'Warninglist',
	description: 'A list of values that are known good or often false positives',
	operations: { check },
});
