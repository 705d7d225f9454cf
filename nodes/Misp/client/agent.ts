import { createHash } from 'node:crypto';
import { Agent, type AgentOptions } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import {
	checkServerIdentity,
	TLSSocket,
	type ConnectionOptions,
	type PeerCertificate,
} from 'node:tls';

import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';

import type { Connection } from './connection';
import { MispError } from './errors';

/** Name resolution under n8n's egress policy; see `getSecureEgressFilter` of the node helpers. */
export type SecureLookup = NonNullable<AgentOptions['lookup']>;

/** Apache closes an idle connection after 5 s by default: never write into one that is about to close. */
const IDLE_MS = 4_000;
const MAX_SOCKETS = 8;

/**
 * Checks a server certificate against pinned fingerprints before a byte of HTTP is sent.
 *
 * A pin replaces the chain (MISP's installer makes a self-signed certificate), not the rest:
 * host name and validity are still checked.
 */
function pinError(socket: TLSSocket, host: string, pins: string[]): Error | undefined {
	const certificate = socket.getPeerX509Certificate();
	if (!certificate) return new MispError('tls', 'The server showed no certificate.');
	const shown = certificate.fingerprint256.replace(/:/g, '').toUpperCase();
	if (!pins.includes(shown)) {
		return new MispError(
			'tls',
			'The server’s certificate is not the pinned one. Nothing was sent.',
			{
				hint: `It shows the SHA-256 fingerprint ${certificate.fingerprint256}. If the certificate was renewed, check this on the server and enter it in the credential; if not, somebody may be in between.`,
				code: 'PIN_MISMATCH',
			},
		);
	}
	const now = Date.now();
	if (now > Date.parse(certificate.validTo) || now < Date.parse(certificate.validFrom)) {
		return Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' });
	}
	// Not `socket.getPeerCertificate()`, which is empty once the other form was asked for.
	return checkServerIdentity(host, certificate.toLegacyObject());
}

/** How long a handshake may take: while it lasts, no request holds the socket and could end it. */
const HANDSHAKE_MS = 30_000;

/** Waits for the handshake and judges the pin, so that the request starts on a proven connection. */
async function proven(socket: TLSSocket, host: string, pins: string[]): Promise<TLSSocket> {
	const failed = (message: string, code: string) => Object.assign(new Error(message), { code });
	const tooSlow = () => socket.destroy(failed('the TLS handshake took too long', 'ETIMEDOUT'));
	await new Promise<void>((resolve, reject) => {
		socket.once('secureConnect', resolve);
		socket.once('error', reject);
		socket.once('close', () => reject(failed('socket hang up', 'ECONNRESET')));
		socket.setTimeout(HANDSHAKE_MS, tooSlow);
	});
	socket.setTimeout(0, tooSlow);
	const error = pinError(socket, host, pins);
	if (error) {
		socket.destroy();
		throw error;
	}
	return socket;
}

function limitIdle(socket: TLSSocket, keep: boolean): boolean {
	if (keep) socket.setTimeout(IDLE_MS);
	return keep;
}

/** Node.js does not look up addresses, so n8n's egress policy would not see them: ask it first. */
async function permitted(lookup: SecureLookup, host: string): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		lookup(host, {}, (error) => (error ? reject(error) : resolve()));
	});
}

class DirectAgent extends Agent {
	constructor(
		options: AgentOptions,
		private readonly pins: string[] | undefined,
		private readonly lookup: SecureLookup | undefined,
	) {
		super(options);
	}

	// @types/node leaves out the callback that Node.js passes, and that makes this asynchronous.
	// eslint-disable-next-line @typescript-eslint/ban-ts-comment
	// @ts-ignore
	override createConnection(
		options: ConnectionOptions & { host: string; servername?: string },
		callback: (error: Error | null, socket?: Duplex) => void,
	): Duplex | undefined {
		const { pins, lookup } = this;
		const checkAddress = lookup && isIP(options.host) !== 0;
		if (!pins && !checkAddress) return super.createConnection(options) as TLSSocket;
		const open = async () => {
			if (checkAddress) await permitted(lookup, options.host);
			const socket = super.createConnection(options) as TLSSocket;
			return pins ? await proven(socket, options.servername || options.host, pins) : socket;
		};
		open().then(
			(socket) => callback(null, socket),
			(error: Error) => callback(error),
		);
		return undefined;
	}

