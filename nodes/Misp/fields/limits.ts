import { when } from '../definition/field';
import { number, toggle } from '../definition/inputs';

/** How many rows come out: n8n's usual pair of fields. */
export const limits = {
	returnAll: toggle('Return All', 'Whether to return all results or only up to a given limit'),
	limit: when(
		{ returnAll: [false] },
		number('Limit', { min: 1, default: 50, description: 'Max number of results to return' }),
	),
};

/** The number of rows to ask for; `undefined` for all. */
export function limitOf(input: { returnAll?: boolean | undefined; limit?: number | undefined }): {
	limit?: number;
} {
	return input.returnAll === true ? {} : { limit: input.limit ?? 50 };
}
