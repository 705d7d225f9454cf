/** n8n's internal REST API, as the editor uses it: log-in by cookie, answers under `data`. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { parse as parseFlatted } from 'flatted';
import type {
	ICredentialType,
	INode,
	INodeParameters,
	INodePropertyOptions,
	INodeTypeDescription,
	IRunData,
	IWorkflowBase,
} from 'n8n-workflow';

export const OWNER = { email: 'owner@example.com', password: 'Sandbox-Passw0rd1' };

const ENDED = ['success', 'error', 'crashed', 'canceled'];

export class RestError extends Error {
	constructor(
		readonly status: number,
		readonly body: string,
		request: string,
	) {
		super(`${request} answered ${status}: ${body.slice(0, 500)}`);
	}
}

export interface Credential {
	id: string;
	name: string;
	type: string;
	data?: Record<string, unknown>;
}

export type StoredWorkflow = IWorkflowBase & { id: string; versionId: string };
/** With pinned data, its trigger gives that instead of waiting for something to happen. */
export type NewWorkflow = Pick<IWorkflowBase, 'name' | 'nodes' | 'connections' | 'pinData'>;

export interface Execution {
	id: string;
	status: string;
	data: {
		resultData: { runData: IRunData; error?: { message: string } };
		/** What the address that resumes a waiting execution must carry. */
		resumeToken?: string;
	};
	/** The stored text of the whole execution, as it lies in the database. */
	raw: string;
}

export interface CredentialTest {
	status: 'OK' | 'Error';
	message: string;
}

export interface DynamicRequest {
	nodeTypeAndVersion: { name: string; version: number };
	/** Where the asking parameter is: "parameters.type". */
	path: string;
	methodName: string;
	currentNodeParameters: INodeParameters;
	credentials?: INode['credentials'];
	filter?: string;
}

export class N8nRest {
	private cookie = '';

	/** n8n ties a session to the browser that opened it. */
	readonly browserId = randomUUID();

	constructor(readonly url: string) {}

	/** Value of the cookie "n8n-auth". */
	get session(): string {
		return this.cookie.slice(this.cookie.indexOf('=') + 1);
	}

	async request<T>(method: string, path: string, body?: unknown): Promise<T> {
		const text = (await this.reply(method, path, body)).toString('utf8');
		if (text === '') return undefined as T;
		const json = JSON.parse(text) as { data?: T };
		return json.data ?? (json as T);
	}

	/** The bytes of an answer. */
	private async reply(method: string, path: string, body?: unknown): Promise<Buffer> {
		const send = async (): Promise<Response> =>
			await fetch(this.url + path, {
				method,
				headers: {
					'content-type': 'application/json',
					cookie: this.cookie,
					'browser-id': this.browserId,
				},
				...(body === undefined ? {} : { body: JSON.stringify(body) }),
			});
		// n8n closes a connection that was not used for a while, perhaps just when it is used again.
		const reply = await send().catch(async (error: Error & { cause?: { code?: string } }) => {
			if (!['UND_ERR_SOCKET', 'ECONNRESET'].includes(error.cause?.code ?? '')) throw error;
			return await send();
		});
		for (const cookie of reply.headers.getSetCookie()) {
			if (cookie.startsWith('n8n-auth=')) this.cookie = cookie.split(';')[0] ?? '';
		}
		const bytes = Buffer.from(await reply.arrayBuffer());
		if (!reply.ok) throw new RestError(reply.status, bytes.toString('utf8'), `${method} ${path}`);
		return bytes;
	}

	/** Creates the owner account on a new instance, logs in otherwise. */
	async signIn(): Promise<void> {
		const settings = await this.request<{ userManagement: { showSetupOnFirstLoad: boolean } }>(
			'GET',
			'/rest/settings',
		);
		const { email, password } = OWNER;
		if (settings.userManagement.showSetupOnFirstLoad) {
			const owner = { email, password, firstName: 'Sandbox', lastName: 'Owner' };
			await this.request('POST', '/rest/owner/setup', owner);
		} else {
			await this.request('POST', '/rest/login', { emailOrLdapLoginId: email, password });
		}
	}

	/** Installs a community package, or replaces the installed one. */
	async installCommunityPackage(name: string, version: string): Promise<void> {
		const installed = await this.request<Array<{ packageName: string }>>(
			'GET',
			'/rest/community-packages',
		);
		const method = installed.some(({ packageName }) => packageName === name) ? 'PATCH' : 'POST';
		await this.request(method, '/rest/community-packages', { name, version });
	}

	async nodeTypes(): Promise<INodeTypeDescription[]> {
		return await this.request('GET', '/types/nodes.json');
	}

