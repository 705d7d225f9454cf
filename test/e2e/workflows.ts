/** Builds workflows and reads what came out of them. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { IConnections, IDataObject, INode, INodeParameters } from 'n8n-workflow';
import type { Credential, Execution, NewWorkflow } from '../../scripts/lib/n8nRest';
import { CREDENTIAL_TYPE } from '../../scripts/lib/sandboxCredential';
import { NODE_TYPE, TRIGGER_TYPE, type Context } from './context';

const START = 'Start';

/** Any node of a workflow. */
export function node(
	name: string,
	type: string,
	typeVersion: number,
	parameters: INodeParameters,
	credential?: Credential,
): INode {
	const credentials = credential && {
		[CREDENTIAL_TYPE]: { id: credential.id, name: credential.name },
	};
	return {
		id: randomUUID(),
		name,
		type,
		typeVersion,
		position: [0, 0],
		parameters,
		...(credentials ? { credentials } : {}),
	};
}

export const mispNode = (name: string, parameters: INodeParameters, credential: Credential) =>
	node(name, NODE_TYPE, 1, parameters, credential);

export const triggerNode = (name: string, parameters: INodeParameters, credential: Credential) =>
	node(name, TRIGGER_TYPE, 1, parameters, credential);

/** n8n's own node for any HTTP request, with our credential. */
export const httpNode = (name: string, url: string, credential: Credential) =>
	node(
		name,
		'n8n-nodes-base.httpRequest',
		4.2,
		{
			url,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: CREDENTIAL_TYPE,
			// What somebody might tick who is in trouble with a certificate: it must not help.
			options: { allowUnauthorizedCerts: true },
		},
		credential,
	);

/** Passes its items on. */
export const passingNode = (name: string) => node(name, 'n8n-nodes-base.noOp', 1, {});

/** A resource locator, filled in by id or by an expression. */
export const byId = (value: string) => ({ __rl: true, mode: 'id', value });

/** The given nodes, one after the other; the first starts the workflow. */
export function sequence(name: string, nodes: INode[]): NewWorkflow {
	const connections: IConnections = {};
	for (const [index, { name: from }] of nodes.entries()) {
		const to = nodes[index + 1]?.name;
		if (to) connections[from] = { main: [[{ node: to, type: 'main', index: 0 }]] };
	}
	return {
		name,
		nodes: nodes.map((each, index) => ({ ...each, position: [220 * index, 0] })),
		connections,
	};
}

/** A manual trigger and the given nodes, one after the other. */
export const chain = (name: string, nodes: INode[]): NewWorkflow =>
	sequence(name, [node(START, 'n8n-nodes-base.manualTrigger', 1, {}), ...nodes]);

export async function run(context: Context, workflow: NewWorkflow): Promise<Execution> {
	const { rest } = context.n8n;
	const { id } = await rest.createWorkflow(workflow);
	const execution = await rest.run(id, START);
	context.executions.push(execution.raw);
	return execution;
}

/** The items that a node gave. */
export function itemsOf({ data }: Execution, name: string): IDataObject[] {
	const last = data.resultData.runData[name]?.at(-1);
	if (last?.error) throw new Error(`"${name}" failed: ${errorText(last.error)}`);
	assert.ok(last, `"${name}" did not run: ${data.resultData.error?.message ?? 'no error'}`);
	return (last.data?.main?.[0] ?? []).map(({ json }) => json);
}

/** The text of the error that ended an execution, with its description. */
export function failureOf({ status, data }: Execution): string {
	assert.equal(status, 'error', 'the execution should have failed');
	return errorText(data.resultData.error);
}

function errorText(error: unknown): string {
	const { message, description } = error as { message?: string; description?: string | null };
	return [message, description].filter((text) => typeof text === 'string').join(' ');
}
