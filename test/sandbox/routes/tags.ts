/** /tags */
import { answer, isRecord, notSaved, refuse, saved, truthy, type Call, type Json } from '../http';
import { tagFull, taxonomyHead } from '../present';
import { canModify, isHostOrgUser, visibleAttribute, visibleEvent } from '../rights';
import type { Controller } from '../router';
import type { AttributeRow, EventRow, TagRow } from '../rows';
import { like } from '../search/terms';
import type { World } from '../state';
import { isUuid } from '../write/attributes';
import { createTag, lookUpTag, taxonomyOfTag } from '../write/tags';
import { add, deleteTag, edit } from './tagChanges';

const NOT_OWNER =
	'Cannot alter the tags of this data, only the organisation that has created the data (orgc) can modify global tags.';
const NOT_HOST = 'Local tags can only be added by users of the host organisation.';
const UNKNOWN = 'Tag not found and insufficient privileges to create it.';
const ATTACH_URL = '/tags/attachTagToObject';
const REMOVE_URL = '/tags/removeTagFromObject';

// --- reading

function counts(world: World): Map<number, { events: number; attributes: number }> {
	const all = new Map<number, { events: number; attributes: number }>();
	const of = (id: number) => {
		const found = all.get(id) ?? { events: 0, attributes: 0 };
		all.set(id, found);
		return found;
	};
	for (const event of world.events.values()) {
		for (const link of event.tags) of(link.tagId).events += 1;
		for (const row of event.attributes) for (const link of row.tags) of(link.tagId).attributes += 1;
	}
	return all;
}

function index(call: Call) {
	const { world } = call;
	const given = { ...call.named, ...(isRecord(call.body) ? call.body : {}) };
	const statistics = truthy(given.exclude_statistics) ? undefined : counts(world);
	const wanted = given.searchall ?? given.filter;
	const rows = [...world.tags.values()].filter(
		(tag) => wanted === undefined || like(`%${String(wanted)}%`, tag.name),
	);
	return answer({
		Tag: rows.map((tag) => ({
			...tagFull(tag),
			...(statistics === undefined
				? {}
				: {
						count: statistics.get(tag.id)?.events ?? 0,
						attribute_count: statistics.get(tag.id)?.attributes ?? 0,
					}),
			favourite: false,
		})),
	});
}

function view(call: Call) {
	const tag = call.world.tags.get(Number(call.args[0]));
	if (tag === undefined) throw refuse.notAllowed('Invalid Tag');
	const statistics = counts(call.world).get(tag.id);
	return answer({
		...tagFull(tag),
		count: statistics?.events ?? 0,
		attribute_count: statistics?.attributes ?? 0,
	});
}

/** Of tags that are on events; of each enabled taxonomy also zero. Percent for the word "true". */
function tagStatistics(call: Call) {
	const { world, args } = call;
	const found: Array<[string, number]> = [...counts(world)]
		.filter(([, { events }]) => events > 0)
		.map(([id, { events }]) => [world.tags.get(id)?.name ?? '', events]);
	const taxonomies = [...world.taxonomies.values()]
		.filter(({ enabled }) => enabled)
		.map(({ namespace }): [string, number] => [
			namespace,
			found
				.filter(([name]) => name.startsWith(`${namespace}:`))
				.reduce((sum, [, count]) => sum + count, 0),
		]);
	const byName = args[1] === 'true';
	found.sort(([a, one], [b, other]) => (byName ? a.localeCompare(b) : other - one));
	taxonomies.sort(([, one], [, other]) => other - one);
	return answer({
		// PHP has one kind of list.
		tags: found.length === 0 ? [] : Object.fromEntries(found.map(([name, n]) => [name, String(n)])),
		taxonomies: taxonomies.length === 0 ? [] : Object.fromEntries(taxonomies),
	});
}

/** Tags that a taxonomy defines are found together with what it says about them. */
function taxonomyOf(world: World, tag: TagRow): Json {
	const found = taxonomyOfTag(world, tag.name);
	const entry = found?.taxonomy.entries.find((one) => one.tag === tag.name);
	if (found === undefined || entry === undefined) return {};
	const { taxonomy, predicate } = found;
	return {
		Taxonomy: taxonomyHead(taxonomy),
		TaxonomyPredicate: {
			id: String(tag.id),
			taxonomy_id: String(taxonomy.id),
			value: predicate,
			expanded: entry.expanded,
			colour: tag.colour,
			description: `The predicate ${predicate}`,
			exclusive: taxonomy.exclusivePredicates.includes(predicate),
			numerical_value: null,
		},
	};
}

function search(call: Call) {
	const body = isRecord(call.body) ? call.body : {};
	const wanted = call.args[0] ?? body.tag;
	const names = wanted === undefined ? [] : Array.isArray(wanted) ? wanted : [wanted];
	const rows = [...call.world.tags.values()].filter((tag) =>
		names.some((name) => like(String(name), tag.name)),
	);
	return answer(rows.map((tag) => ({ Tag: tagFull(tag), ...taxonomyOf(call.world, tag) })));
}

