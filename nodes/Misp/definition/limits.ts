import { when, type Fields } from './field';
import { number, toggle } from './inputs';

/** How many rows come out: n8n's usual pair of fields. The runner stops at the limit by itself. */
export const limits = {
	returnAll: toggle('Return All', 'Whether to return all results or only up to a given limit'),
	limit: when(
		{ returnAll: [false] },
		number('Limit', { min: 1, default: 50, description: 'Max number of results to return' }),
	),
} satisfies Fields;

/** The number of rows to ask MISP for, where it takes one; `{}` for all. */
export function limitOf(input: { returnAll?: unknown; limit?: unknown }): { limit?: number } {
	return input.returnAll === true
		? {}
		: { limit: typeof input.limit === 'number' ? input.limit : 50 };
}

/** How many rows an operation with these fields and this input may hand out. */
export function maxRows(fields: Fields, input: Record<string, unknown>): number {
	return fields.returnAll === limits.returnAll ? (limitOf(input).limit ?? Infinity) : Infinity;
}
