import * as z from 'zod/v4';

import { instantOf, isCalendarDay } from '../client/time';
import { field, late, optional, type Field, type FieldTexts } from './field';
import { zoned } from './zone';

/** Numbers, switches, times and JSON, each with the check that belongs to it. */

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
