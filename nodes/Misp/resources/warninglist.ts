import {
	called,
	choice,
	collection,
	filter,
	isTrue,
	limits,
	lookup,
	operation,
	path,
	required,
	resource,
	text,
	texts,
	toggle,
} from '../definition';
import { attributeTypes } from '../fields/attribute';
import { checkTypes, isOfType } from '../fields/knownTypes';
import { contains, idByName } from '../fields/reference';
import { Refanger } from '../fields/refang';
import { fetchWarninglists, warninglistReference } from '../fields/warninglist';
import { warninglistRow } from '../fields/rows';

type Lists = Array<{ id: string; name: string; matched: string }>;

const check = operation({
	name: 'Check',
	action: 'Check values against warninglists',
	description:
		'Says of each value whether it is on a warninglist (known good, or often a false positive), and on which. Any number of items go in a few requests. Only lists that are enabled in MISP count; a value on none is not thereby bad, nor clean. Example: Values "8.8.8.8".',
	access: 'read',
	endpoints: ['POST /warninglists/checkValue'],
	fields: {
		values: required(texts('Values', 'Value', { placeholder: 'e.g. 8.8.8.8' })),
	},
	refangs: true,
	runMany: lookup({
		size: 1000,
		keys: (input) => new Refanger(input).values(input.values) ?? [],
		find: async ({ misp }, values) =>
			await misp.post<Record<string, Lists>>(path`/warninglists/checkValue`, values, {
				read: true,
				keyed: true,
			}),
		row: (searched, lists = [], { values }, position) => ({
			value: values[position],
			searched,
			on_warninglist: lists.length > 0,
			warninglists: lists,
		}),
	}),
});

const get = operation({
	name: 'Get',
	action: 'Get a warninglist',
	description:
		'Returns one warninglist with all its entries (WarninglistEntry) and the attribute types it is for (WarninglistType). Some lists have hundreds of thousands of entries; to look values up, use Check. Example: Warninglist "List of RFC 1918 CIDR blocks".',
	access: 'read',
	endpoints: ['GET /warninglists/view/{warninglist}', 'GET /warninglists/index'],
	row: warninglistRow,
	fields: { warninglist: warninglistReference },
	run: async ({ misp }, { warninglist: reference }) => {
		const id = await idByName(reference, {
			kind: 'warninglist',
			request: 'GET /warninglists/index',
			all: async () => (await fetchWarninglists(misp)).map(({ Warninglist }) => Warninglist),
		});
		return await misp.get(path`/warninglists/view/${id}`, { expect: 'Warninglist' });
	},
});

const isFor = (types: string, wanted: string[] | undefined): boolean =>
	types
		.split(',')
		.map((type) => type.trim())
		.some((type) => type === 'ALL' || isOfType(type, wanted));

const getAll = operation({
	name: 'Get Many',
	action: 'Get many warninglists',
	description:
		'Lists the warninglists of the instance with the number of their entries, without the entries. Example: Enabled Only, Name Contains "DNS".',
	access: 'read',
	endpoints: ['GET /warninglists/index', 'GET /attributes/describeTypes.json'],
	row: warninglistRow,
	fields: {
		nameContains: text('Name Contains', { placeholder: 'e.g. public DNS' }),
		enabledOnly: toggle(
			'Enabled Only',
			'Whether to leave out warninglists that are switched off and so never match',
		),
		...limits,
		filters: collection(
			'Filters',
			{
				category: filter(
					choice(
						'Category',
						[
							{ value: 'false_positive', name: 'False Positive' },
							{ value: 'known', name: 'Known Identifier' },
						],
						'false_positive',
						{ description: 'What a hit means' },
					),
				),
				matching: filter(
					choice(
						'Matching',
						[
							{ value: 'cidr', name: 'CIDR' },
							{ value: 'hostname', name: 'Hostname' },
							{ value: 'regex', name: 'Regular Expression' },
							{ value: 'string', name: 'String' },
							{ value: 'substring', name: 'Substring' },
						],
						'string',
						{ description: 'How values are compared with the entries' },
					),
				),
				forTypes: filter(called('Attribute Types', attributeTypes)),
			},
			{ placeholder: 'Add Filter' },
		),
	},
	// MISP reads few filters here, so that all of them are applied to its whole answer, which is small.
	run: async (
		{ misp },
		{ nameContains, enabledOnly, filters: { category, matching, forTypes } },
	) => {
		await checkTypes(misp, { type: forTypes });
		const lists = await fetchWarninglists(misp);
		return lists.filter(
			({ Warninglist: list }) =>
				contains(list.name, nameContains) &&
				(enabledOnly !== true || isTrue(list.enabled)) &&
				(category === undefined || list.category === category) &&
				(matching === undefined || list.type === matching) &&
				isFor(list.valid_attributes, forTypes),
		);
	},
});

export const warninglist = resource({
	name: 'Warninglist',
	description: 'A list of values that are known good or often false positives',
	operations: { check, get, getAll },
});
