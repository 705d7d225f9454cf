import type { Misp } from '../client/client';
import { collection, limitOf, operation, path, resource, type InputOf } from '../definition';
import {
	attributeCategory,
	attributeLocator,
	editedAttribute,
	attributeType,
	attributeValue,
	describeTypes,
	fetchAttribute,
	toIds,
	type AttributeRow,
} from '../fields/attribute';
import { attributeChanges, details } from '../fields/attributeDetails';
import { searchKnown } from '../fields/knownTypes';
import { Refanger, refangedValue } from '../fields/refang';
import { attributeSearch, searchForm, searchOf, withoutTags } from '../fields/search';
import { download, enrich, getStatistics, restore } from './attributeActions';
import { create } from './attributeCreate';
import { deleteAttribute } from './attributeDelete';
import { lookUp } from './attributeLookup';
import { attributeRow, writtenAttributeRow } from '../fields/rows';

const get = operation({
	name: 'Get',
	action: 'Get an attribute',
	description: 'Returns one attribute with its tags.',
	access: 'read',
	endpoints: ['GET /attributes/view/{attribute}'],
	row: attributeRow,
	fields: { attribute: attributeLocator },
	run: async ({ misp }, { attribute }) => await fetchAttribute(misp, attribute),
});

function filtersOf(input: InputOf<typeof attributeSearch>, refanger = new Refanger(input)) {
	const { type, tags, filters, result } = input;
	const front = { value: refanger.values(input.value), type, tags };
	return searchOf('attributes', front, { filters, result });
}

const searchAttributes = operation({
	name: 'Search',
	action: 'Search attributes (indicators, IOC)',
	description:
		'Finds attributes (indicators), one item each, with their event. At least one filter is needed. Example: Value "198.51.100.7", or Types "domain" with Tags "tlp:green" and Published Within "1d".',
	access: 'read',
	endpoints: ['POST /attributes/restSearch', 'GET /attributes/describeTypes.json'],
	row: attributeRow,
	fields: searchForm(attributeSearch),
	refangs: true,
	check: (input) => void filtersOf(input),
	run: (context, input) => {
		const { misp, hint } = context;
		const refanger = new Refanger(input);
		const asked = filtersOf(input, refanger);
		refanger.tell(context);
		if (input.value?.some((value) => /[^|]\|[^|]/.test(value))) {
			hint(
				'MISP compares the parts of combined values (such as filename|md5) one by one: search for one part.',
			);
		}
		const keep = withoutTags(input.filters);
		return searchKnown(misp, 'attributes', asked, { ...limitOf(input), keep });
	},
});

const updateFields = {
	value: attributeValue,
	type: attributeType,
	category: attributeCategory,
	toIds,
	...details,
};

/** What type a value has, only MISP knows where that is not changed: asked when it makes a difference. */
async function refangedChanges(
	misp: Misp,
	id: string,
	changes: Partial<InputOf<typeof updateFields>>,
	refanger: Refanger,
) {
	const { value } = changes;
	if (value === undefined || refangedValue(value) === value) return changes;
	const type = changes.type ?? (await fetchAttribute(misp, id)).type;
	return { ...changes, value: refanger.value(value, type) };
}

const update = operation({
	name: 'Update',
	action: 'Update an attribute',
	description: 'Changes what is filled in and leaves the rest. MISP unpublishes the event.',
	access: 'contribute',
	endpoints: ['POST /attributes/edit/{attribute}', 'GET /attributes/view/{attribute}'],
	row: writtenAttributeRow,
	refangs: true,
	fields: {
		attribute: editedAttribute,
		updateFields: collection('Fields to Update', updateFields),
	},
	check: (input) => void attributeChanges(input.updateFields),
	run: async ({ misp }, input) => {
		const { attribute: id, updateFields } = input;
		const refanger = new Refanger(input);
		const changes = await refangedChanges(misp, id, updateFields, refanger);
		const { Attribute } = await misp.post<{ Attribute: AttributeRow }>(
			path`/attributes/edit/${id}`,
			attributeChanges(changes),
			{ expect: 'Attribute' },
		);
		return { Attribute: refanger.noted(Attribute) };
	},
});

const getTypes = operation({
	name: 'Get Types',
	action: 'Get attribute types',
	description:
		'Lists the attribute types of the instance, each with its usual category and detection flag, and the categories it may stand in.',
	access: 'read',
	endpoints: ['GET /attributes/describeTypes.json'],
	fields: {},
	run: async ({ misp }) => {
		const {
			types,
			sane_defaults: defaults,
			category_type_mappings: mappings,
		} = await describeTypes(misp);
		return types.map((type) => ({
			type,
			default_category: defaults[type]?.default_category,
			to_ids: defaults[type]?.to_ids === 1,
			categories: Object.keys(mappings).filter((category) => mappings[category]?.includes(type)),
		}));
	},
});

export const attribute = resource({
	name: 'Attribute',
	description: 'A single indicator or other piece of data in an event',
	operations: {
		create,
		delete: deleteAttribute,
		download,
		enrich,
		get,
		getStatistics,
		getTypes,
		lookup: lookUp,
		restore,
		search: searchAttributes,
		update,
	},
});
