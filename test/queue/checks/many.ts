import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Credential } from '../../../scripts/lib/n8nRest';
import { CREDENTIAL_TYPE, sandboxCredential } from '../../../scripts/lib/sandboxCredential';
import type { Report } from '../../e2e/report';
import { sequence } from '../../e2e/workflows';
import { randomKey } from '../../sandbox/seed';
import { allEnded, assertRanOnce } from '../executions';
import {
	addDomain,
	assertSentByWorkers,
	domainsIn,
	newEvent,
	requestsAbout,
	senderOf,
} from '../misp';
import type { Plant } from '../plant';
import { call, webhook } from '../webhook';

const CALLERS = 12;
const PATIENCE_MS = 15 * 60_000;

/** For so long a worker knows what a key may do, see `client/keyCheck.ts`. */
const KEY_CHECK_SECONDS = 600;

/** A credential whose key no worker knows yet. */
async function withNewKey({ n8n, sandbox }: Plant): Promise<Credential> {
	const authKey = randomKey();
	const { id: userId } = sandbox.world.user('publisher@alpha.test');
	sandbox.world.addAuthKey({
		value: authKey,
		userId,
		comment: 'many executions',
		readOnly: false,
		expiration: 0,
		allowedIps: null,
	});
	const data = { ...sandboxCredential(sandbox, 'publisher', 'publish'), authKey };
	return await n8n.rest.createCredential('MISP, new key', CREDENTIAL_TYPE, data);
}

/** Very many executions, each of which changes MISP. */
export async function checkMany(report: Report, plant: Plant, runs: number): Promise<void> {
	const { n8n, sandbox, workers } = plant;
	report.group(`${runs} executions`);
	const credential = await withNewKey(plant);
	sandbox.requests.length = 0;
	let seconds = 0;

	await report.check('none is lost or done twice', async () => {
		const event = newEvent(plant, 'Many');
		const path = randomUUID();
		const add = addDomain({ credential }, event, '=n{{ $json.body.number }}.example.com');
		const { id } = await n8n.rest.createWorkflow(sequence('Many', [webhook(path), add]));
		await n8n.rest.activate(id);
		const began = Date.now();
		let next = 0;
		const caller = async () => {
			for (let number = next++; number < runs; number = next++) await call(plant, path, { number });
		};
		await Promise.all(Array.from({ length: CALLERS }, caller));
		const executions = await allEnded(plant, id, runs, PATIENCE_MS);
		seconds = (Date.now() - began) / 1000;
		assert.equal(executions.length, runs);
		const shares = await assertRanOnce(plant, executions);
		const wanted = Array.from({ length: runs }, (_, number) => `n${number}.example.com`);
		assert.deepEqual(domainsIn(plant, event).sort(), wanted.sort());
		assert.equal(requestsAbout(plant, event).length, runs, 'requests that MISP got for them');
		assertSentByWorkers(plant, event);
		for (const [name, share] of Object.entries(shares)) {
			assert.ok(share > 0, `the worker "${name}" ran nothing`);
			console.log(`          ${name}: ${share}`);
		}
		console.log(`          ${(runs / seconds).toFixed(0)} in a second`);
	});

	await report.check('each worker checks what the key may do once in ten minutes', async () => {
		const checks = sandbox.requests.filter((request) => request.path === '/servers/getVersion');
		const most = 1 + Math.floor(seconds / KEY_CHECK_SECONDS);
		for (const { name } of workers) {
			const own = checks.filter((request) => senderOf(plant, request) === name).length;
			assert.ok(own >= 1 && own <= most, `the worker "${name}" checked it ${own} times`);
		}
	});
}
