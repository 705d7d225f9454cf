/** Finding, creating and attaching tags. */
import { isRecord, truthy, type Json, type Viewer } from '../http';
import type { TagLink, TagRow, TaxonomyRow } from '../rows';
import { like } from '../search/terms';
import type { World } from '../state';

/** By id, or by a name in which % and _ are wildcards, as in MISP. */
export function lookUpTag(world: World, wanted: unknown): TagRow | undefined {
	const name = String(wanted);
	if (/^\d+$/.test(name)) return world.tags.get(Number(name));
	const exact = world.tag(name);
	if (exact !== undefined || !/[%_]/.test(name)) return exact;
	for (const tag of world.tags.values()) if (like(name, tag.name)) return tag;
	return undefined;
}

export function createTag(world: World, name: string): TagRow {
	return world.addTag({ name });
}

/** Tags of a payload: unknown ones are created by those who may, else dropped without a word. */
export function applyTags(
	world: World,
	viewer: Viewer,
	target: { tags: TagLink[] },
	input: Json,
): void {
	const listed = input.Tag ?? input.EventTag ?? input.AttributeTag;
	if (!Array.isArray(listed)) return;
	for (const entry of listed) {
		const asked = typeof entry === 'string' ? { name: entry } : isRecord(entry) ? entry : {};
		const inner = isRecord(asked.Tag) ? asked.Tag : asked;
		const wanted = inner.name ?? inner.id ?? asked.tag_id;
		if (wanted === undefined || wanted === '') continue;
		let tag = inner.name === undefined ? lookUpTag(world, wanted) : world.tag(String(inner.name));
		if (tag === undefined && inner.name !== undefined && viewer.grants.has('perm_tag_editor')) {
			tag = createTag(world, String(inner.name));
		}
		if (tag === undefined) continue;
		const known = tag.id;
		if (truthy(asked.deleted)) {
			for (const link of target.tags) if (link.tagId === known) world.unlink(target, link);
		} else if (!target.tags.some((link) => link.tagId === known)) {
			const link = world.link(target, tag, truthy(asked.local));
			if (typeof asked.relationship_type === 'string') {
				link.relationshipType = asked.relationship_type;
			}
		}
	}
}

/** `namespace:predicate` or `namespace:predicate="value"`; nothing else is of a taxonomy. */
const partsOf = (name: string) => /^([^:="]+):([^:="]+)(?:="([^"]+)")?$/.exec(name);

/** Without its last part: what exclusive tags share. */
function circleOf(name: string): string {
	const [, namespace = '', predicate = '', value] = partsOf(name) ?? [];
	return value === undefined ? namespace : `${namespace}:${predicate}`;
}

/** The taxonomy that a tag is of, if it is enabled or not, and the predicate. */
export function taxonomyOfTag(
	world: World,
	name: string,
): { taxonomy: TaxonomyRow; predicate: string } | undefined {
	const [, namespace, predicate = ''] = partsOf(name) ?? [];
	const taxonomy = [...world.taxonomies.values()].find((row) => row.namespace === namespace);
	return taxonomy && { taxonomy, predicate };
}

/** Whether a tag excludes one that is there already; global and local tags count apart. */
export function breaksExclusivity(
	world: World,
	target: { tags: TagLink[] },
	tag: TagRow,
	local: boolean,
): boolean {
	const found = taxonomyOfTag(world, tag.name);
	if (found === undefined) return false;
	const { taxonomy, predicate } = found;
	if (!taxonomy.exclusive && !taxonomy.exclusivePredicates.includes(predicate)) return false;
	return target.tags.some((link) => {
		const other = world.tags.get(link.tagId);
		return link.local === local && circleOf(other?.name ?? '') === circleOf(tag.name);
	});
}
