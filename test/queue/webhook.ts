/** Workflows that are started by a call from outside, each call one execution. */
import { setTimeout as wait } from 'node:timers/promises';
import type { INode } from 'n8n-workflow';
import { node } from '../e2e/workflows';
import type { Plant } from './plant';

/** Answers as soon as the execution is in the queue. */
export const webhook = (path: string): INode => ({
	...node('Webhook', 'n8n-nodes-base.webhook', 2, {
		httpMethod: 'POST',
		path,
		responseMode: 'onReceived',
	}),
	webhookId: path,
});

const PATIENCE_MS = 30_000;

/** n8n has not begun anything: it is still activating the workflow, or has just lost its database. */
const REFUSED = [404, 503];

/** Calls it, again where n8n refused the call. */
export async function call({ n8n }: Plant, path: string, body: object): Promise<void> {
	for (const until = Date.now() + PATIENCE_MS; ; await wait(300)) {
		const reply = await fetch(`${n8n.url}/webhook/${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		const text = await reply.text();
		if (reply.ok) return;
		if (!REFUSED.includes(reply.status) || Date.now() > until) {
			throw new Error(`The webhook answered ${reply.status}: ${text.slice(0, 300)}`);
		}
	}
}
