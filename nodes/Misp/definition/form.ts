import type {
	ILoadOptionsFunctions,
	INodeListSearchResult,
	INodeProperties,
	INodePropertyOptions,
	INodeType,
	ResourceMapperFields,
} from 'n8n-workflow';

import { connectionId } from '../client/connectionId';
import { inKnownForm } from '../client/knownForm';
import { forAiFields } from './agent/forAi';
import { toolProperties } from './agent/tool';
import { behindCeiling, ceilingFields, isAboutEvents } from './ceilings';
import { collection } from './containers';
import type { Fields, LoadContext, Loader } from './field';
import { handOverFields, refangFields } from './handOver';
import { toggle } from './inputs';
import { keptRows } from './listCache';
import { mapperField } from './mapping';
import { nodeError } from './nodeError';
import type { Catalogue, Operation } from './operation';
import { mispOf } from './session';

export const raw = toggle(
	'Raw MISP Reply',
	'Whether to return rows exactly as MISP sends them: in their envelope and without the ISO dates beside the epoch numbers',
);

const options = (offered: Fields) => collection('Options', offered, { placeholder: 'Add Option' });

/** What an operation offers at the end of its form: more, where it returns events or parts of them. */
function commonOf(operation: Operation): Fields {
	const aboutEvents = isAboutEvents(operation);
	const ownRows = operation.ownRows === true;
	const offered = {
		...(ownRows ? {} : { raw }),
		...forAiFields,
		...(aboutEvents ? ceilingFields : {}),
		...(aboutEvents && !ownRows ? handOverFields : {}),
		...(operation.refangs === true ? refangFields : {}),
	};
	return { options: options(offered) };
}

const withCommon = new WeakMap<Operation, Fields>();

/** The fields of an operation with those that all operations share. */
export function fieldsOf(operation: Operation): Fields {
	const known = withCommon.get(operation);
	if (known) return known;
	const fields = { ...operation.fields, ...commonOf(operation) };
	withCommon.set(operation, fields);
	return fields;
}

/** The properties of a node: two drop-downs, and for each operation its fields. */
export function nodeProperties(catalogue: Catalogue): INodeProperties[] {
	const byName = <T extends { name: string }>(a: T, b: T) => a.name.localeCompare(b.name);
	const resources = Object.entries(catalogue);
	const properties: INodeProperties[] = [
		{
			displayName: 'Resource',
			name: 'resource',
			type: 'options',
			noDataExpression: true,
			options: resources
				.map(([value, { name, description }]) => ({ name, value, description }))
				.sort(byName),
			default: resources[0]?.[0] ?? '',
		},
	];
	for (const [resource, { operations }] of resources) {
		properties.push({
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: [resource] } },
			options: Object.entries(operations)
				.map(([value, { name, action, description }]) => ({ name, value, action, description }))
				.sort(byName),
			default: Object.keys(operations)[0] ?? '',
		});
		for (const [operation, declared] of Object.entries(operations)) {
			for (const property of toolProperties(declared)) {
				const show = { '@tool': [true], resource: [resource], operation: [operation] };
				properties.push({ ...property, displayOptions: { show } });
			}
			for (const [name, { property }] of Object.entries(fieldsOf(declared))) {
				properties.push({
					...property,
					name,
					displayOptions: {
						...property.displayOptions,
						show: {
							resource: [resource],
							operation: [operation],
							...property.displayOptions?.show,
						},
					},
				});
			}
		}
	}
	return properties;
}

/** Every list that a form of this catalogue loads from the instance, once. */
export const loadersOf = (catalogue: Catalogue): Loader[] =>
	loadersIn(Object.values(catalogue).flatMap(({ operations }) => Object.values(operations)));

function loadersIn(forms: ReadonlyArray<{ fields: Fields }>): Loader[] {
	const loaders = new Map<string, Loader>();
	for (const { fields } of forms) {
		for (const loader of Object.values(fields).flatMap((field) => field.loaders)) {
			const known = loaders.get(loader.name);
			if (known && known.load !== loader.load) {
				throw new Error(`Two different lists are called "${loader.name}".`);
			}
			loaders.set(loader.name, loader);
		}
	}
	return [...loaders.values()];
}

async function load<Entry>(
	context: ILoadOptionsFunctions,
	loader: { load(context: LoadContext): Promise<Entry[]> },
	search: string,
): Promise<Entry[]> {
	try {
		// A person waits for this list: one retry at most.
		const anyMisp = await mispOf(context, { retries: 1, maxRateLimitWait: 5 });
		const misp = behindCeiling(anyMisp, context.getCurrentNodeParameter('options'));
		const parameter = (name: string) => context.getCurrentNodeParameter(name.replace(/^\//, ''));
		const { tlpCeiling, tlpUnmarked } = (parameter('options') ?? {}) as Record<string, unknown>;
		const loadContext: LoadContext = {
			misp,
			search: search.trim(),
			parameter,
			// Whatever differs in a credential, or in what it lets through, is another list.
			kept: async (list, read) =>
				await keptRows(
					connectionId(misp.connection, misp.connection, tlpCeiling, tlpUnmarked, list),
					read,
				),
		};
		return await inKnownForm(() => loader.load(loadContext), false);
	} catch (error) {
		throw nodeError(context.getNode(), error);
	}
}

type FormMethods = Required<
	Pick<NonNullable<INodeType['methods']>, 'loadOptions' | 'listSearch' | 'resourceMapping'>
>;

/** The functions behind the lists of the forms of a node, as n8n calls them. */
export const nodeMethods = (catalogue: Catalogue): FormMethods =>
	formMethods(Object.values(catalogue).flatMap(({ operations }) => Object.values(operations)));

/** The functions behind the lists of some forms, as n8n calls them. */
export function formMethods(forms: ReadonlyArray<{ fields: Fields }>): FormMethods {
	const loadOptions: Record<
		string,
		(this: ILoadOptionsFunctions) => Promise<INodePropertyOptions[]>
	> = {};
	const listSearch: Record<
		string,
		(this: ILoadOptionsFunctions, filter?: string) => Promise<INodeListSearchResult>
	> = {};
	const resourceMapping: Record<
		string,
		(this: ILoadOptionsFunctions) => Promise<ResourceMapperFields>
	> = {};
	for (const loader of loadersIn(forms)) {
		if (loader.kind === 'mapping') {
			resourceMapping[loader.name] = async function () {
				return { fields: (await load(this, loader, '')).map(mapperField) };
			};
		} else if (loader.kind === 'options') {
			loadOptions[loader.name] = async function () {
				return await load(this, loader, '');
			};
		} else {
			listSearch[loader.name] = async function (filter = '') {
				return { results: await load(this, loader, filter) };
			};
		}
	}
	return { loadOptions, listSearch, resourceMapping };
}
