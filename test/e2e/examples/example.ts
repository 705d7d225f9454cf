import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Execution, NewWorkflow, StoredWorkflow } from '../../../scripts/lib/n8nRest';
import type { Context } from '../context';

const EXAMPLES = join(__dirname, '..', '..', '..', 'examples', 'workflows');
const TIMEOUT_MS = 90_000;

interface Assignment {
	name: string;
	value: unknown;
}

/** Fills in the node "Settings", as somebody does who sets the workflow up. */
function fillIn(workflow: NewWorkflow, settings: Record<string, unknown>): void {
	const node = workflow.nodes.find(({ name }) => name === 'Settings');
	const parameters = node?.parameters.assignments as { assignments: Assignment[] } | undefined;
	for (const [name, value] of Object.entries(settings)) {
		const assignment = parameters?.assignments.find((one) => one.name === name);
		assert.ok(assignment, `"Settings" has no "${name}"`);
		assignment.value = value;
	}
}

/** A file of examples/workflows in n8n: as it is, but for its settings. */
export class Example {
	private readonly seen = new Set<string>();

	private constructor(
		private readonly context: Context,
		readonly workflow: StoredWorkflow,
	) {}

	/** n8n finds the credentials by the names that the file has for them. */
	static async import(
		context: Context,
		file: string,
		settings: Record<string, unknown> = {},
	): Promise<Example> {
		const workflow = JSON.parse(await readFile(join(EXAMPLES, file), 'utf8')) as NewWorkflow;
		fillIn(workflow, settings);
		const stored = await context.n8n.rest.createWorkflow(workflow);
		for (const { name, credentials = {} } of stored.nodes) {
			for (const credential of Object.values(credentials)) {
				assert.ok(credential.id, `"${name}" has no credential "${credential.name}"`);
			}
		}
		return new Example(context, stored);
	}

	/** Runs it from one of its triggers, as the editor's button does. */
	async run(trigger: string): Promise<Execution> {
		const execution = await this.context.n8n.rest.run(this.workflow.id, trigger);
		this.seen.add(execution.id);
		this.context.executions.push(execution.raw);
		return succeeded(execution);
	}

	async activate(): Promise<void> {
		await this.context.n8n.rest.activate(this.workflow.id);
		await this.becomes('published');
	}

	async deactivate(): Promise<void> {
		await this.context.n8n.rest.deactivate(this.workflow.id);
		await this.becomes('not_published');
	}

	private async becomes(wanted: string): Promise<void> {
		for (const until = Date.now() + TIMEOUT_MS; ; await wait(200)) {
			const status = await this.context.n8n.rest.publicationStatus(this.workflow.id);
			if (status === wanted) return;
			assert.ok(Date.now() < until && status !== 'failed', `the workflow is ${status}`);
		}
	}

	/** Has an active workflow poll at once, which n8n does whenever it activates one. */
	async poll(): Promise<void> {
		await this.deactivate();
		await this.activate();
	}

	/** The next execution that was not asked for, when it is over or waits for somebody. */
	async next(status: 'success' | 'waiting' = 'success'): Promise<Execution> {
		const { rest } = this.context.n8n;
		for (const until = Date.now() + TIMEOUT_MS; ; await wait(300)) {
			const rows = await rest.executionsOf(this.workflow.id);
			const row = rows.find(({ id }) => !this.seen.has(id));
			const busy = ['new', 'running', ...(status === 'success' ? ['waiting'] : [])];
			if (row && !busy.includes(row.status)) {
				const execution = await rest.execution(row.id);
				if (execution.status !== 'waiting') this.seen.add(row.id);
				this.context.executions.push(execution.raw);
				return status === 'success' ? succeeded(execution) : execution;
			}
			assert.ok(Date.now() < until, `"${this.workflow.name}" was not started, or is still busy`);
		}
	}

	/** How often it was run so far. */
	async runs(): Promise<number> {
		return (await this.context.n8n.rest.executionsOf(this.workflow.id)).length;
	}
}

function succeeded(execution: Execution): Execution {
	const { error, lastNodeExecuted } = execution.data.resultData as {
		error?: { message: string; description?: string | null };
		lastNodeExecuted?: string;
	};
	const why = `${lastNodeExecuted}: ${error?.message} ${error?.description ?? ''}`;
	assert.equal(execution.status, 'success', why);
	return execution;
}
