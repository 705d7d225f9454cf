import { randomUUID } from 'node:crypto';

import type { AnalystRow } from '../sandbox/state/analystData';
import { useLab } from './support';
import { Watching } from './watch';

const lab = useLab();

const textOf = (epoch: number) =>
	new Date(epoch * 1000).toISOString().slice(0, 19).replace('T', ' ');

const add = (more: Partial<AnalystRow> = {}) =>
	lab.world.addAnalystData({
		type: 'Note',
		objectUuid: randomUUID(),
		orgId: 2,
		said: { note: 'Seen at example.com', language: 'en' },
		...more,
	});

const change = (row: AnalystRow) => {
	row.said.note = 'Changed';
	row.modified = lab.world.dateTime();
};

const watching = async (parameters: object = {}) =>
	await new Watching(lab, 'analystDataAdded', parameters as never).begin();

it('starts once for each that is added, whatever its type, and not for changes, if that is wanted', async () => {
	const before = add();
	lab.world.advance(60);
	const trigger = await watching({ changes: 'added' });
	const note = add();
	const opinion = add({ type: 'Opinion', said: { opinion: '75', comment: 'ok' } });
	const said = { relationship_type: 'related-to' };
	const relationship = add({ type: 'Relationship', said });
	const rows = await trigger.next();
	expect(rows).toHaveLength(3);
	expect(rows).toEqual(
		expect.arrayContaining([
			expect.objectContaining({ uuid: note.uuid, note: 'Seen at example.com' }),
			expect.objectContaining({ uuid: opinion.uuid, opinion: '75' }),
			expect.objectContaining({ uuid: relationship.uuid, ...said }),
		]),
	);
	expect(rows[0]).toHaveProperty('created_iso');
	for (const row of [before, note]) change(row);
	expect(await trigger.drained()).toEqual([]);
});

it('starts for changes too', async () => {
	const before = add();
	lab.world.advance(60);
	const trigger = await watching();
	change(before);
	const note = add();
	expect(await trigger.next()).toHaveLength(2);
	change(note);
	expect(await trigger.drained()).toMatchObject([{ uuid: note.uuid, note: 'Changed' }]);
});

it('hands on one that was changed before it was seen', async () => {
	const trigger = await watching();
	const note = add();
	lab.world.advance(3);
	change(note);
	expect(await trigger.drained()).toMatchObject([{ uuid: note.uuid, note: 'Changed' }]);
});

it('looks back', async () => {
	add();
	lab.world.advance(7200);
	const note = add();
	await lab.savedCredential({ access: 'read' });
	const trigger = new Watching(lab, 'analystDataAdded', { start: 'lookBack', since: '1h' });
	const first = (await trigger.activate()).map(({ json }) => json);
	expect([...first, ...(await trigger.drained())]).toMatchObject([{ uuid: note.uuid }]);
});

it('finds what arrives from another MISP with times of some hours ago', async () => {
	lab.world.stopClock();
	const trigger = await watching();
	lab.world.advance(7200);
	await trigger.drained();
	const earlier = textOf(lab.world.now() - 3600);
	const note = add({ created: earlier, modified: earlier, orgId: 4 });
	lab.world.advance(900);
	expect(await trigger.drained()).toMatchObject([{ uuid: note.uuid }]);
});

it('asks MISP in one request while nothing happens', async () => {
	const trigger = await watching();
	lab.world.advance(400);
	await trigger.next();
	lab.requests.length = 0;
	expect(await trigger.next()).toEqual([]);
	expect(lab.sent).toEqual(['POST /analyst_data/indexMinimal']);
	const note = add();
	await trigger.next();
	expect(lab.sent.slice(1)).toContain(`GET /analyst_data/view/Note/${note.uuid}`);
});

it('filters by type, by organisation and by what it is about', async () => {
	const trigger = await watching({
		types: ['Note', 'Opinion'],
		filters: { org: ['REMOTE-GAMMA', 'CERT-ALPHA'], about: ['Event'], skipOwn: true },
	});
	const wanted = add({ orgId: 4 });
	add({ orgId: 4, type: 'Relationship' });
	add({ orgId: 4, objectType: 'Attribute' });
	add({ orgId: 3 });
	add({ orgId: 2 });
	expect(await trigger.drained()).toMatchObject([{ uuid: wanted.uuid }]);
});

it('hands on many of one second in portions, each once, also after a restart', async () => {
	const trigger = await watching({ options: { limit: 20 } });
	const uuids = new Set(Array.from({ length: 70 }, () => add().uuid));
	const first = await trigger.next();
	expect(first).toHaveLength(20);
	trigger.restart();
	const rows = [...first, ...(await trigger.drained())];
	expect(rows).toHaveLength(70);
	expect(new Set(rows.map(({ uuid }) => uuid))).toEqual(uuids);
});

it('leaves out what it cannot read, and goes on', async () => {
	const trigger = await watching();
	const [broken, good] = [add({ modified: 'yesterday' }), add()];
	expect(await trigger.next()).toMatchObject([{ uuid: good.uuid }]);
	expect(trigger.remarks[0]).toContain(broken.uuid);
	lab.world.analystData.delete(broken);
});

it('shows the newest in the editor, and says so when there is none', async () => {
	const trigger = await watching({ filters: { about: ['Galaxy'] } });
	await expect(trigger.fetchTestEvent()).rejects.toThrow(
		'There is nothing in this MISP yet that "Analyst Data Added or Changed" would start with.',
	);
	trigger.parameters.filters = {};
	const { uuid } = add();
	lab.world.advance(20);
	const state = structuredClone(trigger.memory);
	expect((await trigger.fetchTestEvent()).map(({ json }) => json)).toMatchObject([{ uuid }]);
	expect(trigger.memory).toEqual(state);
});
