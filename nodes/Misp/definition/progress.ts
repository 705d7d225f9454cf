/** Work that takes so long is reported. */
const LONG_MS = 5_000;
const LOG_EVERY_MS = 10_000;

const shown = (count: number): string => count.toLocaleString('en');

const counted = (count: number, what: string): string =>
	`${shown(count)} ${what}${count === 1 ? '' : 's'}`;

/** How long work goes: n8n has no display for it, so there are lines in its log, and a sum at the end. */
export class Progress {
	private requests = 0;

	private readonly started = performance.now();

	private logged = this.started;

	/** @param log takes a line now and then while the work goes on */
	constructor(private readonly log: (line: string) => void) {}

	/** To be told of each request. */
	asked(): void {
		this.requests += 1;
		const now = performance.now();
		if (now - this.logged < LOG_EVERY_MS) return;
		this.logged = now;
		this.log(`${counted(this.requests, 'request')} in ${this.seconds()} s, still at work`);
	}

	private seconds(): string {
		return ((performance.now() - this.started) / 1000).toFixed(1);
	}

	/** Counts and rate in one sentence; nothing for what was quick. */
	summary(items: number, rows: number): string | undefined {
		const elapsed = performance.now() - this.started;
		if (elapsed < LONG_MS) return undefined;
		const rate = shown(Math.round((Math.max(items, rows) * 1000) / elapsed));
		return `${counted(items, 'item')} in, ${shown(rows)} out: ${counted(this.requests, 'request')} in ${this.seconds()} s (${rate} a second).`;
	}
}