	override keepSocketAlive(socket: TLSSocket): boolean {
		return limitIdle(socket, super.keepSocketAlive(socket) as unknown as boolean);
	}
}

class ProxyAgent extends HttpsProxyAgent<string> {
	constructor(
		address: string,
		private readonly tls: AgentOptions,
		private readonly pins: string[] | undefined,
	) {
		super(address, { keepAlive: true, maxSockets: MAX_SOCKETS });
	}

	override keepSocketAlive(socket: TLSSocket): boolean {
		return limitIdle(socket, super.keepSocketAlive(socket) as unknown as boolean);
	}

	override async connect(
		...[request, options]: Parameters<HttpsProxyAgent<string>['connect']>
	): ReturnType<HttpsProxyAgent<string>['connect']> {
		const host = (options as { host?: string }).host ?? '';
		const { lookup } = this.tls;
		if (lookup && isIP(host) !== 0) await permitted(lookup, host);
		let status: number | undefined;
		request.once('proxyConnect', (answer: { statusCode: number }) => {
			status = answer.statusCode;
		});
		const socket = await super
			.connect(request, {
				...this.tls,
				...options,
				// The library leaves the host out, and without it Node.js would compare with "localhost".
				checkServerIdentity: (_name: string, certificate: PeerCertificate) =>
					checkServerIdentity(host, certificate),
			} as typeof options)
			.catch((error: NodeJS.ErrnoException) => {
				throw this.unusable(error.code ?? error.message, error.code);
			});
		// What is not TLS carries the proxy's refusal, which must not pass for MISP's answer.
		if (!(socket instanceof TLSSocket)) {
			socket.destroy();
			throw this.unusable(status === 407 ? '407: it wants a log-in' : String(status));
		}
		return this.pins ? await proven(socket, host, this.pins) : socket;
	}

	private unusable(why: string, code?: string): MispError {
		return new MispError(
			'network',
			`The proxy ${this.proxy.host} does not connect to MISP (${why}).`,
			{
				hint: 'Check the variables HTTPS_PROXY and NO_PROXY of your n8n: user and password stand in HTTPS_PROXY, and hosts in NO_PROXY are reached without the proxy.',
				code,
			},
		);
	}
}

function createAgent(connection: Connection, lookup: SecureLookup | undefined): Agent | ProxyAgent {
	const { trust, clientCertificate } = connection;
	const tls: AgentOptions = {
		minVersion: 'TLSv1.2',
		// With a pin the chain proves nothing; `proven` judges the certificate itself.
		rejectUnauthorized: trust.kind !== 'pin',
		...(trust.kind === 'ca' ? { ca: trust.pem } : {}),
		...(clientCertificate ?? {}),
		...(lookup ? { lookup } : {}),
	};
	const pins = trust.kind === 'pin' ? trust.sha256 : undefined;
	const proxy = getProxyForUrl(connection.baseUrl);
	if (proxy !== '') return new ProxyAgent(proxy, tls, pins);
	return new DirectAgent(
		{
			...tls,
			keepAlive: true,
			maxSockets: MAX_SOCKETS,
			maxFreeSockets: MAX_SOCKETS,
			scheduling: 'lifo',
			// A resumed session would skip what the pin is checked against.
			...(pins ? { maxCachedSessions: 0 } : {}),
		},
		pins,
		lookup,
	);
}

const agents = new Map<string, Agent | ProxyAgent>();
const MAX_AGENTS = 50;

/**
 * The pooled keep-alive agent of a connection: one for all executions that use the same
 * credential, so that a request does not pay for a handshake.
 */
export function agentFor(connection: Connection, lookup?: SecureLookup): Agent | ProxyAgent {
	const { baseUrl, trust, clientCertificate } = connection;
	const identity = [baseUrl, trust, clientCertificate, getProxyForUrl(baseUrl), Boolean(lookup)];
	const id = createHash('sha256').update(JSON.stringify(identity)).digest('hex');
	let agent = agents.get(id);
	if (!agent) {
		agent = createAgent(connection, lookup);
		// The least recently used one is forgotten, not destroyed: it may be in use, and closes when idle.
		const oldest = agents.size >= MAX_AGENTS ? agents.keys().next().value : undefined;
		if (oldest !== undefined) agents.delete(oldest);
	}
	agents.delete(id);
	agents.set(id, agent);
	return agent;
}

/** Closes every pooled connection. For tests and scripts that must end. */
export function closeAgents(): void {
	for (const agent of agents.values()) agent.destroy();
	agents.clear();
}
