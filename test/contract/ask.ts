/** A plain HTTPS client for tests of the sandbox itself. */
import { request, type RequestOptions } from 'node:https';
import type { Sandbox } from '../sandbox/server';

export interface Got {
	status: number;
	headers: Record<string, string | string[] | undefined>;
	text: string;
	json(): Record<string, unknown>;
}

export interface Asked {
	key?: keyof Sandbox['keys'];
	body?: unknown;
	method?: string;
	headers?: Record<string, string>;
	tls?: RequestOptions;
}

export async function ask(sandbox: Sandbox, path: string, asked: Asked = {}): Promise<Got> {
	const body = asked.body === undefined ? undefined : JSON.stringify(asked.body);
	return await new Promise((resolve, reject) => {
		const outgoing = request(
			`${sandbox.url}${path}`,
			{
				method: asked.method ?? (body === undefined ? 'GET' : 'POST'),
				ca: sandbox.ca,
				headers: {
					Authorization: sandbox.keys[asked.key ?? 'publisher'],
					Accept: 'application/json',
					...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
					...asked.headers,
				},
				...asked.tls,
			},
			(response) => {
				let text = '';
				response.setEncoding('utf8');
				response.on('data', (chunk: string) => (text += chunk));
				response.on('error', reject);
				response.on('end', () =>
					resolve({
						status: response.statusCode ?? 0,
						headers: response.headers,
						text,
						json: () => JSON.parse(text) as Record<string, unknown>,
					}),
				);
			},
		);
		outgoing.on('error', reject);
		outgoing.end(body);
	});
}
