/** Who sees and who changes what: the checks MISP makes on objects, after those on functions. */
import { refuse, type Viewer } from './http';
import type { AttributeRow, EventRow, SightingRow } from './rows';
import type { World } from './state';

export function isSiteAdmin(viewer: Viewer): boolean {
	return viewer.grants.has('perm_site_admin');
}

export function inSharingGroup(world: World, orgId: number, sharingGroupId: number): boolean {
	const group = world.sharingGroups.get(sharingGroupId);
	return group?.members.some((member) => member.orgId === orgId) === true;
}

function reaches(world: World, viewer: Viewer, distribution: number, sharingGroupId: number) {
	if (distribution === 4) return inSharingGroup(world, viewer.user.orgId, sharingGroupId);
	return distribution > 0;
}

export function canSeeEvent(world: World, viewer: Viewer, event: EventRow): boolean {
	if (isSiteAdmin(viewer)) return true;
	const { orgId } = viewer.user;
	if (event.orgId === orgId || event.orgcId === orgId) return true;
	return reaches(world, viewer, event.distribution, event.sharingGroupId);
}

export function canSeePart(
	world: World,
	viewer: Viewer,
	event: EventRow,
	part: { distribution: number; sharingGroupId: number },
): boolean {
	if (isSiteAdmin(viewer) || event.orgId === viewer.user.orgId) return true;
	return reaches(world, viewer, part.distribution, part.sharingGroupId);
}

export function canSeeAttribute(
	world: World,
	viewer: Viewer,
	event: EventRow,
	row: AttributeRow,
): boolean {
	if (!canSeePart(world, viewer, event, row)) return false;
	if (row.objectId === 0) return true;
	const object = world.objects.get(row.objectId);
	return object === undefined || canSeePart(world, viewer, event, object);
}

/** The default policy: the event's owner sees all sightings, others their own. */
export function canSeeSighting(viewer: Viewer, event: EventRow, sighting: SightingRow): boolean {
	if (isSiteAdmin(viewer) || event.orgId === viewer.user.orgId) return true;
	return sighting.orgId === viewer.user.orgId;
}

export function canModify(viewer: Viewer, event: EventRow): boolean {
	if (isSiteAdmin(viewer)) return true;
	if (event.orgcId !== viewer.user.orgId) return false;
	if (viewer.grants.has('perm_modify_org')) return true;
	return viewer.grants.has('perm_modify') && event.userId === viewer.user.id;
}

export function canPublish(viewer: Viewer, event: EventRow): boolean {
	if (isSiteAdmin(viewer)) return true;
	return viewer.grants.has('perm_publish') && event.orgcId === viewer.user.orgId;
}

export function isHostOrgUser(world: World, viewer: Viewer): boolean {
	return world.settings.hostOrgId !== null && viewer.user.orgId === world.settings.hostOrgId;
}

export function visibleEvent(world: World, viewer: Viewer, id: unknown): EventRow | undefined {
	const event = world.event(id);
	return event !== undefined && canSeeEvent(world, viewer, event) ? event : undefined;
}

export function requireEvent(world: World, viewer: Viewer, id: unknown): EventRow {
	const event = visibleEvent(world, viewer, id);
	if (event === undefined) throw refuse.notFound('Invalid event');
	return event;
}

export interface Found {
	attribute: AttributeRow;
	event: EventRow;
}

export function visibleAttribute(world: World, viewer: Viewer, id: unknown): Found | undefined {
	const attribute = world.attribute(id);
	const event = attribute === undefined ? undefined : world.events.get(attribute.eventId);
	if (attribute === undefined || event === undefined) return undefined;
	if (!canSeeEvent(world, viewer, event)) return undefined;
	return canSeeAttribute(world, viewer, event, attribute) ? { attribute, event } : undefined;
}
