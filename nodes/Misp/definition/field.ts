import type { INodeProperties, INodePropertyOptions, NodeParameterValue } from 'n8n-workflow';
import * as z from 'zod/v4';

import type { Misp } from '../client/client';
import { valuesInZone } from './zone';

/** What a list is loaded with. */
export interface LoadContext {
	misp: Misp;
	/** What the user typed into the search box of the list; empty when nothing yet. */
	search: string;
	/** A parameter of the node as it stands in the form, such as `/type`. */
	parameter(name: string): unknown;
	/**
	 * What `read` gives, for a minute and this credential alone: a search as one types is one request.
	 *
	 * @param list a name of its own among all lists
	 * @param read gives what the list needs of each row and no more, since it stays in memory
	 */
	kept<Row>(list: string, read: () => Promise<readonly Row[]>): Promise<readonly Row[]>;
}

export interface ListEntry {
	name: string;
	value: string;
	description?: string;
}

/** One input of a mapping, as the instance describes it. */
export interface MappedField {
	/** The key under which its value stands. */
	id: string;
	/** What stands above the input. */
	name: string;
	required?: boolean;
	type?: 'string' | 'dateTime';
	/** The values to choose from; an expression may give another. */
	options?: Array<{ name: string; value: string }>;
	/** Offered under "add" instead of shown at once. */
	hidden?: boolean;
}

/**
 * A list that is read from the instance while the form is open. The name must be unique among all
 * loaders: it is what n8n calls (`methods.loadOptions`, `methods.listSearch`,
 * `methods.resourceMapping`).
 */
export type Loader =
	| { kind: 'options' | 'search'; name: string; load(context: LoadContext): Promise<ListEntry[]> }
	| { kind: 'mapping'; name: string; load(context: LoadContext): Promise<MappedField[]> };

export type FieldProperty = Omit<INodeProperties, 'name'>;

/** A schema that is made when it is first needed: n8n loads all operations, and a run needs one. */
export type Schema<Out> = () => z.ZodType<Out>;

export function late<T>(make: () => T): () => T {
	let made: T | undefined;
	return () => (made ??= make());
}

/**
 * One input of an operation: how it looks in n8n's form, and what becomes of what was entered.
 *
 * Both halves stand together so that the form, the validation, the type that `run` receives and
 * the description an AI agent reads cannot drift apart.
 */
export interface Field<Out = unknown> {
	/** The form. Its name is the key under which the field stands in `fields`. */
	property: FieldProperty;
	/** From what n8n hands over (text, empty values, results of expressions) to what `run` gets. */
	schema: Schema<Out>;
	/** Lists that the form loads from the instance. */
	loaders: Loader[];
	/** The fields inside a collection or a list. */
	children?: Fields;
	/** An expression that gives nothing is an error here: MISP would take "no filter" for "everything". */
	refuseEmptyExpression?: boolean;
	/** Brings times that name no zone from the zone of the workflow to UTC. */
	inZone?(value: unknown, timeZone: string): unknown;
	/** The address that a value holds instead of an id. An id means something else on another MISP. */
	addressIn?(value: unknown): string | undefined;
}

export type Fields = Record<string, Field>;

export type OutputOf<F> = F extends Field<infer Out> ? Out : never;

/** The values of some fields, as `run` receives them. */
export type InputOf<F extends Fields> = { [Key in keyof F]: OutputOf<F[Key]> };

export interface FieldTexts {
	description?: string;
	/** Short text under the input. */
	hint?: string;
	placeholder?: string;
}

/** Nothing was entered: an empty text, or what an expression without a result gives. */
const isBlank = (value: unknown): boolean =>
	value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** A schema whose input may be blank, which it turns into `undefined`. */
export function optional<Out>(schema: Schema<Out>): Schema<Out | undefined> {
	return late(() =>
		z.preprocess((value) => (isBlank(value) ? undefined : value), schema().optional()),
	);
}

interface FieldParts<Out> extends FieldTexts {
	displayName: string;
	type: INodeProperties['type'];
	default: INodeProperties['default'];
	schema: Schema<Out>;
	more?: Partial<FieldProperty>;
	loaders?: Loader[];
	children?: Fields;
}

export function field<Out>(parts: FieldParts<Out>): Field<Out> {
	const { displayName, type, schema, more = {}, loaders = [], children } = parts;
	const texts = {
		...(parts.description === undefined ? {} : { description: parts.description }),
		...(parts.hint === undefined ? {} : { hint: parts.hint }),
		...(parts.placeholder === undefined ? {} : { placeholder: parts.placeholder }),
	};
	return {
		property: { displayName, type, default: parts.default, ...texts, ...more },
		schema: late(schema),
		loaders,
		...(children ? { children } : {}),
	};
}

