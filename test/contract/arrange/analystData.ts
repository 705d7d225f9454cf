/** Arranging steps for notes, opinions and relationships. */
import type { World } from '../../sandbox/server';
import { ANALYST_TYPES, type AnalystType } from '../../sandbox/state/analystData';
import { entries, importAttribute, importHead, isRow, type Row } from '../import';
import { ALPHA, type Arrange } from './stage';

/** The other end of a relationship. */
function importRelated(world: World, value: unknown): void {
	const attribute = isRow(value) ? value.Attribute : undefined;
	if (!isRow(attribute) || !isRow(attribute.Event)) return;
	const id = Number(attribute.Event.id);
	const known = world.event(id);
	if (known !== undefined) world.removeEvent(known);
	importAttribute(world, importHead(world, attribute.Event), attribute);
}

const SAID: Record<AnalystType, string[]> = {
	Note: ['note', 'language'],
	Opinion: ['opinion', 'comment'],
	Relationship: ['relationship_type', 'related_object_uuid', 'related_object_type'],
};

function importData(world: World, type: AnalystType, row: Row): void {
	world.addAnalystData({
		type,
		id: Number(row.id),
		uuid: String(row.uuid),
		objectUuid: String(row.object_uuid),
		objectType: String(row.object_type),
		authors: String(row.authors),
		orgId: ALPHA.orgId,
		distribution: Number(row.distribution),
		said: Object.fromEntries(SAID[type].map((name) => [name, row[name]])),
	});
}

/** What the reply shows, before it: a new one is not there yet. */
export const importAnalystData: Arrange = ({ world, shown, one }) => {
	for (const sent of Array.isArray(shown) ? entries(shown) : [shown]) {
		for (const type of ANALYST_TYPES) {
			const row = isRow(sent) ? sent[type] : undefined;
			if (!isRow(row)) continue;
			importRelated(world, row.related_object);
			if (!/_add|opinion_bad/.test(one.name)) importData(world, type, row);
		}
	}
};

/** One of each type, for what is deleted or refused. */
export const oneOfEach: Arrange = ({ world, one }) => {
	if (one.name.endsWith('_missing')) return;
	const ids: Record<AnalystType, number> = { Note: 4, Opinion: 3, Relationship: 2 };
	for (const type of ANALYST_TYPES) {
		world.addAnalystData({ type, id: ids[type], objectUuid: '', orgId: ALPHA.orgId });
	}
};
