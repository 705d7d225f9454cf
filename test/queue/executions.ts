/** What n8n's database and the workers say about the executions of a workflow. */
import assert from 'node:assert/strict';
import { failureOf } from '../e2e/workflows';
import type { Plant } from './plant';
import { soon } from './soon';

export interface StoredExecution {
	id: string;
	status: string;
	/** What started it: manual, trigger or webhook. */
	mode: string;
}

export async function executionsOf({ postgres }: Plant, workflow: string) {
	const rows = await postgres.query(
		`select id, status, mode from execution_entity where "workflowId" = '${workflow}' order by id`,
	);
	return rows.map(([id = '', status = '', mode = '']): StoredExecution => ({ id, status, mode }));
}

/** Waits until there are so many executions and none is under way any more. */
export async function allEnded(
	plant: Plant,
	workflow: string,
	atLeast: number,
	timeoutMs?: number,
): Promise<StoredExecution[]> {
	let found: StoredExecution[] = [];
	const isUnderWay = ({ status }: StoredExecution) =>
		['new', 'running', 'waiting'].includes(status);
	const ended = async () => {
		found = await executionsOf(plant, workflow);
		return found.length >= atLeast && !found.some(isUnderWay);
	};
	await soon(ended, `${atLeast} executions to end`, timeoutMs).catch((error: Error) => {
		const under = found.filter(isUnderWay).length;
		throw new Error(`${error.message}: there are ${found.length}, ${under} of them under way`);
	});
	return found;
}

const SHOWN = 5;

/** Why an execution failed, in n8n's words and in those of the workers' logs. */
async function reasonOf({ n8n, workers }: Plant, id: string): Promise<string> {
	const stored = await n8n.rest.execution(id).then(failureOf, (error: Error) => error.message);
	const logged = workers.flatMap(({ name, log }) =>
		log()
			.split('\n')
			.filter((line) => new RegExp(`\\bexecution (ID )?${id}\\b`, 'i').test(line))
			.map((line) => `    ${name}: ${line.trim()}`),
	);
	return [stored, ...logged].join('\n');
}

/** That each execution succeeded. @throws with the reasons of the first that did not */
export async function assertSucceeded(plant: Plant, executions: StoredExecution[]): Promise<void> {
	const failed = executions.filter(({ status }) => status !== 'success');
	if (failed.length === 0) return;
	const reasons = failed
		.slice(0, SHOWN)
		.map(async ({ id, status }) => `  ${id} (${status}): ${await reasonOf(plant, id)}`);
	const head = `${failed.length} of ${executions.length} executions did not succeed. The first:`;
	assert.fail([head, ...(await Promise.all(reasons))].join('\n'));
}

/**
 * That each execution succeeded, on one worker, once.
 *
 * @returns how many each worker ran
 */
export async function assertRanOnce(
	plant: Plant,
	executions: StoredExecution[],
): Promise<Record<string, number>> {
	const { workers } = plant;
	await assertSucceeded(plant, executions);
	const runs = workers.map((worker) => worker.executions('finished'));
	for (const { id } of executions) {
		const times = runs.flat().filter((run) => run === id).length;
		assert.equal(times, 1, `execution ${id} ran ${times} times on the workers`);
	}
	const ids = new Set(executions.map(({ id }) => id));
	return Object.fromEntries(
		workers.map(({ name }, index) => [
			name,
			(runs[index] ?? []).filter((run) => ids.has(run)).length,
		]),
	);
}
