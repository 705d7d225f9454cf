import type { Misp } from '../client/client';
import {
	changed,
	collection,
	hinted,
	type InputOf,
	limits,
	longText,
	MispError,
	operation,
	path,
	recover,
	required,
	resource,
	text,
	toggle,
} from '../definition';
import { contains } from '../fields/reference';
import {
	afterChange,
	collectionRow,
	fetchTagCollections,
	tagCollectionId,
	tagCollectionReference,
	type TagCollectionRow,
} from '../fields/tagCollection';
import { findTag, tagNames } from '../fields/tags';
import { LASTS } from '../fields/event';

const collectionName = text('Name', { placeholder: 'e.g. Phishing report' });

const about = longText('Description', {
	placeholder: 'e.g. What every report of a phishing mail carries',
	description: 'What the collection is for',
});

const allOrganisations = toggle(
	'Visible to All Organisations',
	'Whether users of other organisations on this instance see and use the collection, too',
);

const create = operation({
	name: 'Create',
	action: 'Create a tag collection',
	description:
		'Creates an empty tag collection, owned by the organisation of the key; Add Tag fills it. Every call makes another one. Example: Name "Phishing report".',
	access: 'contribute',
	endpoints: ['POST /tag_collections/add'],
	row: collectionRow,
	fields: {
		collectionName: required(collectionName),
		about,
		allOrganisations,
	},
	run: async ({ misp }, { collectionName: name, about: description, allOrganisations: all }) =>
		// Without a description, MISP fails inside.
		await misp.post(path`/tag_collections/add`, {
			name,
			description: description ?? '',
			all_orgs: all === true,
		}),
});

const get = operation({
	name: 'Get',
	action: 'Get a tag collection',
	description:
		'Returns one tag collection with its tags; the field "tags" lists their names, ready for Tag > Attach. Example: By Name "Phishing report".',
	access: 'read',
	endpoints: ['GET /tag_collections/view/{collection}', 'GET /tag_collections/index'],
	row: collectionRow,
	fields: { tagCollection: tagCollectionReference },
	run: async ({ misp }, { tagCollection: reference }) => {
		const id = await tagCollectionId(misp, reference);
		return await misp.get(path`/tag_collections/view/${id}`, { expect: 'TagCollection' });
	},
});

const getAll = operation({
	name: 'Get Many',
	action: 'Get many tag collections',
	description:
		'Lists the tag collections of the own organisation and those that others share, with their tags. Example: Name Contains "phishing".',
	access: 'read',
	endpoints: ['GET /tag_collections/index'],
	row: collectionRow,
	fields: {
		nameContains: text('Name Contains', { placeholder: 'e.g. phishing' }),
		...limits,
	},
	run: async ({ misp }, { nameContains }) => {
		const rows = await fetchTagCollections(misp);
		return rows.filter(({ TagCollection: { name } }) => contains(name, nameContains));
	},
});

const changeable = { collectionName, about, allOrganisations };

/** @throws MispError of kind `input` when nothing is to be changed */
function changesOf(fields: Partial<InputOf<typeof changeable>>): Record<string, unknown> {
	const body = {
		...(fields.collectionName === undefined ? {} : { name: fields.collectionName }),
		...(fields.about === undefined ? {} : { description: fields.about }),
		...(fields.allOrganisations === undefined ? {} : { all_orgs: fields.allOrganisations }),
	};
	return changed(body);
}

const update = operation({
	name: 'Update',
	action: 'Update a tag collection',
	description:
		'Changes the name, description or visibility of a tag collection and leaves the rest. Example: By Name "Phishing report", Visible to All Organisations.',
	access: 'contribute',
	endpoints: [
		'POST /tag_collections/edit/{collection}',
		'GET /tag_collections/view/{collection}',
		'GET /tag_collections/index',
	],
	row: collectionRow,
	fields: {
		tagCollection: tagCollectionReference,
		updateFields: collection('Fields to Update', changeable),
	},
	check: ({ updateFields }) => void changesOf(updateFields),
	run: async (context, { tagCollection: reference, updateFields }) => {
		const { misp } = context;
		const id = await tagCollectionId(misp, reference);
		const said = await misp.post<TagCollectionRow>(
			path`/tag_collections/edit/${id}`,
			changesOf(updateFields),
		);
		return await afterChange(context, id, said);
	},
});

