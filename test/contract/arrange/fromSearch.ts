/** States taken from the reply of a search, a view or a list. */
import { type Mode } from '../compare';
import {
	entries,
	importAttribute,
	importEvent,
	importHead,
	importHits,
	importIndexRow,
	importRelated,
	importSighting,
	isRow,
} from '../import';
import { recording } from '../recordings';
import { send } from '../send';
import { addDecoy, type Decoy, EXACT, fillUpTo, own, RECORDED_AT, type Stage, tag } from './stage';

// --- states taken from the reply

export function importEvents(stage: Stage, decoy: Decoy | undefined = {}): Mode {
	const list = isRow(stage.shown) ? stage.shown.response : undefined;
	const rows = entries(list).flatMap((entry) => (isRow(entry.Event) ? [entry.Event] : []));
	const events = rows.map((row) => ({ row, event: importEvent(stage.world, row) }));
	for (const { row, event } of events) importRelated(stage.world, event, row);
	if (decoy !== undefined) addDecoy(stage.world, decoy);
	const body = isRow(stage.one.request.body) ? stage.one.request.body : {};
	const { page, limit } = body;
	if (typeof page === 'number' && typeof limit === 'number' && rows.length > 0) {
		fillUpTo(stage.world, (page - 1) * limit);
	}
	return EXACT;
}

export function importView(stage: Stage): Mode {
	if (!isRow(stage.shown) || !isRow(stage.shown.Event)) throw new Error('No event in the reply');
	const row = stage.shown.Event;
	const event = importEvent(stage.world, row);
	importRelated(stage.world, event, row);
	addDecoy(stage.world, {});
	return EXACT;
}

export function importIndex(stage: Stage): Mode {
	for (const row of entries(stage.shown)) {
		if ('info' in row) {
			importIndexRow(stage.world, row);
			continue;
		}
		const event = importHead(stage.world, {
			publish_timestamp: String(RECORDED_AT + 10_000),
			...row,
			org_id: row.orgc_uuid === 'd755448a-c8eb-4f1a-baaf-9be2de66d6c8' ? '1' : '2',
		});
		stage.world.addAttribute(event, { type: 'text', value: 'content' });
	}
	return EXACT;
}

export function importFound(stage: Stage, decoy: Decoy = {}): Mode {
	const response = isRow(stage.shown) ? stage.shown.response : undefined;
	const { body } = stage.one.request;
	// What the search asked for, and the rows do not show.
	const implied = {
		timestamp: String(RECORDED_AT - 60),
		...(isRow(body) && body.from !== undefined ? { date: body.from } : {}),
	};
	importHits(stage.world, entries(isRow(response) ? response.Attribute : undefined), implied);
	addDecoy(stage.world, decoy);
	return EXACT;
}

export function importSightings(stage: Stage): Mode {
	const shown =
		isRow(stage.shown) && 'response' in stage.shown ? stage.shown.response : stage.shown;
	const list = Array.isArray(shown) ? shown : [shown];
	const rows = entries(list).flatMap((entry) => (isRow(entry.Sighting) ? [entry.Sighting] : []));
	const { world } = stage;
	for (const row of rows) {
		const eventId = Number(row.event_id);
		const known = isRow(row.Event) ? row.Event : {};
		const event =
			world.event(eventId) ??
			own(world, eventId, { info: String(known.info ?? ''), uuid: String(known.uuid ?? eventId) });
		if (!world.attributes.has(Number(row.attribute_id))) {
			importAttribute(world, event, {
				id: row.attribute_id,
				uuid: `00000000-0000-4000-8000-${String(row.attribute_id).padStart(12, '0')}`,
				type: 'text',
				value: row.value ?? 'sighted',
				category: 'Other',
				...(isRow(row.Attribute) ? row.Attribute : {}),
			});
		}
		// Of the last row of a reply that was cut some fields are missing.
		importSighting(world, {
			date_sighting: String(RECORDED_AT - 60),
			org_id: '2',
			type: '0',
			...row,
		});
	}
	return EXACT;
}

/** The event that the recorded XML begins to show. */
export function importXmlView({ world, one }: Stage): Mode {
	const read = (name: string, from: string) =>
		new RegExp(`<${name}>([^<]*)</`).exec(from)?.[1] ?? '';
	const [head = '', inside = ''] = (one.response_text ?? '').split('<Attribute>');
	const names =
		'id orgc_id org_id date threat_level_id info uuid analysis timestamp distribution'.split(' ');
	const event = importHead(world, {
		...Object.fromEntries(names.map((name) => [name, read(name, head)])),
		event_creator_email: read('event_creator_email', head),
		Org: { id: '2', uuid: /<Org>.*?<uuid>([^<]*)/.exec(head)?.[1] },
	});
	importAttribute(world, event, {
		...Object.fromEntries(
			['id', 'type', 'category', 'uuid', 'timestamp', 'comment'].map((name) => [
				name,
				read(name, inside),
			]),
		),
		to_ids: read('to_ids', inside) === '1',
		value: '9.8.7.6',
	});
	return EXACT;
}

/** An event is also found by a tag on one of its attributes, which the reply does not show. */
export function importTagged(stage: Stage): Mode {
	const mode = importEvents(stage);
	const event = stage.world.event(4);
	if (event === undefined) throw new Error('No event 4 in the reply');
	const { attributeCount } = event;
	tag(stage.world, stage.world.addAttribute(event, { type: 'text', value: 'tagged' }), 'tlp:green');
	event.attributeCount = attributeCount;
	return mode;
}

/** A list that was read before: the request carries the ETag it had. */
export async function importRevalidated(stage: Stage): Promise<Mode> {
	const first = recording('poll_seq_10_22_events_index_etag_first');
	const mode = importIndex({ ...stage, shown: first.response });
	if (stage.one.status === 200) return mode;
	const got = await send(first, stage.sandbox);
	const headers = { 'If-None-Match': got.headers.etag ?? '' };
	return { ...mode, ask: { ...stage.one, request: { ...stage.one.request, headers } } };
}

/** Rows that come before those shown, where a later page was asked for. */
export function pageBefore({ world, one, shown }: Stage): void {
	const body = isRow(one.request.body) ? one.request.body : {};
	const { page, limit, eventid } = body;
	if (typeof page !== 'number' || typeof limit !== 'number' || page < 2) return;
	const response = isRow(shown) ? shown.response : undefined;
	const found = entries(isRow(response) ? response.Attribute : undefined).length;
	const event = world.event(eventid) ?? own(world, Number(eventid ?? 2));
	// Of a page past the end a few rows are enough.
	const before = found === 0 ? 2 : (page - 1) * limit;
	for (let id = 1; id <= before; id += 1) {
		world.addAttribute(event, { id, type: 'domain', value: `before${id}.example.com` });
	}
}
