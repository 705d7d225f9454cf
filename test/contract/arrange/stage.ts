/** What an arranging step gets, and the rows most requests turn about. */
import { type EventRow } from '../../sandbox/rows';
import { type Sandbox, type World } from '../../sandbox/server';
import { type Mode } from '../compare';
import { type Recording } from '../recordings';

export interface Stage {
	sandbox: Sandbox;
	world: World;
	one: Recording;
	/** What the reply shows, also of a reply that was cut. */
	shown: unknown;
}

export type Arrange = (stage: Stage) => Mode | undefined | void | Promise<Mode | undefined | void>;

export const SHAPE: Mode = { volatile: 'shape' };
export const EXACT: Mode = { volatile: 'exact' };

/** When most of the recordings were made. */
export const RECORDED_AT = 1_795_500_300;

export function setClock(world: World, epoch: number): void {
	world.stopClock(Math.floor(epoch));
}

export function clearEvents(world: World): void {
	for (const event of [...world.events.values()]) world.removeEvent(event);
	world.blocklist.clear();
}

export const ALPHA = { orgId: 2, orgcId: 2, userId: 4 };
export const EVENT = { id: 73, uuid: 'd8596752-93cf-492e-82a4-940ea6dbe92c' };
export const ATTRIBUTE = { id: 111703, uuid: '5d7b8b89-72b6-4fd1-9beb-3b08c60fab55' };

/** The event of CERT-ALPHA about which most requests turn, and one of LAB that others cannot see. */
export function baseEvents(world: World): EventRow {
	world.addEvent({ id: 1, info: 'Not for others', distribution: 0, orgId: 1, orgcId: 1 });
	const event = world.addEvent({
		...EVENT,
		...ALPHA,
		info: 'exchange event',
		date: '2026-11-01',
		threatLevelId: 2,
		analysis: 1,
		distribution: 1,
	});
	world.addAttribute(event, { ...ATTRIBUTE, type: 'ip-dst', value: '9.8.7.6' });
	world.addAttribute(event, {
		id: 111704,
		type: 'md5',
		value: 'd41d8cd98f00b204e9800998ecf8427e',
	});
	tag(world, event, 'tlp:amber');
	return event;
}

export function tag(world: World, target: { tags: EventRow['tags'] }, name: string): void {
	world.link(target, world.tag(name) ?? world.addTag({ name }));
}

export function base({ world }: Stage): EventRow {
	const event = world.event(EVENT.id);
	if (event === undefined) throw new Error('No base event');
	return event;
}

export function own(world: World, id: number, more: Partial<EventRow> = {}): EventRow {
	return world.addEvent({ id, ...ALPHA, distribution: 1, info: `event ${id}`, ...more });
}

// --- decoys: rows a search must not find

export interface Decoy {
	eventId?: number;
	attributeId?: number;
	timestamp?: number;
}

export function addDecoy(
	world: World,
	{ eventId = 900_001, attributeId = 9_000_001, timestamp = 1 }: Decoy,
) {
	const event = world.addEvent({
		id: eventId,
		orgId: 3,
		orgcId: 3,
		userId: 6,
		info: 'decoy',
		date: '2020-01-01',
		distribution: 1,
		timestamp,
	});
	world.addAttribute(event, {
		id: attributeId,
		type: 'text',
		value: 'decoy',
		toIds: false,
		timestamp,
	});
}

/** Events without content that come first in a list of which a later page was asked for. */
export function fillUpTo(world: World, count: number): void {
	for (let id = 1; id <= count; id += 1) {
		if (!world.events.has(id)) world.addEvent({ id, orgId: 1, orgcId: 1, info: `filler ${id}` });
	}
}
