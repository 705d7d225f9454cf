import {
	besideEnvelope,
	countOf,
	fieldIn,
	limits,
	MispError,
	operation,
	path,
	recover,
	resource,
	shape,
	toggle,
} from '../definition';
import { fetchSharingGroups, sharingGroupLocator } from '../fields/sharing';

/** What stands beside the envelope (organisations, servers, rights) belongs to the row. */
const groupRow = shape({
	kind: 'Sharing Group',
	flat: besideEnvelope('SharingGroup'),
	columns: {
		id: 'Number in this MISP',
		name: 'Name',
		releasability: 'Whom the data may go to',
		active: 'Whether it is active',
		organisation: {
			description: 'Name of the organisation that made it',
			from: ({ Organisation }) => fieldIn(Organisation),
		},
		organisation_count: {
			description: 'How many organisations are in it',
			from: ({ SharingGroupOrg }) => countOf(SharingGroupOrg),
		},
	},
});

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
		activeOnly: toggle('Active Only', 'Whether to leave out groups that are not active'),
		...limits,
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