const deleteCollection = operation({
	name: 'Delete',
	action: 'Delete a tag collection',
	description:
		'Deletes the tag collection, for good. Its tags stay, also on events. One that does not exist is no error. Example: By Name "Phishing report".',
	access: 'contribute',
	ownRows: true,
	endpoints: ['POST /tag_collections/delete/{collection}', 'GET /tag_collections/index'],
	fields: { tagCollection: hinted(LASTS, tagCollectionReference) },
	run: async ({ misp }, { tagCollection: reference }) =>
		await recover(
			tagCollectionId(misp, reference).then(async (id) => {
				const { message } = await misp.post<{ message: string }>(
					path`/tag_collections/delete/${id}`,
				);
				return { ...reference, id, deleted: true, message };
			}),
			({ kind }) => kind === 'notFound',
			({ message }) => ({ ...reference, deleted: false, message }),
		),
});

/** Ids of tags by their names, since MISP takes nothing else here. */
async function tagIds(misp: Misp, names: string[]): Promise<Map<string, string | undefined>> {
	const ids = new Map<string, string | undefined>();
	for (const name of new Set(names)) ids.set(name, (await findTag(misp, name))?.id);
	return ids;
}

const members = {
	tagCollection: tagCollectionReference,
	tags: required(tagNames('Tags', { description: 'One or several tags that MISP has, by name' })),
};

const addTag = operation({
	name: 'Add Tag',
	action: 'Add tags to a tag collection',
	description:
		'Puts one or several existing tags into a tag collection. A tag that is in it already is no error. Example: By Name "Phishing report", Tags "tlp:amber".',
	access: 'contribute',
	ownRows: true,
	endpoints: [
		'POST /tag_collections/addTag/{collection}/{tag}',
		'POST /tags/search',
		'GET /tag_collections/index',
	],
	fields: members,
	run: async ({ misp }, { tagCollection: reference, tags }) => {
		const id = await tagCollectionId(misp, reference);
		const ids = await tagIds(misp, tags);
		// Of an id that does not exist, MISP says that it is in the collection already.
		const unknown = tags.filter((name) => ids.get(name) === undefined);
		if (unknown.length > 0) {
			throw new MispError(
				'notFound',
				`MISP has no tag "${unknown.join('", "').slice(0, 200)}". Nothing was added.`,
				{
					request: 'POST /tags/search',
					hint: 'Choose tags from the list, or make them with Tag > Create first.',
				},
			);
		}
		const added: string[] = [];
		const alreadyThere: string[] = [];
		for (const [name, tag] of ids) {
			const { success } = await misp.post<{ success: string }>(
				path`/tag_collections/addTag/${id}/${String(tag)}`,
			);
			(/already present/i.test(success) ? alreadyThere : added).push(name);
		}
		return { id, added, already_there: alreadyThere };
	},
});

const UPSIDE_DOWN =
	'MISP 2.5.1 has this check the wrong way round: it refuses those who may edit the collection, and lets other users with the permission "Tag Editor" who see it do so. Use the key of such a user for this operation.';

const removeTag = operation({
	name: 'Remove Tag',
	action: 'Remove tags from a tag collection',
	description:
		'Takes one or several tags out of a tag collection. A tag that is not in it is no error. MISP 2.5.1 refuses this to those who may edit the collection, by mistake; another tag editor who sees it may. Example: By Name "Phishing report", Tags "tlp:amber".',
	access: 'contribute',
	ownRows: true,
	endpoints: [
		'POST /tag_collections/removeTag/{collection}/{tag}',
		'POST /tags/search',
		'GET /tag_collections/index',
	],
	fields: members,
	run: async ({ misp }, { tagCollection: reference, tags }) => {
		const id = await tagCollectionId(misp, reference);
		const removed: string[] = [];
		const notThere: string[] = [];
		for (const [name, tag] of await tagIds(misp, tags)) {
			if (tag === undefined) {
				notThere.push(name);
				continue;
			}
			await recover(
				misp
					.post(path`/tag_collections/removeTag/${id}/${tag}`)
					.then(() => void removed.push(name)),
				({ message }) => /not associated with the collection|dont have a permission/i.test(message),
				({ kind, message, ...details }) => {
					if (kind !== 'permission') return void notThere.push(name);
					throw new MispError(kind, message, { ...details, hint: UPSIDE_DOWN });
				},
			);
		}
		return { id, removed, not_there: notThere };
	},
});

export const tagCollection = resource({
	name: 'Tag Collection',
	description: 'Tags that are often attached together, under one name',
	operations: { addTag, create, delete: deleteCollection, get, getAll, removeTag, update },
});
