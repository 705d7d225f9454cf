/** Saving attributes: defaults, normalising, checks, duplicates. */
import { createHash } from 'node:crypto';
import { isRecord, truthy, without, type Json, type Viewer } from '../http';
import { inSharingGroup, isSiteAdmin } from '../rights';
import type { AttributeRow, EventRow } from '../rows';
import type { World, NewAttribute } from '../state';
import { attributeColumns, difference } from '../state/audit';
import { CATEGORY_NAMES, TYPES } from '../types';
import { complaintAbout, joinValue, normalise, seenDate } from '../values';
import { applyTags } from './tags';

export type Errors = Record<string, string[]>;

const DISTRIBUTIONS =
	'Options: Your organisation only, This community only, Connected communities, All communities, Sharing group, Inherit event';
const SIMILAR = 'A similar attribute already exists for this event.';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isUuid = (value: unknown): value is string =>
	typeof value === 'string' && UUID.test(value);

export const text = (value: unknown): string =>
	value === undefined || value === null ? '' : String(value);

const has = (errors: Errors) => Object.keys(errors).length > 0;

export type Draft = { fields: NewAttribute; errors?: undefined } | { errors: Errors };

/**
 * The file of an attribute. MISP zips a sample with `encrypt` and names it by its hash; here the
 * bytes are only turned round behind the mark of a ZIP, so that none is stored in the clear.
 */
function fileOf(type: string, input: Json): { value?: string; data?: string } {
	if (typeof input.data !== 'string') return {};
	if (type !== 'malware-sample' || !truthy(input.encrypt)) return { data: input.data };
	const bytes = Buffer.from(input.data, 'base64');
	const hash = createHash('md5').update(bytes).digest('hex');
	return {
		value: `${text(input.value).split('|')[0]}|${hash}`,
		data: Buffer.concat([Buffer.from('PK\u0003\u0004'), bytes.reverse()]).toString('base64'),
	};
}

/** The fields of an attribute as they will be stored, or what is wrong with them. */
export function draftAttribute(
	world: World,
	viewer: Viewer,
	input: Json,
	before?: AttributeRow,
): Draft {
	const errors: Errors = {};
	const type = text(input.type ?? before?.type);
	if (type === '') return { errors: { type: ['No type set.'] } };
	const facts = TYPES.get(type);
	const keep = before !== undefined && input.type === undefined ? before.category : undefined;
	const category = text(input.category) || keep || facts?.defaultCategory || '';
	if (facts === undefined || !facts.categories.includes(category)) {
		errors.type = ['Options depend on the selected category.'];
	}
	if (category !== '' && !CATEGORY_NAMES.includes(category)) {
		errors.category = [`Options : ${CATEGORY_NAMES.join(', ')}`];
	}
	const file = fileOf(type, input);
	const value = normalise(
		type,
		file.value ?? text(input.value ?? (before ? joinValue(before) : '')),
	);
	const complaint = has(errors) && value !== '' ? undefined : complaintAbout(type, value);
	if (complaint !== undefined) errors.value = [complaint];
	const distribution = Number(input.distribution ?? before?.distribution ?? 5);
	if (![0, 1, 2, 3, 4, 5].includes(distribution)) errors.distribution = [DISTRIBUTIONS];
	const sharingGroupId =
		distribution === 4 ? Number(input.sharing_group_id ?? before?.sharingGroupId ?? 0) : 0;
	if (distribution === 4 && !mayUse(world, viewer, sharingGroupId)) {
		errors.sharing_group_id = ['Sharing group not found or not available to the user.'];
	}
	const firstSeen = seenDate(input.first_seen ?? before?.firstSeen);
	const lastSeen = seenDate(input.last_seen ?? before?.lastSeen);
	if (firstSeen === undefined) errors.first_seen = ['Invalid ISO 8601 format'];
	if (lastSeen === undefined) errors.last_seen = ['Invalid ISO 8601 format'];
	else if (firstSeen && lastSeen && lastSeen < firstSeen) {
		errors.last_seen = ['Last seen should not be before first seen'];
	}
	if (input.uuid !== undefined && before === undefined) {
		if (!isUuid(input.uuid)) errors.uuid = ['Please provide a valid RFC 4122 UUID'];
		else if (world.attribute(input.uuid)) errors.uuid = ['The UUID provided is not unique'];
	}
	if (has(errors)) return { errors };
	const toIds = input.to_ids ?? before?.toIds ?? facts?.toIds ?? false;
	return {
		fields: {
			type,
			value,
			category,
			distribution,
			sharingGroupId,
			toIds: truthy(toIds),
			comment: text(input.comment ?? before?.comment),
			disableCorrelation: truthy(input.disable_correlation ?? before?.disableCorrelation),
			firstSeen: firstSeen ?? null,
			lastSeen: lastSeen ?? null,
			timestamp: Number(input.timestamp ?? world.now()),
			...(isUuid(input.uuid) && before === undefined ? { uuid: input.uuid.toLowerCase() } : {}),
			...(file.data === undefined ? {} : { data: file.data }),
		},
	};
}

