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
	/** False = a CSV has nothing in the columns of objects, as of some versions. */
	csvWithObjects: boolean;
	/** True = whatever the workers take up fails, and is not done. */
	jobsFail: boolean;
	/** False = the enrichment service does not answer. */
	modulesRunning: boolean;
	/** MISP.log_new_audit: false = nothing is written to the audit log. */
	auditLog: boolean;
	/** Security.advanced_authkeys: false = one key per user, shown in its profile and in no list. */
	advancedAuthKeys: boolean;
	instanceUuid: string;
}

const defaults = (): Settings => ({
	hostOrgId: 1,
	defaultEventDistribution: 1,
	live: true,
	workersRunning: true,
	publishDelayMs: 600,
	csvWithObjects: true,
	jobsFail: false,
	modulesRunning: true,
	auditLog: true,
	advancedAuthKeys: true,
	instanceUuid: randomUUID(),
});

/** MISP's states of a job; the numbers are what it stores. */
export const JOB = { queued: 0, running: 2, failed: 3, completed: 4 } as const;

export interface JobRow {
	id: number;
	/** The queue: default, prio, email, cache or update. */
	worker: string;
	type: string;
	input: string;
	status: number;
	/** Whether its worker crashed, which leaves the status as it was. */
	crashed?: boolean;
	message: string;
	progress: number;
	orgId: number;
	processId: string;
	created: string;
	modified: string;
}

interface Waiting {
	row: JobRow;
	work: () => void;
	/** Without one it waits for `runJobs`. */
	timer?: NodeJS.Timeout;
}

export class Ground {
	readonly settings: Settings = defaults();
	/** Seconds the server's clock is ahead of this machine's. */
	clockOffset = 0;

	/** Counted searches by user. */
	readonly rateWindows = new Map<number, { start: number; count: number }>();

	/** E-mails that were sent. */
	readonly mails = new Set<{ to: string; from: string; text: string }>();

	readonly jobs = new Map<number, JobRow>();

	private readonly lastIds = new Map<string, number>();
	private readonly waiting = new Set<Waiting>();
	private stoppedAt: number | undefined;

	/** Epoch seconds, by the clock of the server: rows and the `Date` header get them. */
	now(): number {
		return this.stoppedAt ?? Math.floor(Date.now() / 1000) + this.clockOffset;
	}

	/** From here on the time moves by `advance` alone. */
	stopClock(at = this.now()): void {
		this.stoppedAt = at;
	}

	/** Seconds, below zero for a clock that is set back. */
	advance(seconds: number): void {
		if (this.stoppedAt === undefined) this.clockOffset += seconds;
		else this.stoppedAt += seconds;
	}

	/** Goes on from where the clock stands. */
	startClock(): void {
		this.clockOffset = this.now() - Math.floor(Date.now() / 1000);
		this.stoppedAt = undefined;
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

	addJob(row: New<JobRow> & { type: string }): JobRow {
		const job: JobRow = {
			worker: 'default',
			input: '',
			status: JOB.queued,
			message: '',
			progress: 0,
			orgId: 1,
			processId: randomUUID(),
			created: this.dateTime(),
			modified: this.dateTime(),
			...row,
			id: this.nextId('job', row.id),
		};
		this.jobs.set(job.id, job);
		return job;
	}

	/** What the workers do some time later; while they stand still, it waits. */
	queue(work: () => void, job: New<JobRow> & { type: string }): JobRow {
		const waiting: Waiting = { row: this.addJob(job), work };
		this.waiting.add(waiting);
		if (this.settings.workersRunning) {
			waiting.timer = setTimeout(() => this.run(waiting), this.settings.publishDelayMs);
		}
		return waiting.row;
	}

	/** Does at once what waits for the workers. */
	runJobs(): void {
		for (const waiting of [...this.waiting]) this.run(waiting);
	}

	private run(waiting: Waiting): void {
		clearTimeout(waiting.timer);
		this.waiting.delete(waiting);
		const { row, work } = waiting;
		const failed = this.settings.jobsFail;
		if (!failed) work();
		row.status = failed ? JOB.failed : JOB.completed;
		row.message = failed ? 'Job failed. See error log for more details.' : 'Job done.';
		row.progress = 100;
		row.modified = this.dateTime();
	}

	/** Forgets everything; `seed` fills the world anew. */
	clear(): void {
		this.stop();
		for (const store of Object.values(this)) {
			if (store instanceof Map || store instanceof Set) store.clear();
		}
		this.clockOffset = 0;
		this.stoppedAt = undefined;
		Object.assign(this.settings, defaults());
	}

	stop(): void {
		for (const { timer } of this.waiting) clearTimeout(timer);
		this.waiting.clear();
	}
}
