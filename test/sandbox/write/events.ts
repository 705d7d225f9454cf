/** Saving whole events: what is checked, and what MISP drops without a word. */
import { isRecord, truthy, type Json, type Viewer } from '../http';
import { inSharingGroup, isSiteAdmin } from '../rights';
import type { EventRow } from '../rows';
import type { World } from '../state';
import {
	changeAttribute,
	draftChange,
	isUuid,
	saveAttribute,
	text,
	type Errors,
} from './attributes';
import { seenDate } from '../values';
import { applyTags } from './tags';

const ANALYSIS: Record<string, number> = { initial: 0, ongoing: 1, completed: 2, complete: 2 };

function analysisOf(value: unknown): number {
	const word = ANALYSIS[text(value).toLowerCase()];
	return word ?? Number(value);
}

const records = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isRecord) : []);

/** MISP's complaints about the event's own fields. */
export function eventErrors(input: Json, isNew: boolean): Errors {
	const errors: Errors = {};
	const complain = (field: string, valid: boolean, message: string) => {
		if (input[field] !== undefined && !valid) errors[field] = [message];
	};
	if (isNew && input.info === undefined) errors.info = ['valueNotEmpty'];
	complain('info', text(input.info).trim() !== '', 'Info cannot be empty.');
	complain(
		'distribution',
		[0, 1, 2, 3, 4].includes(Number(input.distribution)),
		'Options : Your organisation only, This community only, Connected communities, All communities',
	);
	complain(
		'threat_level_id',
		[1, 2, 3, 4].includes(Number(input.threat_level_id)),
		'Options : 1, 2, 3, 4 (for High, Medium, Low, Undefined)',
	);
	complain(
		'analysis',
		[0, 1, 2].includes(analysisOf(input.analysis)),
		'Options : 0, 1, 2 (for Initial, Ongoing, Completed)',
	);
	complain(
		'date',
		/^\d{4}-\d{2}-\d{2}$/.test(text(input.date)) && !Number.isNaN(Date.parse(text(input.date))),
		'Expected date format: YYYY-MM-DD',
	);
	complain('uuid', isUuid(input.uuid), 'Please provide a valid RFC 4122 UUID');
	return errors;
}

export function sharingGroupOk(world: World, viewer: Viewer, input: Json): boolean {
	if (Number(input.distribution) !== 4) return true;
	const id = Number(input.sharing_group_id ?? 0);
	if (!world.sharingGroups.has(id)) return false;
	return isSiteAdmin(viewer) || inSharingGroup(world, viewer.user.orgId, id);
}

export function isEmptyEvent(input: Json): boolean {
	return (
		records(input.Attribute).length === 0 &&
		records(input.Object).length === 0 &&
		records(input.EventReport).length === 0
	);
}

function clusterTags(input: Json): Json[] {
	return records(input.Galaxy).flatMap((galaxy) =>
		records(galaxy.GalaxyCluster).flatMap((cluster) =>
			typeof cluster.tag_name === 'string' ? [{ name: cluster.tag_name }] : [],
		),
	);
}

export function createEvent(world: World, viewer: Viewer, input: Json): EventRow {
	const distribution = Number(input.distribution ?? world.settings.defaultEventDistribution);
	const event = world.addEvent({
		...(isUuid(input.uuid) ? { uuid: input.uuid.toLowerCase() } : {}),
		orgId: viewer.user.orgId,
		orgcId: viewer.user.orgId,
		userId: viewer.user.id,
		info: text(input.info),
		date: text(input.date) || world.today(),
		threatLevelId: Number(input.threat_level_id ?? 4),
		analysis: input.analysis === undefined ? 0 : analysisOf(input.analysis),
		distribution,
		sharingGroupId: distribution === 4 ? Number(input.sharing_group_id) : 0,
		timestamp: Number(input.timestamp ?? world.now()),
		disableCorrelation: truthy(input.disable_correlation),
		extendsUuid: text(input.extends_uuid),
	});
	saveParts(world, viewer, event, input);
	if (truthy(input.published) && viewer.grants.has('perm_publish')) world.publish(event);
	return event;
}

/** Attributes, objects, reports and tags; what is invalid is left out silently. */
function saveParts(world: World, viewer: Viewer, event: EventRow, input: Json): void {
	for (const part of records(input.Attribute)) saveAttribute(world, viewer, event, part);
	for (const part of records(input.Object)) saveObject(world, viewer, event, part);
	for (const part of records(input.EventReport)) saveReport(world, event, part);
	applyTags(world, viewer, event, input);
	applyTags(world, viewer, event, { Tag: clusterTags(input) });
}