function mayUse(world: World, viewer: Viewer, sharingGroupId: number): boolean {
	if (!world.sharingGroups.has(sharingGroupId)) return false;
	return isSiteAdmin(viewer) || inSharingGroup(world, viewer.user.orgId, sharingGroupId);
}

/** Same event, category, type and value, outside objects and not deleted. */
export function findSimilar(
	world: World,
	event: EventRow,
	fields: NewAttribute,
	except?: AttributeRow,
): AttributeRow | undefined {
	const [first = ''] = fields.value.split('|');
	for (const row of world.withValue(first || fields.value)) {
		if (row === except || row.eventId !== event.id || row.deleted || row.objectId !== 0) continue;
		if (row.type !== fields.type || row.category !== fields.category) continue;
		if (joinValue(row).toLowerCase() === fields.value.toLowerCase()) return row;
	}
	return undefined;
}

export interface SaveOptions {
	breakOnDuplicate: boolean;
	objectId?: number;
	objectRelation?: string | null;
}

/** Adds one attribute; the caller moves the event's clock. */
export function saveAttribute(
	world: World,
	viewer: Viewer,
	event: EventRow,
	input: Json,
	options: SaveOptions = { breakOnDuplicate: true },
): { row: AttributeRow; errors?: undefined } | { errors: Errors } {
	const draft = draftAttribute(world, viewer, input);
	if (draft.errors !== undefined) return draft;
	const inObject = options.objectId !== undefined;
	const similar = inObject ? undefined : findSimilar(world, event, draft.fields);
	let row: AttributeRow;
	if (similar === undefined) {
		row = world.addAttribute(event, {
			...draft.fields,
			...(inObject
				? { objectId: options.objectId ?? 0, objectRelation: options.objectRelation ?? null }
				: {}),
		});
	} else {
		if (options.breakOnDuplicate) return { errors: { value: [SIMILAR] } };
		row = Object.assign(similar, without(draft.fields, 'uuid', 'value'));
	}
	applyTags(world, viewer, row, input);
	if (Array.isArray(input.Sighting)) {
		for (const sighting of input.Sighting.filter(isRecord)) {
			world.addSighting(row, {
				orgId: viewer.user.orgId,
				source: text(sighting.source),
				type: Number(sighting.type ?? 0),
			});
		}
	}
	return { row };
}

/** Changes an attribute in place. */
/** As it will be stored when it is changed, or what is wrong with that. */
export function draftChange(
	world: World,
	viewer: Viewer,
	event: EventRow,
	input: Json,
	before: AttributeRow,
): Draft {
	const draft = draftAttribute(world, viewer, input, before);
	if (draft.errors !== undefined || before.objectId !== 0) return draft;
	const similar = findSimilar(world, event, draft.fields, before);
	return similar === undefined ? draft : { errors: { value: [SIMILAR] } };
}

export function changeAttribute(world: World, row: AttributeRow, fields: NewAttribute): void {
	const before = attributeColumns(row);
	Object.assign(row, without(fields, 'uuid', 'value'));
	world.setValue(row, fields.value);
	world.auditAttribute(row, 'edit', difference(before, attributeColumns(row)));
}
