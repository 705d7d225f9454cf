import { inputError } from '../client/errors';
import { path } from '../client/path';
import { instanceChoices } from '../definition/inputs';
import type { FieldTexts, ListEntry, LoadContext } from '../definition/field';

export interface TagRow {
	id: string;
	name: string;
	colour: string;
	hide_tag: boolean;
	is_galaxy: boolean;
	[key: string]: unknown;
}

/** All tags of the instance, without the slow counts. `GET /tags/index` replies `{Tag: […]}`. */
export async function fetchTags({ misp }: Pick<LoadContext, 'misp'>): Promise<TagRow[]> {
	const { Tag } = (await misp.get(path`/tags/index/exclude_statistics:1`, { expect: 'Tag' })) as {
		Tag: TagRow[];
	};
	return Tag;
}

/** Tags for choosing: visible ones, without those that galaxies bring along by the ten thousand. */
async function getTags(context: LoadContext): Promise<ListEntry[]> {
	const tags = await fetchTags(context);
	return tags
		.filter(({ hide_tag, is_galaxy }) => !hide_tag && !is_galaxy)
		.map(({ name }) => ({ name, value: name }))
		.sort((a, b) => a.name.localeCompare(b.name));
}

/** Tags by name. A name may contain a comma; each entry of a list is one tag. */
export const tagNames = (displayName: string, texts: FieldTexts = {}) =>
	instanceChoices(displayName, { loader: 'getTags', load: getTags, ...texts });

async function getGalaxyTags(context: LoadContext): Promise<ListEntry[]> {
	const tags = await fetchTags(context);
	return tags
		.filter(({ hide_tag, is_galaxy }) => !hide_tag && is_galaxy)
		.map(({ name }) => ({ name: name.replace(/^misp-galaxy:/, ''), value: name }))
		.sort((a, b) => a.name.localeCompare(b.name));
}

/** Galaxy clusters by their tag, such as `misp-galaxy:threat-actor="APT1"`. */
export const galaxyTags = (displayName: string, texts: FieldTexts = {}) =>
	instanceChoices(displayName, { loader: 'getGalaxyTags', load: getGalaxyTags, ...texts });

/** @throws MispError of kind `input` for something that is not the tag of a galaxy cluster */
export function galaxyTagName(name: string): string {
	if (/^misp-galaxy:[^=]+=".+"$/.test(name)) return name;
	throw inputError(
		`"${name.slice(0, 60)}" is not the tag of a galaxy cluster.`,
		'It looks like misp-galaxy:threat-actor="APT1".',
	);
}
