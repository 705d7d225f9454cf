/**
 * The MISP Trigger in a full n8n that is killed again and again while events come in: each event
 * must reach what stands behind the trigger, once.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Misp } from '../../nodes/Misp/client/client';
import { connectionOf } from '../../nodes/Misp/client/connection';
import { path } from '../../nodes/Misp/client/path';
import type { Cleanups } from '../../scripts/lib/cleanups';
import { ensureN8n } from '../../scripts/lib/n8nInstall';
import type { N8nRest } from '../../scripts/lib/n8nRest';
import { startN8n } from '../../scripts/lib/n8nServer';
import { packPackage } from '../../scripts/lib/packPackage';
import { CREDENTIAL_TYPE, sandboxCredential } from '../../scripts/lib/sandboxCredential';
import { startSandbox, type Sandbox } from '../sandbox/server';
import { runSuite } from './suite';

const ROOT = join(__dirname, '..', '..');
const EVENTS = 1000;
const KILLS = 4;
/** Longest wait for an event to arrive behind the trigger. */
const PATIENCE_MS = 90_000;

/** Stands for whatever a workflow hands its items to; keeps the ids that arrived, poll by poll. */
async function startStore(cleanups: Cleanups) {
	const polls: string[][] = [];
	const server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => (body += chunk.toString()));
		request.on('end', () => {
			polls.push((JSON.parse(body) as { ids: string[] }).ids);
			response.end('{}');
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	cleanups.add(async () => {
		server.close();
		server.closeAllConnections();
	});
	return { polls, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

/** Polls every five seconds; each poll’s events go to the store in one request. */
async function activateWorkflow(rest: N8nRest, sandbox: Sandbox, store: string): Promise<void> {
	const data = sandboxCredential(sandbox, 'readonly', 'read');
	const credential = await rest.createCredential('MISP', CREDENTIAL_TYPE, data);
	const seconds = Array.from({ length: 12 }, (_, index) => index * 5);
	const trigger = 'MISP Trigger';
	const { id } = await rest.createWorkflow({
		name: 'Events to the store',
		nodes: [
			{
				id: 'a2b1b2a8-6d43-4e4f-9a50-3f0d6a6a1a01',
				name: trigger,
				type: 'n8n-nodes-misp.mispTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {
					pollTimes: {
						item: seconds.map((second) => ({
							mode: 'custom',
							cronExpression: `${second} * * * * *`,
						})),
					},
					watch: 'eventCreated',
					output: 'list',
				},
				credentials: { [CREDENTIAL_TYPE]: { id: credential.id, name: credential.name } },
			},
			{
				id: 'a2b1b2a8-6d43-4e4f-9a50-3f0d6a6a1a02',
				name: 'Store',
				type: 'n8n-nodes-base.httpRequest',
				typeVersion: 4.2,
				position: [220, 0],
				parameters: {
					method: 'POST',
					url: store,
					sendBody: true,
					specifyBody: 'json',
					jsonBody: '={{ JSON.stringify({ ids: $json.rows.map((row) => row.id) }) }}',
				},
			},
		],
		connections: { [trigger]: { main: [[{ node: 'Store', type: 'main', index: 0 }]] } },
	});
	await rest.activate(id);
}

/** One event after the other, until there are so many. */
async function createEvents(sandbox: Sandbox, created: string[], count: number): Promise<void> {
	const misp = new Misp(connectionOf(sandboxCredential(sandbox, 'publisher', 'publish')));
	while (created.length < count) {
		const info = `Event ${created.length + 1} of the crash test`;
		const event = { info, distribution: 1, threat_level_id: 4, analysis: 0 };
		const { id } = await misp.post<{ id: string }>(path`/events/add`, event, { unwrap: 'Event' });
		created.push(id);
		await wait(60);
	}
}

/** Whether it came to be in good time. */
async function comes(isReached: () => boolean): Promise<boolean> {
	const end = Date.now() + PATIENCE_MS;
	while (!isReached() && Date.now() < end) await wait(50);
	return isReached();
}

async function run(cleanups: Cleanups): Promise<boolean> {
	const installation = await ensureN8n('2.41.1');
	const temporary = await mkdtemp(join(tmpdir(), 'n8n-nodes-misp-crash-'));
	cleanups.add(async () => await rm(temporary, { recursive: true, force: true }));
	const packed = await packPackage(ROOT, temporary);
	const sandbox = await startSandbox();
	cleanups.add(async () => await sandbox.stop());
	const store = await startStore(cleanups);
	const home = join(temporary, 'home');
	const start = async (installed: boolean) =>
		await startN8n({ installation, packed, home, installed });

	let n8n = await start(false);
	cleanups.add(async () => await n8n.stop());
	await activateWorkflow(n8n.rest, sandbox, store.url);
	// n8n activates in the background; what is there before its first poll does not count as new.
	const isSearch = ({ path: target }: { path: string }) => target === '/events/restSearch';
	assert.ok(await comes(() => sandbox.requests.some(isSearch)), 'the first poll does not come');
	await wait(1000);
	console.log(`the workflow is active; creating ${EVENTS} events`);

	const created: string[] = [];
	for (let kill = 1; kill <= KILLS; kill += 1) {
		const before = store.polls.length;
		const creating = createEvents(sandbox, created, Math.round((kill * EVENTS) / KILLS));
		creating.catch(() => {}); // awaited below
		// The first may be the poll that is part of starting; after the second, the next is seconds away.
		assert.ok(await comes(() => store.polls.length > before + 1), 'nothing arrives');
		// Between two polls: what n8n had begun is done, and what it has not begun must come later.
		await wait(500 + 600 * kill);
		await n8n.kill();
		console.log(
			`killed n8n (${kill}): ${created.length} created, ${store.polls.flat().length} arrived`,
		);
		await creating;
		n8n = await start(true);
	}
	await comes(() => new Set(store.polls.flat()).size >= EVENTS);
	// Whatever would come twice has the time of some more polls.
	await wait(15_000);
	const arrived = store.polls.flat();
	const distinct = new Set(arrived);
	console.log(
		`${created.length} created, ${arrived.length} arrived, ${distinct.size} of them distinct; n8n was killed ${KILLS} times`,
	);
	const missing = created.filter((id) => !distinct.has(id));
	assert.deepEqual(missing, [], 'events that never arrived');
	assert.equal(arrived.length, EVENTS, 'an event arrived twice');
	return true;
}

runSuite(run);
