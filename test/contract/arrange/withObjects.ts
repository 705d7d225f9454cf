/** The objects that the recorded requests speak of. */
import { addReference, objectShelf } from '../../sandbox/state/objectTemplates';
import { entries, importAttribute, importHead, isRow, type Row } from '../import';
import { type Arrange, base, EXACT, own, type Stage } from './stage';

const text = (value: unknown) => (value === null || value === undefined ? '' : String(value));

/** Takes an object from a reply that shows it with its event. */
function importObject({ world }: Stage, row: Row): void {
	const shown = isRow(row.Event) ? row.Event : { id: row.event_id };
	const event = world.event(shown.id) ?? importHead(world, shown);
	const object = world.addObject(event, {
		id: Number(row.id),
		uuid: text(row.uuid),
		name: text(row.name),
		metaCategory: text(row['meta-category']),
		description: row.description === null ? null : text(row.description),
		templateUuid: text(row.template_uuid),
		templateVersion: text(row.template_version),
		timestamp: Number(row.timestamp),
		distribution: Number(row.distribution),
		comment: text(row.comment),
	});
	for (const one of entries(row.Attribute)) {
		object.attributes.push(importAttribute(world, event, one));
	}
}

export const shownObjects: Arrange = (stage) => {
	const { shown } = stage;
	if (!isRow(shown)) throw new Error('No object in the reply');
	const rows = isRow(shown.Object)
		? [shown.Object]
		: entries(shown.response).map((entry) => entry.Object as Row);
	for (const row of rows) importObject(stage, row);
	return EXACT;
};

const OBJECT = { id: 93, uuid: '2e79e451-f6b3-412e-8dfb-64f34c13b665' };
const SECOND = { id: 109, uuid: '940edecd-40a3-4706-9383-cf9472859338' };
const REFERENCE = { id: 2, uuid: 'e8259b48-61aa-45b6-a046-d6bd2c24e679' };

/** An object of a file in the base event, and one with a reference in another event. */
export const withObjects: Arrange = (stage) => {
	const { world } = stage;
	const event = base(stage);
	event.info = 'exchange event put';
	const file = {
		name: 'file',
		metaCategory: 'file',
		description: 'A file',
		templateUuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
		templateVersion: '24',
		distribution: 0,
	};
	const object = world.addObject(event, { ...OBJECT, ...file, comment: 'by template id' });
	const inside = [
		['filename', 'x1.exe', 'de091259-73b2-4fc8-98a7-c99a2cd2d5ed'],
		['md5', '0123456789abcdef0123456789abcde1', 'd87c9368-9494-4c6d-ae73-5d2e8fdcfddb'],
	] as const;
	for (const [type, value, uuid] of inside) {
		const row = { type, value, uuid, objectRelation: type, objectId: object.id };
		object.attributes.push(world.addAttribute(event, row));
	}
	const other = own(world, 117);
	const second = world.addObject(other, { ...SECOND, ...file });
	const referenced = world.addAttribute(other, {
		id: 115497,
		uuid: 'b22cf00e-6530-4bb1-a289-79a0bbf03f5b',
		type: 'domain',
		value: 'evil.example.com',
	});
	objectShelf(world).references.clear();
	addReference(world, {
		...REFERENCE,
		timestamp: 1_795_502_537,
		objectId: second.id,
		eventId: other.id,
		sourceUuid: second.uuid,
		referencedUuid: referenced.uuid,
		referencedId: referenced.id,
		referencedType: 0,
		relationshipType: 'related-to',
		comment: 'c',
	});
};
