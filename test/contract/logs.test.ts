/** What MISP writes down about its users and its workers, and the lists that a poller compares. */
import type { EventRow } from '../sandbox/rows';
import { seed } from '../sandbox/seed';
import { startSandbox, type Sandbox } from '../sandbox/server';
import { ask, type Asked } from './ask';

let sandbox: Sandbox;
let event: EventRow;

beforeAll(async () => {
	sandbox = await startSandbox();
});

beforeEach(() => {
	const { world } = sandbox;
	world.clear();
	seed(world, sandbox.keys);
	world.stopClock(1_800_000_000);
	event = world.addEvent({ orgId: 2, orgcId: 2, published: true });
});

afterAll(async () => {
	await sandbox.stop();
});

interface Entry {
	AuditLog: Record<string, unknown>;
}

async function entries(named = '', key: Asked['key'] = 'admin'): Promise<Entry[]> {
	const got = await ask(sandbox, `/admin/audit_logs/index${named}`, { key });
	return got.status === 200 ? (got.json() as unknown as Entry[]) : [];
}

/** Actions and models, the oldest first. */
const told = (rows: Entry[]) =>
	rows.reverse().map(({ AuditLog }) => `${String(AuditLog.action)} ${String(AuditLog.model)}`);

const send = async (path: string, body: unknown = {}, key: Asked['key'] = 'publisher') =>
	await ask(sandbox, path, { key, body });

describe('the audit log', () => {
	test('tells what was done to an event and its attributes', async () => {
		const added = await send(`/attributes/add/${event.id}`, {
			type: 'domain',
			value: 'a.example.com',
		});
		const { id } = added.json().Attribute as { id: string };
		await send(`/attributes/edit/${id}`, { comment: 'edited', to_ids: false });
		await send(`/attributes/delete/${id}`);
		await send(`/attributes/restore/${id}`);
		await send(`/attributes/delete/${id}/1`);
		await send(`/events/publish/${event.id}/disable_background_processing:1`);
		await send(`/events/delete/${event.id}`);
		const rows = await entries();
		expect(rows.at(-3)).toMatchObject({
			AuditLog: {
				user_id: '3',
				title: `Attribute from Event #${event.id}: Network activity/domain a.example.com`,
				change: { to_ids: [1, 0], comment: ['', 'edited'] },
				request_type: '1',
				created: '2027-01-15 08:00:00',
			},
			User: { email: 'publisher@alpha.test' },
		});
		expect(told(rows)).toEqual([
			'add Attribute',
			'edit Event',
			'edit Attribute',
			'soft_delete Attribute',
			'undelete Attribute',
			'delete Attribute',
			'publish Event',
			'delete Event',
		]);
	});

	test('tells of objects, of tags and of clusters', async () => {
		const { world } = sandbox;
		const object = world.addObject(event, { name: 'file' });
		const { uuid } = event;
		for (const local of [false, true]) {
			await send('/tags/attachTagToObject', { uuid, tag: 'sandbox:reviewed', local }, 'admin');
		}
		await send('/tags/removeTagFromObject', { uuid, tag: 'sandbox:reviewed' }, 'admin');
		await send(`/events/removeTag/${event.id}`, { tag: 'sandbox:reviewed' }, 'admin');
		await send(`/galaxies/attachCluster/${event.id}/event`, { Galaxy: { target_id: 1 } });
		await send(`/objects/delete/${object.id}`);
		await send(`/objects/delete/${object.id}/1`);
		expect(told(await entries())).toEqual([
			'tag Event',
			'edit Event',
			'tag_local Event',
			'remove_tag Event',
			'remove_local_tag Event',
			'galaxy Event',
			'soft_delete Object',
			'delete Object',
		]);
	});

	test('shows everything to site admins, the organisation to its administrators, the rest their own', async () => {
		await send(`/events/edit/${event.id}`, { info: 'one' }, 'publisher');
		await send(`/events/edit/${event.id}`, { info: 'two' }, 'user');
		await send('/events/add', { info: 'three' }, 'beta_user');
		const seen = async (key: Asked['key']) => (await entries('', key)).length;
		expect(await seen('admin')).toBe(3);
		expect(await seen('org_admin')).toBe(2);
		expect(await seen('publisher')).toBe(1);
		expect(await seen('beta_user')).toBe(1);
		expect(await seen('readonly')).toBe(0);
		expect((await ask(sandbox, '/admin/audit_logs/index', { key: 'rate_limited' })).status).toBe(
			403,
		);
	});

	test('is read in pages from the path, and by time, action and user', async () => {
		const { world } = sandbox;
		for (let at = 0; at < 70; at += 1) {
			world.advance(1);
			world.addAuditRow({
				action: at % 2 === 0 ? 'add' : 'edit',
				model: 'Event',
				modelId: event.id,
				userId: at < 10 ? 4 : 3,
			});
		}
		const ids = async (named: string) =>
			(await entries(named)).map(({ AuditLog }) => Number(AuditLog.id));
		expect(await ids('')).toHaveLength(60);
		expect(await ids('/limit:2/page:2')).toEqual([68, 67]);
		expect(
			(await ask(sandbox, '/admin/audit_logs/index/limit:70/page:2', { key: 'admin' })).status,
		).toBe(404);
		expect(await ids(`/created:${world.now() - 1}`)).toEqual([70, 69]);
		expect(await ids('/action:edit/limit:2')).toEqual([70, 68]);
		expect(await ids('/user:user@alpha.test')).toHaveLength(10);
	});

	test('is silent when it is switched off', async () => {
		sandbox.world.settings.auditLog = false;
		await send(`/events/edit/${event.id}`, { info: 'unseen' });
		expect(await entries()).toEqual([]);
	});
});

