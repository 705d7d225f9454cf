import * as z from 'zod/v4';

import { isUuid } from '../client/path';
import { field, late, optional, type Field, type FieldTexts, type Schema } from './field';
import { flatTexts, type Apart } from './flatTexts';

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

export const UUID_EXAMPLE = 'e.g. 5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b';

const optionalUuid = optional(() =>
	plainText()
		.transform((value) => value.trim().toLowerCase())
		.refine(isUuid, 'must be a UUID like 5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b'),
);

/** A UUID, also one that was pasted with spaces around it. */
export function uuidText(displayName: string, texts: FieldTexts = {}): Field<string | undefined> {
	return { ...text(displayName, { placeholder: UUID_EXAMPLE, ...texts }), schema: optionalUuid };
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
export const textList =
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
