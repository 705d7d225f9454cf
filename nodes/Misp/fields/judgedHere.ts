import type { Misp } from '../client/client';
import type { Row } from '../client/paging';
import { ownOrganisation } from './ownOrganisation';
import { withoutTags } from './search';

/** An event, or something in one that names its event. */
interface Judged {
	orgc_id?: string;
	Event?: { orgc_id?: string };
}

/** What the filters of a trigger say and MISP’s own cannot: whose something is, and all of its tags. */
export async function judgedHere(
	misp: Misp,
	filters: Record<string, unknown>,
): Promise<(row: Row) => boolean> {
	const without = withoutTags(filters);
	const own = filters.skipOwn === true ? await ownOrganisation(misp) : undefined;
	return (row) => {
		const { orgc_id: creator, Event: event } = row as Judged;
		const isOwn = own !== undefined && (creator ?? event?.orgc_id) === own;
		return !isOwn && (without?.(row) ?? true);
	};
}
