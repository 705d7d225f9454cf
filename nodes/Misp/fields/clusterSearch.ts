import type { Misp } from '../client/client';
import { search } from '../client/paging';
import {
	choice,
	collection,
	filter,
	inputError,
	limitOf,
	limits,
	text,
	texts,
	UUID_EXAMPLE,
	type InputOf,
} from '../definition';
import { findGalaxy, withinGalaxy } from './galaxy';
import { findClusters, listClusters } from './galaxyCluster';
import { galaxyTags } from './tags';

const FILTERS = {
	kind: choice(
		'Kind',
		[
			{ value: 'default', name: 'Delivered With MISP' },
			{ value: 'custom', name: 'Made by Organisations' },
			{ value: 'orgc', name: 'Made by Your Organisation' },
			{ value: 'deleted', name: 'Deleted' },
		],
		'custom',
		{ description: 'Which clusters to find. The last two need a galaxy.' },
	),
	tagNames: filter(galaxyTags('Cluster Tags', { description: 'Any of these tags of clusters' })),
	uuids: filter(
		texts('UUIDs', 'UUID', { placeholder: UUID_EXAMPLE, description: 'Any of these UUIDs' }),
	),
};

export const clusterSearch = {
	galaxy: withinGalaxy,
	text: filter(
		text('Text', {
			placeholder: 'e.g. ransomware',
			description:
				'In a galaxy, a part of the name, description or a synonym; without one, the full name, an ATT&CK ID such as T1059, or a tag',
		}),
	),
	...limits,
	filters: collection('Filters', FILTERS, { placeholder: 'Add Filter' }),
};

type SearchInput = InputOf<typeof clusterSearch>;

/** @throws MispError of kind `input` for what MISP would ignore, or answer with all its clusters */
export function checkClusterSearch({
	galaxy,
	text: wanted,
	filters: { kind, tagNames: tags, uuids },
}: SearchInput): void {
	const exact = tags !== undefined || uuids !== undefined;
	if (exact && (wanted !== undefined || (kind !== undefined && kind !== 'custom'))) {
		throw inputError(
			'MISP does not search for tags or UUIDs together with "Text", nor with a "Kind" other than "Made by Organisations".',
			'Use one or the other.',
		);
	}
	if (galaxy === undefined && kind !== undefined && kind !== 'custom') {
		throw inputError('This "Kind" needs a "Galaxy".', 'Choose the galaxy to look in.');
	}
	if (galaxy === undefined && wanted === undefined && !exact && kind === undefined) {
		throw inputError(
			'This search has nothing to look for: MISP would return all clusters, tens of thousands.',
			'Choose a galaxy, or give a text or a filter.',
		);
	}
}

/** By the one road that knows the filters: MISP looks for text in one galaxy only, for tags in all. */
export async function searchedClusters(misp: Misp, input: SearchInput): Promise<unknown> {
	const { galaxy, text: wanted, filters } = input;
	const { kind, tagNames: tags, uuids } = filters;
	const id = galaxy === undefined ? undefined : (await findGalaxy(misp, galaxy)).id;
	if (tags !== undefined || uuids !== undefined || (id === undefined && wanted === undefined)) {
		const exact = {
			galaxy_id: id,
			tag_name: tags,
			uuid: uuids,
			custom: kind === 'custom' ? 1 : undefined,
		};
		return search(misp, 'galaxyClusters', exact, limitOf(input));
	}
	if (id !== undefined) {
		return await listClusters(misp, id, { context: kind ?? 'all', searchall: wanted });
	}
	const found = await findClusters(misp, wanted ?? '');
	return kind === 'custom' ? found.filter((one) => !one.GalaxyCluster.default) : found;
}
