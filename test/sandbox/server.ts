/** Starts and stops the stand-in for a MISP server. HTTPS on 127.0.0.1 only. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { sentKeys } from './auth';
import {
	createAuthority,
	fingerprint,
	serverCertificate,
	type ServerCertificate,
} from './certificates';
import type { Cost } from './costs';
import { Faults } from './faults';
import { Handler, type Incoming } from './handler';
import { sendBomb, sendHuge, sendRows } from './largeReplies';
import { longLink } from './link';
import { randomKeys, seed, type KeyName } from './seed';
import { World } from './state';
import { Transport } from './transport';

export type { FaultName, FaultOptions } from './faults';
export { Faults } from './faults';
export { World } from './state';
export { KEY_NAMES, type KeyName } from './seed';
export { createAuthority } from './certificates';

export interface SandboxOptions {
	/** 0 = any free one. */
	port?: number;
	/** Cost of every request, default 0. */
	requestCostMs?: number;
	/** How long a request takes by what it asks and gets, at least; see `costs.ts`. Default nothing. */
	cost?: Cost;
	/** Reached over a line with this round trip, default 0. */
	roundTripMs?: number;
	/** Delay of the publish queue, default 600. */
	publishDelayMs?: number;
	/** MISP installed under a path, e.g. '/misp'. */
	basePath?: string;
	tls?: { certificate?: ServerCertificate; requireClientCertificate?: boolean };
}

export interface RecordedRequest {
	method: string;
	/** With query, without the base path. */
	path: string;
	/** Name of the key used; undefined for none or one not known by name. */
	key: KeyName | undefined;
	/** Parsed when it was JSON, else text. */
	body: unknown;
	headers: Record<string, string | undefined>;
	/** Where the connection comes from. */
	remotePort: number | undefined;
	/** 0 while unanswered or when the connection was destroyed. */
	status: number;
}

export interface Sandbox {
	url: string;
	ca: string;
	caPath: string;
	serverCertificateSha256: string;
	clientCertificate: { cert: string; key: string };
	keys: Record<KeyName, string>;
	requests: RecordedRequest[];
	faults: Faults;
	/** What is wrong below HTTP. */
	transport: Transport;
	world: World;
	setCost(ms: number): void;
	stop(): Promise<void>;
}

const MAX_BODY = 256 * 1024 * 1024;
const DEFAULT_STALL_MS = 2000;

