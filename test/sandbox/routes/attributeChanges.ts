/** /attributes: edit, delete, deleteSelected, restore. */
import {
	answer,
	isRecord,
	notSaved,
	redirect,
	refuse,
	saved,
	truthy,
	unwrap,
	type Call,
} from '../http';
import { attributeFlat } from '../present';
import { canModify, requireEvent, visibleAttribute } from '../rights';
import type { Controller } from '../router';
import type { AttributeRow } from '../rows';
import type { World } from '../state';
import { changeAttribute, draftChange } from '../write/attributes';
import { applyTags } from '../write/tags';

function edit(call: Call) {
	const { world, viewer } = call;
	const found = visibleAttribute(world, viewer, call.args[0] ?? '');
	if (found === undefined || found.attribute.deleted) throw refuse.notFound('Invalid attribute');
	const { attribute, event } = found;
	if (!canModify(viewer, event)) throw refuse.forbidden();
	const input = unwrap(call.body, 'Attribute');
	const fields = isRecord(input) ? input : {};
	if (fields.timestamp !== undefined && Number(fields.timestamp) <= attribute.timestamp) {
		throw refuse.notAllowed('Attribute in the request not newer than the local copy.');
	}
	const draft = draftChange(world, viewer, event, fields, attribute);
	if (draft.errors !== undefined) {
		return notSaved('Could not edit Attribute', '/attributes/edit', draft.errors);
	}
	changeAttribute(world, attribute, draft.fields);
	applyTags(world, viewer, attribute, fields);
	if (truthy(fields.deleted)) world.setDeleted(attribute, true);
	world.touchObjectOf(attribute);
	world.touch(event);
	return answer({ Attribute: attributeFlat(attribute) });
}

function drop(world: World, row: AttributeRow, hard: boolean): void {
	world.touchObjectOf(row);
	if (hard) world.removeAttribute(row);
	else {
		world.setDeleted(row, true);
		row.timestamp = world.now();
	}
}

function remove(call: Call) {
	if (call.method === 'GET') throw refuse.broken();
	const { world, viewer } = call;
	const body = isRecord(call.body) ? call.body : {};
	const hard = truthy(call.args[1]) || truthy(body.hard);
	const found = visibleAttribute(world, viewer, call.args[0] ?? '');
	if (found === undefined || (found.attribute.deleted && !hard)) {
		throw refuse.notFound('Invalid attribute');
	}
	if (!canModify(viewer, found.event)) throw refuse.forbidden();
	drop(world, found.attribute, hard);
	world.touch(found.event);
	return answer({ message: 'Attribute deleted.' });
}

function removeSelected(call: Call) {
	const { world, viewer } = call;
	const event = requireEvent(world, viewer, call.args[0] ?? '');
	if (!canModify(viewer, event)) throw refuse.forbidden();
	const body = isRecord(call.body) ? call.body : {};
	const ids =
		body.id === 'all' ? undefined : (Array.isArray(body.id) ? body.id : [body.id]).map(String);
	const chosen = event.attributes.filter(
		(row) =>
			!row.deleted && (ids === undefined || ids.includes(String(row.id)) || ids.includes(row.uuid)),
	);
	if (chosen.length === 0) throw refuse.notFound('No matching attributes found.');
	const hard = truthy(body.allow_hard_delete) && event.publishTimestamp === 0;
	for (const row of chosen) drop(world, row, hard);
	world.touch(event);
	const count = `${chosen.length} attribute${chosen.length === 1 ? '' : 's'} deleted`;
	const missed = ids === undefined ? 0 : ids.length - chosen.length;
	const url = `/attributes/deleteSelected/${event.id}`;
	if (missed > 0) {
		const complaint = `${count}, but ${missed} attribute${missed === 1 ? '' : 's'} could not be deleted.`;
		return notSaved('Could not deleteSelected Attributes', url, complaint, event.id);
	}
	return saved(`${count}.`, url, event.id);
}

function restore(call: Call) {
	const { world, viewer } = call;
	const [id = ''] = call.args;
	const found = /^\d+$/.test(id) ? visibleAttribute(world, viewer, id) : undefined;
	if (found === undefined || !canModify(viewer, found.event)) {
		throw refuse.notAllowed('Invalid Attribute');
	}
	world.setDeleted(found.attribute, false);
	found.attribute.timestamp = world.now();
	world.touch(found.event);
	if (call.headers['x-requested-with'] === 'XMLHttpRequest') {
		return answer({ saved: true, success: 'Attribute restored.' });
	}
	return redirect(`${call.baseUrl}/attributes/view/${found.attribute.id}`);
}

export const attributeChanges: Controller = {
	edit: { needs: 'perm_add', run: edit },
	delete: { needs: 'perm_add', run: remove },
	deleteSelected: { needs: 'perm_add', run: removeSelected },
	restore: { needs: 'perm_add', run: restore },
};
