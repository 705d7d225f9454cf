import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { INode } from 'n8n-workflow';
import { Misp } from '../../../nodes/Misp/client/client';
import { connectionOf } from '../../../nodes/Misp/client/connection';
import { path } from '../../../nodes/Misp/client/path';
import { sandboxCredential } from '../../../scripts/lib/sandboxCredential';
import type { Report } from '../../e2e/report';
import { itemsOf, mispNode, node, sequence } from '../../e2e/workflows';
import { allEnded, assertSucceeded } from '../executions';
import { newEvent } from '../misp';
import type { Plant } from '../plant';
import { call, webhook } from '../webhook';

const ROWS = 5000;
const EXPORTS = 12;
/** n8n puts down what waits for longer than 65 s; any worker takes it up again. */
const WAIT_SECONDS = 66;

/**
 * Exports as files, that are made by one worker and read by the server and by another worker.
 * Begins them; what is returned looks at what became of them.
 */
export async function beginExports(
	plant: Plant,
): Promise<(report: Report, plant: Plant) => Promise<void>> {
	const { n8n, sandbox, credential, workers } = plant;
	const event = sandbox.world.events.get(newEvent(plant, 'Exported'));
	assert.ok(event);
	sandbox.world.history.attributes(event, ROWS);
	const filters = { eventid: [String(event.id)] };
	const exported = mispNode(
		'Export',
		{ resource: 'export', operation: 'run', format: 'csv', attributeFilters: filters },
		credential,
	);
	const pause: INode = {
		...node('Wait', 'n8n-nodes-base.wait', 1.1, { amount: WAIT_SECONDS, unit: 'seconds' }),
		webhookId: randomUUID(),
	};
	const read = node('Read', 'n8n-nodes-base.extractFromFile', 1, { operation: 'text' });
	const address = randomUUID();
	const { id } = await n8n.rest.createWorkflow(
		sequence('Exports', [webhook(address), exported, pause, read]),
	);
	await n8n.rest.activate(id);
	await Promise.all(Array.from({ length: EXPORTS }, async () => await call(plant, address, {})));

	return async (report) => {
		report.group('Files');
		await report.check(`${EXPORTS} exports arrive, whichever worker made them`, async () => {
			const misp = new Misp(connectionOf(sandboxCredential(sandbox, 'publisher', 'publish')));
			const body = { eventid: [event.id], returnFormat: 'csv' };
			const wanted = await misp.post<string>(path`/attributes/restSearch`, body, {
				read: true,
				text: true,
			});
			assert.equal(wanted.trim().split('\n').length, 1 + ROWS);
			const executions = await allEnded(plant, id, EXPORTS, 180_000);
			await assertSucceeded(plant, executions);
			const kept = new Set<string>();
			for (const { id: execution } of executions) {
				const run = await n8n.rest.execution(execution);
				assert.equal(itemsOf(run, 'Read')[0]?.data, wanted);
				const file = run.data.resultData.runData.Export?.[0]?.data?.main?.[0]?.[0]?.binary?.data;
				assert.ok(file?.id);
				kept.add(file.data);
				assert.equal((await n8n.rest.file(file.id)).toString(), wanted);
			}
			assert.deepEqual([...kept].sort(), ['database', 'filesystem-v2']);
		});

		await report.check('one worker reads what another has written', async () => {
			const [one = [], other = []] = workers.map((worker) => worker.executions('started'));
			const crossed = one.filter((execution) => other.includes(execution));
			console.log(`          ${crossed.length} went on with another worker`);
			assert.ok(crossed.length > 0);
		});
	};
}
