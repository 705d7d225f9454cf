import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Order, ServerInfo, ServerSettings } from './server';

/** The sandbox of `server.ts`, from the bench’s side. */
export class BenchServer {
	private constructor(
		private readonly child: ChildProcess,
		readonly info: ServerInfo,
	) {}

	static async start(settings: ServerSettings = {}): Promise<BenchServer> {
		const child = fork(join(__dirname, 'server.ts'), [JSON.stringify(settings)], {
			execArgv: ['--import', 'tsx'],
		});
		const [info] = (await once(child, 'message')) as [ServerInfo];
		return new BenchServer(child, info);
	}

	/** An event with attributes `host0.example.com` and so on; its id. */
	async addEvent(attributes = 0): Promise<number> {
		return await this.ask({ attributes });
	}

	/** How many attributes an event has. */
	async attributesIn(event: number): Promise<number> {
		return await this.ask({ inEvent: event });
	}

	/** Has the next search answered with so many rows, which need no memory. */
	async nextRows(rows: number): Promise<void> {
		await this.ask({ nextRows: rows });
	}

	/** How many requests it got since it was last asked. */
	async requests(): Promise<number> {
		return await this.ask({ requests: true });
	}

	private async ask(order: Order): Promise<number> {
		const answer = once(this.child, 'message');
		this.child.send(order);
		return ((await answer) as [number])[0];
	}

	async stop(): Promise<void> {
		const ended = once(this.child, 'exit');
		this.child.disconnect();
		await ended;
	}
}
