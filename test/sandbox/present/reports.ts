/** Event reports on their own. */
import type { Json } from '../http';
import type { EventRow, ReportRow } from '../rows';
import type { World } from '../state';
import { reportInEvent } from './eventParts';
import { organisationShort } from './people';

const organisation = (world: World, id: number): Json => {
	const { id: text, name } = organisationShort(world.organisations.get(id));
	return { id: text, name };
};

export function reportFull(world: World, row: ReportRow, event: EventRow): Json {
	const group = row.distribution === 4 ? world.sharingGroups.get(row.sharingGroupId) : undefined;
	return {
		EventReport: reportInEvent(row),
		Event: {
			id: String(event.id),
			orgc_id: String(event.orgcId),
			org_id: String(event.orgId),
			info: event.info,
			user_id: String(event.userId),
			date: event.date,
			Org: organisation(world, event.orgId),
			Orgc: organisation(world, event.orgcId),
		},
		SharingGroup: {
			id: group === undefined ? null : String(group.id),
			name: group?.name ?? null,
			uuid: group?.uuid ?? null,
		},
	};
}