function saveObject(world: World, viewer: Viewer, event: EventRow, input: Json): void {
	const attributes = records(input.Attribute);
	if (text(input.name) === '' || attributes.length === 0) return;
	const object = world.addObject(event, {
		...(isUuid(input.uuid) ? { uuid: input.uuid.toLowerCase() } : {}),
		name: text(input.name),
		metaCategory: text(input['meta-category']) || 'misc',
		description: text(input.description),
		templateUuid: text(input.template_uuid) || null,
		templateVersion: text(input.template_version) || null,
		distribution: Number(input.distribution ?? 5),
		sharingGroupId: Number(input.sharing_group_id ?? 0),
		comment: text(input.comment),
		firstSeen: seenDate(input.first_seen) ?? null,
		lastSeen: seenDate(input.last_seen) ?? null,
	});
	for (const attribute of attributes) {
		const result = saveAttribute(world, viewer, event, attribute, {
			breakOnDuplicate: true,
			objectId: object.id,
			objectRelation: text(attribute.object_relation) || null,
		});
		if (result.errors === undefined) object.attributes.push(result.row);
	}
}

function saveReport(world: World, event: EventRow, input: Json): void {
	if (text(input.name) === '') return;
	world.addReport(event, {
		...(isUuid(input.uuid) ? { uuid: input.uuid.toLowerCase() } : {}),
		name: text(input.name),
		content: text(input.content),
		distribution: Number(input.distribution ?? 5),
		sharingGroupId: Number(input.sharing_group_id ?? 0),
	});
}

/** Merges, never replaces: what is not mentioned stays. */
export function mergeEvent(world: World, viewer: Viewer, event: EventRow, input: Json): void {
	if (input.info !== undefined) event.info = text(input.info);
	if (input.date !== undefined) event.date = text(input.date);
	if (input.threat_level_id !== undefined) event.threatLevelId = Number(input.threat_level_id);
	if (input.analysis !== undefined) event.analysis = analysisOf(input.analysis);
	if (input.distribution !== undefined) event.distribution = Number(input.distribution);
	event.sharingGroupId =
		event.distribution === 4 ? Number(input.sharing_group_id ?? event.sharingGroupId) : 0;
	if (input.disable_correlation !== undefined) {
		event.disableCorrelation = truthy(input.disable_correlation);
	}
	if (input.extends_uuid !== undefined) event.extendsUuid = text(input.extends_uuid);
	event.timestamp = Number(input.timestamp ?? world.now());
	mergeAttributes(world, viewer, event, records(input.Attribute));
	for (const part of records(input.Object)) {
		const known = event.objects.find((object) => object.uuid === text(part.uuid).toLowerCase());
		if (known === undefined) saveObject(world, viewer, event, part);
		else mergeAttributes(world, viewer, event, records(part.Attribute), known.id);
	}
	for (const part of records(input.EventReport)) {
		const known = event.reports.find((report) => report.uuid === text(part.uuid).toLowerCase());
		if (known === undefined) saveReport(world, event, part);
		else {
			if (part.name !== undefined) known.name = text(part.name);
			if (part.content !== undefined) known.content = text(part.content);
			known.timestamp = world.now();
		}
	}
	applyTags(world, viewer, event, input);
	applyTags(world, viewer, event, { Tag: clusterTags(input) });
	// Leaving `published` out unpublishes the event.
	event.published = false;
	world.auditEvent(event);
	if (truthy(input.published) && viewer.grants.has('perm_publish')) world.publish(event);
}

function mergeAttributes(
	world: World,
	viewer: Viewer,
	event: EventRow,
	parts: Json[],
	objectId = 0,
): void {
	// MISP checks all of them against what is stored before it saves any.
	const drafts = parts.map((part) => {
		const known = part.uuid === undefined ? undefined : world.attribute(part.uuid);
		const draft = known && draftChange(world, viewer, event, part, known);
		return { part, known, draft };
	});
	for (const { part, known, draft } of drafts) {
		if (known === undefined) {
			saveAttribute(world, viewer, event, part);
			continue;
		}
		// One that lives in another event or object, or a stale one, is skipped silently.
		if (known.eventId !== event.id || known.objectId !== objectId) continue;
		if (part.timestamp !== undefined && Number(part.timestamp) <= known.timestamp) continue;
		if (draft === undefined || draft.errors !== undefined) continue;
		changeAttribute(world, known, draft.fields);
		applyTags(world, viewer, known, part);
		if (part.deleted !== undefined) world.setDeleted(known, truthy(part.deleted));
	}
}
