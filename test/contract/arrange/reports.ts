/** Arranging steps for event reports. */
import type { EventRow } from '../../sandbox/rows';
import type { World } from '../../sandbox/server';
import { entries, importHead, isRow, type Row } from '../import';
import { EXACT, own, type Arrange } from './stage';

function importReport(world: World, { EventReport: row, Event: head }: Row): void {
	if (!isRow(row) || !isRow(head)) return;
	const id = Number(head.id);
	const event = world.event(id) ?? importHead(world, { ...head, Org: undefined, Orgc: undefined });
	event.userId = Number(head.user_id);
	world.addReport(event, {
		id: Number(row.id),
		uuid: String(row.uuid),
		name: String(row.name),
		content: String(row.content),
		distribution: Number(row.distribution),
		timestamp: Number(row.timestamp),
		deleted: row.deleted === true,
	});
}

/** The reports of a list or a view. */
export const importReports: Arrange = ({ world, shown }) => {
	for (const row of Array.isArray(shown) ? entries(shown) : [shown as Row])
		importReport(world, row);
	return EXACT;
};

function children(world: World): EventRow {
	return own(world, 117, { info: 'exchange2 children', date: '2026-11-24' });
}

const TEXT =
	'# T\n\nip 198.51.100.77 domain extracted.example.org md5 00112233445566778899aabbccddeeff and APT28, T1059, tlp:red\n';

/** The values in the text have attributes already, whose uuids the reply names. */
const FOUND: Array<[type: string, value: string, uuid: string]> = [
	['ip-dst', '198.51.100.77', '0dce68c5-d0de-48fe-b7e7-15de2907ac90'],
	['domain', 'extracted.example.org', '6725d959-7190-48d8-98ce-e4e44d729d75'],
	['md5', '00112233445566778899aabbccddeeff', 'df7a7080-7636-4801-af6e-dddd0ee8fc72'],
];

export const reportOfChildren: Arrange = ({ world, one }) => {
	const event = children(world);
	for (const [type, value, uuid] of FOUND) world.addAttribute(event, { type, value, uuid });
	const uuid = 'c776f40f-8760-4935-9b7b-519dd5fd1567';
	const deleted = /restore_(success|uuid)$/.test(one.name);
	world.addReport(event, { id: 2, uuid, name: 'lab report', content: TEXT, deleted });
};

export const pages: Arrange = ({ world }) => {
	children(world);
	const content =
		'# Report\n\nSeen 198.51.100.99 and evil-report.example.org, CVE-2024-12345, APT28\n';
	for (const url of ['http://127.0.0.1:8081/iplist.txt', 'http://127.0.0.1:9/none']) {
		world.pages.set(url, content);
	}
};

export const reportOfBase: Arrange = ({ world, one }) => {
	const event = world.event(73);
	if (event === undefined) return;
	event.info = 'exchange event put';
	if (one.name === 'eventReports_delete') world.addReport(event, { id: 1, name: 'Report' });
};
