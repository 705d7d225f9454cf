import assert from 'node:assert/strict';
import type { Report } from '../../e2e/report';
import { itemsOf, node, sequence } from '../../e2e/workflows';
import { allEnded, assertRanOnce } from '../executions';
import { addDomain, assertSentByWorkers, domainsIn, newEvent } from '../misp';
import type { Plant } from '../plant';
import { soon } from '../soon';

const RUNS = 4;

/** However an execution is started: it runs on a worker. */
export async function checkStarts(report: Report, plant: Plant): Promise<void> {
	const { rest } = plant.n8n;
	report.group('Starts');

	await report.check('by hand', async () => {
		const event = newEvent(plant, 'Started by hand');
		const start = node('Start', 'n8n-nodes-base.manualTrigger', 1, {});
		const add = addDomain(plant, event, '=h{{ $execution.id }}.example.com');
		const { id } = await rest.createWorkflow(sequence('By hand', [start, add]));
		const runs = [];
		for (let run = 0; run < RUNS; run += 1) runs.push(await rest.run(id, 'Start'));
		for (const run of runs) {
			assert.equal(itemsOf(run, 'Add')[0]?.value, `h${run.id}.example.com`);
		}
		const executions = await allEnded(plant, id, RUNS);
		assert.ok(executions.every(({ mode }) => mode === 'manual'));
		await assertRanOnce(plant, executions);
		assertSentByWorkers(plant, event);
	});

	await report.check('by a schedule', async () => {
		const event = newEvent(plant, 'Started by a schedule');
		const every = { field: 'cronExpression', expression: '*/2 * * * * *' };
		const schedule = node('Every 2 s', 'n8n-nodes-base.scheduleTrigger', 1.2, {
			rule: { interval: [every] },
		});
		const add = addDomain(plant, event, '=s{{ $execution.id }}.example.com');
		const { id } = await rest.createWorkflow(sequence('Scheduled', [schedule, add]));
		await rest.activate(id);
		await soon(() => domainsIn(plant, event).length >= RUNS, 'scheduled runs');
		await rest.deactivate(id);
		const executions = await allEnded(plant, id, RUNS);
		assert.ok(executions.every(({ mode }) => mode === 'trigger'));
		await assertRanOnce(plant, executions);
		const wanted = executions.map((execution) => `s${execution.id}.example.com`);
		assert.deepEqual(domainsIn(plant, event).sort(), wanted.sort());
		assertSentByWorkers(plant, event);
	});
}
