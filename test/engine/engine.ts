import 'reflect-metadata';

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// n8n reads its settings while it is imported, so they must stand before the imports below.
process.env.N8N_USER_FOLDER ??= mkdtempSync(join(tmpdir(), 'n8n-engine-'));
process.env.N8N_ENCRYPTION_KEY ??= 'engine-tests';
process.env.N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS ??= 'false';
// A failing node is something tests and the demo look at; n8n would print it a second time.
process.env.N8N_LOG_LEVEL ??= 'silent';

import {
	ExecutionLifecycleHooks,
	PackageDirectoryLoader,
	WorkflowExecute,
	type DirectoryLoader,
} from 'n8n-core';
import {
	createRunExecutionData,
	NodeConnectionTypes,
	NodeHelpers,
	Workflow,
	type IAuthenticateGeneric,
	type IBinaryKeyData,
	type IConnections,
	type ICredentialDataDecryptedObject,
	type ICredentialTestFunctions,
	type ICredentialType,
	type IExecuteFunctions,
	type IHttpRequestOptions,
	type INode,
	type INodeCredentialTestResult,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
	type IRun,
	type ITaskData,
	type IWorkflowBase,
	type IWorkflowExecuteAdditionalData,
	type IWorkflowExecutionDataProcess,
} from 'n8n-workflow';

/** n8n's real execution engine around the built package: what `npm run build` left in dist/. */

export const PACKAGE_DIR = join(__dirname, '..', '..');
export const PACKAGE = 'n8n-nodes-misp';

export type Credential = Record<string, string | number | boolean>;

/** Stands for n8n's manual trigger: hands on the items that a run starts with. */
class ManualTrigger implements INodeType {
	description = {
		displayName: 'Manual Trigger',
		name: 'manualTrigger',
		group: ['trigger'],
		version: 1,
		description: '',
		defaults: { name: 'Start' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	} as INodeType['description'];

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [this.getInputData()];
	}
}

const MANUAL_TRIGGER = 'n8n-nodes-base.manualTrigger';

let loading: Promise<PackageDirectoryLoader> | undefined;

/** n8n's own loader: reads package.json, icons and the built files as a real n8n does. */
export async function loadPackage(): Promise<PackageDirectoryLoader> {
	loading ??= (async () => {
		const loader = new PackageDirectoryLoader(PACKAGE_DIR);
		await loader.loadAll();
		return loader;
	})();
	return await loading;
}

/**
 * The twin that n8n makes of a node for AI agents, as far as the node can tell: it is called so. An
 * agent itself is in the end-to-end tests.
 */
const toolOf = (type: INodeType): INodeType =>
	Object.create(type, {
		description: { value: { ...type.description, name: `${type.description.name}Tool` } },
	}) as INodeType;

export function nodeTypesOf(loader: DirectoryLoader): INodeTypes {
	const byName = (type: string) => {
		if (type === MANUAL_TRIGGER) return new ManualTrigger();
		const own = loader.getNode(
			type.replace(`${loader.packageName}.`, '').replace(/Tool$/, ''),
		).type;
		return type.endsWith('Tool') ? toolOf(own as INodeType) : own;
	};
	return {
		getByName: byName,
		getByNameAndVersion: (type, version) =>
			NodeHelpers.getVersionedNodeType(byName(type), version) as INodeType,
		getKnownTypes: () => ({}),
	};
}

/** The headers of n8n's generic form, whose expressions name fields of the credential. */
function headersOf(
	authenticate: IAuthenticateGeneric | undefined,
	data: ICredentialDataDecryptedObject,
): Record<string, string> {
	const headers = Object.entries(authenticate?.properties.headers ?? {});
	const filled = (text: unknown) =>
		String(text).replace(/^=\{\{\$credentials\.(\w+)\}\}$/, (_, name: string) =>
			String(data[name]),
		);
	return Object.fromEntries(headers.map(([name, text]) => [name, filled(text)]));
}

