import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { N8nInstallation } from '../../scripts/lib/n8nInstall';
import type { Credential } from '../engine/engine';
import type { BenchServer } from './benchServer';

/** One node with its items, run by n8n's engine. */
export interface Job {
	node: 'ours' | 'builtIn';
	parameters: Record<string, unknown>;
	credential: Credential;
	/** The items that go in, or how many: those are `{ at: 0 }`, `{ at: 1 }` and so on. */
	input: Array<Record<string, unknown>> | number;
	/** Returns the rows, too. */
	keep?: boolean;
	/** Keeps files on disk, as n8n does where nothing else is set; otherwise in the items. */
	storeFiles?: boolean;
}

export interface Done {
	/** The whole run of the workflow. */
	seconds: number;
	/** How much the process grew at its highest. */
	growthMb: number;
	/** How much its heap holds of what came out, when all else is gone. */
	itemsMb: number;
	cpuSeconds: number;
	items: number;
	/** Whether the n-th item that came out belongs to the n-th that went in. */
	pairedInOrder: boolean;
	rows: Array<Record<string, unknown>>;
}

/** Polls of the trigger, one after the other. */
export interface Polls {
	polls: number;
	/** Milliseconds before each. */
	apart: number;
}

/** What they took together, and what came. */
export interface Polled {
	/** Without what is between them. */
	seconds: number;
	/** Of the one that grew most. */
	growthMb: number;
	cpuSeconds: number;
	items: number;
	/** What n8n keeps for the trigger, as JSON. */
	stateKb: number;
}

/** To test a credential, to activate the trigger, to poll, or to run a node. */
export type Order =
	| { test: Credential }
	| { activate: Record<string, unknown>; credential: Credential }
	| Polls
	| Job;

export type Answer = { done: Done | Polled | undefined } | { failed: string };

export type Measured = Done & { requests: number };

/** A process with the engine of the installed n8n, in which n8n's own node and ours are run. */
export class BenchEngine {
	private constructor(
		private readonly child: ChildProcess,
		private readonly server: BenchServer,
	) {}

	/** Nothing is cached or connected in it yet. */
	static async start(n8n: N8nInstallation, server: BenchServer): Promise<BenchEngine> {
		const preload = ['--require', join(__dirname, 'installedN8n.cjs'), '--require', 'tsx/cjs'];
		const memory = ['--expose-gc', '--no-deprecation', '--max-old-space-size=4096'];
		const child = spawn(n8n.node, [...memory, ...preload, join(__dirname, 'engineChild.ts')], {
			stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
			// So that n8n's own node can check who answers, as ours does.
			env: { ...process.env, N8N_BIN: n8n.bin, NODE_EXTRA_CA_CERTS: server.info.caPath },
		});
		const engine = new BenchEngine(child, server);
		await engine.answer();
		return engine;
	}

	/** Tests a credential, as n8n does when it is saved: what the key may do is known afterwards. */
	async test(credential: Credential): Promise<void> {
		await this.give({ test: credential });
	}

	/** Activates the trigger with these parameters, which the polls are then of. */
	async activate(parameters: Record<string, unknown>, credential: Credential): Promise<void> {
		await this.give({ activate: parameters, credential });
	}

	async poll(polls: number, apart = 0): Promise<Polled & { requests: number }> {
		await this.server.requests();
		const polled = (await this.give({ polls, apart })) as Polled;
		return { ...polled, requests: await this.server.requests() };
	}

	/** @throws Error when the node fails, or not every item is answered in its place */
	async run(job: Job): Promise<Measured> {
		await this.server.requests();
		const done = (await this.give(job)) as Done;
		return { ...done, requests: await this.server.requests() };
	}

	private async give(order: Order): Promise<Done | Polled | undefined> {
		const answer = this.answer();
		this.child.send(order);
		return await answer;
	}

	private async answer(): Promise<Done | Polled | undefined> {
		const waiting = new AbortController();
		const { signal } = waiting;
		const gone = once(this.child, 'exit', { signal }).then(() => ({
			failed: 'n8n’s engine ended.',
		}));
		const [answer] = await Promise.race([
			once(this.child, 'message', { signal }) as Promise<[Answer]>,
			gone.then((failed): [Answer] => [failed]),
		]);
		gone.catch(() => {}); // is no longer waited for
		waiting.abort();
		if ('failed' in answer) throw new Error(answer.failed);
		return answer.done;
	}

	async stop(): Promise<void> {
		const ended = once(this.child, 'exit');
		this.child.disconnect();
		await ended;
	}
}
