/** What several unit tests need: a client for a sandbox, small TLS servers, and a look into errors. */
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';

import type { SecureLookup } from '../../nodes/Misp/client/agent';
import { Misp, type ClientOptions } from '../../nodes/Misp/client/client';
import type { Connection } from '../../nodes/Misp/client/connection';
import { MispError } from '../../nodes/Misp/client/errors';
import type { KeyName, Sandbox } from '../sandbox/server';

export const KEY = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6kL9o';

/** Node.js' ways of calling a lookup: with one address, or with all. */
export const lookupTo = (address: string, seen: string[] = []): SecureLookup =>
	((
		hostname: string,
		options: { all?: boolean },
		callback: (error: Error | null, found: unknown, family?: number) => void,
	) => {
		seen.push(hostname);
		if (options.all === true) callback(null, [{ address, family: 4 }]);
		else callback(null, address, 4);
	}) as SecureLookup;

export function connectionTo(url: string, changes: Partial<Connection> = {}): Connection {
	return {
		baseUrl: url,
		key: KEY,
		access: 'administer',
		trust: { kind: 'system' },
		timeoutMs: 10_000,
		...changes,
	};
}

export function mispOf(
	sandbox: Sandbox,
	key: KeyName = 'admin',
	options: ClientOptions = {},
	changes: Partial<Connection> = {},
): Misp {
	return new Misp(
		connectionTo(sandbox.url, {
			key: sandbox.keys[key],
			trust: { kind: 'ca', pem: sandbox.ca },
			...changes,
		}),
		options,
	);
}

/** The error of work that must fail, and fail as a MispError. */
export async function failureOf(work: Promise<unknown>): Promise<MispError> {
	let result: unknown;
	try {
		result = await work;
	} catch (error) {
		if (error instanceof MispError) return error;
		throw error;
	}
	throw new Error(`This should have failed, but gave ${JSON.stringify(result)}`);
}

/** The input error of a call that must refuse. */
export function refusalOf(call: () => unknown): MispError {
	let result: unknown;
	try {
		result = call();
	} catch (error) {
		if (error instanceof MispError) return error;
		throw error;
	}
	throw new Error(`This should have been refused, but gave ${JSON.stringify(result)}`);
}

/** Everything that an error carries, in one text: own properties, the stack, causes. */
export function everythingIn(error: unknown, seen = new Set<unknown>()): string {
	if (error === null || (typeof error !== 'object' && typeof error !== 'function')) {
		return String(error);
	}
	if (seen.has(error)) return '';
	seen.add(error);
	return Reflect.ownKeys(error)
		.map((name) => {
			const value = (error as Record<string | symbol, unknown>)[name];
			return `${String(name)}: ${everythingIn(value, seen)}`;
		})
		.join('\n');
}

export interface TestServer {
	port: number;
	url: string;
	/** "METHOD /path" of every HTTP request that arrived. */
	requests: string[];
	headers: Array<IncomingMessage['headers']>;
	/** Connections so far, of TCP. */
	connections: number;
	open: Set<Socket>;
	stop(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export const answerJson =
	(body: unknown, status = 200, headers: Record<string, string> = {}): Handler =>
	(request, response) => {
		request.resume();
		response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
		response.end(JSON.stringify(body));
	};

export async function listen(server: NetServer): Promise<TestServer> {
	const open = new Set<Socket>();
	const test: TestServer = {
		port: 0,
		url: '',
		requests: [],
		headers: [],
		connections: 0,
		open,
		stop: async () => {
			for (const socket of open) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	server.on('connection', (socket: Socket) => {
		test.connections += 1;
		open.add(socket);
		socket.on('error', () => undefined);
		socket.on('close', () => open.delete(socket));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	test.port = (server.address() as AddressInfo).port;
	test.url = `https://127.0.0.1:${test.port}`;
	return test;
}

export async function startTls(
	options: ServerOptions,
	handler: Handler = answerJson({ version: '2.5.1' }),
): Promise<TestServer> {
	const server: Server = createServer(options);
	// Never closes an idle connection, so that it is seen who does.
	server.keepAliveTimeout = 0;
	const test = await listen(server);
	server.on('tlsClientError', () => undefined);
	server.on('request', (request: IncomingMessage, response: ServerResponse) => {
		test.requests.push(`${request.method} ${request.url}`);
		test.headers.push(request.headers);
		handler(request, response);
	});
	return test;
}
