/** What was started and must be stopped, whether the work ends, fails or is interrupted. */
export class Cleanups {
	private readonly stops: Array<() => Promise<unknown>> = [];

	/** Resolves on Ctrl+C and when the process is asked to end. */
	readonly interrupted = new Promise<string>((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve);
	});

	add(stop: () => Promise<unknown>): void {
		this.stops.push(stop);
	}

	/** Stops everything, the last started first. */
	async run(): Promise<void> {
		for (const stop of this.stops.splice(0).reverse()) {
			await stop().catch((error: unknown) => console.error('while stopping:', error));
		}
	}
}
