import { recover } from '../client/errors';
import { path } from '../client/path';
import { text, toggle } from '../definition/inputs';
import { operation, resource } from '../definition/operation';
import { limitOf, limits } from '../fields/limits';
import { fetchTags, type TagRow } from '../fields/tags';
import { checkTarget, tagTarget, unmistakableTag, uuidOfTarget } from '../fields/tagTarget';

interface TagReply {
	message: string;
}

const attach = operation({
	name: 'Attach',
	action: 'Attach tags to an event or attribute',
	description:
		'Puts one or several tags on an event or attribute. A tag that is there already is no error. MISP unpublishes the event, except for local tags. Example: Target "event", Event 1234, Tags "tlp:amber".',
	access: 'contribute',
	endpoints: ['POST /tags/attachTagToObject'],
	fields: {
		...tagTarget,
		local: toggle(
			'Local',
			'Whether only your own instance sees the tag. Needs a user of the organisation that runs the instance.',
		),
	},
	check: checkTarget,
	run: async ({ misp }, input) => {
		const uuid = await uuidOfTarget(misp, input);
		const tags: string[] = [];
		for (const name of input.tags) tags.push(await unmistakableTag(misp, name));
		const { message } = (await misp.post(path`/tags/attachTagToObject`, {
			uuid,
			tag: tags.length === 1 ? tags[0] : tags,
			local: input.local === true ? 1 : 0,
		})) as TagReply;
		return { target: input.target, uuid, tags: input.tags, local: input.local === true, message };
	},
});

const detach = operation({
	name: 'Detach',
	action: 'Detach tags from an event or attribute',
	description:
		'Takes one or several tags off an event or attribute. A tag that is not there is no error. MISP unpublishes the event, except for local tags.',
	access: 'contribute',
	endpoints: ['POST /tags/removeTagFromObject'],
	fields: tagTarget,
	check: checkTarget,
	run: async ({ misp }, input) => {
		const uuid = await uuidOfTarget(misp, input);
		const detached: string[] = [];
		const notAttached: string[] = [];
		for (const name of input.tags) {
			const tag = await unmistakableTag(misp, name);
			await recover(
				misp
					.post(path`/tags/removeTagFromObject`, { uuid, tag })
					.then(() => void detached.push(name)),
				({ message }) => /not attached to the target/i.test(message),
				() => void notAttached.push(name),
			);
		}
		return { target: input.target, uuid, detached, notAttached };
	},
});

const getAll = operation({
	name: 'Get Many',
	action: 'Get many tags',
	description: 'Lists the tags of the instance.',
	access: 'read',
	endpoints: ['GET /tags/index', 'POST /tags/search'],
	fields: {
		nameContains: text('Name Contains', { placeholder: 'e.g. tlp:' }),
		...limits,
		galaxies: toggle('Include Galaxy Tags', 'Whether to list the tags of galaxy clusters too'),
	},
	run: async ({ misp }, { nameContains: part, galaxies, ...limit }) => {
		const tags = part === undefined ? await fetchTags({ misp }) : await searchTags(part);
		return tags
			.filter(({ is_galaxy }) => galaxies === true || !is_galaxy)
			.slice(0, limitOf(limit).limit);

		async function searchTags(wanted: string): Promise<TagRow[]> {
			const found = (await misp.post(
				path`/tags/search`,
				{ tag: `%${wanted}%` },
				{ read: true },
			)) as Array<{
				Tag: TagRow;
			}>;
			return found.map(({ Tag }) => Tag);
		}
	},
});

export const tag = resource({
	name: 'Tag',
	description: 'A label from a taxonomy, or of your own',
	operations: { attach, detach, getAll },
});
