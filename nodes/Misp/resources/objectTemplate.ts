import {
	besideEnvelope,
	countOf,
	limits,
	operation,
	required,
	resource,
	shape,
	text,
} from '../definition';
import { fetchTemplates, templateChoice, viewTemplate } from '../fields/objectTemplate';

const templateRow = shape({
	kind: 'Object Template',
	flat: besideEnvelope('ObjectTemplate'),
	columns: {
		id: 'Number in this MISP',
		name: 'Name',
		'meta-category': 'Group, such as `network`',
		description: 'What such an object is',
		version: 'Version',
		attribute_count: {
			description: 'How many attributes it defines, where they are shown',
			from: ({ ObjectTemplateElement }) => countOf(ObjectTemplateElement),
		},
	},
});

const get = operation({
	name: 'Get',
	action: 'Get an object template',
	description:
		'Returns one template with its relations: the attributes that an object of this kind can have, their types, and which are required. Example: Template "domain-ip".',
	access: 'read',
	endpoints: ['GET /objectTemplates/view/{template}', 'GET /objectTemplates/index'],
	row: templateRow,
	fields: {
		template: required(
			templateChoice({ description: 'The template, from the list, by its name, ID or UUID' }),
		),
	},
	run: async ({ misp }, { template }) => await viewTemplate(misp, template),
});

const getAll = operation({
	name: 'Get Many',
	action: 'Get many object templates',
	description:
		'Lists the object templates of the instance, with what they require. Example: Name Contains "network".',
	access: 'read',
	endpoints: ['GET /objectTemplates/index'],
	row: templateRow,
	fields: {
		nameContains: text('Name Contains', { placeholder: 'e.g. email' }),
		metaCategory: text('Meta Category', {
			placeholder: 'e.g. network',
			description: 'Only templates of this group, such as file, network, misc or vulnerability',
		}),
		...limits,
	},
	run: async ({ misp }, { nameContains: part = '', metaCategory: group }) => {
		const all = await fetchTemplates(misp);
		return all.filter(
			({ ObjectTemplate: one }) =>
				one.name.toLowerCase().includes(part.trim().toLowerCase()) &&
				(group === undefined || one['meta-category'] === group.trim().toLowerCase()),
		);
	},
});

export const objectTemplate = resource({
	name: 'Object Template',
	description: 'The form of an object: which attributes it has',
	operations: { get, getAll },
});
