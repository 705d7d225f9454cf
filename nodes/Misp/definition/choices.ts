import type { INodePropertyOptions } from 'n8n-workflow';
import * as z from 'zod/v4';

import {
	field,
	optional,
	type Field,
	type FieldTexts,
	type ListEntry,
	type LoadContext,
	type Schema,
} from './field';
import { flatTexts, type Apart } from './flatTexts';
import { limitedText, textList } from './texts';

/** Options for a drop-down, from values and names. */
function optionsOf<Value extends string | number | boolean>(
	entries: ReadonlyArray<{ value: Value; name: string; description?: string }>,
): INodePropertyOptions[] {
	return entries.map((entry) => ({ ...entry }));
}

interface Choice<Value> {
	value: Value;
	name: string;
	description?: string;
}

/** One of fixed values; MISP's numbers may come as text and its names in any case. */
export function choice<const Value extends string | number>(
	displayName: string,
	choices: ReadonlyArray<Choice<Value>>,
	preset: NoInfer<Value> | '',
	texts: FieldTexts = {},
): Field<Value | undefined> {
	const find = (value: unknown) => {
		if (typeof value !== 'string' && typeof value !== 'number') return undefined;
		const given = String(value).trim().toLowerCase();
		return choices.find(
			({ value: known, name }) =>
				String(known).toLowerCase() === given || name.toLowerCase() === given,
		);
	};
	const schema = () => {
		const names = choices.map(({ name, value }) =>
			name === String(value) ? name : `${name} (${value})`,
		);
		return z
			.custom<unknown>((value) => find(value) !== undefined, `must be one of: ${names.join(', ')}`)
			.transform((value) => find(value)?.value as Value);
	};
	return field({
		displayName,
		type: 'options',
		default: preset,
		...texts,
		more: { options: optionsOf(choices) },
		schema: optional(schema),
	});
}

/** Several of fixed values. */
export function choices<const Value extends string | number>(
	displayName: string,
	available: ReadonlyArray<Choice<Value>>,
	texts: FieldTexts = {},
): Field<Value[] | undefined> {
	const one = choice(displayName, available, '').schema as Schema<Value>;
	const isKnown = (part: string) => one().safeParse(part).success;
	return field({
		displayName,
		type: 'multiOptions',
		default: [],
		...texts,
		more: { options: optionsOf(available) },
		schema: () =>
			z.preprocess((value) => {
				const given = flatTexts(value, isKnown);
				return given.length === 0 ? undefined : given;
			}, z.array(one()).optional()) as z.ZodType<Value[] | undefined>,
	});
}

/** A text with dots for n8n's rule that lists from the instance explain themselves. */
const FROM_INSTANCE =
	'Choose from the list, or specify with an <a href="https://docs.n8n.io/code/expressions/">expression</a>';

/** The editor would mark a value that the list does not have, such as a tag that is made later. */
const NEEDS_NO_ENTRY = { allowArbitraryValues: true };

interface InstanceList extends FieldTexts {
	/** Unique among all lists. */
	loader: string;
	load(context: LoadContext): Promise<ListEntry[]>;
	default?: string;
	apart?: Apart;
}

const described = (own: string | undefined): string =>
	own === undefined ? FROM_INSTANCE : `${own}. ${FROM_INSTANCE}.`;

/** One value of a list that the instance gives. */
export function instanceChoice(
	displayName: string,
	options: InstanceList,
): Field<string | undefined> {
	const { loader, load, default: preset = '', ...texts } = options;
	return field({
		displayName,
		type: 'options',
		default: preset,
		...texts,
		description: described(texts.description),
		more: { typeOptions: { loadOptionsMethod: loader }, ...NEEDS_NO_ENTRY },
		loaders: [{ kind: 'options', name: loader, load }],
		schema: optional(limitedText),
	});
}

/** Several values of a list that the instance gives, or any others from an expression. */
export function instanceChoices(
	displayName: string,
	options: InstanceList,
): Field<string[] | undefined> {
	const { loader, load, apart, ...texts } = options;
	return field({
		displayName,
		type: 'multiOptions',
		default: [],
		...texts,
		description: described(texts.description),
		more: { typeOptions: { loadOptionsMethod: loader }, ...NEEDS_NO_ENTRY },
		loaders: [{ kind: 'options', name: loader, load }],
		schema: textList(apart),
	});
}
