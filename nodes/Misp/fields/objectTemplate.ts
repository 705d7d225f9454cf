import type { Misp } from '../client/client';
import {
	inputError,
	isTrue,
	late,
	namedLocator,
	path,
	type Field,
	type FieldTexts,
	type ListEntry,
	type LoadContext,
	type MappedField,
} from '../definition';
import { describeTypes } from './attribute';
import { compareNames, contains } from './reference';

export interface TemplateHead {
	id: string;
	uuid: string;
	name: string;
	'meta-category': string;
	description: string;
	version: string;
	/** An empty list where the template asks for nothing. */
	requirements: { required?: string[]; requiredOneOf?: string[] } | [] | null;
	active?: boolean;
	[key: string]: unknown;
}

export interface TemplateReply {
	ObjectTemplate: TemplateHead;
	ObjectTemplateElement?: ElementRow[];
	[beside: string]: unknown;
}

/** A relation of a template as MISP stores it: flags may come as text, lists as null. */
interface ElementRow {
	object_relation: string;
	type: string;
	'ui-priority'?: string | number;
	categories?: unknown;
	sane_default?: unknown;
	values_list?: unknown;
	to_ids?: unknown;
	disable_correlation?: unknown;
	multiple?: unknown;
	[key: string]: unknown;
}

/** A relation of a template, ready to make an attribute of. */
export interface Relation {
	name: string;
	type: string;
	category: string | undefined;
	toIds: boolean | undefined;
	disableCorrelation: boolean;
	multiple: boolean;
	/** The only values that it takes; any other when empty. */
	values: string[];
	/** Usual values. */
	usual: string[];
	/** Shown first in MISP. */
	important: boolean;
}

export interface Template {
	id: string;
	uuid: string;
	name: string;
	metaCategory: string;
	description: string;
	version: string;
	required: string[];
	requiredOneOf: string[];
	relations: Map<string, Relation>;
}

/** `GET /objectTemplates/index`: all of them; MISP ignores paging here. */
export async function fetchTemplates(misp: Misp): Promise<TemplateReply[]> {
	const all = await misp.get<TemplateReply[]>(path`/objectTemplates/index`);
	return all.filter(({ ObjectTemplate }) => ObjectTemplate.active !== false);
}

const listedTemplates = async ({ misp, kept }: LoadContext) =>
	await kept('object templates', async () => {
		const all = await fetchTemplates(misp);
		return all
			.map(({ ObjectTemplate: { uuid, name, description } }) => ({ uuid, name, description }))
			.sort((a, b) => compareNames(a.name, b.name));
	});

async function getObjectTemplates(context: LoadContext): Promise<ListEntry[]> {
	const templates = await listedTemplates(context);
	return templates.map(({ name, description }) => ({ name, value: name, description }));
}

const TEMPLATES = { loader: 'getObjectTemplates', load: getObjectTemplates };

async function searchObjectTemplates(context: LoadContext): Promise<ListEntry[]> {
	const templates = await listedTemplates(context);
	return templates
		.filter(({ name, description }) => contains(`${name} ${description}`, context.search))
		.map(({ uuid, name, description }) => ({ name, value: uuid, description }));
}

/** A template by its name or UUID, which are the same everywhere, or by id; see `fetchTemplate`. */
export function templateChoice(texts: FieldTexts): Field<string | undefined> {
	const byReference = namedLocator('Template', {
		loader: 'searchObjectTemplates',
		load: searchObjectTemplates,
		page: 'objectTemplates/view',
		example: '63',
		byName: { displayName: 'By Name', placeholder: 'e.g. domain-ip' },
		...texts,
	});
	const schema = late(() =>
		byReference
			.schema()
			.transform((reference) =>
				reference === undefined || 'name' in reference ? reference?.name : reference.id,
			),
	);
	return { ...byReference, schema };
}

export const TEMPLATE_LIST = TEMPLATES;

const textsIn = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

type Types = Awaited<ReturnType<typeof describeTypes>>;

/** The template's category, where the usual one of the type is not among those it allows. */
function categoryOf({ type, categories }: ElementRow, types: Types): string | undefined {
	const allowed = textsIn(categories);
	const usual = types.sane_defaults[type]?.default_category;
	return usual !== undefined && (allowed.length === 0 || allowed.includes(usual))
		? usual
		: allowed[0];
}

function relationOf(row: ElementRow, types: Types): Relation {
	const usualIds = types.sane_defaults[row.type]?.to_ids;
	const ids = row.to_ids ?? usualIds;
	return {
		name: row.object_relation,
		type: row.type,
		category: categoryOf(row, types),
		toIds: ids === undefined ? undefined : isTrue(ids),
		disableCorrelation: isTrue(row.disable_correlation),
		multiple: isTrue(row.multiple),
		values: textsIn(row.values_list),
		usual: textsIn(row.sane_default),
		important: Number(row['ui-priority'] ?? 0) > 0,
	};
}

/** What was read once in a run: the same template serves all items. */
const kept = new WeakMap<Misp, Map<string, Promise<unknown>>>();

