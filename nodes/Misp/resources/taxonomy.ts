import type { Misp } from '../client/client';
import {
	isTrue,
	limits,
	namedLocator,
	operation,
	path,
	required,
	resource,
	text,
	toggle,
	type ListEntry,
	type LoadContext,
} from '../definition';
import { compareNames, contains } from '../fields/reference';
import { taxonomyRow } from '../fields/rows';

interface TaxonomyRow {
	Taxonomy: { id: string; namespace: string; description: string; enabled: boolean };
	[beside: string]: unknown;
}

/** `GET /taxonomies/index`: always all of them; MISP ignores filters and paging here. */
const fetchTaxonomies = async (misp: Misp): Promise<TaxonomyRow[]> =>
	await misp.get(path`/taxonomies/index`);

async function searchTaxonomies({ misp, search, kept }: LoadContext): Promise<ListEntry[]> {
	const taxonomies = await kept('taxonomies', async () =>
		(await fetchTaxonomies(misp))
			.map(({ Taxonomy: { id, namespace, description, enabled } }) => ({
				name: isTrue(enabled) ? namespace : `${namespace} (disabled)`,
				value: id,
				description,
			}))
			.sort((a, b) => compareNames(a.name, b.name)),
	);
	return taxonomies.filter(
		({ name, value, description }) =>
			value === search || contains(`${name} ${description}`, search),
	);
}

const get = operation({
	name: 'Get',
	action: 'Get a taxonomy',
	description:
		'Returns one taxonomy with its entries: each tag that it defines, what the tag means, and whether the instance has it. Example: Taxonomy "tlp".',
	access: 'read',
	endpoints: ['GET /taxonomies/view/{taxonomy}'],
	row: taxonomyRow,
	fields: {
		taxonomy: required(
			namedLocator('Taxonomy', {
				loader: 'searchTaxonomies',
				load: searchTaxonomies,
				page: 'taxonomies/view',
				example: '141',
				numeric: true,
				byName: { displayName: 'By Namespace', placeholder: 'e.g. admiralty-scale' },
				description:
					'The taxonomy, by its namespace (what stands before the colon of its tags) or ID',
			}),
		),
	},
	run: async ({ misp }, { taxonomy: reference }) => {
		const wanted = 'id' in reference ? reference.id : reference.name;
		return await misp.get(path`/taxonomies/view/${wanted}`, { expect: 'Taxonomy' });
	},
});

const getAll = operation({
	name: 'Get Many',
	action: 'Get many taxonomies',
	description:
		'Lists the taxonomies of the instance with the number of tags that each defines (total_count) and that the instance has (current_count). Example: Enabled Only.',
	access: 'read',
	endpoints: ['GET /taxonomies/index'],
	row: taxonomyRow,
	fields: {
		nameContains: text('Namespace or Description Contains', { placeholder: 'e.g. phishing' }),
		enabledOnly: toggle(
			'Enabled Only',
			'Whether to leave out taxonomies whose tags are not offered on this instance',
		),
		...limits,
	},
	run: async ({ misp }, { nameContains, enabledOnly }) => {
		const taxonomies = await fetchTaxonomies(misp);
		return taxonomies.filter(
			({ Taxonomy: { namespace, description, enabled } }) =>
				(contains(namespace, nameContains) || contains(description, nameContains)) &&
				(enabledOnly !== true || isTrue(enabled)),
		);
	},
});

export const taxonomy = resource({
	name: 'Taxonomy',
	description: 'A vocabulary of tags, such as tlp',
	operations: { get, getAll },
});
