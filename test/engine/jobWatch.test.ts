import { JOB } from '../sandbox/state/ground';
import { useLab } from './support';
import { Watching } from './watch';

const lab = useLab();

const ADMIN = { key: 'admin', access: 'read' } as const;

const job = (more: object = {}) =>
	lab.world.addJob({ type: 'fetch_feeds', input: 'Feed: 6', ...more });

const failed = (more: object = {}) =>
	job({ status: JOB.failed, message: 'Job failed. See error log for more details.', ...more });

const watching = async (parameters: object = {}) =>
	await new Watching(lab, 'jobFailed', parameters as never, ADMIN).begin();

it('says so when there is none to show', async () => {
	const trigger = await watching();
	await expect(trigger.fetchTestEvent()).rejects.toThrow(
		'There is nothing in this MISP yet that "Job Failed" would start with.',
	);
});

it('starts once for each job that fails, also when newer ones were there before', async () => {
	failed();
	const trigger = await watching();
	const slow = job();
	job({ status: JOB.completed });
	const { id } = failed();
	expect(await trigger.next()).toMatchObject([
		{ id: String(id), job_type: 'fetch_feeds', status: '3', Org: { name: 'LAB' } },
	]);
	slow.status = JOB.failed;
	expect(await trigger.drained()).toMatchObject([{ id: String(slow.id) }]);
	expect(await trigger.drained()).toEqual([]);
});

it('starts for a job whose worker crashed, whatever its own status says', async () => {
	const trigger = await watching();
	const crashed = job({ status: JOB.running });
	expect(await trigger.drained()).toEqual([]);
	crashed.crashed = true;
	expect(await trigger.next()).toMatchObject([
		{ id: String(crashed.id), status: '2', failed: true, job_status: 'Failed' },
	]);
	expect(await trigger.drained()).toEqual([]);
});

it('repeats none when others are removed', async () => {
	failed();
	for (let at = 0; at < 500; at += 1) job({ status: JOB.completed });
	const trigger = await watching();
	for (const [id, row] of lab.world.jobs) {
		if (row.status === JOB.completed) lab.world.jobs.delete(id);
	}
	const { id } = failed();
	expect(await trigger.drained()).toMatchObject([{ id: String(id) }]);
	for (let at = 0; at < 500; at += 1) job({ status: JOB.completed });
	expect(await trigger.drained()).toEqual([]);
	for (const [number, row] of lab.world.jobs) {
		if (row.status === JOB.completed) lab.world.jobs.delete(number);
	}
	expect(await trigger.drained()).toEqual([]);
});

it('asks MISP in one request', async () => {
	const trigger = await watching();
	await trigger.next();
	lab.requests.length = 0;
	expect(await trigger.next()).toEqual([]);
	expect(lab.sent).toEqual(['GET /jobs/index/limit:500/page:1']);
});

it('filters by queue and type', async () => {
	const trigger = await watching({ filters: { queue: ['default'], type: 'FETCH' } });
	const { id } = failed();
	failed({ worker: 'email' });
	failed({ type: 'cache_feeds' });
	expect(await trigger.drained()).toMatchObject([{ id: String(id) }]);
});

it('hands on many in portions, also after a restart', async () => {
	const trigger = await watching({ options: { limit: 20 } });
	const ids = Array.from({ length: 70 }, () => String(failed().id));
	const first = await trigger.next();
	expect(first).toHaveLength(20);
	trigger.restart();
	const rows = [...first, ...(await trigger.drained())];
	expect(rows.map(({ id }) => id)).toEqual(ids);
});

it('looks back', async () => {
	lab.world.advance(7200);
	const { id } = failed();
	await lab.savedCredential(ADMIN);
	const trigger = new Watching(lab, 'jobFailed', { start: 'lookBack', since: '1h' }, ADMIN);
	const first = (await trigger.activate()).map(({ json }) => json);
	expect([...first, ...(await trigger.drained())]).toMatchObject([{ id: String(id) }]);
});

it('leaves out what it cannot read, and goes on', async () => {
	const trigger = await watching();
	const broken = failed();
	const good = failed();
	Object.assign(broken, { id: 'broken' });
	expect(await trigger.next()).toMatchObject([{ id: String(good.id) }]);
	expect(trigger.remarks[0]).toMatch(/a row that this node cannot read/);
	broken.id = -1;
});

it('shows the newest one in the editor', async () => {
	const trigger = await watching();
	const { id } = failed();
	const state = structuredClone(trigger.memory);
	expect((await trigger.fetchTestEvent()).map(({ json }) => json)).toMatchObject([
		{ id: String(id) },
	]);
	expect(trigger.memory).toEqual(state);
});

it('fails when it is activated with a key that may not see jobs', async () => {
	await lab.savedCredential({ access: 'read' });
	const failure = await new Watching(lab, 'jobFailed').activate().catch((error: Error) => error);
	expect(failure).toMatchObject({
		message: expect.stringContaining('MISP does not show its jobs to this key') as string,
		description: expect.stringContaining('Only site admins') as string,
	});
});
