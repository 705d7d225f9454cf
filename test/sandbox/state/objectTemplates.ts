/** Object templates, and the references between objects, for each world. */
import { randomUUID } from 'node:crypto';
import type { World } from '.';
import { TEMPLATES, type TemplateRow } from '../seedTemplates';

export interface ReferenceRow {
	id: number;
	uuid: string;
	timestamp: number;
	objectId: number;
	eventId: number;
	sourceUuid: string;
	referencedUuid: string;
	referencedId: number;
	/** What is referred to: 0 an attribute, 1 an object. */
	referencedType: 0 | 1;
	relationshipType: string;
	comment: string;
	deleted: boolean;
}

interface Shelf {
	templates: TemplateRow[];
	references: Map<number, ReferenceRow>;
}

const shelves = new WeakMap<World, Shelf>();

export function objectShelf(world: World): Shelf {
	const known = shelves.get(world);
	if (known) return known;
	const shelf: Shelf = { templates: structuredClone(TEMPLATES), references: new Map() };
	shelves.set(world, shelf);
	return shelf;
}

/** By number, or by uuid: then the first of this uuid, in use or not. */
export function findTemplate(world: World, id: unknown): TemplateRow | undefined {
	const text = String(id).toLowerCase();
	return objectShelf(world).templates.find((row) => String(row.id) === text || row.uuid === text);
}

export function addReference(
	world: World,
	row: Partial<ReferenceRow> &
		Omit<ReferenceRow, 'id' | 'uuid' | 'timestamp' | 'comment' | 'deleted'>,
): ReferenceRow {
	const added: ReferenceRow = {
		uuid: randomUUID(),
		timestamp: world.now(),
		comment: '',
		deleted: false,
		...row,
		id: world.nextId('objectReference', row.id),
	};
	objectShelf(world).references.set(added.id, added);
	return added;
}

export function findReference(world: World, id: unknown): ReferenceRow | undefined {
	const text = String(id).toLowerCase();
	return [...objectShelf(world).references.values()].find(
		(row) => String(row.id) === text || row.uuid === text,
	);
}

export function findObject(world: World, id: unknown) {
	const text = String(id).toLowerCase();
	if (/^\d+$/.test(text)) return world.objects.get(Number(text));
	return [...world.objects.values()].find((row) => row.uuid === text);
}