/** The part of n8n's credentials helper that nodes reach, with the credentials of this run. */
export function credentialsHelper(
	loader: DirectoryLoader,
	credentials: Record<string, Credential>,
): IWorkflowExecuteAdditionalData['credentialsHelper'] {
	return {
		getParentTypes: () => [],
		isCredentialUsableByNode: () => true,
		getDecrypted: async (_data: unknown, _node: unknown, type: string) =>
			structuredClone(credentials[type]) as ICredentialDataDecryptedObject,
		getCredentialsProperties: (type: string) => loader.getCredential(type).type.properties,
		preAuthentication: async () => undefined,
		runPreAuthentication: async () => undefined,
		updateCredentials: async () => {},
		updateCredentialsOauthTokenData: async () => {},
		authenticate: async (
			data: ICredentialDataDecryptedObject,
			type: string,
			request: IHttpRequestOptions,
		) => {
			const { authenticate } = loader.getCredential(type).type as ICredentialType;
			if (typeof authenticate === 'function') return await authenticate(data, request);
			return { ...request, headers: { ...request.headers, ...headersOf(authenticate, data) } };
		},
	} as unknown as IWorkflowExecuteAdditionalData['credentialsHelper'];
}

/** Tests a credential, as n8n does when it is saved. */
export async function testCredential(data: Credential): Promise<INodeCredentialTestResult> {
	const { type } = (await loadPackage()).getNode('misp');
	const test = 'methods' in type ? type.methods?.credentialTest?.testCredential : undefined;
	if (!test) throw new Error('The node has no test for its credential.');
	return await test.call({} as ICredentialTestFunctions, {
		id: '1',
		name: 'MISP',
		type: 'mispScopedApi',
		data: structuredClone(data),
	});
}

export interface RunOptions {
	nodes: INode[];
	connections: IConnections;
	credentials?: Record<string, Credential>;
	/** Where its nodes come from; this package without it. */
	loader?: DirectoryLoader;
	/** Items that the first node hands on. */
	input?: INodeExecutionData[];
	/** Called after each node, for showing progress. */
	onNode?(name: string, task: ITaskData): void;
	/** Gives the means to cancel the execution, as n8n's stop button does. */
	onStart?(cancel: () => void): void;
}

/** Runs a workflow to its end. Never throws for a failing node: the run says so, as in n8n. */
export async function runWorkflow(options: RunOptions): Promise<IRun> {
	const loader = options.loader ?? (await loadPackage());
	const { nodes, connections, credentials = {}, input = [{ json: {} }] } = options;
	const workflow = new Workflow({
		id: 'workflow',
		nodes: nodes.filter(({ type }) => type !== 'n8n-nodes-base.stickyNote'),
		connections,
		nodeTypes: nodeTypesOf(loader),
		active: false,
		settings: { executionOrder: 'v1' },
	});
	const hooks = new ExecutionLifecycleHooks('manual', '1', {
		id: 'workflow',
		name: 'workflow',
		nodes,
		connections,
		active: false,
		settings: {},
	} as unknown as IWorkflowBase);
	const finished = new Promise<IRun>((resolve) => {
		hooks.addHandler('workflowExecuteAfter', (run) => resolve(run));
	});
	const { onNode } = options;
	if (onNode) hooks.addHandler('nodeExecuteAfter', (name, task) => onNode(name, task));
	const additionalData = {
		executionId: '1',
		hooks,
		credentialsHelper: credentialsHelper(loader, credentials),
		restApiUrl: 'http://127.0.0.1/rest',
		instanceBaseUrl: 'http://127.0.0.1',
		webhookBaseUrl: 'http://127.0.0.1/webhook',
		webhookWaitingBaseUrl: 'http://127.0.0.1/webhook-waiting',
		webhookTestBaseUrl: 'http://127.0.0.1/webhook-test',
		formWaitingBaseUrl: 'http://127.0.0.1/form-waiting',
		variables: {},
		setExecutionStatus: () => {},
		sendDataToUI: () => {},
	} as unknown as IWorkflowExecuteAdditionalData;
	const start = workflow.getStartNode();
	if (!start) throw new Error('The workflow has no node to start from.');
	const data = createRunExecutionData({
		executionData: {
			nodeExecutionStack: [{ node: start, data: { main: [input] }, source: null }],
		},
	} as Parameters<typeof createRunExecutionData>[0]);
	const execute = new WorkflowExecute(additionalData, 'manual', data);
	const running = execute.processRunExecutionData(workflow);
	options.onStart?.(() => running.cancel());
	void Promise.resolve(running).catch(() => {}); // the hook above gets the outcome too
	return await finished;
}

