/** What everything else rests on: settings, the clock, ids, and the queue of jobs. */
import { randomUUID } from 'node:crypto';

export type New<Row> = Partial<Row>;

export interface Settings {
	/** Whose users may set local tags; null = not configured. */
	hostOrgId: number | null;
	defaultEventDistribution: number;
	/** False = maintenance. */
	live: boolean;
	/** False = jobs are queued and stay there. */
	workersRunning: boolean;
	publishDelayMs: number;
	/** False = the enrichment service does not answer. */
	modulesRunning: boolean;
	instanceUuid: string;
}

const defaults = (): Settings => ({
	hostOrgId: 1,
	defaultEventDistribution: 1,
	live: true,
	workersRunning: true,
	publishDelayMs: 600,
	modulesRunning: true,
	instanceUuid: randomUUID(),
});

export class Ground {
	readonly settings: Settings = defaults();
	/** Seconds the server's clock is ahead of this machine's. */
	clockOffset = 0;

	/** Counted searches by user. */
	readonly rateWindows = new Map<number, { start: number; count: number }>();

	/** E-mails that were sent. */
	readonly mails = new Set<{ to: string; from: string; text: string }>();

	private readonly lastIds = new Map<string, number>();
	private readonly timers = new Set<NodeJS.Timeout>();

	now(): number {
		return Math.floor(Date.now() / 1000) + this.clockOffset;
	}

	/** `2026-01-31 12:00:00` */
	dateTime(): string {
		return new Date(this.now() * 1000).toISOString().slice(0, 19).replace('T', ' ');
	}

	today(): string {
		return this.dateTime().slice(0, 10);
	}

	nextId(kind: string, wanted?: number): number {
		const last = this.lastIds.get(kind) ?? 0;
		const id = wanted ?? last + 1;
		this.lastIds.set(kind, Math.max(last, id));
		return id;
	}

	/** What the workers do some time later. */
	queue(job: () => void): void {
		if (!this.settings.workersRunning) return;
		const timer = setTimeout(() => {
			this.timers.delete(timer);
			job();
		}, this.settings.publishDelayMs);
		this.timers.add(timer);
	}

	/** Forgets everything; `seed` fills the world anew. */
	clear(): void {
		this.stop();
		for (const store of Object.values(this)) {
			if (store instanceof Map || store instanceof Set) store.clear();
		}
		this.clockOffset = 0;
		Object.assign(this.settings, defaults());
	}

	stop(): void {
		for (const timer of this.timers) clearTimeout(timer);
		this.timers.clear();
	}
}
