/** Puts rows as MISP shows them into a sandbox: the state a recorded reply speaks of. */
import type { World } from '../sandbox/server';
import type { AttributeRow, EventRow, TagLink } from '../sandbox/rows';
import { isTrimmed } from './cut';

export type Row = Record<string, unknown>;

export const isRow = (value: unknown): value is Row =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The entries of a list, without the mark for those left out. */
export function entries(value: unknown): Row[] {
	return Array.isArray(value)
		? value.filter((entry): entry is Row => isRow(entry) && !isTrimmed(entry))
		: [];
}

const text = (value: unknown) => (value === undefined || value === null ? '' : String(value));
const whole = (value: unknown, otherwise = 0) => (value === undefined ? otherwise : Number(value));
const orNull = (value: unknown) => (typeof value === 'string' ? value : null);

export function importOrganisation(world: World, value: unknown): void {
	if (!isRow(value) || value.id === '0') return;
	const known = world.organisations.get(Number(value.id));
	if (known === undefined) {
		world.addOrganisation({
			id: Number(value.id),
			uuid: text(value.uuid),
			name: text(value.name),
			local: value.local !== false,
		});
	} else known.uuid = text(value.uuid);
}

function importTag(world: World, row: Row, target: { tags: TagLink[] }, local: boolean): void {
	const name = text(row.name);
	const tag = world.tag(name) ?? world.addTag({ name });
	tag.colour = text(row.colour) || tag.colour;
	tag.isGalaxy = row.is_galaxy === true;
	if (row.numerical_value !== undefined) {
		tag.numericalValue = row.numerical_value === null ? null : Number(row.numerical_value);
	}
	world.link(target, tag, local);
}

function importCluster(world: World, cluster: Row, galaxy: Row): void {
	if (world.clusterOfTag(text(cluster.tag_name)) !== undefined) return;
	const known = world.galaxies.get(Number(galaxy.id));
	const parent =
		known?.uuid === galaxy.uuid && known !== undefined
			? known
			: world.addGalaxy({
					id: Number(galaxy.id),
					uuid: text(galaxy.uuid),
					name: text(galaxy.name),
					type: text(galaxy.type),
					version: text(galaxy.version),
					icon: text(galaxy.icon),
					namespace: text(galaxy.namespace),
				});
	world.addCluster(parent, {
		id: Number(cluster.id),
		uuid: text(cluster.uuid),
		collectionUuid: text(cluster.collection_uuid),
		type: text(cluster.type),
		value: text(cluster.value),
		tagName: text(cluster.tag_name),
		source: text(cluster.source),
		authors: Array.isArray(cluster.authors) ? cluster.authors.map(String) : [],
		version: text(cluster.version),
		elements: Object.entries(isRow(cluster.meta) ? cluster.meta : {}).flatMap(([key, values]) =>
			(Array.isArray(values) ? values : [])
				.filter((value) => typeof value === 'string')
				.map((value: string) => ({ key, value })),
		),
	});
}

function importGalaxies(world: World, value: unknown): void {
	for (const galaxy of entries(value)) {
		for (const cluster of entries(galaxy.GalaxyCluster)) importCluster(world, cluster, galaxy);
	}
}

export function importAttribute(world: World, event: EventRow, row: Row): AttributeRow {
	const { attributeCount } = event;
	const attribute = world.addAttribute(event, {
		id: Number(row.id),
		uuid: text(row.uuid),
		type: text(row.type),
		value: text(row.value),
		category: text(row.category),
		toIds: row.to_ids === true,
		timestamp: whole(row.timestamp),
		distribution: whole(row.distribution, 5),
		sharingGroupId: whole(row.sharing_group_id),
		comment: text(row.comment),
		deleted: row.deleted === true,
		disableCorrelation: row.disable_correlation === true,
		objectId: whole(row.object_id),
		objectRelation: orNull(row.object_relation),
		firstSeen: orNull(row.first_seen),
		lastSeen: orNull(row.last_seen),
		...(typeof row.data === 'string' ? { data: row.data } : {}),
	});
	// The count comes with the event.
	event.attributeCount = attributeCount;
	for (const tag of entries(row.Tag)) {
		if (tag.inherited !== 1) importTag(world, tag, attribute, tag.local === true);
	}
	for (const sighting of entries(row.Sighting)) importSighting(world, sighting);
	for (const proposal of entries(row.ShadowAttribute)) importProposal(world, event, proposal);
	importGalaxies(world, row.Galaxy);
	return attribute;
}

export function importSighting(world: World, row: Row): void {
	const attribute = world.attributes.get(Number(row.attribute_id));
	if (attribute === undefined) throw new Error(`No attribute for sighting ${text(row.id)}`);
	world.addSighting(attribute, {
		id: Number(row.id),
		uuid: text(row.uuid),
		orgId: Number(row.org_id),
		date: Number(row.date_sighting),
		source: text(row.source),
		type: Number(row.type),
	});
}