describe('jobs', () => {
	const jobs = async (named = '', key: Asked['key'] = 'admin') =>
		(await ask(sandbox, `/jobs/index${named}`, { key })).json() as unknown as Array<{
			Job: Record<string, string>;
		}>;

	test('of the queue are seen by site admins, before and after', async () => {
		await send(`/events/publish/${event.id}`);
		expect(await jobs()).toMatchObject([
			{ Job: { job_type: 'publish_event', job_input: `Event ID: ${event.id}`, status: '0' } },
		]);
		sandbox.world.runJobs();
		expect(await jobs()).toMatchObject([{ Job: { status: '4', progress: '100' } }]);
		expect((await ask(sandbox, '/jobs/index', { key: 'org_admin' })).status).toBe(403);
	});

	test('that fail do nothing, and say so by their status alone', async () => {
		event.published = false;
		sandbox.world.settings.jobsFail = true;
		await send(`/events/publish/${event.id}`);
		sandbox.world.runJobs();
		expect(event.published).toBe(false);
		expect(await jobs('/limit:1')).toMatchObject([
			{ Job: { status: '3', job_status: 'Completed', failed: false } },
		]);
	});

	test('are told in the name of whoever asked for them', async () => {
		event = sandbox.world.addEvent({ orgId: 2, orgcId: 2 });
		await send(`/events/publish/${event.id}`);
		sandbox.world.runJobs();
		expect(await entries()).toMatchObject([
			{
				AuditLog: { action: 'publish', user_id: '3', ip: null, request_type: '2', authkey_id: '0' },
			},
		]);
	});

	test('are newest first, 20 on a page, and none past the end', async () => {
		for (let at = 0; at < 25; at += 1) sandbox.world.addJob({ type: 'fetch_feeds' });
		expect((await jobs()).map(({ Job }) => Number(Job.id))).toEqual(
			Array.from({ length: 20 }, (_, at) => 25 - at),
		);
		expect(await jobs('/limit:10/page:3')).toHaveLength(5);
		expect((await ask(sandbox, '/jobs/index/limit:10/page:4', { key: 'admin' })).status).toBe(404);
	});
});

test('analyst data is listed by when it was changed', async () => {
	const { world } = sandbox;
	const list = async (body: unknown = {}) =>
		(await ask(sandbox, '/analyst_data/indexMinimal', { body })).json();
	expect(await list()).toEqual([]);
	const note = world.addAnalystData({ type: 'Note', objectUuid: event.uuid, orgId: 2 });
	world.advance(5);
	const opinion = world.addAnalystData({ type: 'Opinion', objectUuid: event.uuid, orgId: 3 });
	world.addAnalystData({ type: 'Note', objectUuid: event.uuid, orgId: 3, distribution: 0 });
	expect(await list()).toEqual({
		Note: { [note.uuid]: '2027-01-15 08:00:00' },
		Opinion: { [opinion.uuid]: '2027-01-15 08:00:05' },
	});
	expect(Object.keys(await list({ orgc_name: ['!CERT-ALPHA'] }))).toEqual(['Opinion']);
	expect(Object.keys(await list({ orgc_name: ['CERT-ALPHA'] }))).toEqual(['Note']);
});

test.each(['warninglists', 'taxonomies', 'galaxies', 'noticelists'] as const)(
	'%s show a version and whether they are in use',
	async (kind) => {
		const row = [...sandbox.world[kind].values()][0];
		if (row === undefined) throw new Error(`No ${kind}`);
		Object.assign(row, { version: '20270115', enabled: false });
		const { text } = await ask(sandbox, `/${kind}/index`, { key: 'user' });
		expect(text).toMatch(/"version":"20270115"[^}]*"enabled":false/);
	},
);
