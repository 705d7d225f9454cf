/** Collections and what is in them, for each world. */
import { randomUUID } from 'node:crypto';
import type { World } from '.';

export interface CollectionRow {
	id: number;
	uuid: string;
	orgId: number;
	userId: number;
	created: string;
	modified: string;
	distribution: number;
	sharingGroupId: number | null;
	name: string;
	type: string;
	description: string;
}

export interface ElementRow {
	id: number;
	uuid: string;
	elementUuid: string;
	elementType: string;
	collectionId: number;
	description: string | null;
}

interface Shelf {
	collections: Map<number, CollectionRow>;
	elements: Map<number, ElementRow>;
}

const shelves = new WeakMap<World, Shelf>();

export function shelfOf(world: World): Shelf {
	const known = shelves.get(world);
	if (known) return known;
	const shelf: Shelf = { collections: new Map(), elements: new Map() };
	shelves.set(world, shelf);
	return shelf;
}

export function addCollection(
	world: World,
	row: Partial<CollectionRow> & { name: string },
): CollectionRow {
	const added: CollectionRow = {
		uuid: randomUUID(),
		orgId: 1,
		userId: 1,
		created: world.dateTime(),
		modified: world.dateTime(),
		distribution: 0,
		sharingGroupId: null,
		type: 'other',
		description: '',
		...row,
		id: world.nextId('collection', row.id),
	};
	shelfOf(world).collections.set(added.id, added);
	return added;
}

export function addElement(
	world: World,
	row: Partial<ElementRow> & { elementUuid: string; collectionId: number },
): ElementRow {
	const added: ElementRow = {
		uuid: randomUUID(),
		elementType: 'Event',
		description: null,
		...row,
		id: world.nextId('collectionElement', row.id),
	};
	shelfOf(world).elements.set(added.id, added);
	return added;
}
