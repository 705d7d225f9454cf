/** Arranging steps for what is done with a whole event: merging, importing, enriching, protecting. */
import { entries, importAttribute, importHead, isRow, type Row } from '../import';
import { type Arrange, own, type Stage } from './stage';

const ENRICHED = '0f8413d5-8731-4b3c-8da7-ba4bc15e4854';

const mine =
	(...ids: number[]): Arrange =>
	({ world }) => {
		for (const id of ids) own(world, id, id === 103 ? { uuid: ENRICHED } : {});
	};

function mergedRow({ shown }: Stage): Row {
	const [row] = entries(shown);
	if (row === undefined || !isRow(row.Event)) throw new Error('No event in the reply');
	return { ...row.Event, Attribute: row.Attribute };
}

/** Target and source as they were before: the first attribute was the target's own. */
const beforeMerge: Arrange = (stage) => {
	const { Attribute, ...head } = mergedRow(stage);
	const target = importHead(stage.world, { ...head, attribute_count: '1' });
	const source = own(stage.world, target.id + 1, { info: 'merge source', threatLevelId: 3 });
	const [first, ...others] = entries(Attribute);
	importAttribute(stage.world, target, first ?? {});
	for (const row of others) {
		const copied = importAttribute(stage.world, source, { ...row, id: '115433', uuid: '' });
		const links = entries(row.AttributeTag).map(({ Tag }) =>
			stage.world.tag(String((Tag as Row).name)),
		);
		for (const tag of links) if (tag) stage.world.link(copied, tag);
	}
};

const mergedWithItself: Arrange = (stage) => {
	const { Attribute, ...head } = mergedRow(stage);
	const event = importHead(stage.world, head);
	for (const row of entries(Attribute)) importAttribute(stage.world, event, row);
};

/** Events with the same values, made by imports before this one. */
const beforeImport: Arrange = ({ world, shown, one }) => {
	const report = JSON.stringify(one.request.body).match(/report--([0-9a-f-]{36})/)?.[1];
	if (report !== undefined && one.status !== 200) own(world, 300, { uuid: report });
	const reply = isRow(shown) ? shown : {};
	const [shared] = entries(reply.Attribute);
	for (const { Event: related } of entries(reply.RelatedEvent)) {
		if (!isRow(related)) continue;
		const event = importHead(world, related);
		world.addAttribute(event, { type: String(shared?.type), value: String(shared?.value) });
	}
};

export const EVENT_ACTIONS: Array<[RegExp, Arrange]> = [
	[/^events_merge_success$/, beforeMerge],
	[/^events_merge_same_event$/, mergedWithItself],
	[/^events_merge_/, mine(104, 105)],
	[/^events_upload_stix/, beforeImport],
	[/^events_(upload_sample|protect|unprotect)_/, mine(103)],
	[/^events_enrichEvent_disabled$/, ({ world }) => void own(world, 134)],
	[/^events_enrichEvent_/, mine(103)],
];
