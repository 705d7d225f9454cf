import * as z from 'zod/v4';

import { isUuid } from '../client/path';
import { instantOf, isCalendarDay } from '../client/time';
import {
	field,
	late,
	optional,
	optionsOf,
	type Field,
	type FieldTexts,
	type ListEntry,
	type LoadContext,
	type Schema,
} from './field';
import { flatTexts, type Apart } from './flatTexts';
import { zoned } from './zone';

/** The kinds of input that n8n knows, each with the check that belongs to it. */

const MAX_TEXT_BYTES = 65_535;

const plainText = late(() =>
	z
		.union([z.string(), z.number(), z.boolean()], 'must be a text')
		.transform(String)
		.refine(
			(text) => !text.includes('\u0000'),
			'contains a NUL character, which MISP does not store',
		),
);

/** Any text that MISP can hold; numbers and flags become texts. */
export const limitedText = late(() =>
	plainText().refine(
		(text) => Buffer.byteLength(text) <= MAX_TEXT_BYTES,
		`is longer than the ${MAX_TEXT_BYTES.toLocaleString('en')} bytes that MISP stores`,
	),
);

/** A single line. */
export function text(displayName: string, texts: FieldTexts = {}): Field<string | undefined> {
	return field({
		displayName,
		type: 'string',
		default: '',
		...texts,
		schema: optional(limitedText),
	});
}

const optionalUuid = optional(() =>
	plainText()
		.transform((value) => value.trim().toLowerCase())
		.refine(isUuid, 'must be a UUID like 5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b'),
);

/** A UUID, also one that was pasted with spaces around it. */
export function uuidText(displayName: string, texts: FieldTexts = {}): Field<string | undefined> {
	const placeholder = 'e.g. 5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b';
	return { ...text(displayName, { placeholder, ...texts }), schema: optionalUuid };
}

/** Text of any length, over several lines. */
export function longText(displayName: string, texts: FieldTexts = {}): Field<string | undefined> {
	return field({
		displayName,
		type: 'string',
		default: '',
		...texts,
		more: { typeOptions: { rows: 4 } },
		schema: optional(plainText),
	});
}

/** Lines, a JSON array, or a list from an expression; see `flatTexts`. */
const textList =
	(apart: Apart = () => false): Schema<string[] | undefined> =>
	() =>
		z.preprocess((value) => {
			const values = flatTexts(value, apart);
			return values.length === 0 ? undefined : values;
		}, z.array(limitedText()).optional()) as z.ZodType<string[] | undefined>;

/** Several texts, each in its own box. */
export function texts(
	displayName: string,
	entryName: string,
	{ apart, ...more }: FieldTexts & { apart?: Apart } = {},
): Field<string[] | undefined> {
	return field({
		displayName,
		type: 'string',
		default: [],
		...more,
		more: { typeOptions: { multipleValues: true, multipleValueButtonText: `Add ${entryName}` } },
		schema: textList(apart),
	});
}

export function number(
	displayName: string,
	options: FieldTexts & { min?: number; max?: number; default?: number },
): Field<number | undefined> {
	const { min, max, default: preset = '', ...more } = options;
	const schema = () => {
		let inRange = z.number('must be a number').int('must be a whole number');
		if (min !== undefined) inRange = inRange.min(min, `must be at least ${min}`);
		if (max !== undefined) inRange = inRange.max(max, `must be at most ${max}`);
		return z.preprocess(
			(value) => (typeof value === 'string' ? Number(value) : value),
			inRange,
		) as z.ZodType<number>;
	};
	return field({
		displayName,
		type: 'number',
		default: preset,
		...more,
		more: {
			typeOptions: {
				...(min === undefined ? {} : { minValue: min }),
				...(max === undefined ? {} : { maxValue: max }),
			},
		},
		schema: optional(schema),
	});
}

const FLAGS = new Map<unknown, boolean>([
	[true, true],
	[false, false],
	['true', true],
	['false', false],
	['1', true],
	['0', false],
	['yes', true],
	['no', false],
	[1, true],
	[0, false],
]);

const flagIn = (value: unknown): boolean | undefined =>
	FLAGS.get(typeof value === 'string' ? value.trim().toLowerCase() : value);

const flag = late(() =>
	z
		.custom<unknown>((value) => flagIn(value) !== undefined, 'must be true or false')
		.transform((value) => flagIn(value) === true),
);

export function toggle(
	displayName: string,
	description: string,
	preset = false,
): Field<boolean | undefined> {
	return field({
		displayName,
		type: 'boolean',
		default: preset,
		description,
		schema: optional(flag),
	});
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

/** From n8n's picker, an expression's date object or a text, to a text. */
export const dateText = (value: unknown): unknown => {
	if (value instanceof Date)
		return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
	const luxon = value as { toISO?: () => string | null } | null;
	if (typeof luxon === 'object' && typeof luxon?.toISO === 'function')
		return luxon.toISO() ?? 'Invalid DateTime';
	return typeof value === 'string' ? value.trim() : value;
};

/** A day, handed on as `YYYY-MM-DD`. */
export function day(displayName: string, texts: FieldTexts = {}): Field<string | undefined> {
	const wanted = 'must be a date like 2026-11-24';
	const schema = () =>
		z.preprocess(
			dateText,
			z
				.string(wanted)
				.regex(/^\d{4}-\d{2}-\d{2}([T ].*)?$/, wanted)
				.transform((value) => value.slice(0, 10))
				.refine(isCalendarDay, wanted),
		) as z.ZodType<string>;
	return field({
		displayName,
		type: 'dateTime',
		default: '',
		...texts,
		more: { typeOptions: { dateOnly: true } },
		schema: optional(schema),
	});
}

/** A date, with or without a time, or epoch seconds; in milliseconds. */
const instant = late(() =>
	z.preprocess(
		dateText,
		z
			.custom<unknown>(
				(value) => ['string', 'number'].includes(typeof value) && instantOf(value) !== undefined,
				'must be a time like 2026-11-24T08:00:00Z, or epoch seconds',
			)
			.transform((value) => instantOf(value) as number),
	),
);

/** A point in time, handed on as ISO 8601. */
export function moment(displayName: string, texts: FieldTexts = {}): Field<string | undefined> {
	const schema = () => instant().transform((time) => new Date(time).toISOString());
	return zoned(
		field({
			displayName,
			type: 'dateTime',
			default: '',
			...texts,
			schema: optional(schema),
		}),
	);
}

/** A point in time, handed on as epoch seconds. */
export function epoch(displayName: string, texts: FieldTexts = {}): Field<number | undefined> {
	const schema = () => instant().transform((time) => Math.floor(time / 1000));
	return zoned(
		field({
			displayName,
			type: 'dateTime',
			default: '',
			...texts,
			schema: optional(schema),
		}),
	);
}

/** JSON, as text or as an object from an expression. */
export function json<Out = unknown>(
	displayName: string,
	shape: z.ZodType<Out>,
	options: FieldTexts & { empty: '{}' | '[]' },
): Field<Out | undefined> {
	// The editor marks an empty text as wrong JSON.
	const { empty, ...texts } = options;
	return field({
		displayName,
		type: 'json',
		default: empty,
		...texts,
		schema: optional(() =>
			z.preprocess((value, context) => {
				if (typeof value !== 'string') return value;
				try {
					return JSON.parse(value) as unknown;
				} catch (error) {
					context.issues.push({
						code: 'custom',
						message: `is not valid JSON: ${(error as Error).message}`,
						input: value,
					});
					return z.NEVER;
				}
			}, shape),
		),
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
