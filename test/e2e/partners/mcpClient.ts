/** A client of the Model Context Protocol over streamable HTTP, as far as listing and calling tools goes. */

export interface McpTool {
	name: string;
	description: string;
	inputSchema: { properties?: Record<string, { type?: string }> };
}

export interface McpResult {
	content: Array<{ type: string; text: string }>;
	isError?: boolean;
}

interface Reply<T> {
	result?: T;
	error?: { message: string };
}

/** The one message of an answer, which comes as JSON or as an event stream. */
function messageIn<T>(text: string): Reply<T> {
	const data = text.split('\n').find((line) => line.startsWith('data:'));
	return JSON.parse(data?.slice('data:'.length) ?? text) as Reply<T>;
}

export class McpClient {
	private session: string | undefined;

	private id = 0;

	constructor(
		private readonly url: string,
		private readonly token: string,
	) {}

	/** Sends one message; the status for one that is refused. */
	async post(message: object): Promise<Response> {
		return await fetch(this.url, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				accept: 'application/json, text/event-stream',
				authorization: `Bearer ${this.token}`,
				...(this.session === undefined ? {} : { 'mcp-session-id': this.session }),
			},
			body: JSON.stringify({ jsonrpc: '2.0', ...message }),
			signal: AbortSignal.timeout(60_000),
		});
	}

	/** @throws when the server refuses the client or the call */
	private async ask<T>(method: string, params: object): Promise<T> {
		this.id += 1;
		const reply = await this.post({ id: this.id, method, params });
		const text = await reply.text();
		if (!reply.ok) throw new Error(`${method} answered ${reply.status}: ${text.slice(0, 300)}`);
		this.session ??= reply.headers.get('mcp-session-id') ?? undefined;
		const { result, error } = messageIn<T>(text);
		if (error || result === undefined)
			throw new Error(`${method}: ${error?.message ?? 'no result'}`);
		return result;
	}

	async connect(): Promise<{ serverInfo: { name: string }; instructions?: string }> {
		const greeting = await this.ask<{ serverInfo: { name: string } }>('initialize', {
			protocolVersion: '2025-06-18',
			capabilities: {},
			clientInfo: { name: 'end-to-end test', version: '1' },
		});
		await this.post({ method: 'notifications/initialized' });
		return greeting;
	}

	async tools(): Promise<McpTool[]> {
		return (await this.ask<{ tools: McpTool[] }>('tools/list', {})).tools;
	}

	async call(name: string, args: object): Promise<McpResult> {
		return await this.ask('tools/call', { name, arguments: args });
	}
}