function parsedBody(raw: Buffer, type: string | undefined): unknown {
	if (raw.length === 0) return undefined;
	const text = raw.toString('utf8');
	if (type?.includes('json') !== true) return text;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

function headersOf(request: FastifyRequest): Record<string, string | undefined> {
	return Object.fromEntries(
		Object.entries(request.headers).map(([name, value]) => [
			name,
			Array.isArray(value) ? value.join(', ') : value,
		]),
	);
}

/** Holds a reply back, but not a process that has nothing else to do. */
const held = async (ms: number) => await wait(ms, undefined, { ref: false });

/** Sends the answer, or what a fault makes of it. */
async function send(
	reply: FastifyReply,
	handler: Handler,
	faults: Faults,
	incoming: Incoming,
	until: (content: unknown) => Promise<void>,
): Promise<number> {
	const { raw } = reply;
	const { fault, ...answered } = await handler.handle(incoming);
	await until(answered.content);
	if (fault?.name === 'gzipBomb') return sendBomb(raw);
	if (fault?.name === 'hugeReply') return sendHuge(raw, faults);
	if (fault?.name === 'manyRows') return await sendRows(raw, fault.rows ?? 0);
	if (fault?.name === 'reset') {
		raw.destroy();
		return 0;
	}
	const body = incoming.method === 'HEAD' ? Buffer.alloc(0) : answered.body;
	const stall = fault?.delayMs ?? DEFAULT_STALL_MS;
	if (fault?.name === 'slowHeader') await held(stall);
	else if (fault?.delayMs !== undefined && fault.name !== 'slowBody') await wait(fault.delayMs);
	if (raw.destroyed) return 0;
	raw.writeHead(answered.status, answered.headers);
	if (fault?.name !== 'slowBody' && fault?.name !== 'resetMidReply') {
		raw.end(body);
		return answered.status;
	}
	const half = Math.ceil(body.length / 2);
	raw.flushHeaders();
	await new Promise((resolve) => raw.write(body.subarray(0, half), resolve));
	if (fault.name === 'resetMidReply') {
		// Give the first half time to leave.
		await wait(30);
		raw.destroy();
		return answered.status;
	}
	await held(stall);
	raw.end(body.subarray(half));
	return answered.status;
}

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const ca = await createAuthority();
	const certificate = await serverCertificate(ca, options.tls?.certificate ?? 'valid');
	const clientCertificate = await ca.issue('n8n', { client: true });
	const directory = await mkdtemp(join(tmpdir(), 'misp-sandbox-'));
	const caPath = join(directory, 'ca.pem');
	await writeFile(caPath, ca.cert);

	const world = new World();
	world.settings.publishDelayMs = options.publishDelayMs ?? 600;
	const keys = randomKeys();
	seed(world, keys);
	const keyNames = new Map(Object.entries(keys).map(([name, key]) => [key, name as KeyName]));
	const faults = new Faults();
	const requests: RecordedRequest[] = [];
	const basePath = (options.basePath ?? '').replace(/\/$/, '');
	const handler = new Handler(world, faults);
	let cost = options.requestCostMs ?? 0;

	const mutual = options.tls?.requireClientCertificate === true;
	const app = fastify({
		https: {
			key: certificate.key,
			cert: certificate.cert,
			...(mutual ? { ca: ca.cert, requestCert: true, rejectUnauthorized: true } : {}),
		},
		bodyLimit: MAX_BODY,
		exposeHeadRoutes: false,
	});
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

	// Held here so that stopping does not wait for keep-alive connections.
	const sockets = new Set<Socket>();
	app.server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
	});

	app.all('/*', async (request, reply) => {
		reply.hijack();
		const headers = headersOf(request);
		const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
		const inside = basePath === '' || request.url.startsWith(`${basePath}/`);
		const path = inside ? request.url.slice(basePath.length) : request.url;
		const entry: RecordedRequest = {
			method: request.method,
			path,
			key: sentKeys(headers).flatMap((key) => keyNames.get(key) ?? [])[0],
			body: parsedBody(raw, headers['content-type']),
			headers,
			remotePort: request.socket.remotePort,
			status: 0,
		};
		requests.push(entry);
		const arrived = performance.now();
		const until = async (content: unknown) => {
			if (!options.cost) return;
			const asked = { path: path.split('?')[0] ?? path, body: entry.body };
			await wait(Math.max(0, options.cost(asked, content) - (performance.now() - arrived)));
		};
		if (cost > 0) await wait(cost);
		const incoming: Incoming = {
			method: request.method,
			path,
			inside,
			headers,
			raw,
			ip: request.ip,
		};
		entry.status = await send(reply, handler, faults, incoming, until);
	});

	await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });
	const { port: own } = app.server.address() as AddressInfo;
	const link = options.roundTripMs ? await longLink(own, options.roundTripMs) : undefined;
	const port = link?.port ?? own;
	const url = `https://127.0.0.1:${port}${basePath}`;
	handler.baseUrl = url;

	return {
		url,
		ca: ca.cert,
		caPath,
		serverCertificateSha256: fingerprint(certificate.cert),
		clientCertificate,
		keys,
		requests,
		faults,
		transport: new Transport(app.server as Server, ca, certificate, sockets, own),
		world,
		setCost: (ms) => {
			cost = ms;
		},
		stop: async () => {
			world.stop();
			await link?.stop();
			for (const socket of sockets) socket.destroy();
			await app.close();
			await rm(directory, { recursive: true, force: true });
		},
	};
}
