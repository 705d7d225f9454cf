import type { OwnProcess } from '../../scripts/lib/ownProcess';

/** A worker of n8n, and what it says that it ran. */
export class Worker {
	constructor(
		readonly name: string,
		private readonly child: OwnProcess,
	) {}

	get pid(): number {
		return this.child.pid;
	}

	/** Everything that it has printed. */
	readonly log = (): string => this.child.log();

	/** Ids of the executions that it began, or brought to their end; one that waited comes twice. */
	executions(what: 'started' | 'finished'): string[] {
		const lines = this.log().matchAll(new RegExp(`Worker ${what} execution (\\d+) `, 'g'));
		return [...lines].flatMap(([, id]) => id ?? []);
	}

	async stop(): Promise<void> {
		await this.child.stop();
	}
}
