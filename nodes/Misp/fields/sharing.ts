import type { Misp } from '../client/client';
import {
	choice,
	inputError,
	instanceChoices,
	locator,
	path,
	required,
	when,
	type ListEntry,
	type LoadContext,
} from '../definition';

/** Who may see it, by MISP's numbers: all that needs no more said. */
export const PLAIN_LEVELS = [
	{ value: 0, name: 'Your Organisation Only' },
	{ value: 1, name: 'This Community Only' },
	{ value: 2, name: 'Connected Communities' },
	{ value: 3, name: 'All Communities' },
] as const;

export const LEVELS = [...PLAIN_LEVELS, { value: 4, name: 'Sharing Group' }] as const;

/** For what stands inside an event. */
export const INHERIT = { value: 5, name: 'Inherit From Event' } as const;

export interface SharingGroupRow {
	SharingGroup: { id: string; name: string; releasability?: string; active: boolean };
	[beside: string]: unknown;
}

/** `GET /sharing_groups/index`: always all that the user may see; MISP ignores paging here. */
export const fetchSharingGroups = async (misp: Misp): Promise<SharingGroupRow[]> =>
	await misp.get(path`/sharing_groups/index`, { unwrap: 'response' });

const listedGroups = async ({ misp, kept }: LoadContext): Promise<readonly ListEntry[]> =>
	await kept('sharing groups', async () => {
		const groups = await fetchSharingGroups(misp);
		return groups.map(({ SharingGroup: { id, name, releasability } }) => ({
			name,
			value: id,
			...(releasability ? { description: releasability } : {}),
		}));
	});

const getSharingGroups = async (context: LoadContext): Promise<ListEntry[]> => [
	...(await listedGroups(context)),
];

/** Sharing groups as a search filter. */
export const sharingGroupIds = instanceChoices('Sharing Groups', {
	loader: 'getSharingGroups',
	load: getSharingGroups,
	description: 'Shared with any of these groups',
});

async function searchSharingGroups(context: LoadContext): Promise<ListEntry[]> {
	const entries = await listedGroups(context);
	const wanted = context.search.toLowerCase();
	return entries.filter(({ name }) => name.toLowerCase().includes(wanted));
}

const FROM_LIST = {
	loader: 'searchSharingGroups',
	load: searchSharingGroups,
	page: 'sharing_groups/view',
	example: '3',
};

export const sharingGroupLocator = required(
	locator('Sharing Group', {
		...FROM_LIST,
		description:
			'The sharing group, from the list, by its ID or UUID, or by the address of its page',
	}),
);

/** By number: MISP takes no UUID beside a distribution. */
const sharingGroup = locator('Sharing Group', {
	...FROM_LIST,
	numeric: true,
	description: 'The group that the data is shared with',
});

/** `distribution` of what cannot inherit; its sharing group is shown with choice 4. */
export const distributionOf = (description: string) =>
	choice('Distribution', LEVELS, 0, { description });

/** `distribution` for what is published: other instances get it then. */
export const eventDistribution = distributionOf(
	'Who may see it: organisations on this MISP at once, other instances once it is published',
);

/** `distribution` for what stands inside an event. */
export const innerDistribution = choice('Distribution', [...LEVELS, INHERIT], 5, {
	description:
		'Who may see it: organisations on this MISP at once, other instances once the event is published',
});

/** `sharingGroup` beside a `distribution` in the same place of the form. */
export const sharingGroupOf = when({ distribution: [4] }, sharingGroup);

/**
 * Distribution and sharing group as MISP takes them.
 *
 * @throws MispError of kind `input` for distribution 4 without a group: MISP answers that with a
 *   misleading 405
 */
export function sharingBody(input: {
	distribution?: number | undefined;
	sharingGroup?: string | undefined;
}): Record<string, unknown> {
	const { distribution, sharingGroup: group } = input;
	if (distribution === undefined) return {};
	if (distribution !== 4) return { distribution };
	if (group === undefined) {
		throw inputError(
			'"Distribution" is "Sharing Group", but no "Sharing Group" is chosen.',
			'Choose the group, or another distribution.',
		);
	}
	return { distribution, sharing_group_id: group };
}