	async credentialTypes(): Promise<ICredentialType[]> {
		return await this.request('GET', '/types/credentials.json');
	}

	async credentials(): Promise<Credential[]> {
		return await this.request('GET', '/rest/credentials');
	}

	async createCredential(
		name: string,
		type: string,
		data: Record<string, unknown>,
	): Promise<Credential> {
		return await this.request('POST', '/rest/credentials', { name, type, data });
	}

	async updateCredential(
		{ id, name, type }: Credential,
		data: Record<string, unknown>,
	): Promise<Credential> {
		return await this.request('PATCH', `/rest/credentials/${id}`, { name, type, data });
	}

	/** Tests a stored credential, like the button in its form. */
	async testCredential(id: string): Promise<CredentialTest> {
		// Secrets come back as placeholders, for which n8n puts the stored values.
		const { name, type, data } = await this.request<Credential>(
			'GET',
			`/rest/credentials/${id}?includeData=true`,
		);
		return await this.request('POST', '/rest/credentials/test', {
			credentials: { id, name, type, data },
		});
	}

	async workflows(): Promise<StoredWorkflow[]> {
		return await this.request('GET', '/rest/workflows');
	}

	async createWorkflow(workflow: NewWorkflow): Promise<StoredWorkflow> {
		const { name, nodes, connections, pinData } = workflow;
		return await this.request('POST', '/rest/workflows', {
			name,
			nodes,
			connections,
			...(pinData ? { pinData } : {}),
			settings: { executionOrder: 'v1' },
			active: false,
		});
	}

	async workflow(id: string): Promise<StoredWorkflow> {
		return await this.request('GET', `/rest/workflows/${id}`);
	}

	/** Lets the triggers of a stored workflow start it; the first poll is part of this. */
	async activate(id: string): Promise<void> {
		const { versionId } = await this.workflow(id);
		await this.request('POST', `/rest/workflows/${id}/activate`, { versionId });
	}

	async deactivate(id: string): Promise<void> {
		await this.request('POST', `/rest/workflows/${id}/deactivate`);
	}

	/** A file that an execution made, by the id that stands in its data. */
	async file(id: string): Promise<Buffer> {
		const which = new URLSearchParams({ id, action: 'download' });
		return await this.reply('GET', `/rest/binary-data?${which.toString()}`);
	}

	/** `published`, `failed` and so on; newer n8n switches triggers on and off some time later. */
	async publicationStatus(id: string): Promise<string> {
		const { status } = await this.request<{ status: string }>(
			'GET',
			`/rest/workflows/${id}/publication-status`,
		);
		return status;
	}

	/** The executions of a workflow, the first one first; without what they did. */
	async executionsOf(workflowId: string): Promise<Array<Pick<Execution, 'id' | 'status'>>> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const { results } = await this.request<{ results: Array<Pick<Execution, 'id' | 'status'>> }>(
			'GET',
			`/rest/executions?filter=${filter}`,
		);
		return results.sort((a, b) => Number(a.id) - Number(b.id));
	}

	/** Runs a stored workflow from one of its triggers, as the editor's button does. */
	async run(workflowId: string, trigger: string): Promise<Execution> {
		const workflowData = await this.workflow(workflowId);
		const { executionId } = await this.request<{ executionId: string }>(
			'POST',
			`/rest/workflows/${workflowId}/run`,
			{ workflowData, triggerToStartFrom: { name: trigger } },
		);
		return await this.ended(executionId);
	}

	async execution(id: string): Promise<Execution> {
		const found = await this.request<Omit<Execution, 'data' | 'raw'> & { data: string }>(
			'GET',
			`/rest/executions/${id}`,
		);
		return {
			...found,
			data: parseFlatted(found.data) as Execution['data'],
			raw: JSON.stringify(found),
		};
	}

	private async ended(id: string, timeoutMs = 60_000): Promise<Execution> {
		for (const until = Date.now() + timeoutMs; ; await wait(200)) {
			const execution = await this.execution(id);
			if (ENDED.includes(execution.status)) return execution;
			if (Date.now() > until) throw new Error(`Execution ${id} is still "${execution.status}".`);
		}
	}

	/** What a drop-down shows. */
	async options(request: DynamicRequest): Promise<INodePropertyOptions[]> {
		return await this.request('POST', '/rest/dynamic-node-parameters/options', request);
	}

	/** What the list of a resource locator shows. */
	async listSearch(request: DynamicRequest): Promise<{ results: INodePropertyOptions[] }> {
		return await this.request(
			'POST',
			'/rest/dynamic-node-parameters/resource-locator-results',
			request,
		);
	}
}
