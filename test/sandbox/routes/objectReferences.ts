/** /objectReferences: add, view and delete. */
import { answer, isRecord, refuse, saved, truthy, unwrap, type Call } from '../http';
import { referenceFlat } from '../present/objects';
import { canModify, visibleEvent } from '../rights';
import type { Controller } from '../router';
import { addReference, findObject, findReference, objectShelf } from '../state/objectTemplates';
import { text } from '../write/attributes';

function add({ world, viewer, args, body }: Call) {
	const given = unwrap(body, 'ObjectReference');
	const input = isRecord(given) ? given : {};
	const object = findObject(world, args[0] ?? input.object_uuid);
	const event = object === undefined ? undefined : visibleEvent(world, viewer, object.eventId);
	if (object === undefined || object.deleted || event === undefined) {
		throw refuse.notFound('Invalid object.');
	}
	if (!canModify(viewer, event)) throw refuse.forbidden();
	const wanted = text(input.referenced_uuid).toLowerCase();
	const attribute = event.attributes.find((row) => row.uuid === wanted && !row.deleted);
	const other = event.objects.find((row) => row.uuid === wanted && !row.deleted);
	const target = attribute ?? other;
	if (target === undefined) throw refuse.notFound('Invalid target.');
	const row = addReference(world, {
		objectId: object.id,
		eventId: event.id,
		sourceUuid: object.uuid,
		referencedUuid: target.uuid,
		referencedId: target.id,
		referencedType: attribute === undefined ? 1 : 0,
		relationshipType: text(input.relationship_type),
		comment: text(input.comment),
	});
	object.timestamp = row.timestamp;
	world.touch(event);
	return answer({ ObjectReference: { ...referenceFlat(row), object_uuid: object.uuid } });
}

const invalid = 'Invalid object reference.';

function view({ world, viewer, args: [id] }: Call) {
	const row = findReference(world, id);
	if (row === undefined || visibleEvent(world, viewer, row.eventId) === undefined) {
		throw refuse.notFound(invalid);
	}
	return answer({ ObjectReference: referenceFlat(row) });
}

function remove({ world, viewer, args: [id, hard], body }: Call) {
	const row = findReference(world, id);
	if (row === undefined) throw refuse.notFound(invalid);
	const event = visibleEvent(world, viewer, row.eventId);
	if (event === undefined || !canModify(viewer, event)) throw refuse.forbidden(invalid);
	if (truthy(hard) || (isRecord(body) && truthy(body.hard))) {
		objectShelf(world).references.delete(row.id);
	} else row.deleted = true;
	world.touch(event);
	return saved('ObjectReference deleted', `/object_references/delete/${row.id}`, row.id);
}

export const objectReferences: Controller = {
	add: { needs: 'perm_add', run: add },
	view: { run: view },
	delete: { needs: 'perm_add', run: remove },
};