export function importProposal(world: World, event: EventRow, row: Row): void {
	importOrganisation(world, row.Org);
	world.addProposal(event, {
		id: Number(row.id),
		uuid: text(row.uuid),
		attributeId: Number(row.old_id),
		type: text(row.type),
		category: text(row.category),
		value: text(row.value),
		toIds: row.to_ids === true,
		comment: text(row.comment),
		orgId: Number(row.org_id),
		toDelete: row.proposal_to_delete === true,
		deleted: row.deleted === true,
		timestamp: whole(row.timestamp),
	});
}

/** The event's own fields, from any of the forms in which MISP shows events. */
export function importHead(world: World, row: Row): EventRow {
	importOrganisation(world, row.Org);
	importOrganisation(world, row.Orgc);
	const orgId = whole(row.org_id, 1);
	const email = text(row.event_creator_email);
	const creator = [...world.users.values()].find((user) =>
		email === '' ? user.orgId === orgId : user.email === email,
	);
	return world.addEvent({
		id: Number(row.id),
		...(text(row.uuid) === '' ? {} : { uuid: text(row.uuid) }),
		orgId,
		orgcId: whole(row.orgc_id, orgId),
		userId: creator?.id ?? 1,
		date: text(row.date) || '2026-11-24',
		threatLevelId: whole(row.threat_level_id, 4),
		info: text(row.info),
		published: row.published === true,
		analysis: whole(row.analysis),
		timestamp: whole(row.timestamp),
		distribution: whole(row.distribution, 1),
		sharingGroupId: whole(row.sharing_group_id),
		proposalEmailLock: row.proposal_email_lock === true,
		publishTimestamp: whole(row.publish_timestamp),
		sightingTimestamp: whole(row.sighting_timestamp),
		extendsUuid: text(row.extends_uuid),
		protected: typeof row.protected === 'boolean' ? row.protected : null,
		attributeCount: whole(row.attribute_count),
	});
}

/** A whole event, as in a view or in a search. */
export function importEvent(world: World, row: Row): EventRow {
	const event = importHead(world, row);
	importGalaxies(world, row.Galaxy);
	for (const tag of entries(row.Tag)) importTag(world, tag, event, tag.local === true);
	for (const attribute of entries(row.Attribute)) importAttribute(world, event, attribute);
	for (const object of entries(row.Object)) {
		const added = world.addObject(event, {
			id: Number(object.id),
			uuid: text(object.uuid),
			name: text(object.name),
			metaCategory: text(object['meta-category']),
			description: text(object.description),
			templateUuid: orNull(object.template_uuid),
			templateVersion: orNull(object.template_version),
			timestamp: Number(object.timestamp),
			distribution: Number(object.distribution),
			comment: text(object.comment),
		});
		for (const attribute of entries(object.Attribute)) {
			added.attributes.push(importAttribute(world, event, attribute));
		}
	}
	for (const report of entries(row.EventReport)) {
		world.addReport(event, {
			id: Number(report.id),
			uuid: text(report.uuid),
			name: text(report.name),
			content: text(report.content),
			distribution: Number(report.distribution),
			timestamp: Number(report.timestamp),
		});
	}
	for (const proposal of entries(row.ShadowAttribute)) importProposal(world, event, proposal);
	return event;
}

/** Events that are related, through a value they share with this one. */
export function importRelated(world: World, event: EventRow, row: Row): void {
	// An attribute of a view may be shared; one that is shown in no reply can be made up.
	const visible = entries(row.Attribute).flatMap((one) => world.attribute(one.id) ?? []);
	for (const { Event: other } of entries(row.RelatedEvent)) {
		if (!isRow(other)) continue;
		const target = world.events.get(Number(other.id)) ?? importHead(world, other);
		const shared = visible.find((one) => one.type === 'ip-dst' || one.type === 'domain');
		const value = shared?.value1 ?? `shared-${event.id}-${target.id}.example.com`;
		const counts = [event.attributeCount, target.attributeCount];
		if (shared === undefined) world.addAttribute(event, { type: 'domain', value });
		world.addAttribute(target, { type: shared?.type ?? 'domain', value });
		// The counts came with the events.
		[event.attributeCount = 0, target.attributeCount = 0] = counts;
	}
}

/** A row of /events/index. */
export function importIndexRow(world: World, row: Row): EventRow {
	const event = importHead(world, row);
	for (const link of entries(row.EventTag)) {
		if (isRow(link.Tag)) importTag(world, link.Tag, event, link.local === true);
	}
	for (const cluster of entries(row.GalaxyCluster)) {
		importCluster(world, cluster, isRow(cluster.Galaxy) ? cluster.Galaxy : { id: '1' });
		// Of a reply that was cut the tags are missing.
		if (row.EventTag === undefined) {
			importTag(world, { name: cluster.tag_name, is_galaxy: true }, event, false);
		}
	}
	return event;
}

/** Rows of attributes/restSearch, with the events they belong to. */
export function importHits(world: World, rows: Row[], implied: Row = {}): void {
	for (const row of rows) {
		const shown = isRow(row.Event) ? row.Event : { id: row.event_id };
		const event =
			world.events.get(Number(shown.id)) ??
			importHead(world, {
				info: '',
				uuid: row.event_uuid,
				published: shown.publish_timestamp !== '0',
				...implied,
				...shown,
			});
		importAttribute(world, event, row);
	}
}