/** Must be filled in. */
export function required<Out>(inner: Field<Out | undefined>): Field<Out> {
	const isGiven = (value: Out | undefined) =>
		value !== undefined && !(Array.isArray(value) && value.length === 0);
	return {
		...inner,
		property: { ...inner.property, required: true },
		schema: late(() => inner.schema().refine(isGiven, 'is required') as unknown as z.ZodType<Out>),
	};
}

/** Shown only when other fields have certain values; `/name` means a field outside of a collection. */
export function when<Out>(
	conditions: Record<string, NodeParameterValue[]>,
	inner: Field<Out>,
): Field<Out | undefined> {
	return {
		...inner,
		property: { ...inner.property, displayOptions: { show: conditions } },
		// A field that is not shown comes as null; one that is shown and left empty goes to its schema.
		schema: late(() =>
			z.preprocess((value) => (value === null ? undefined : value), inner.schema().optional()),
		),
	};
}

/** Without a value from the start: left alone unless the user chooses one. */
export function unset<Out>(inner: Field<Out>): Field<Out> {
	return { ...inner, property: { ...inner.property, default: '' } };
}

/** With a short text under the input, for what MISP does that nobody expects. */
export const hinted = <Out>(hint: string, inner: Field<Out>): Field<Out> => ({
	...inner,
	property: { ...inner.property, hint },
});

/** Left alone unless the user chooses something; for a choice that stands in the form from the start. */
export function orAsItIs<Out>(inner: Field<Out>): Field<Out> {
	const entry = { name: 'As It Is', value: '', description: 'What is new gets MISP’s default' };
	const options = [entry, ...(inner.property.options as INodePropertyOptions[])];
	return { ...inner, property: { ...inner.property, default: '', options } };
}

/** A search filter: left out when empty, refused when an expression leaves it empty. */
export function filter<Out>(inner: Field<Out>): Field<Out> {
	return { ...inner, refuseEmptyExpression: true };
}

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

/** The value of a field as a person would recognise it, for error texts. */
function shown(value: unknown): string {
	const text = typeof value === 'object' ? (JSON.stringify(value) ?? '') : String(value);
	return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function labelOf(fields: Fields, path: PropertyKey[]): string {
	const labels: string[] = [];
	let level: Fields | undefined = fields;
	for (const part of path) {
		if (typeof part === 'number') {
			labels.push(`entry ${part + 1}`);
		} else {
			const here: Field | undefined = level?.[String(part)];
			labels.push(here ? here.property.displayName : String(part));
			level = here?.children;
		}
	}
	return labels.join(' > ');
}

function valueAt(raw: unknown, path: PropertyKey[]): unknown {
	let at = raw;
	for (const part of path) {
		if (at === null || typeof at !== 'object') return undefined;
		const record = at as Record<PropertyKey, unknown>;
		at =
			typeof part === 'number' && 'entries' in record
				? (record.entries as unknown[])[part]
				: record[part];
	}
	// What stands in a resource locator is what a person knows.
	return at !== null && typeof at === 'object' && '__rl' in at && 'value' in at ? at.value : at;
}

export type Parsed = { ok: true; value: unknown } | { ok: false; messages: string[] };

/**
 * Checks the raw value of a field; the messages name it, and what is wrong inside of it.
 *
 * @param timeZone of the workflow, for times that name none
 */
export function parseField(name: string, field: Field, raw: unknown, timeZone: string): Parsed {
	const fields = { [name]: field };
	const result = field.schema().safeParse(valuesInZone(fields, { [name]: raw }, timeZone)[name]);
	if (result.success) return { ok: true, value: result.data };
	const messages = result.error.issues.map((issue) => {
		const value = valueAt(raw, issue.path);
		const got = isBlank(value) || typeof value === 'object' ? '' : ` (got "${shown(value)}")`;
		return `"${labelOf(fields, [name, ...issue.path])}" ${issue.message}${got}`;
	});
	return { ok: false, messages };
}

/** Options for a drop-down, from values and names. */
export function optionsOf<Value extends string | number | boolean>(
	entries: ReadonlyArray<{ value: Value; name: string; description?: string }>,
): INodePropertyOptions[] {
	return entries.map((entry) => ({ ...entry }));
}
