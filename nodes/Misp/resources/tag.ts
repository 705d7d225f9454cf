import { MispError, limits, operation, path, recover, resource, text, toggle } from '../definition';
import { fetchTags, searchTags } from '../fields/tags';
import { checkTarget, tagTarget, unmistakableTag, uuidOfTarget } from '../fields/tagTarget';

interface TagReply {
	message: string;
}

/** MISP wraps its reason: `Failed to attach 1 tags. Reasons: {"0":"…"}`. */
function reasonOf({ message }: MispError): string {
	return /Reasons: \{"0":"(.*)"\}$/.exec(message)?.[1]?.replace(/\\(.)/g, '$1') ?? message;
}

/** What MISP refused, tag by tag; the others are attached. */
function attachError(refused: Array<{ name: string; error: MispError }>, all: number): MispError {
	const tags = refused.map(({ name, error }) => `"${name}" (${reasonOf(error)})`).join('; ');
	const rest = all - refused.length;
	const [first] = refused;
	const { kind = 'validation', ...details } = first?.error ?? {};
	return new MispError(
		kind,
		`MISP did not attach ${tags}.${rest === 0 ? '' : ` The other ${rest} of ${all} tags are attached.`}`,
		details,
	);
}

const attach = operation({
	name: 'Attach',
	action: 'Attach tags to an event or attribute',
	description:
		'Puts one or several tags on an event or attribute. A tag that is there already is no error. MISP unpublishes the event, except for local tags. Example: Target "event", Event 1234, Tags "tlp:amber".',
	access: 'contribute',
	endpoints: [
		'POST /tags/attachTagToObject',
		'POST /tags/search',
		'POST /events/index',
		'GET /attributes/view/{attribute}',
	],
	fields: {
		...tagTarget,
		local: toggle(
			'Local',
			'Whether only your own instance sees the tag. Needs a user of the organisation that runs the instance.',
		),
	},
	check: (input) => checkTarget(input),
	run: async ({ misp }, input) => {
		const uuid = await uuidOfTarget(misp, input);
		const local = input.local === true;
		const named = new Map<string, string>();
		for (const name of input.tags) named.set(name, await unmistakableTag(misp, name));
		const messages: string[] = [];
		const refused: Array<{ name: string; error: MispError }> = [];
		// One by one: of a list, MISP attaches what it can and does not say which ones it did not.
		for (const [name, tag] of named) {
			await recover(
				misp
					.post<TagReply>(path`/tags/attachTagToObject`, { uuid, tag, local: local ? 1 : 0 })
					.then((reply) => void messages.push(reply.message)),
				({ message }) => /^Failed to attach/i.test(message),
				(error) => void refused.push({ name, error }),
			);
		}
		if (refused.length > 0) throw attachError(refused, named.size);
		return {
			target: input.target,
			uuid,
			tags: [...named.keys()],
			local,
			message: messages.join(' '),
		};
	},
});

const detach = operation({
	name: 'Detach',
	action: 'Detach tags from an event or attribute',
	description:
		'Takes one or several tags off an event or attribute. A tag that is not there is no error. MISP unpublishes the event, except for local tags.',
	access: 'contribute',
	endpoints: [
		'POST /tags/removeTagFromObject',
		'POST /tags/search',
		'POST /events/index',
		'GET /attributes/view/{attribute}',
	],
	fields: tagTarget,
	check: (input) => checkTarget(input),
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
	run: async ({ misp }, { nameContains: part, galaxies }) => {
		const tags = part === undefined ? await fetchTags(misp) : await searchTags(misp, `%${part}%`);
		return tags.filter(({ is_galaxy }) => galaxies === true || !is_galaxy);
	},
});

export const tag = resource({
	name: 'Tag',
	description: 'A label from a taxonomy, or of your own',
	operations: { attach, detach, getAll },
});
