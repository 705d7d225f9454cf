import type { FaultName, FaultOptions, Sandbox } from '../../sandbox/server';
import type { TransportFault } from '../../sandbox/transport';
import type { Credential } from '../engine';

/** How faults are made to happen. */

/** Where a fault strikes: a sandbox, and the credential of all that works with it. */
export interface Site {
	sandbox: Sandbox;
	/** What the credential has instead of what is right. */
	credential: Partial<Credential>;
}

/** Makes a fault happen; `match` says to which requests, on "METHOD /path". */
export type Strike = (site: Site, match?: RegExp) => void | Promise<void>;

export const http =
	(name: FaultName, options: FaultOptions = {}): Strike =>
	({ sandbox }, match) =>
		sandbox.faults.set(name, { ...options, ...(match ? { match } : {}) });

export const transport =
	(fault: TransportFault): Strike =>
	async ({ sandbox }) =>
		await sandbox.transport.break(fault);

export const clock =
	(seconds: number): Strike =>
	({ sandbox }) =>
		sandbox.world.advance(seconds);

export const refusal = (status: number, message: string) => http('refusal', { status, message });

/** Longer than any of the time-outs. */
const STALL_MS = 60_000;

/** Long enough that what is not held back is done in it, also on a busy machine. */
export const TIMEOUT_SECONDS = 3;

export const slow = (name: FaultName): Strike => {
	const stall = http(name, { delayMs: STALL_MS });
	return (site, match) => {
		site.credential.timeout = TIMEOUT_SECONDS;
		return stall(site, match);
	};
};

export const large = (name: FaultName): Strike => {
	const reply = http(name);
	return (site, match) => {
		site.credential.timeout = 120; // its end is to come from what was read
		return reply(site, match);
	};
};
