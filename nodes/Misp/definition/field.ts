import type { INodeProperties, INodePropertyOptions, NodeParameterValue } from 'n8n-workflow';
import * as z from 'zod/v4';

import type { Misp } from '../client/client';

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
export const isBlank = (value: unknown): boolean =>
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

/** With a short text under the input, for what MISP does that nobody expects. */
export const hinted = <Out>(hint: string, inner: Field<Out>): Field<Out> => ({
	...inner,
	property: { ...inner.property, hint },
});

/** Under another name. */
export const called = <Out>(displayName: string, inner: Field<Out>): Field<Out> => ({
	...inner,
	property: { ...inner.property, displayName },
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
