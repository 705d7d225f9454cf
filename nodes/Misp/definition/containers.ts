import * as z from 'zod/v4';

import { field, isBlank, type Field, type Fields, type FieldTexts, type InputOf } from './field';

/** Fields that hold other fields. */

/** What is not in the form would be lost without a word: an agent, or an expression, may give anything. */
const onlyThese = (shape: Record<string, z.ZodType>) =>
	z.strictObject(shape, {
		error: (issue) =>
			issue.code === 'unrecognized_keys'
				? `has no field ${issue.keys?.map((key) => `"${key}"`).join(', ')}. It has: ${Object.keys(shape).join(', ')}`
				: 'must be an object with a value for each field',
	});

/** Optional fields behind an "Add" button; only those that the user added are sent. */
export function collection<F extends Fields>(
	displayName: string,
	children: F,
	texts: FieldTexts = {},
): Field<Partial<InputOf<F>>> {
	const shape = () =>
		Object.fromEntries(
			Object.entries(children).map(([name, child]) => [
				name,
				child.refuseEmptyExpression
					? child.schema().refine((value) => !isBlank(value), {
							message: 'is empty: remove it, or check the expression that fills it',
							when: () => true,
						})
					: child.schema(),
			]),
		);
	return field({
		displayName,
		type: 'collection',
		default: {},
		placeholder: 'Add Field',
		...texts,
		schema: () =>
			z.preprocess(
				(value) => (isBlank(value) ? {} : withBlankFilters(value, children)),
				onlyThese(shape()).partial(),
			) as unknown as z.ZodType<Partial<InputOf<F>>>,
		more: {
			options: Object.entries(children)
				.map(([name, child]) => ({ ...child.property, name }))
				.sort((a, b) => a.displayName.localeCompare(b.displayName)),
		},
		loaders: Object.values(children).flatMap((child) => child.loaders),
		children,
	});
}

/** A filter that an expression leaves undefined would pass as one that nobody added: null is judged. */
function withBlankFilters(value: unknown, children: Fields): unknown {
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(
		Object.entries(value as Record<string, unknown>).map(([name, entry]) => [
			name,
			entry === undefined && children[name]?.refuseEmptyExpression ? null : entry,
		]),
	);
}

const shapeOf = (fields: Fields) =>
	Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema()]));

/** Any number of entries, each with the same fields, in one form. */
export function list<F extends Fields>(
	displayName: string,
	entryName: string,
	children: F,
	texts: FieldTexts = {},
): Field<Array<InputOf<F>>> {
	const entries = () =>
		z.array(
			onlyThese(shapeOf(children)),
			'must be a list of entries, each an object',
		) as unknown as z.ZodType<Array<InputOf<F>>>;
	return field({
		displayName,
		type: 'fixedCollection',
		default: {},
		placeholder: `Add ${entryName}`,
		...texts,
		schema: () =>
			z.preprocess((value) => {
				if (isBlank(value)) return [];
				// n8n wraps the entries of a fixedCollection; an expression may give the bare list, or one entry.
				if (Array.isArray(value) || value === null || typeof value !== 'object') return value;
				if ('entries' in value) return value.entries ?? [];
				return Object.keys(value).length === 0 ? [] : [value];
			}, entries()),
		more: {
			typeOptions: { multipleValues: true },
			options: [
				{
					name: 'entries',
					displayName: entryName,
					values: Object.entries(children).map(([name, child]) => ({ ...child.property, name })),
				},
			],
		},
		loaders: Object.values(children).flatMap((child) => child.loaders),
		children,
	});
}
