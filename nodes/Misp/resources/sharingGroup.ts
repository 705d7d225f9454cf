import { limits, operation, resource, toggle } from '../definition';
import { fetchSharingGroups, type SharingGroupRow } from '../fields/sharing';

const getAll = operation({
	name: 'Get Many',
	action: 'Get many sharing groups',
	description:
		'Lists the sharing groups that the user of the key may see, each with its organisations.',
	access: 'read',
	endpoints: ['GET /sharing_groups/index'],
	// What stands beside the envelope (organisations, servers, rights) belongs to the row.
	row: ({ SharingGroup, ...beside }: SharingGroupRow) => ({ ...SharingGroup, ...beside }),
	fields: {
		...limits,
		activeOnly: toggle('Active Only', 'Whether to leave out groups that are not active'),
	},
	run: async ({ misp }, { activeOnly }) => {
		const groups = await fetchSharingGroups(misp);
		return groups.filter(({ SharingGroup }) => activeOnly !== true || SharingGroup.active);
	},
});

export const sharingGroup = resource({
	name: 'Sharing Group',
	description: 'A circle of organisations that data is shared with',
	operations: { getAll },
});
