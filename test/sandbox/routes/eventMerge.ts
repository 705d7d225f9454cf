/** /events/merge: the contents of one event into another. */
import { answer, refuse, without, type Call } from '../http';
import { eventApart } from '../present/eventApart';
import { canModify, visibleEvent } from '../rights';
import type { AttributeRow, EventRow, TagLink } from '../rows';
import type { Controller } from '../router';
import type { World } from '../state';
import { joinValue } from '../values';
import { findSimilar } from '../write/attributes';

function copyAttribute(world: World, row: AttributeRow, target: EventRow): AttributeRow {
	const copy = world.addAttribute(target, {
		...without(row, 'id', 'uuid', 'eventId'),
		value: joinValue(row),
		tags: [],
	});
	for (const link of row.tags) copyTag(world, link, copy);
	return copy;
}

function copyTag(world: World, link: TagLink, target: { tags: TagLink[] }): void {
	const tag = world.tags.get(link.tagId);
	if (tag !== undefined) world.link(target, tag, link.local);
}

function mergeInto(world: World, target: EventRow, source: EventRow): void {
	if (target === source) return;
	for (const row of source.attributes) {
		if (row.deleted || row.objectId !== 0) continue;
		const fields = { type: row.type, category: row.category, value: joinValue(row) };
		if (findSimilar(world, target, fields) === undefined) copyAttribute(world, row, target);
	}
	for (const object of source.objects) {
		if (object.deleted) continue;
		const copy = world.addObject(target, { ...without(object, 'id', 'uuid'), attributes: [] });
		for (const row of object.attributes) {
			copy.attributes.push(copyAttribute(world, { ...row, objectId: copy.id }, target));
		}
	}
	world.touch(target);
}

function merge(call: Call) {
	const { world, viewer } = call;
	const [targetId = '', sourceId] = call.args;
	if (sourceId === undefined) throw refuse.broken();
	// By uuid, nothing is found and nothing said.
	if (!/^\d+$/.test(targetId)) return answer([]);
	const target = visibleEvent(world, viewer, targetId);
	if (target === undefined) throw refuse.notFound('Invalid target event.');
	if (!canModify(viewer, target)) throw refuse.forbidden();
	const source = visibleEvent(world, viewer, sourceId);
	if (source === undefined) throw refuse.notFound('Invalid Event.');
	mergeInto(world, target, source);
	return answer([eventApart(world, viewer, target)]);
}

export const eventMerge: Controller = {
	merge: { needs: 'perm_modify', run: merge },
};
