import { credentialsHelper, loadPackage, nodeTypesOf, PACKAGE, type Credential } from './engine';

import { PollContext } from 'n8n-core';
import {
	Workflow,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type IWorkflowExecuteAdditionalData,
	type WorkflowActivateMode,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

/** The MISP Trigger in n8n's real poll context, with n8n's ways of keeping its state. */

type StaticData = Record<string, unknown>;

export interface TriggerOptions {
	/** Another id is another workflow; polls of one workflow exclude each other. */
	workflowId?: string;
	/**
	 * n8n keeps cursors durably: each poll gets what is in the database, and what it leaves is stored
	 * with the items, or alone when there are none; of a poll that fails, nothing is left.
	 */
	durable?: boolean;
	/** Milliseconds that n8n gives a poll. */
	budget?: number;
	/** The clock of n8n’s machine, in epoch seconds. */
	clock?: () => number;
}

/** Whether this n8n limits the time of a poll; those that do also keep what a poll remembers themselves. */
export const HAS_BUDGET = Object.hasOwn(PollContext.prototype, 'getWorkflowStaticData');

/** One trigger node of one workflow, as long as it lives, through restarts of n8n. */
export class Trigger {
	/** What n8n has in its database. */
	saved: StaticData = {};

	/** What n8n has in memory. */
	memory: StaticData = {};

	/** What the polls wrote into n8n’s log. */
	readonly remarks: string[] = [];

	constructor(
		readonly parameters: Record<string, unknown>,
		readonly credential: Credential,
		readonly options: TriggerOptions = {},
	) {}

	/** Activates the workflow: n8n polls at once and saves, unless that poll fails. */
	async activate(): Promise<INodeExecutionData[]> {
		const items = await this.call('trigger', 'activate');
		this.save();
		return items;
	}

	/** One scheduled poll. n8n saves the state with the items, and not at all when there are none. */
	async poll(): Promise<INodeExecutionData[]> {
		if (this.options.durable) this.restart();
		const items = await this.call('trigger', 'update');
		if (items.length > 0 || this.options.durable) this.save();
		return items;
	}

	/** The rows of a scheduled poll. */
	async rows(): Promise<Array<Record<string, unknown>>> {
		return (await this.poll()).map(({ json }) => json);
	}

	/** What "fetch test event" in the editor gives. Its state is thrown away. */
	async fetchTestEvent(): Promise<INodeExecutionData[]> {
		const before = structuredClone(this.memory);
		const items = await this.call('manual', 'manual');
		this.memory = before;
		return items;
	}

	/** n8n is stopped and started: what is not in the database is gone. */
	restart(): void {
		this.memory = structuredClone(this.saved);
	}

	private save(): void {
		this.saved = structuredClone(this.memory);
	}

	private async call(
		mode: WorkflowExecuteMode,
		activation: WorkflowActivateMode,
	): Promise<INodeExecutionData[]> {
		const loader = await loadPackage();
		const nodeTypes = nodeTypesOf(loader);
		const node: INode = {
			id: 'trigger',
			name: 'MISP Trigger',
			type: `${PACKAGE}.mispTrigger`,
			typeVersion: 1,
			position: [0, 0],
			parameters: this.parameters as INodeParameters,
			credentials: { mispScopedApi: { id: '1', name: 'MISP' } },
		};
		const workflow = new Workflow({
			id: this.options.workflowId ?? 'workflow',
			nodes: [node],
			connections: {},
			nodeTypes,
			active: true,
		});
		const additionalData = {
			credentialsHelper: credentialsHelper(loader, { mispScopedApi: this.credential }),
			variables: {},
		} as unknown as IWorkflowExecuteAdditionalData;
		const { budget, clock } = this.options;
		const context = new PollContext(
			workflow,
			workflow.getNode(node.name) as INode,
			additionalData,
			mode,
			activation,
			undefined,
			undefined,
			undefined,
			undefined,
			() => this.memory as never,
			...(budget === undefined ? [] : [() => budget]),
		);
		// n8n 2.8 takes what a node remembers from the workflow alone.
		if (!HAS_BUDGET) context.getWorkflowStaticData = () => this.memory as never;
		const type = nodeTypes.getByNameAndVersion(node.type, 1) as INodeType;
		const { warn } = context.logger;
		const { now } = Date;
		context.logger.warn = (text) => void this.remarks.push(text);
		if (clock) Date.now = () => clock() * 1000;
		try {
			const result = await type.poll?.call(context);
			return result?.[0] ?? [];
		} finally {
			context.logger.warn = warn;
			Date.now = now;
		}
	}
}
