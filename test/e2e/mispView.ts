import { request } from 'node:https';
import type { Sandbox } from '../sandbox/server';

/**
 * What the sandbox answers to its administrator: its state, seen without n8n and our node.
 * With a body: what somebody does in MISP meanwhile.
 */
export async function mispView(sandbox: Sandbox, path: string, body?: object): Promise<unknown> {
	return await new Promise((resolve, reject) => {
		const headers = {
			Authorization: sandbox.keys.admin,
			Accept: 'application/json',
			...(body ? { 'Content-Type': 'application/json' } : {}),
		};
		const method = body ? 'POST' : 'GET';
		const sent = request(`${sandbox.url}${path}`, { ca: sandbox.ca, method, headers }, (reply) => {
			let text = '';
			reply.setEncoding('utf8');
			reply.on('data', (part: string) => (text += part));
			reply.on('end', () => {
				if (reply.statusCode === 200) resolve(JSON.parse(text));
				else reject(new Error(`${path} answered ${reply.statusCode}: ${text.slice(0, 300)}`));
			});
		});
		sent.on('error', reject);
		sent.end(body && JSON.stringify(body));
	});
}
