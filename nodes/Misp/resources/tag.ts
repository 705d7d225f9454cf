import {
	changed,
	choice,
	collection,
	hinted,
	type InputOf,
	limits,
	operation,
	path,
	recover,
	required,
	resource,
	text,
	toggle,
} from '../definition';
import { differences, tagBody, tagColour, tagDetails, tagName } from '../fields/tagDetails';
import { fetchTags, searchTags, tagId, tagReference, type TagRow } from '../fields/tags';
import { attach, detach } from './tag/attaching';
import { tagRow } from '../fields/rows';

interface TagReply {
	message: string;
}

const getAll = operation({
	name: 'Get Many',
	action: 'Get many tags',
	description: 'Lists the tags of the instance.',
	access: 'read',
	endpoints: ['GET /tags/index', 'POST /tags/search'],
	fields: {
		nameContains: text('Name Contains', { placeholder: 'e.g. tlp:' }),
		galaxies: toggle('Include Galaxy Tags', 'Whether to list the tags of galaxy clusters too'),
		...limits,
	},
	run: async ({ misp }, { nameContains: part, galaxies }) => {
		const tags = part === undefined ? await fetchTags(misp) : await searchTags(misp, `%${part}%`);
		return tags.filter(({ is_galaxy }) => galaxies === true || !is_galaxy);
	},
});

const create = operation({
	name: 'Create',
	action: 'Create a tag',
	description:
		'Creates a tag. Where MISP has one of this name already, it returns that one unchanged, so it is safe to repeat. Example: Name "ir:case-2026-17", Colour "#1565C0".',
	access: 'contribute',
	endpoints: ['POST /tags/add'],
	row: tagRow,
	fields: {
		tagName: required(tagName),
		colour: tagColour,
		additionalFields: collection('Additional Fields', tagDetails),
	},
	run: async ({ misp, hint }, { tagName: name, colour, additionalFields }) => {
		const body = tagBody({ ...additionalFields, name, colour });
		const reply = await misp.post<{ Tag: TagRow }>(path`/tags/add`, body, { expect: 'Tag' });
		const kept = differences(body, reply.Tag);
		if (kept.length > 0) {
			hint(
				`MISP had the tag "${reply.Tag.name}" already and left it as it is: ${kept.join(', ')}. Update changes it.`,
			);
		}
		return reply;
	},
});

const get = operation({
	name: 'Get',
	action: 'Get a tag',
	description:
		'Returns one tag, with the number of events (count) and attributes (attribute_count) that carry it. Example: By Name "tlp:amber".',
	access: 'read',
	endpoints: ['GET /tags/view/{tag}', 'POST /tags/search'],
	row: tagRow,
	fields: { tag: tagReference },
	run: async ({ misp }, { tag: reference }) => {
		const id = await tagId(misp, reference);
		return await misp.get(path`/tags/view/${id}`);
	},
});

const getStatistics = operation({
	name: 'Get Statistics',
	action: 'Get statistics of tags',
	description:
		'Counts how often each tag, or the tags of each enabled taxonomy, are on events of the instance, with the share of each in percent. Example: Count "Taxonomies".',
	access: 'read',
	endpoints: ['GET /tags/tagStatistics/false/{byName}'],
	fields: {
		counted: required(
			choice(
				'Count',
				[
					{ value: 'tags', name: 'Tags' },
					{ value: 'taxonomies', name: 'Taxonomies' },
				],
				'tags',
			),
		),
		order: required(
			choice(
				'Order By',
				[
					{ value: 'count', name: 'Most Used First' },
					{ value: 'name', name: 'Name' },
				],
				'count',
			),
		),
		...limits,
	},
	run: async ({ misp }, { counted, order }) => {
		const counts = await misp.get<Record<string, string | number>>(
			path`/tags/tagStatistics/false/${String(order === 'name')}`,
			{ unwrap: counted },
		);
		const rows = Object.entries(counts).map(([name, count]) => ({ name, count: Number(count) }));
		const all = rows.reduce((sum, { count }) => sum + count, 0);
		// Sorted here, too: in JavaScript, names of digits come first whatever the order was.
		return rows
			.map((row) => ({
				...row,
				percentage: all === 0 ? 0 : Math.round((row.count / all) * 1e5) / 1e3,
			}))
			.sort((a, b) => (order === 'name' ? a.name.localeCompare(b.name) : b.count - a.count));
	},
});

const tagChanges = { tagName, colour: tagColour, ...tagDetails };

/** @throws MispError of kind `input` when nothing is to be changed */
function changesOf({
	tagName: name,
	...details
}: Partial<InputOf<typeof tagChanges>>): Record<string, unknown> {
	const body = tagBody({ ...details, name });
	return changed(body);
}

const update = operation({
	name: 'Update',
	action: 'Update a tag',
	description:
		'Changes what is filled in and leaves the rest, wherever the tag is attached. Only a site admin of MISP may. Example: By Name "ir:case-2026-17", Colour "#2E7D32".',
	access: 'administer',
	endpoints: ['POST /tags/edit/{tag}', 'POST /tags/search'],
	row: tagRow,
	fields: {
		tag: hinted(
			'Changes the tag on everything it is on. Only a site admin of MISP may.',
			tagReference,
		),
		updateFields: collection('Fields to Update', tagChanges),
	},
	check: ({ updateFields }) => void changesOf(updateFields),
	run: async ({ misp }, { tag: reference, updateFields }) => {
		const id = await tagId(misp, reference);
		return await misp.post(path`/tags/edit/${id}`, changesOf(updateFields), { expect: 'Tag' });
	},
});

const deleteTag = operation({
	name: 'Delete',
	action: 'Delete a tag',
	description:
		'Deletes the tag, for good, and so takes it off everything it is on. To take it off one event, use Detach. Only a site admin of MISP may. A tag that does not exist is no error. Example: By Name "ir:case-2026-17".',
	access: 'administer',
	ownRows: true,
	endpoints: ['POST /tags/delete/{tag}', 'POST /tags/search'],
	fields: {
		tag: hinted('Takes the tag off everything it is on. This cannot be taken back.', tagReference),
	},
	run: async ({ misp }, { tag: reference }) =>
		await recover(
			tagId(misp, reference).then(async (id) => {
				const { message } = await misp.post<TagReply>(path`/tags/delete/${id}`);
				return { ...reference, id, deleted: true, message };
			}),
			({ kind }) => kind === 'notFound',
			({ message }) => ({ ...reference, deleted: false, message }),
		),
});

export const tag = resource({
	name: 'Tag',
	description: 'A label from a taxonomy, or of your own',
	operations: {
		attach,
		create,
		delete: deleteTag,
		detach,
		get,
		getAll,
		getStatistics,
		update,
	},
});