// --- attaching

interface Target {
	model: 'Event' | 'Attribute';
	event: EventRow;
	row: EventRow | AttributeRow;
}

function findTarget(call: Call, uuid: unknown): Target {
	if (!isUuid(uuid)) throw refuse.broken();
	const event = visibleEvent(call.world, call.viewer, uuid);
	if (event !== undefined) return { model: 'Event', event, row: event };
	const found = visibleAttribute(call.world, call.viewer, uuid);
	if (found === undefined) throw refuse.notFound('Invalid Target.');
	return { model: 'Attribute', event: found.event, row: found.attribute };
}

function move(world: World, target: Target): void {
	world.touch(target.event);
	if ('objectId' in target.row) world.touchAttribute(target.row);
}

type Outcome = { message: string; failed?: boolean };

function attachOne(call: Call, target: Target, wanted: unknown, local: boolean): Outcome {
	const { world, viewer } = call;
	let tag = lookUpTag(world, wanted);
	if (tag === undefined) {
		if (!viewer.grants.has('perm_tag_editor')) return { message: UNKNOWN, failed: true };
		tag = createTag(world, String(wanted));
	}
	const { id, name } = tag;
	if (local && !isHostOrgUser(world, viewer)) return { message: NOT_HOST, failed: true };
	if (target.row.tags.some((link) => link.tagId === id && link.local === local)) {
		return {
			message: `${target.model} already has the requested tag attached, no changes had to be made for tag ${name}.`,
		};
	}
	world.link(target.row, tag, local);
	if (!local) move(world, target);
	const scope = local ? 'Local' : 'Global';
	return {
		message: `${scope} tag ${name}(${id}) successfully attached to ${target.model}(${target.row.id}).`,
	};
}

/** uuid and tag come in the path or in the body. */
function read(call: Call): { uuid: unknown; tag: unknown; local: boolean } {
	const body = isRecord(call.body) ? call.body : {};
	const fields = isRecord(body.request) ? body.request : body;
	return {
		uuid: call.args[0] ?? fields.uuid,
		tag: call.args[1] ?? fields.tag,
		local: truthy(call.named.local ?? fields.local),
	};
}

function attach(call: Call) {
	const { uuid, tag, local } = read(call);
	if (tag === undefined || tag === '') throw refuse.notAllowed('Invalid tag');
	const target = findTarget(call, uuid);
	if (!local && !canModify(call.viewer, target.event)) throw refuse.forbidden(NOT_OWNER);
	const wanted = Array.isArray(tag) ? tag : [tag];
	const outcomes = wanted.map((one) => attachOne(call, target, one, local));
	const failed = outcomes.filter((outcome) => outcome.failed === true);
	const attached = outcomes.length - failed.length;
	if (attached === 0) {
		const reasons = JSON.stringify({ ...failed.map((outcome) => outcome.message) });
		return notSaved(
			'Could not attachTagToObject Tag',
			ATTACH_URL,
			`Failed to attach ${failed.length} tags. Reasons: ${reasons}`,
		);
	}
	if (outcomes.length === 1) return saved(outcomes[0]?.message ?? '', ATTACH_URL);
	const message = `Successfully attached ${attached} tags to ${target.model} (${target.row.id})`;
	const rest = failed.length === 0 ? '' : `. Failed to attach ${failed.length} tags.`;
	return saved(`${message}${rest}`, ATTACH_URL);
}

function remove(call: Call) {
	const { uuid, tag: wanted } = read(call);
	if (wanted === undefined || wanted === '') throw refuse.notAllowed('Invalid tag');
	const tag: TagRow | undefined = lookUpTag(call.world, wanted);
	if (tag === undefined) throw refuse.notAllowed('Invalid Tag.');
	const target = findTarget(call, uuid);
	const link = target.row.tags.find((entry) => entry.tagId === tag.id);
	if (link === undefined) {
		throw refuse.notFound(
			`Could not remove tag as it is not attached to the target ${target.model}`,
		);
	}
	const allowed =
		canModify(call.viewer, target.event) || (link.local && isHostOrgUser(call.world, call.viewer));
	if (!allowed) throw refuse.forbidden(NOT_OWNER);
	call.world.unlink(target.row, link);
	if (!link.local) move(call.world, target);
	const scope = link.local ? 'Local' : 'Global';
	return saved(
		`${scope} tag ${tag.name} (${tag.id}) successfully removed from ${target.model}(${target.row.id}).`,
		REMOVE_URL,
	);
}

export const tags: Controller = {
	index: { run: index },
	view: { run: view },
	search: { run: search },
	add: { needs: 'perm_tag_editor', run: add },
	edit: { needs: 'perm_site_admin', run: edit },
	delete: { needs: 'perm_site_admin', run: deleteTag },
	tagStatistics: { run: tagStatistics },
	attachTagToObject: { needs: 'perm_tagger', run: attach },
	removeTagFromObject: { needs: 'perm_tagger', run: remove },
};
