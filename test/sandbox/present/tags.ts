/** Tags, in the forms MISP has for them. */
import { without, type Json } from '../http';
import type { TagLink, TagRow, TaxonomyRow } from '../rows';
import type { World } from '../state';

export const numberText = (value: number | null) => (value === null ? null : String(value));

export function tagFull(tag: TagRow): Json {
	return {
		id: String(tag.id),
		name: tag.name,
		colour: tag.colour,
		exportable: tag.exportable,
		org_id: String(tag.orgId),
		user_id: String(tag.userId),
		hide_tag: tag.hideTag,
		numerical_value: numberText(tag.numericalValue),
		is_galaxy: tag.isGalaxy,
		is_custom_galaxy: tag.isCustomGalaxy,
		local_only: tag.localOnly,
	};
}

export function linkedTag(world: World, link: TagLink): Json | undefined {
	const tag = world.tags.get(link.tagId);
	if (tag === undefined) return undefined;
	return {
		...without(tagFull(tag), 'org_id'),
		local: link.local,
		relationship_type: link.relationshipType,
	};
}

/** The shorter form on attributes of a search or a view. */
export function briefTag(world: World, link: TagLink): Json | undefined {
	const tag = world.tags.get(link.tagId);
	if (tag === undefined) return undefined;
	return {
		id: String(tag.id),
		name: tag.name,
		colour: tag.colour,
		numerical_value: numberText(tag.numericalValue),
		is_galaxy: tag.isGalaxy,
		local: link.local,
	};
}

export const exportableLinks = (world: World, links: TagLink[]): TagLink[] =>
	links.filter(({ tagId }) => world.tags.get(tagId)?.exportable === true);

/** MISP leaves `Tag` out where there is none. */
export function tagsKey(tags: Array<Json | undefined>): Json {
	const present = tags.filter((tag) => tag !== undefined);
	return present.length === 0 ? {} : { Tag: present };
}

export function taxonomyHead(row: TaxonomyRow): Json {
	return {
		id: String(row.id),
		namespace: row.namespace,
		description: row.description,
		version: row.version,
		enabled: row.enabled,
		exclusive: row.exclusive,
		required: false,
		highlighted: false,
	};
}
