/** Sends a recorded request to a sandbox. */
import { request } from 'node:https';
import { KEY_NAMES, type Sandbox } from '../sandbox/server';
import { methodOf, pathOf, type Recording, type Reply } from './recordings';
import { isCutStix, wholeStix } from './stixBodies';

function withKeys(text: string, sandbox: Sandbox): string {
	let result = text;
	for (const name of KEY_NAMES) result = result.replaceAll(`{{${name}}}`, sandbox.keys[name]);
	// A generated key that resembles an existing one without being it.
	return result.replaceAll(
		'{{generated-key}}',
		`${sandbox.keys.admin.slice(0, 4)}${'x'.repeat(36)}`,
	);
}

function headersOf(one: Recording, sandbox: Sandbox): Record<string, string> {
	const { key, headers } = one.request;
	const all: Record<string, string | null> = {
		...(key === null ? {} : { Authorization: sandbox.keys[key] }),
		Accept: 'application/json',
		'Content-Type': 'application/json',
		...headers,
	};
	return Object.fromEntries(
		Object.entries(all).flatMap(([name, value]) =>
			value === null ? [] : [[name, withKeys(value, sandbox)]],
		),
	);
}

/** Lists that were shortened in the recording, and the one body that was too large to keep. */
function bodyOf(one: Recording): string | undefined {
	const { body } = one.request;
	if (one.name === 'body_over_50M') return JSON.stringify({ info: 'x'.repeat(51 * 1024 * 1024) });
	if (one.name === 'attributes_add_bulk_500') {
		const values = Array.from({ length: 500 }, (_, index) => `bulk${index}.example.net`);
		return JSON.stringify(values.map((value) => ({ type: 'domain', value })));
	}
	if (isCutStix(one)) return wholeStix(one);
	if (body === null || body === undefined) return undefined;
	return typeof body === 'string' ? body : JSON.stringify(body);
}

export async function send(one: Recording, sandbox: Sandbox): Promise<Reply> {
	const body = bodyOf(one);
	return await new Promise((resolve, reject) => {
		const outgoing = request(
			`${sandbox.url}${pathOf(one)}`,
			{
				method: methodOf(one),
				ca: sandbox.ca,
				headers: {
					...headersOf(one, sandbox),
					...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }),
				},
			},
			(response) => {
				const chunks: Buffer[] = [];
				response.on('data', (chunk: Buffer) => chunks.push(chunk));
				response.on('error', reject);
				response.on('end', () => {
					const headers = Object.fromEntries(
						Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
					);
					resolve({
						status: response.statusCode ?? 0,
						headers,
						body: Buffer.concat(chunks).toString('utf8'),
					});
				});
			},
		);
		outgoing.on('error', reject);
		outgoing.end(body);
	});
}
