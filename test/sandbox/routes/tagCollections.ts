/** /tag_collections */
import {
	answer,
	isRecord,
	notSaved,
	refuse,
	saved,
	truthy,
	unwrap,
	type Call,
	type Json,
} from '../http';
import { organisationShort } from '../present';
import { isSiteAdmin } from '../rights';
import type { Controller } from '../router';
import type { TagCollectionRow } from '../rows';

const INVALID = 'Invalid tag collection.';
const NOT_YOURS = 'You dont have a permission to do that';

const sees = ({ viewer }: Call, row: TagCollectionRow): boolean =>
	isSiteAdmin(viewer) || row.allOrgs || row.orgId === viewer.user.orgId;

const mayEdit = ({ viewer }: Call, row: TagCollectionRow): boolean =>
	isSiteAdmin(viewer) || (viewer.grants.has('perm_tag_editor') && row.orgId === viewer.user.orgId);

function head(row: TagCollectionRow): Json {
	return {
		id: String(row.id),
		uuid: row.uuid,
		user_id: String(row.userId),
		org_id: String(row.orgId),
		name: row.name,
		description: row.description,
		all_orgs: row.allOrgs,
	};
}

/** Tags of galaxies stand apart from the others. */
function whole({ world }: Call, row: TagCollectionRow): Json {
	const links = row.tags.flatMap((link) => {
		const tag = world.tags.get(link.tagId);
		return tag === undefined ? [] : [{ ...link, tag }];
	});
	return {
		TagCollection: head(row),
		Organisation: organisationShort(world.organisations.get(row.orgId)),
		User: { id: String(row.userId), email: world.users.get(row.userId)?.email ?? '' },
		TagCollectionTag: links
			.filter(({ tag }) => !tag.isGalaxy)
			.map(({ id, tag }) => ({
				id: String(id),
				tag_collection_id: String(row.id),
				tag_id: String(tag.id),
				Tag: { id: String(tag.id), name: tag.name, colour: tag.colour },
			})),
		Galaxy: links
			.filter(({ tag }) => tag.isGalaxy)
			.flatMap(({ tag }) => {
				const cluster = world.clusterOfTag(tag.name);
				if (cluster === undefined) return [];
				const { id, value, tagName: tag_name } = cluster;
				return [{ GalaxyCluster: [{ id: String(id), value, tag_name }] }];
			}),
	};
}

const rowOf = ({ world, args }: Call): TagCollectionRow | undefined =>
	world.tagCollections.get(Number(args[0]));

function index(call: Call) {
	const rows = [...call.world.tagCollections.values()].filter((row) => sees(call, row));
	return answer(rows.map((row) => whole(call, row)));
}

function view(call: Call) {
	const row = rowOf(call);
	if (row === undefined || !sees(call, row)) throw refuse.notFound('Invalid Tag Collection');
	return answer(whole(call, row));
}

const refused = () =>
	// The reasons come as text here.
	notSaved(
		'Could not add TagCollection',
		'/tag_collections/add',
		JSON.stringify({ name: ['Name cannot be empty.'] }),
	);

function fieldsOf(call: Call): Json {
	const input = unwrap(call.body, 'TagCollection');
	return isRecord(input) ? input : {};
}

function add(call: Call) {
	const { name, description, all_orgs: allOrgs } = fieldsOf(call);
	// Columns without a default.
	if (name === undefined || description === undefined) throw refuse.broken();
	if (name === '') return refused();
	const { id: userId, orgId } = call.viewer.user;
	const row = call.world.addTagCollection({
		name: String(name),
		description: String(description),
		allOrgs: truthy(allOrgs),
		userId,
		orgId,
	});
	return answer({ TagCollection: head(row) });
}

function requireEditable(call: Call): TagCollectionRow {
	const row = rowOf(call);
	if (row === undefined) throw refuse.notFound(INVALID);
	if (!mayEdit(call, row)) throw refuse.forbidden(NOT_YOURS);
	return row;
}

function edit(call: Call) {
	const row = requireEditable(call);
	const { name, description, all_orgs: allOrgs } = fieldsOf(call);
	if (name === '') return refused();
	if (name !== undefined) row.name = String(name);
	if (description !== undefined) row.description = String(description);
	if (allOrgs !== undefined) row.allOrgs = truthy(allOrgs);
	return answer({ TagCollection: head(row) });
}

function deleteCollection(call: Call) {
	const row = requireEditable(call);
	call.world.tagCollections.delete(row.id);
	return saved('Tag collection deleted.', '/tag_collections/delete');
}

/** An id in the path, or a list of ids as text in the body, where names break MISP. */
function idsOf({ args, body }: Call): number[] {
	if (args[1] !== undefined) return [Number(args[1])];
	const text = isRecord(body) ? body.tag : undefined;
	if (typeof text !== 'string') throw refuse.broken();
	const ids = JSON.parse(text) as unknown[];
	if (ids.some((id) => !/^\d+$/.test(String(id)))) throw refuse.broken();
	return ids.map(Number);
}

function addTag(call: Call) {
	const row = rowOf(call);
	if (row === undefined || !mayEdit(call, row)) return answer({ saved: false, errors: INVALID });
	const fresh = idsOf(call).flatMap((id) => {
		const tag = call.world.tags.get(id);
		return tag === undefined || row.tags.some(({ tagId }) => tagId === id) ? [] : [tag];
	});
	for (const tag of fresh) call.world.collect(row, tag);
	return fresh.length > 0
		? answer({ saved: true, success: 'Tag(s) added.' })
		: answer({
				saved: true,
				success: 'All tags are already present, nothing to add.',
				check_publish: true,
			});
}

function removeTag(call: Call) {
	const row = rowOf(call);
	if (row === undefined || !sees(call, row)) return answer({ saved: false, errors: INVALID });
	// The wrong way round, as in MISP 2.5.1.
	if (mayEdit(call, row)) throw refuse.forbidden(NOT_YOURS);
	const link = row.tags.find(({ tagId }) => tagId === Number(call.args[1]));
	if (link === undefined) {
		return answer({
			saved: false,
			errors: 'Invalid tag or tag not associated with the collection.',
		});
	}
	row.tags = row.tags.filter((one) => one !== link);
	return answer(JSON.stringify({ saved: true, success: 'Tag removed.', check_publish: true }), {
		'Content-Type': 'text/html; charset=UTF-8',
	});
}

export const tagCollections: Controller = {
	index: { run: index },
	view: { run: view },
	add: { needs: 'perm_tag_editor', run: add },
	edit: { needs: 'perm_tag_editor', run: edit },
	delete: { needs: 'perm_tag_editor', run: deleteCollection },
	addTag: { needs: 'perm_tag_editor', run: addTag },
	removeTag: { needs: 'perm_tag_editor', run: removeTag },
};
