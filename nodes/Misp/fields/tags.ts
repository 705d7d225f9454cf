import type { Misp } from '../client/client';
import {
	inputError,
	instanceChoices,
	path,
	type FieldTexts,
	type ListEntry,
	type LoadContext,
} from '../definition';

export interface TagRow {
	id: string;
	name: string;
	colour: string;
	hide_tag: boolean;
	is_galaxy: boolean;
	[key: string]: unknown;
}

/** All tags of the instance, without the slow counts. `GET /tags/index` replies `{Tag: […]}`. */
export const fetchTags = async (misp: Misp): Promise<TagRow[]> =>
	await misp.get(path`/tags/index/exclude_statistics:1`, { unwrap: 'Tag' });

/** `POST /tags/search`: tags by name, where `%` and `_` are wildcards. */
export async function searchTags(misp: Misp, name: string): Promise<TagRow[]> {
	const found = await misp.post<Array<{ Tag: TagRow }>>(
		path`/tags/search`,
		{ tag: name },
		{ read: true },
	);
	return found.map(({ Tag }) => Tag);
}

/** Tags for choosing: visible ones, without those that galaxies bring along by the ten thousand. */
async function getTags({ misp }: LoadContext): Promise<ListEntry[]> {
	const tags = await fetchTags(misp);
	return tags
		.filter(({ hide_tag, is_galaxy }) => !hide_tag && !is_galaxy)
		.map(({ name }) => ({ name, value: name }))
		.sort((a, b) => a.name.localeCompare(b.name));
}

/** Tags by name. A name may contain a comma; each entry of a list is one tag. */
export const tagNames = (displayName: string, texts: FieldTexts = {}) =>
	instanceChoices(displayName, { loader: 'getTags', load: getTags, ...texts });

async function getGalaxyTags({ misp }: LoadContext): Promise<ListEntry[]> {
	const tags = await fetchTags(misp);
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
