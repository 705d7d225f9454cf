import type { ResourceMapperField } from 'n8n-workflow';
import * as z from 'zod/v4';

import {
	field,
	late,
	type Field,
	type FieldTexts,
	type LoadContext,
	type MappedField,
} from './field';
import { dateText } from './inputs';
import { limitedText } from './texts';

interface MappingOptions extends FieldTexts {
	/** Unique among all lists. */
	loader: string;
	load(context: LoadContext): Promise<MappedField[]>;
	/** The parameters on which the fields depend, such as `template`: they are read anew when one changes. */
	dependsOn: string[];
	/** What one field is called in the form. */
	word: { singular: string; plural: string };
	/** Shown when there are no fields, as long as nothing is chosen that they depend on. */
	noFields: string;
}

/** What was entered, by field: one value, or several from a list or an expression. */
export type Mapped = Record<string, string | string[]>;

const isBlank = (value: unknown): boolean =>
	value === undefined ||
	value === null ||
	value === '' ||
	(Array.isArray(value) && value.every(isBlank));

/** `{mappingMode, value, …}` from the form, or the bare object, also as JSON, from whoever writes the workflow without it. */
function valuesIn(given: unknown): unknown {
	if (isBlank(given)) return {};
	if (typeof given === 'string') {
		try {
			return valuesIn(JSON.parse(given) as unknown);
		} catch {
			return given;
		}
	}
	if (typeof given !== 'object' || Array.isArray(given)) return given;
	const { value } = given as { value?: unknown };
	const values = 'mappingMode' in (given as object) ? (value ?? {}) : given;
	if (typeof values !== 'object' || values === null || Array.isArray(values)) return values;
	const filled = Object.entries(values as object).filter(([, entry]) => !isBlank(entry));
	return Object.fromEntries(
		filled.map(([name, entry]) => [
			name,
			Array.isArray(entry) ? entry.filter((one) => !isBlank(one)).map(dateText) : dateText(entry),
		]),
	);
}

const schema = late(
	() =>
		z.preprocess(
			valuesIn,
			z.record(
				z.string(),
				z.union([limitedText(), z.array(limitedText())], 'must be a text or a list of texts'),
				'must be an object with a value for each field',
			),
		) as z.ZodType<Mapped>,
);

/**
 * Fields that the instance gives, such as those of a template, each with its own input. Which of
 * them are known, and how many values one takes, is for the operation to check.
 */
export function mapping(displayName: string, options: MappingOptions): Field<Mapped> {
	const { loader, load, dependsOn, word, noFields, ...texts } = options;
	return field({
		displayName,
		type: 'resourceMapper',
		default: { mappingMode: 'defineBelow', value: null } as never,
		...texts,
		more: {
			noDataExpression: true,
			typeOptions: {
				loadOptionsDependsOn: dependsOn,
				resourceMapper: {
					resourceMapperMethod: loader,
					// Not "update", which would ask for a column to find the row by.
					mode: 'add',
					valuesLabel: displayName,
					fieldWords: word,
					addAllFields: true,
					// Fields that nobody asked for would be sent, or dropped without a word.
					supportAutoMap: false,
					noFieldsError: noFields,
				},
			},
		},
		loaders: [{ kind: 'mapping', name: loader, load }],
		schema,
	});
}

/** A field as n8n's form takes it. */
export const mapperField = ({ id, name, ...more }: MappedField): ResourceMapperField => ({
	id,
	displayName: name,
	required: more.required === true,
	defaultMatch: false,
	canBeUsedToMatch: false,
	display: true,
	type: more.options ? 'options' : (more.type ?? 'string'),
	...(more.options ? { options: more.options } : {}),
	...(more.hidden === true ? { removed: true } : {}),
});