export type { IWorkflowExecutionDataProcess };

export const NODE_NAME = 'MISP';

export interface NodeRun {
	/** Missing when n8n itself refused to start, for example because a required field is empty. */
	run: IRun | undefined;
	/** What came out of the node's first output. */
	items: INodeExecutionData[];
	/** What came out of its error output, with "continue (using error output)". */
	errorItems: INodeExecutionData[];
	/** The node's error, if the run failed. */
	error: (Error & { description?: string | null; context?: Record<string, unknown> }) | undefined;
	/** Warnings with the output, as n8n shows them: HTML. */
	hints: string[];
	/** What is good to know, such as a link to the event. */
	notes: string[];
}

/** A node of another package, with what it calls its credential. */
export interface OtherNode {
	loader: DirectoryLoader;
	/** Without the package. */
	type: string;
	credential: string;
}

/** Runs one MISP node on some items. */
export async function runNode(
	parameters: INodeParameters,
	credential: Credential,
	options: {
		input?: Array<Record<string, unknown>>;
		/** Files of the items, by field. */
		files?: IBinaryKeyData[];
		onError?: INode['onError'];
		onStart?: RunOptions['onStart'];
		/** Instead of ours. */
		other?: OtherNode;
		/** As the tool of an AI agent. */
		tool?: boolean;
	} = {},
): Promise<NodeRun> {
	const { other, tool = false } = options;
	const own = `${PACKAGE}.misp${tool ? 'Tool' : ''}`;
	const credentialType = other?.credential ?? 'mispScopedApi';
	const node = (name: string, type: string, more: Partial<INode> = {}): INode => ({
		id: name,
		name,
		type,
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		...more,
	});
	let refusal: Error | undefined;
	const run = await runWorkflow({
		nodes: [
			node('Start', MANUAL_TRIGGER),
			node(NODE_NAME, other ? `${other.loader.packageName}.${other.type}` : own, {
				parameters,
				credentials: { [credentialType]: { id: '1', name: 'MISP' } },
				...(options.onError ? { onError: options.onError } : {}),
			}),
		],
		connections: {
			Start: { main: [[{ node: NODE_NAME, type: NodeConnectionTypes.Main, index: 0 }]] },
		},
		credentials: { [credentialType]: credential },
		...(other ? { loader: other.loader } : {}),
		input: (options.input ?? [{}]).map((json, index) => ({
			json,
			...(options.files?.[index] ? { binary: options.files[index] } : {}),
		})) as INodeExecutionData[],
		...(options.onStart ? { onStart: options.onStart } : {}),
	}).catch((error: Error) => {
		if (error.name !== 'WorkflowHasIssuesError') throw error;
		refusal = error;
		return undefined;
	});
	const task = run?.data.resultData.runData[NODE_NAME]?.[0];
	const messages = (wanted: 'warning' | 'info') =>
		(task?.hints ?? []).filter(({ type }) => type === wanted).map(({ message }) => message);
	return {
		run,
		items: task?.data?.main?.[0] ?? [],
		errorItems: task?.data?.main?.[1] ?? [],
		error: (refusal ?? task?.error ?? run?.data.resultData.error) as NodeRun['error'],
		hints: messages('warning'),
		notes: messages('info'),
	};
}
