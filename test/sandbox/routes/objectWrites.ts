/** /objects: add, edit and delete. */
import { answer, isRecord, notSaved, refuse, saved, truthy, type Call, type Json } from '../http';
import { attributeSaved } from '../present';
import { attributesOf, eventBrief, objectHead } from '../present/objects';
import { canModify, visibleEvent } from '../rights';
import type { Controller } from '../router';
import type { EventRow, ObjectRow } from '../rows';
import type { TemplateRow } from '../seedTemplates';
import { difference, objectColumns } from '../state/audit';
import { findTemplate } from '../state/objectTemplates';
import { changeAttribute, draftAttribute, isUuid, saveAttribute, text } from '../write/attributes';
import { joinValue, seenDate } from '../values';

type Find = (call: Call) => { object: ObjectRow; event: EventRow };

/** `{Object: {…}, Attribute: […]}`, or all of it in one. */
function partsOf(call: Call): { head: Json; attributes: Json[] | undefined } {
	const body = isRecord(call.body) ? call.body : {};
	const head = isRecord(body.Object) ? body.Object : body;
	const list = body.Attribute ?? head.Attribute;
	return { head, attributes: Array.isArray(list) ? list.filter(isRecord) : undefined };
}

/** Of objects MISP takes every attribute for detection that does not say otherwise. */
const withFlag = (input: Json): Json => ({ to_ids: true, ...input });

function complaint(call: Call, attributes: Json[], object?: ObjectRow): string | undefined {
	for (const input of attributes) {
		const known = object?.attributes.find(({ uuid }) => uuid === input.uuid);
		const { errors } = draftAttribute(call.world, call.viewer, input, known);
		if (errors === undefined) continue;
		return `Could not save object as at least one attribute has failed validation (${text(input.object_relation)}). ${JSON.stringify(errors)}`;
	}
	return undefined;
}

function isSame(object: ObjectRow, attributes: Json[]): boolean {
	const own = object.attributes.map((row) => `${row.objectRelation ?? ''} ${joinValue(row)}`);
	const given = attributes.map((row) => `${text(row.object_relation)} ${text(row.value)}`);
	return own.sort().join('\n') === given.sort().join('\n');
}

const seen = (value: unknown) => seenDate(value) ?? null;

function addTo(call: Call, event: EventRow, template: TemplateRow, attributes: Json[]): ObjectRow {
	const { world } = call;
	const { head } = partsOf(call);
	const object = world.addObject(event, {
		...(isUuid(head.uuid) ? { uuid: head.uuid.toLowerCase() } : {}),
		name: template.name,
		metaCategory: template.metaCategory,
		description: template.description,
		templateUuid: template.uuid,
		templateVersion: template.version,
		distribution: Number(head.distribution ?? 0),
		sharingGroupId: Number(head.sharing_group_id ?? 0),
		comment: text(head.comment),
		firstSeen: seen(head.first_seen),
		lastSeen: seen(head.last_seen),
	});
	for (const input of attributes) addInside(call, event, object, input);
	world.touch(event);
	return object;
}

function addInside({ world, viewer }: Call, event: EventRow, object: ObjectRow, input: Json): void {
	// The object's times are those of attributes that have none.
	const { firstSeen, lastSeen } = object;
	const times = { first_seen: firstSeen ?? undefined, last_seen: lastSeen ?? undefined };
	const result = saveAttribute(world, viewer, event, withFlag({ ...times, ...input }), {
		breakOnDuplicate: true,
		objectId: object.id,
		objectRelation: text(input.object_relation),
	});
	if (result.errors === undefined) object.attributes.push(result.row);
}

