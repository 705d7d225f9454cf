import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Report } from '../../e2e/report';
import { sequence } from '../../e2e/workflows';
import { allEnded, assertSucceeded } from '../executions';
import { addDomain, newEvent } from '../misp';
import { CONCURRENCY, MISP_REQUEST_MS, type Plant } from '../plant';
import { call, webhook } from '../webhook';

/** What `client/agent.ts` keeps for each credential. */
const POOL = 8;
/** So slow is MISP here that all executions of a worker wait for it at the same time. */
const SLOW_MS = 4000;

/** However many executions a worker has under way, MISP sees few connections of it. */
export async function checkPools(report: Report, plant: Plant): Promise<void> {
	const { n8n, workers, connections, sandbox } = plant;
	const calls = workers.length * CONCURRENCY;
	report.group('Connections');

	await report.check(`${calls} executions at a time, ${POOL} connections of a worker`, async () => {
		const path = randomUUID();
		const add = addDomain(plant, newEvent(plant, 'Slow'), '=p{{ $json.body.number }}.example.com');
		const { id } = await n8n.rest.createWorkflow(sequence('Slow', [webhook(path), add]));
		await n8n.rest.activate(id);
		connections.forgetPeaks();
		sandbox.setCost(SLOW_MS);
		try {
			const numbers = Array.from({ length: calls }, (_, number) => number);
			await Promise.all(numbers.map(async (number) => await call(plant, path, { number })));
			const executions = await allEnded(plant, id, calls);
			await assertSucceeded(plant, executions);
		} finally {
			sandbox.setCost(MISP_REQUEST_MS);
		}
		const peaks = workers.map(({ name, pid }) => ({ name, peak: connections.peakOf(pid) }));
		for (const { name, peak } of peaks) {
			console.log(`          ${name}: ${peak}`);
			assert.ok(peak > 0 && peak <= POOL, `${name} had ${peak} connections`);
		}
		// Else it was never put to the test.
		assert.ok(
			peaks.some(({ peak }) => peak === POOL),
			'no pool was ever full',
		);
	});
}
