import { limitOf, operation, resource, type InputOf } from '../definition';
import { attributeLocator, describeTypes, fetchAttribute } from '../fields/attribute';
import { searchKnown } from '../fields/knownTypes';
import { Refanger } from '../fields/refang';
import { attributeSearch, searchForm, searchOf, withoutTags } from '../fields/search';
import { download, enrich, getStatistics, restore } from './attributeActions';
import { create } from './attributeCreate';
import { deleteAttribute } from './attributeDelete';
import { lookUp } from './attributeLookup';
import { update } from './attributeUpdate';
import { attributeRow } from '../fields/rows';

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
		'Finds attributes (indicators), one item each, with their event. At least one filter is needed. Example: Values "198.51.100.7", or Types "domain" with Tags "tlp:green" and Published Within "1d".',
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

const getTypes = operation({
	name: 'Get Types',
	action: 'Get attribute types',
	description:
		'Lists the attribute types of the instance, each with its usual category and detection flag, and the categories it may stand in.',
	access: 'read',
	ownRows: true,
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