function add(call: Call) {
	const { world, viewer, args, named } = call;
	const event = visibleEvent(world, viewer, args[0] ?? '');
	if (event === undefined) throw refuse.notFound('Invalid event.');
	if (!canModify(viewer, event)) throw refuse.forbidden();
	const { head, attributes = [] } = partsOf(call);
	const template = findTemplate(world, args[1] ?? head.template_uuid);
	if (template === undefined) {
		if (args[1] !== undefined) throw refuse.notFound('Invalid template.');
		return notSaved(
			'Could not add Object',
			'/objects/add',
			'Object could not be saved.\ntemplate: No valid template found and object lacking template information. (description)',
		);
	}
	const place = `${event.id}/${template.id}`;
	const refused = (errors: string) => {
		const { status, headers, body } = notSaved(
			'Could not add object',
			`/objects/add/${place}`,
			errors,
		);
		return { status, headers, body: { ...(body as Json), id: place } };
	};
	if (attributes.length === 0)
		return refused('Could not save the object as no attributes were set.');
	const wrong = complaint(call, attributes);
	if (wrong !== undefined) return refused(wrong);
	const strict = truthy(named.breakOnDuplicate) || truthy(head.breakOnDuplicate);
	const alike = event.objects.some(
		(row) => !row.deleted && row.templateUuid === template.uuid && isSame(row, attributes),
	);
	if (strict && alike) {
		return refused(
			'Duplicate object found. Since breakOnDuplicate is set the object was not added.',
		);
	}
	const object = addTo(call, event, template, attributes);
	return answer({
		Object: { ...objectHead(object), Attribute: object.attributes.map(attributeSaved) },
	});
}

/** Changes what the list has, adds what has no uuid, and deletes what the list does not have. */
function merge(call: Call, event: EventRow, object: ObjectRow, attributes: Json[]): void {
	const { world, viewer } = call;
	const before = object.attributes.filter(({ deleted }) => !deleted);
	for (const row of before) {
		const input = attributes.find(({ uuid }) => uuid === row.uuid);
		if (input === undefined) {
			world.setDeleted(row, true);
			row.timestamp = world.now();
			continue;
		}
		const draft = draftAttribute(world, viewer, input, row);
		if (draft.errors === undefined) changeAttribute(world, row, draft.fields);
	}
	const known = new Set(before.map(({ uuid }) => uuid));
	for (const input of attributes) {
		if (!known.has(text(input.uuid))) addInside(call, event, object, input);
	}
}

const edit = (find: Find) => (call: Call) => {
	const { world, viewer } = call;
	const { object, event } = find(call);
	if (object.deleted) throw refuse.notFound('Invalid object.');
	if (!canModify(viewer, event)) throw refuse.forbidden();
	const { head, attributes } = partsOf(call);
	const wrong = complaint(call, attributes ?? [], object);
	if (wrong !== undefined) return notSaved('Could not edit Object', '/objects/edit', wrong);
	const before = objectColumns(object);
	if (head.comment !== undefined) object.comment = text(head.comment);
	if (head.distribution !== undefined) object.distribution = Number(head.distribution);
	object.sharingGroupId =
		object.distribution === 4 ? Number(head.sharing_group_id ?? object.sharingGroupId) : 0;
	if (head.first_seen !== undefined) object.firstSeen = seen(head.first_seen);
	if (head.last_seen !== undefined) object.lastSeen = seen(head.last_seen);
	world.auditObject(object, 'edit', difference(before, objectColumns(object)));
	if (attributes !== undefined) merge(call, event, object, attributes);
	object.timestamp = world.now();
	world.touch(event);
	return answer({
		Object: { ...objectHead(object), Attribute: attributesOf(world, object) },
		Event: eventBrief(event),
	});
};

const remove = (find: Find) => (call: Call) => {
	const { world, viewer, args, body } = call;
	const { object, event } = find(call);
	if (!canModify(viewer, event)) throw refuse.forbidden();
	if (truthy(args[1]) || (isRecord(body) && truthy(body.hard))) {
		world.removeObject(object);
	} else {
		world.auditObject(object, 'soft_delete', { deleted: [0, 1] });
		object.deleted = true;
		object.timestamp = world.now();
		for (const row of object.attributes) {
			world.setDeleted(row, true);
			row.timestamp = world.now();
		}
		world.touch(event);
	}
	return saved('Object deleted', `/objects/delete/${event.id}`, event.id);
};

export const objectWrites = (find: Find): Controller => ({
	add: { needs: 'perm_add', run: add },
	edit: { needs: 'perm_add', run: edit(find) },
	delete: { needs: 'perm_add', run: remove(find) },
});
