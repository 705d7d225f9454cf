/** What n8n's database and the workers say about the executions of a workflow. */
import assert from 'node:assert/strict';
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

/**
 * That each execution succeeded, on one worker, once.
 *
 * @returns how many each worker ran
 */
export function assertRanOnce(
	{ workers }: Plant,
	executions: StoredExecution[],
): Record<string, number> {
	const failed = executions.filter(({ status }) => status !== 'success');
	assert.deepEqual(failed, [], 'executions that did not succeed');
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
