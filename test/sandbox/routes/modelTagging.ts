/** addTag and removeTag of events and attributes: 200 whatever happens. */
import { answer, isRecord, truthy, type Answer, type Call } from '../http';
import { canModify, isHostOrgUser, visibleAttribute, visibleEvent } from '../rights';
import type { Controller } from '../router';
import type { AttributeRow, EventRow } from '../rows';
import { breaksExclusivity, lookUpTag } from '../write/tags';

type Kind = 'event' | 'attribute';

const failed = (errors: string): Answer => answer({ saved: false, errors });
const done = (success: string): Answer => answer({ saved: true, success, check_publish: true });

interface Target {
	event: EventRow;
	row: EventRow | AttributeRow;
}

function findTarget(call: Call, kind: Kind): Target | undefined {
	const body = isRecord(call.body) ? call.body : {};
	const id = call.args[0] ?? body[kind] ?? body.id;
	if (kind === 'event') {
		const event = visibleEvent(call.world, call.viewer, id);
		return event === undefined ? undefined : { event, row: event };
	}
	const found = visibleAttribute(call.world, call.viewer, id);
	return found === undefined ? undefined : { event: found.event, row: found.attribute };
}

function wantedTag(call: Call): unknown {
	const body = isRecord(call.body) ? call.body : {};
	return call.args[1] ?? body.tag;
}

function move(call: Call, target: Target): void {
	const { world } = call;
	world.touch(target.event);
	if ('objectId' in target.row) world.touchAttribute(target.row);
}

function mayTag(call: Call, target: Target, local: boolean): boolean {
	if (canModify(call.viewer, target.event)) return true;
	return local && isHostOrgUser(call.world, call.viewer);
}

function add(call: Call, kind: Kind): Answer {
	const target = findTarget(call, kind);
	if (target === undefined) return failed(`Invalid ${kind}.`);
	const wanted = wantedTag(call);
	const tag = wanted === undefined ? undefined : lookUpTag(call.world, wanted);
	if (tag === undefined) return failed('Invalid Tag.');
	const local = truthy(call.named.local);
	if (!mayTag(call, target, local)) return failed("You don't have permission to do that.");
	if (target.row.tags.some((link) => link.tagId === tag.id && link.local === local)) {
		return failed(`Tag is already attached to this ${kind}.`);
	}
	if (breaksExclusivity(call.world, target.row, tag, local)) {
		return failed('Tag is not allowed due to taxonomy exclusivity settings');
	}
	call.world.link(target.row, tag, local);
	if (!local) move(call, target);
	return done('Tag added.');
}

function remove(call: Call, kind: Kind): Answer {
	const target = findTarget(call, kind);
	if (target === undefined) return failed(`Invalid ${kind}.`);
	const wanted = wantedTag(call);
	const tag = wanted === undefined ? undefined : lookUpTag(call.world, wanted);
	if (tag === undefined) return failed('Invalid Tag.');
	const link = target.row.tags.find((entry) => entry.tagId === tag.id);
	if (link === undefined) return failed(`Invalid ${kind} - tag combination.`);
	if (!mayTag(call, target, link.local)) return failed("You don't have permission to do that.");
	call.world.unlink(target.row, link);
	if (!link.local) move(call, target);
	return done('Tag removed.');
}

export function modelTagging(kind: Kind): Controller {
	return {
		addTag: { needs: 'perm_tagger', run: (call) => add(call, kind) },
		removeTag: { needs: 'perm_tagger', run: (call) => remove(call, kind) },
	};
}
