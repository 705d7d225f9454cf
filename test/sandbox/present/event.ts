/** A whole event. */
import type { Json, Viewer } from '../http';
import { canSeeAttribute, canSeeEvent, canSeePart, canSeeSighting } from '../rights';
import type { AttributeRow, EventRow } from '../rows';
import type { World } from '../state';
import {
	attributeInEvent,
	type EventOptions,
	objectInEvent,
	proposalInEvent,
	relatedEvent,
	reportInEvent,
	shownLinks,
} from './eventParts';
import { galaxiesOf } from './galaxies';
import { organisationLocal } from './people';
import { linkedTag, tagsKey } from './tags';

export function eventHead(world: World, viewer: Viewer, row: EventRow): Json {
	const ownsIt = row.orgId === viewer.user.orgId || viewer.grants.has('perm_site_admin');
	return {
		id: String(row.id),
		orgc_id: String(row.orgcId),
		org_id: String(row.orgId),
		date: row.date,
		threat_level_id: String(row.threatLevelId),
		info: row.info,
		published: row.published,
		uuid: row.uuid,
		attribute_count: String(row.attributeCount),
		analysis: String(row.analysis),
		timestamp: String(row.timestamp),
		distribution: String(row.distribution),
		proposal_email_lock: row.proposalEmailLock,
		locked: row.locked,
		publish_timestamp: String(row.publishTimestamp),
		sharing_group_id: String(row.sharingGroupId),
		disable_correlation: row.disableCorrelation,
		extends_uuid: row.extendsUuid,
		protected: row.protected,
		...(ownsIt ? { event_creator_email: world.users.get(row.userId)?.email ?? '' } : {}),
		Org: organisationLocal(world.organisations.get(row.orgId)),
		Orgc: organisationLocal(world.organisations.get(row.orgcId)),
	};
}

export function isShown(row: AttributeRow, options: EventOptions): boolean {
	if (options.toIds !== undefined && row.toIds !== options.toIds) return false;
	if (options.hide?.(row) === true) return false;
	if (options.deleted === 'both') return true;
	return row.deleted === (options.deleted === 'only');
}

export function eventFull(
	world: World,
	viewer: Viewer,
	row: EventRow,
	options: EventOptions = {},
): Json {
	const sharingGroup = world.sharingGroups.get(row.sharingGroupId);
	const related = world
		.related(row)
		.filter((other) => canSeeEvent(world, viewer, other))
		.map((other) => relatedEvent(world, other, options.inbound === true));
	const tags = tagsKey(shownLinks(world, row.tags, options).map((link) => linkedTag(world, link)));
	const head = {
		...eventHead(world, viewer, row),
		...(row.distribution === 4 && sharingGroup !== undefined
			? {
					SharingGroup: {
						id: String(sharingGroup.id),
						name: sharingGroup.name,
						releasability: sharingGroup.releasability,
						description: sharingGroup.description,
						uuid: sharingGroup.uuid,
					},
				}
			: {}),
	};
	const galaxies = galaxiesOf(world, row.tags, 'event');
	if (options.metadata === true) {
		return {
			Event: { ...head, RelatedEvent: related, Galaxy: galaxies, CryptographicKey: [], ...tags },
		};
	}
	const sightings = world
		.sightingsOf(row.id)
		.filter((sighting) => canSeeSighting(viewer, row, sighting));
	const inside = row.attributes.filter(
		(attribute) => isShown(attribute, options) && canSeeAttribute(world, viewer, row, attribute),
	);
	const present = (objectId: number) =>
		inside
			.filter((attribute) => attribute.objectId === objectId)
			.map((attribute) => attributeInEvent(world, attribute, row, sightings, options));
	const objects = row.objects.filter(
		(object) =>
			(object.deleted === (options.deleted === 'only') || options.deleted === 'both') &&
			canSeePart(world, viewer, row, object),
	);
	const reports = row.reports.filter(
		(report) => !report.deleted && canSeePart(world, viewer, row, report),
	);
	return {
		Event: {
			...head,
			Attribute: present(0),
			ShadowAttribute: row.proposals
				.filter((proposal) => proposal.attributeId === 0 && !proposal.deleted)
				.map((proposal) => proposalInEvent(world, proposal)),
			RelatedEvent: related,
			Galaxy: galaxies,
			Object: objects.map((object) => objectInEvent(object, present(object.id))),
			...(options.noReports === true ? {} : { EventReport: reports.map(reportInEvent) }),
			CryptographicKey: [],
			...tags,
		},
	};
}
