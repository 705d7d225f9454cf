import { limits, MispError, operation, path, recover, resource, toggle } from '../definition';
import { fetchSharingGroups, sharingGroupLocator, type SharingGroupRow } from '../fields/sharing';

/** What stands beside the envelope (organisations, servers, rights) belongs to the row. */
const groupRow = ({ SharingGroup, ...beside }: SharingGroupRow) => ({ ...SharingGroup, ...beside });

const get = operation({
	name: 'Get',
	action: 'Get a sharing group',
	description:
		'Returns one sharing group with its organisations (SharingGroupOrg) and servers (SharingGroupServer). Example: By ID "3".',
	access: 'read',
	endpoints: ['GET /sharing_groups/view/{sharingGroup}'],
	row: groupRow,
	fields: { sharingGroup: sharingGroupLocator },
	run: async ({ misp }, { sharingGroup: group }) =>
		await recover(
			misp.get(path`/sharing_groups/view/${group}`, { expect: 'SharingGroup' }),
			({ status }) => status === 405,
			({ message, ...details }) => {
				throw new MispError('notFound', message, {
					...details,
					hint: 'Check the ID. A sharing group can be seen by its members only, and by the organisation that made it.',
				});
			},
		),
});

const getAll = operation({
	name: 'Get Many',
	action: 'Get many sharing groups',
	description:
		'Lists the sharing groups that the user of the key may see, each with its organisations.',
	access: 'read',
	endpoints: ['GET /sharing_groups/index'],
	row: groupRow,
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
	operations: { get, getAll },
});
