/** /collections and /collectionElements. In MISP 2.5.1 they work for site admins, whoever owns them. */
import { answer, isRecord, refuse, saved, notSaved, unwrap, type Call, type Json } from '../http';
import { isSiteAdmin } from '../rights';
import type { Controller } from '../router';
import {
	addCollection,
	addElement,
	shelfOf,
	type CollectionRow,
	type ElementRow,
} from '../state/collections';

const flat = (row: CollectionRow): Json => ({
	id: String(row.id),
	uuid: row.uuid,
	org_id: String(row.orgId),
	orgc_id: String(row.orgId),
	user_id: String(row.userId),
	created: row.created,
	modified: row.modified,
	distribution: String(row.distribution),
	sharing_group_id: row.sharingGroupId === null ? null : String(row.sharingGroupId),
	name: row.name,
	type: row.type,
	description: row.description,
});

const flatElement = (row: ElementRow): Json => ({
	id: String(row.id),
	uuid: row.uuid,
	element_uuid: row.elementUuid,
	element_type: row.elementType,
	collection_id: String(row.collectionId),
	description: row.description,
});

const fieldsOf = (call: Call, model: string): Json => {
	const body = unwrap(call.body, model);
	return isRecord(body) ? body : {};
};

const NO_PRIVILEGES = 'Invalid Collection or insuficient privileges';

/** By number alone: a uuid breaks the look-up. */
function find({ world, args: [id = ''] }: Call): CollectionRow | undefined {
	return /^\d+$/.test(id) ? shelfOf(world).collections.get(Number(id)) : undefined;
}

function toChange(call: Call, missing: string): CollectionRow {
	if (!isSiteAdmin(call.viewer)) throw refuse.notAllowed(NO_PRIVILEGES);
	const row = find(call);
	if (row === undefined) throw refuse.notFound(missing);
	return row;
}

function index({ world, viewer, args: [which] }: Call) {
	const rows = [...shelfOf(world).collections.values()].filter((row) => {
		if (which === 'my_collections') return row.userId === viewer.user.id;
		if (which === 'org_collections') return row.orgId === viewer.user.orgId;
		return isSiteAdmin(viewer) || row.orgId === viewer.user.orgId || row.distribution > 0;
	});
	return answer(rows.map((row) => ({ Collection: flat(row) })));
}

function view(call: Call) {
	const { world, viewer, args } = call;
	if (!isSiteAdmin(viewer) || !/^\d+$/.test(args[0] ?? '')) throw refuse.broken();
	const row = find(call);
	if (row === undefined) throw refuse.notFound('Invalid Collection.');
	const organisation = world.organisations.get(row.orgId);
	const org = { id: String(row.orgId), uuid: organisation?.uuid, name: organisation?.name };
	const inside = [...shelfOf(world).elements.values()].filter((one) => one.collectionId === row.id);
	return answer({
		Collection: {
			...flat(row),
			Orgc: org,
			Org: org,
			User: { id: String(row.userId), email: world.users.get(row.userId)?.email },
			CollectionElement: inside.map(flatElement),
		},
	});
}

function add(call: Call) {
	const { world, viewer } = call;
	const {
		name,
		type,
		description = '',
		distribution = 0,
		uuid,
		...more
	} = fieldsOf(call, 'Collection');
	// The columns may not be null.
	if (name === undefined || type === undefined) throw refuse.broken();
	const row = addCollection(world, {
		name: String(name),
		type: String(type),
		description: String(description),
		distribution: Number(distribution),
		sharingGroupId: more.sharing_group_id === undefined ? null : Number(more.sharing_group_id),
		orgId: viewer.user.orgId,
		userId: viewer.user.id,
		...(typeof uuid === 'string' ? { uuid } : {}),
	});
	return answer({ Collection: flat(row) });
}

function edit(call: Call) {
	const row = toChange(call, 'Invalid collection.');
	const fields = fieldsOf(call, 'Collection');
	for (const name of ['name', 'type', 'description'] as const) {
		if (fields[name] !== undefined) row[name] = String(fields[name]);
	}
	if (fields.distribution !== undefined) row.distribution = Number(fields.distribution);
	return answer({ Collection: flat(row) });
}

function remove(call: Call) {
	const row = toChange(call, 'Invalid Collection.');
	shelfOf(call.world).collections.delete(row.id);
	return answer({
		...(saved('Collection deleted.', `/collections/delete/${row.id}`).body as Json),
		id: row.id,
	});
}

export const collections: Controller = {
	index: { run: index },
	view: { run: view },
	add: { needs: 'perm_modify', run: add },
	edit: { needs: 'perm_modify', run: edit },
	delete: { needs: 'perm_modify', run: remove },
};

function elementIndex(call: Call) {
	if (!isSiteAdmin(call.viewer)) throw refuse.broken();
	const id = Number(call.args[0]);
	const inside = [...shelfOf(call.world).elements.values()].filter(
		(row) => row.collectionId === id,
	);
	return answer(inside.map((row) => ({ CollectionElement: flatElement(row) })));
}

function putIn(call: Call) {
	const { world, viewer } = call;
	const collection = find(call);
	if (!isSiteAdmin(viewer) || collection === undefined) throw refuse.notAllowed(NO_PRIVILEGES);
	const fields = fieldsOf(call, 'CollectionElement');
	if (!/^(Event|GalaxyCluster)$/.test(String(fields.element_type))) {
		const errors = { element_type: ['Invalid object type.'] };
		return notSaved('Could not add collectionElement', '/collection_elements/add', errors);
	}
	const uuid = fields.element_uuid;
	const inside = [...shelfOf(world).elements.values()].filter(
		(row) => row.collectionId === collection.id && row.elementUuid === uuid,
	);
	if (typeof uuid !== 'string' || inside.length > 0) throw refuse.broken();
	const row = addElement(world, {
		elementUuid: uuid,
		elementType: String(fields.element_type),
		collectionId: collection.id,
		description: fields.description === undefined ? null : String(fields.description),
	});
	return answer({ CollectionElement: flatElement(row) });
}

function takeOut({ world, viewer, args: [id] }: Call) {
	const { elements } = shelfOf(world);
	const row = elements.get(Number(id));
	if (!isSiteAdmin(viewer) || row === undefined) throw refuse.notAllowed(NO_PRIVILEGES);
	elements.delete(row.id);
	const url = `/collection_elements/delete/${row.id}`;
	return answer({ ...(saved('CollectionElement deleted.', url).body as Json), id: row.id });
}

export const collectionElements: Controller = {
	index: { run: elementIndex },
	add: { needs: 'perm_modify', run: putIn },
	delete: { needs: 'perm_modify', run: takeOut },
};
