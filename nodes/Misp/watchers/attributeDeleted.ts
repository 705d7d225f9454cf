import { choice, shape, watcher, when } from '../definition';
import { checkWatchedTypes } from '../fields/knownTypes';
import {
	attributeFilters,
	changedAttributes,
	include,
	loadAttributes,
	newestId,
	publishedAttributes,
} from '../fields/watchAttribute';
import { deletedForGood, deletedRow } from '../fields/watchDeletion';
import { someTagsKind } from '../fields/rows';

const { type, tags, filters } = attributeFilters;

const SOFT = { deletion: ['soft'] };

const deletedAttributeRow = shape({ ...someTagsKind, flat: deletedRow });

export const attributeDeleted = watcher({
	name: 'Attribute Deleted',
	description: 'Starts when an attribute is deleted',
	reads:
		'Attribute.timestamp of deleted attributes, and Event.publish_timestamp for deletions that arrive from another MISP; for those deleted for good AuditLog.id, and to look back AuditLog.created, which has no zone and is taken for UTC',
	blindTo:
		'Deletions that were made elsewhere longer ago than "Look for Late Data" before they arrive; those of attributes that are new here come again when their event is published again in that time. Of deletions for good, what this user may not see in the audit log: a site admin sees all, an admin of an organisation those of its users, others only their own; and all of them, where MISP does not write an audit log. Where the server’s clock is in another zone than UTC, looking back for deletions for good begins earlier or later by as much. Events that are deleted with their attributes',
	access: 'read',
	endpoints: [
		'POST /attributes/restSearch',
		'GET /admin/audit_logs/index',
		'GET /attributes/describeTypes.json',
	],
	fields: {
		deletion: choice(
			'Deletion',
			[
				{
					value: 'soft',
					name: 'Soft',
					description: 'As MISP usually deletes: the attribute is kept, marked as deleted',
				},
				{
					value: 'hard',
					name: 'Permanent',
					description:
						'Read in the audit log: needs the permission "Audit", and shows all deletions to a site admin only',
				},
			],
			'soft',
			{ description: 'For both, use two triggers in the workflow' },
		),
		type,
		tags: when(SOFT, tags),
		filters: when(SOFT, filters),
		include: when(SOFT, include),
	},
	row: deletedAttributeRow,
	prove: checkWatchedTypes,
	watch: (context, input) => {
		if (input.deletion === 'hard') {
			return { once: 'row', sources: [deletedForGood(context, input.type)] };
		}
		const more = { deleted: 'only' };
		return {
			once: 'version',
			sources: [
				changedAttributes(context, input, { more }),
				publishedAttributes(context, input, { more, isLate: ({ id }, newest) => id > newest }),
			],
			newestId: async () => await newestId(context),
		};
	},
	load: (context, input) =>
		input.deletion === 'hard' ? undefined : loadAttributes(context, input),
	scope: ({ deletion }) => String(deletion),
});
