import type { Misp } from '../client/client';
import {
	inputError,
	instanceChoice,
	instanceChoices,
	namedLocator,
	path,
	required,
	type FieldTexts,
	type ListEntry,
	type LoadContext,
	type Reference,
} from '../definition';
import { compareNames, contains, missing } from './reference';

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

/** The tag of exactly this name, whose case MISP does not mind. */
export async function findTag(misp: Misp, name: string): Promise<TagRow | undefined> {
	const found = await searchTags(misp, name);
	return found.find((tag) => tag.name.toLowerCase() === name.toLowerCase());
}

/** @throws MispError of kind `notFound` */
export async function tagId(misp: Misp, tag: Reference): Promise<string> {
	if ('id' in tag) return tag.id;
	const found = await findTag(misp, tag.name);
	if (!found) throw missing(`tag "${tag.name.slice(0, 60)}"`, 'POST /tags/search');
	return found.id;
}

type ListedTag = Pick<TagRow, 'id' | 'name' | 'hide_tag' | 'is_galaxy'>;

/**
 * All tags for choosing. On a large instance they come in a second, and MISP's own search, which
 * adds the taxonomy and the cluster to each tag, takes longer for a part of them.
 */
const listedTags = async ({ misp, kept }: LoadContext): Promise<readonly ListedTag[]> =>
	await kept('tags', async () => {
		const tags = await fetchTags(misp);
		return tags
			.map(({ id, name, hide_tag, is_galaxy }) => ({ id, name, hide_tag, is_galaxy }))
			.sort((a, b) => compareNames(a.name, b.name));
	});

async function searchTagList(context: LoadContext): Promise<ListEntry[]> {
	const { search } = context;
	const tags = await listedTags(context);
	return tags
		.filter(({ id, name, is_galaxy }) =>
			search === '' ? !is_galaxy : id === search || contains(name, search),
		)
		.map(({ id, name }) => ({ name, value: id }));
}

/** One tag, which has no UUID in MISP; see `tagId`. */
export const tagReference = required(
	namedLocator('Tag', {
		loader: 'searchTags',
		load: searchTagList,
		page: 'tags/view',
		example: '42',
		numeric: true,
		byName: { displayName: 'By Name', placeholder: 'e.g. tlp:amber' },
		description: 'The tag, by its full name or ID',
	}),
);

/** Tags for choosing: visible ones, without those that galaxies bring along by the ten thousand. */
async function getTags(context: LoadContext): Promise<ListEntry[]> {
	const tags = await listedTags(context);
	return tags
		.filter(({ hide_tag, is_galaxy }) => !hide_tag && !is_galaxy)
		.map(({ name }) => ({ name, value: name }));
}

/** `tlp:amber` or `misp-galaxy:threat-actor="APT1"`, and nothing that a comma could belong to. */
const isMachineTag = (part: string): boolean => /^!?[^\s",:=]+:[^\s",]+(="[^"]*")?$/.test(part);

/** Tags by name. A name may contain a comma; each entry of a list is one tag. */
export const tagNames = (displayName: string, texts: FieldTexts = {}) =>
	instanceChoices(displayName, {
		loader: 'getTags',
		load: getTags,
		apart: isMachineTag,
		...texts,
	});

/** One tag by name. */
export const oneTagName = (displayName: string, texts: FieldTexts = {}) =>
	instanceChoice(displayName, { loader: 'getTags', load: getTags, ...texts });

async function getGalaxyTags(context: LoadContext): Promise<ListEntry[]> {
	const tags = await listedTags(context);
	return tags
		.filter(({ hide_tag, is_galaxy }) => !hide_tag && is_galaxy)
		.map(({ name }) => ({ name: name.replace(/^misp-galaxy:/, ''), value: name }));
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