async function once<T>(misp: Misp, key: string, read: () => Promise<T>): Promise<T> {
	const known = kept.get(misp) ?? new Map<string, Promise<unknown>>();
	kept.set(misp, known);
	const reading = (known.get(key) as Promise<T> | undefined) ?? read();
	known.set(key, reading);
	// A read that failed may succeed for the next item.
	reading.catch(() => known.delete(key));
	return await reading;
}

/**
 * The template in use with this name, id or UUID. Found in the list, since MISP keeps old versions
 * and may show one of those for a UUID.
 *
 * @throws MispError of kind `input` when there is none, or several of this name
 */
async function findTemplate(misp: Misp, wanted: string): Promise<TemplateHead> {
	const all = await once(misp, 'list', async () => await fetchTemplates(misp));
	const given = wanted.trim().toLowerCase();
	const found = all
		.map(({ ObjectTemplate }) => ObjectTemplate)
		.filter(({ id, uuid, name }) => [id, uuid.toLowerCase(), name.toLowerCase()].includes(given));
	const [first, second] = found;
	if (!first) {
		throw inputError(
			`This MISP has no object template "${wanted.slice(0, 60)}".`,
			'Choose one from the list. An administrator of MISP can update its templates.',
		);
	}
	if (second) {
		throw inputError(
			`This MISP has several object templates "${wanted.slice(0, 60)}".`,
			`Give the UUID of the one you mean: ${found.map(({ uuid }) => uuid).join(' or ')}.`,
		);
	}
	return first;
}

/** `GET /objectTemplates/view/{id}`: a template with its relations. */
export async function viewTemplate(misp: Misp, wanted: string): Promise<TemplateReply> {
	const { id } = await findTemplate(misp, wanted);
	return await misp.get<TemplateReply>(path`/objectTemplates/view/${id}`, {
		expect: 'ObjectTemplate',
	});
}

async function readTemplate(misp: Misp, wanted: string): Promise<Template> {
	const { ObjectTemplate, ObjectTemplateElement = [] } = await viewTemplate(misp, wanted);
	const types = await once(misp, 'types', async () => await describeTypes(misp));
	const { required, requiredOneOf } = { ...ObjectTemplate.requirements } as {
		required?: unknown;
		requiredOneOf?: unknown;
	};
	const relations = ObjectTemplateElement.map((row) => relationOf(row, types));
	return {
		id: ObjectTemplate.id,
		uuid: ObjectTemplate.uuid,
		name: ObjectTemplate.name,
		metaCategory: ObjectTemplate['meta-category'],
		description: ObjectTemplate.description,
		version: ObjectTemplate.version,
		required: textsIn(required),
		requiredOneOf: textsIn(requiredOneOf),
		relations: new Map(relations.map((relation) => [relation.name, relation])),
	};
}

/** A template for making or changing objects, read once in a run. */
export const fetchTemplate = async (misp: Misp, wanted: string): Promise<Template> =>
	await once(
		misp,
		`template ${wanted.toLowerCase()}`,
		async () => await readTemplate(misp, wanted),
	);

/** Files have contents besides their name, for which a form has no input. */
const FILES = new Set(['attachment', 'malware-sample']);

function labelOf({ name, type, multiple }: Relation, oneOf: Set<string>): string {
	const notes = [
		...(type === name ? [] : [type]),
		...(multiple ? ['several'] : []),
		...(oneOf.has(name) ? ['one of these'] : []),
	];
	return notes.length === 0 ? name : `${name} (${notes.join(', ')})`;
}

/** Above this, "one of these" on nearly every field would say nothing. */
const FEW = 5;

function fieldOf(relation: Relation, template: Template, mandatory: boolean): MappedField {
	const { name, type, values, usual, important } = relation;
	const few = new Set(template.requiredOneOf.length <= FEW ? template.requiredOneOf : []);
	const required = mandatory && template.required.includes(name);
	// No switch: it would send "no" where nothing was meant.
	const offered = type === 'boolean' ? ['1', '0'] : values.length > 0 ? values : usual;
	const text = (value: string) => (type === 'boolean' ? (value === '1' ? 'Yes' : 'No') : value);
	return {
		id: name,
		name: labelOf(relation, mandatory ? few : new Set()),
		required,
		...(offered.length > 0
			? { options: offered.map((value) => ({ name: text(value), value })) }
			: { type: type === 'datetime' ? 'dateTime' : 'string' }),
		hidden: !required && !important && !few.has(name),
	};
}

/**
 * The inputs for the relations of a template.
 *
 * @param mandatory whether those that the template requires must be filled in
 */
export const fieldsOfTemplate = (template: Template, mandatory: boolean): MappedField[] =>
	[...template.relations.values()]
		.filter(({ type }) => !FILES.has(type))
		.sort((a, b) => Number(b.important) - Number(a.important) || a.name.localeCompare(b.name))
		.map((relation) => fieldOf(relation, template, mandatory));
