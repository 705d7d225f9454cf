import { byId, useLab } from './support';
import { Watching } from './watch';

const lab = useLab();

const eventNow = (more: object = {}) => lab.world.addEvent({ orgId: 2, orgcId: 2, ...more });

const report = async (event: { id: number }, name: string) =>
	await lab.row('eventReport', 'create', {
		event: byId(event.id),
		reportName: name,
		content: '# x',
	});

const watching = async (parameters: object = {}) =>
	await new Watching(lab, 'eventReportChanged', parameters as never).begin();

it('starts for a new report and for each change, and for nothing else of its event', async () => {
	const event = eventNow();
	lab.world.addReport(event, { name: 'Before', timestamp: lab.world.now() - 60 });
	const trigger = await watching();
	const { id } = await report(event, 'Weekly');
	const [row] = await trigger.next();
	expect(row).toMatchObject({
		id,
		name: 'Weekly',
		content: '# x',
		Event: { id: String(event.id) },
	});
	expect(row).toHaveProperty('timestamp_iso');
	await lab.row('event', 'update', { event: byId(event.id), updateFields: { info: 'Else' } });
	expect(await trigger.drained()).toEqual([]);

	await lab.row('eventReport', 'update', { report: byId(id), updateFields: { content: '# y' } });
	expect(await trigger.drained()).toMatchObject([{ id, content: '# y' }]);
});

it('starts for new ones only, once each, if that is wanted', async () => {
	const event = eventNow();
	const old = lab.world.addReport(event, { name: 'Before', timestamp: lab.world.now() - 60 });
	const trigger = await watching({ changes: 'added' });
	await lab.row('eventReport', 'update', { report: byId(old.id), updateFields: { content: 'z' } });
	const { id } = await report(event, 'Weekly');
	expect(await trigger.next()).toMatchObject([{ id }]);
	await lab.row('eventReport', 'update', { report: byId(id), updateFields: { content: '# y' } });
	expect(await trigger.drained()).toEqual([]);
});

it('looks back, without what was there before', async () => {
	const event = eventNow();
	lab.world.addReport(event, { name: 'Before' });
	lab.world.advance(7200);
	const { id } = await report(event, 'Since');
	await lab.savedCredential({ access: 'read' });
	for (const changes of ['added', 'all']) {
		const parameters = {
			changes,
			start: 'lookBack',
			since: '1h',
			filters: { eventid: [event.id] },
		};
		const trigger = new Watching(lab, 'eventReportChanged', parameters);
		const first = (await trigger.activate()).map(({ json }) => json);
		expect([...first, ...(await trigger.drained())]).toMatchObject([{ id }]);
	}
});

it('sees reports that arrive in synchronised events with old times', async () => {
	const trigger = await watching();
	const event = lab.world.history.pull({ published: false });
	lab.world.addReport(event, { name: 'From elsewhere', timestamp: lab.world.now() - 8 * 86_400 });
	lab.world.publish(event);
	expect(await trigger.next()).toMatchObject([{ name: 'From elsewhere' }]);
	expect(await trigger.drained()).toEqual([]);
});

it('asks MISP in one request while nothing happens', async () => {
	const trigger = await watching();
	lab.world.advance(400);
	await trigger.drained();
	lab.requests.length = 0;
	expect(await trigger.next()).toEqual([]);
	expect(lab.sent).toEqual(['POST /events/restSearch']);
	const [clock] = ['timestamp', 'publish_timestamp'].filter((name) => name in lab.body());
	expect(lab.body()).toEqual({
		returnFormat: 'json',
		metadata: 1,
		[String(clock)]: [expect.any(Number), expect.any(Number)],
		order: `Event.${clock} asc, Event.id asc`,
		limit: 100,
		page: 1,
	});
});

it('asks for the reports of an event as MISP was seen to answer', async () => {
	const trigger = await watching();
	lab.world.advance(400);
	const event = eventNow();
	lab.world.addReport(event, { name: 'One' });
	lab.requests.length = 0;
	await trigger.next();
	expect(lab.sent).toContain(`GET /event_reports/index/event_id:${event.id}`);
});

it('filters by the name of the report and by the event, also later', async () => {
	const trigger = await watching({
		nameContains: 'WEEKLY',
		filters: { published: 1, skipOwn: true },
	});
	const [own, other] = [
		eventNow({ published: true }),
		lab.world.history.pull({ published: false }),
	];
	for (const event of [own, other]) {
		for (const name of ['The weekly', 'The daily']) lab.world.addReport(event, { name });
		lab.world.touch(event);
	}
	expect(await trigger.next()).toEqual([]);
	lab.world.publish(other);
	expect(await trigger.drained()).toMatchObject([
		{ name: 'The weekly', event_id: String(other.id) },
	]);
});

it('hands on many of one second in portions, each once', async () => {
	const trigger = await watching({ options: { limit: 70 } });
	const reports = lab.world.history
		.events(120)
		.flatMap((event, at) =>
			at % 3 === 0 ? [1, 2].map((n) => lab.world.addReport(event, { name: `${n}` }).id) : [],
		);
	const rows = await trigger.drained();
	expect(rows.map(({ id }) => Number(id)).sort((a, b) => a - b)).toEqual(reports);
});

it('goes on after a restart, and leaves out a row that it cannot read', async () => {
	const event = eventNow();
	const trigger = await watching();
	const [broken, good] = ['Broken', 'Good'].map((name) => lab.world.addReport(event, { name }));
	lab.world.touch(event);
	Object.assign(broken ?? {}, { timestamp: 'broken' });
	expect(await trigger.next()).toMatchObject([{ id: String(good?.id) }]);
	expect(trigger.remarks[0]).toMatch(/a row that this node cannot read/);
	lab.world.reports.delete(Number(broken?.id));
	trigger.restart();
	const { id } = await report(event, 'Later');
	expect(await trigger.drained()).toMatchObject([{ id }]);
});

it('shows one in the editor, and says so when there is none', async () => {
	const trigger = await watching({ nameContains: 'No such report' });
	await expect(trigger.fetchTestEvent()).rejects.toThrow(
		'There is nothing in this MISP yet that "Event Report Added or Changed" would start with.',
	);
	lab.world.addReport(eventNow(), { name: 'For the editor' });
	trigger.parameters.nameContains = 'for the editor';
	const state = structuredClone(trigger.memory);
	expect((await trigger.fetchTestEvent()).map(({ json }) => json)).toMatchObject([
		{ name: 'For the editor' },
	]);
	expect(trigger.memory).toEqual(state);
});
