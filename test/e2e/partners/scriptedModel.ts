/** A language model with OpenAI's chat completions API that plays a script instead of thinking. */
import fastify from 'fastify';

interface Message {
	role: string;
	content?: unknown;
	tool_calls?: unknown;
}

/** What the model was asked. */
export interface Asked {
	messages: Message[];
	tools: Array<{
		function: {
			name: string;
			description: string;
			parameters: { properties?: Record<string, { type?: string; description?: string }> };
		};
	}>;
	authorization: string | undefined;
}

/** What it does next: calls a tool, or answers; from what it has been told so far. */
export type Step =
	| { call: string; args: Record<string, unknown> }
	| ((results: string[]) => string);

export interface ScriptedModel {
	/** Such as `http://127.0.0.1:1234/v1`, for the credential. */
	url: string;
	/** Forgets what it was asked, and plays this from now on. */
	play(script: Step[]): void;
	asked: Asked[];
	stop: () => Promise<void>;
}

/** The texts that tools gave back in a conversation, in their order. */
export const toolResults = (messages: Message[]): string[] =>
	messages.filter(({ role }) => role === 'tool').map(({ content }) => String(content));

const USAGE = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

export async function startScriptedModel(): Promise<ScriptedModel> {
	const app = fastify({ bodyLimit: 32 * 1024 * 1024 });
	const asked: Asked[] = [];
	let steps: Step[] = [];
	app.post<{ Body: Record<string, unknown> }>('/v1/chat/completions', async (request, reply) => {
		const {
			messages,
			tools = [],
			stream,
			model,
		} = request.body as never as Asked & {
			stream?: boolean;
			model: string;
		};
		asked.push({ messages, tools, authorization: request.headers.authorization });
		const step = steps.shift();
		if (!step) return await reply.code(400).send({ error: { message: 'The script is over.' } });
		const calls =
			typeof step === 'function'
				? undefined
				: [
						{
							id: `call_${asked.length}`,
							type: 'function',
							function: { name: step.call, arguments: JSON.stringify(step.args) },
						},
					];
		const content = typeof step === 'function' ? step(toolResults(messages)) : null;
		const message = { role: 'assistant', content, ...(calls ? { tool_calls: calls } : {}) };
		const finish = calls ? 'tool_calls' : 'stop';
		const whole = { id: `chat-${asked.length}`, created: 1_795_000_000, model };
		if (stream !== true) {
			const choices = [{ index: 0, message, finish_reason: finish }];
			return { ...whole, object: 'chat.completion', choices, usage: USAGE };
		}
		const delta = {
			...message,
			...(calls ? { tool_calls: calls.map((call, index) => ({ ...call, index })) } : {}),
		};
		const chunk = (choice: object, more: object = {}) =>
			`data: ${JSON.stringify({
				...whole,
				object: 'chat.completion.chunk',
				choices: [{ index: 0, finish_reason: null, ...choice }],
				...more,
			})}\n\n`;
		return await reply
			.type('text/event-stream')
			.send(
				`${chunk({ delta })}${chunk({ delta: {}, finish_reason: finish }, { usage: USAGE })}data: [DONE]\n\n`,
			);
	});
	const address = await app.listen({ port: 0, host: '127.0.0.1' });
	return {
		url: `${address}/v1`,
		asked,
		play: (script) => {
			steps = [...script];
			asked.length = 0;
		},
		stop: async () => await app.close(),
	};
}
