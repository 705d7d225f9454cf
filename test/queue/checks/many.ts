import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Report } from '../../e2e/report';
import { sequence } from '../../e2e/workflows';
import { allEnded, assertRanOnce } from '../executions';
import { addDomain, assertSentByWorkers, domainsIn, newEvent, requestsAbout } from '../misp';
import type { Plant } from '../plant';
import { call, webhook } from '../webhook';

const CALLERS = 12;
const PATIENCE_MS = 15 * 60_000;

/** Very many executions, each of which changes MISP. */
export async function checkMany(report: Report, plant: Plant, runs: number): Promise<void> {
	const { n8n } = plant;
	report.group(`${runs} executions`);

	await report.check('none is lost or done twice', async () => {
		const event = newEvent(plant, 'Many');
		const path = randomUUID();
		const add = addDomain(plant, event, '=n{{ $json.body.number }}.example.com');
		const { id } = await n8n.rest.createWorkflow(sequence('Many', [webhook(path), add]));
		await n8n.rest.activate(id);
		const began = Date.now();
		let next = 0;
		const caller = async () => {
			for (let number = next++; number < runs; number = next++) await call(plant, path, { number });
		};
		await Promise.all(Array.from({ length: CALLERS }, caller));
		const executions = await allEnded(plant, id, runs, PATIENCE_MS);
		const seconds = (Date.now() - began) / 1000;
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
}
