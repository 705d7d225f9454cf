import { byId, useLab } from './support';
import { Watching } from './watch';

const lab = useLab();

const NONE = 'There is nothing in this MISP yet that "Audit Log Entry" would start with.';
const ADMIN = { key: 'admin', access: 'read' } as const;

/** An entry of a user (3 and 4 are CERT-ALPHA's, 6 is CERT-BETA's), made without a key. */
const entry = (more: object = {}) =>
	lab.world.addAuditRow({
		action: 'edit',
		model: 'Event',
		modelId: 1,
		eventId: 1,
		title: 'Phishing',
		userId: 3,
		orgId: 2,
		...more,
	});

const watching = async (parameters: object = {}) =>
	await new Watching(lab, 'auditLogEntry', parameters as never, ADMIN).begin();

it('says what to do when there is nothing to show', async () => {
	const trigger = await watching();
	const failure = await trigger.fetchTestEvent().catch((error: Error) => error);
	expect(failure).toMatchObject({
		message: NONE,
		description: expect.stringContaining('MISP.log_new_audit') as string,
	});
});

it('starts once for each entry, and none for its own polls', async () => {
	entry();
	const trigger = await watching();
	await lab.row('event', 'create', { info: 'One' });
	const [row, ...others] = await trigger.next();
	expect(row).toMatchObject({
		action: 'add',
		model: 'Event',
		title: 'One',
		change: { info: 'One' },
		User: { email: 'user@alpha.test' },
		Organisation: { name: 'CERT-ALPHA' },
	});
	expect(others).toEqual([]);
	expect(await trigger.drained()).toEqual([]);
});

it('asks MISP in one request while nothing happens, with the page in the path', async () => {
	const trigger = await watching({ filters: { action: ['tag', 'edit'], event_id: ['1'] } });
	await trigger.next();
	lab.requests.length = 0;
	expect(await trigger.next()).toEqual([]);
	expect(lab.sent).toEqual([
		expect.stringMatching(/^POST \/admin\/audit_logs\/index\/limit:\d+\/page:1$/),
	]);
	expect(lab.body()).toEqual({
		limit: expect.any(Number) as unknown,
		page: 1,
		action: ['tag', 'edit'],
		event_id: ['1'],
	});
});

it('sends MISP no empty body, which it answers with an error of its own', async () => {
	const trigger = await watching({ filters: {} });
	const { id } = entry();
	expect(await trigger.next()).toMatchObject([{ id: String(id) }]);
	expect(lab.body(-1)).toEqual({ limit: expect.any(Number) as unknown, page: 1 });
});

it('filters as MISP does, and leaves out the own user and API keys', async () => {
	const trigger = await watching({
		filters: {
			action: ['edit', 'delete'],
			model: ['Event'],
			org: ['CERT-ALPHA'],
			event_id: ['1', '2'],
			title: 'phish',
			skipOwn: true,
			skipKeys: true,
		},
	});
	const wanted = entry({ action: 'delete' });
	entry({ action: 'add' });
	entry({ model: 'Attribute' });
	entry({ orgId: 3 });
	entry({ eventId: 3 });
	entry({ title: 'Other' });
	entry({ userId: 1 });
	entry({ ip: '198.51.100.7', keyId: 5 });
	expect(await trigger.drained()).toMatchObject([{ id: String(wanted.id), action: 'delete' }]);
});

it('asks MISP for one kind and one organisation, and judges several by itself', async () => {
	const one = await watching({ filters: { model: ['Event'], org: ['CERT-ALPHA'] } });
	const some = await watching({
		filters: { model: ['Event', 'Attribute'], org: ['CERT-ALPHA', '3'] },
	});
	const [a, b] = [entry(), entry({ model: 'Attribute', userId: 6, orgId: 3 })];
	entry({ model: 'Feed' });
	entry({ userId: 1, orgId: 1 });
	expect(await one.drained()).toMatchObject([{ id: String(a.id) }]);
	expect(lab.body(-1)).toMatchObject({ model: 'Event', org: 'CERT-ALPHA' });
	expect(await some.drained()).toMatchObject([{ id: String(a.id) }, { id: String(b.id) }]);
	expect(Object.keys(lab.body(-1))).toEqual(['limit', 'page']);
});

it('watches one user', async () => {
	const trigger = await watching({ filters: { user: 'user@beta.test' } });
	const { id } = entry({ userId: 6, orgId: 3 });
	entry();
	expect(await trigger.drained()).toMatchObject([{ id: String(id) }]);
});

it('hands on many of one second in portions, the oldest first, also after a restart', async () => {
	const trigger = await watching({ options: { limit: 300 } });
	const ids = Array.from({ length: 1250 }, () => String(entry().id));
	const first = await trigger.next();
	expect(first).toHaveLength(300);
	trigger.restart();
	const rows = [...first, ...(await trigger.drained())];
	expect(rows.map(({ id }) => id)).toEqual(ids);
});

it('looks back', async () => {
	lab.world.advance(7200);
	const { id } = entry();
	await lab.savedCredential(ADMIN);
	const trigger = new Watching(
		lab,
		'auditLogEntry',
		{ start: 'lookBack', since: '1h', filters: { model: ['Event'] } },
		ADMIN,
	);
	const first = (await trigger.activate()).map(({ json }) => json);
	expect([...first, ...(await trigger.drained())]).toMatchObject([{ id: String(id) }]);
});

it('hands on an entry that was stored late', async () => {
	const trigger = await watching();
	const late = lab.world.history.late('audit', ({ id }) => entry({ id }));
	const after = entry();
	expect(await trigger.next()).toMatchObject([{ id: String(after.id) }]);
	const { id } = late();
	expect(await trigger.drained()).toMatchObject([{ id: String(id) }]);
});

it('leaves out what it cannot read, and goes on', async () => {
	const trigger = await watching();
	const broken = entry();
	const good = entry();
	Object.assign(broken, { id: 'broken' });
	expect(await trigger.next()).toMatchObject([{ id: String(good.id) }]);
	expect(trigger.remarks[0]).toMatch(/a row that this node cannot read/);
	lab.world.auditRows.clear();
});

it('shows one in the editor', async () => {
	const trigger = await watching();
	const { id } = entry();
	const state = structuredClone(trigger.memory);
	expect((await trigger.fetchTestEvent()).map(({ json }) => json)).toMatchObject([
		{ id: String(id) },
	]);
	expect(trigger.memory).toEqual(state);
});

it('fails when it is activated with a key that may not see the log', async () => {
	const setting = { key: 'rate_limited', access: 'read' } as const;
	await lab.savedCredential(setting);
	const failure = await new Watching(lab, 'auditLogEntry', {}, setting)
		.activate()
		.catch((error: Error) => error);
	expect(failure).toMatchObject({
		message: expect.stringContaining('MISP does not show its audit log to this key') as string,
		description: expect.stringContaining('perm_audit') as string,
	});
});

it('sees what other nodes of the workflow change, unless it skips keys', async () => {
	const trigger = await watching({ filters: { skipKeys: true } });
	const { id } = await lab.row('event', 'create', { info: 'By a node' });
	await lab.row('tag', 'attach', { target: 'event', event: byId(id), tags: ['tlp:green'] });
	expect(await trigger.drained()).toEqual([]);
});
