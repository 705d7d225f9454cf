import type { ClockSource } from '../../../nodes/Misp/polling/clock';
import type { Found } from '../../../nodes/Misp/polling/ledger';
import type { Page } from '../../../nodes/Misp/polling/run';
import type { SequenceSource } from '../../../nodes/Misp/polling/sequence';

/** A row as MISP keeps it, with the clocks that MISP moves. Times in epoch seconds. */
export interface Row {
	id: number;
	/** The row that it belongs to, whose clocks searches for unordered rows go by. */
	parent: number;
	timestamp: number;
	/** 0 when it was never published. */
	published: number;
	/** Whether it came from another MISP. */
	foreign: boolean;
	/** Whether the filter of the watch lets it through. */
	matches: boolean;
	/** When it was made, got this version, and showed up with it, in seconds that really passed. */
	created: number;
	arrived: number;
	shown: number;
}

/** What a source of the test hands to the engine. */
export interface Seen {
	source: string;
	id: number;
	version: number;
	at: number;
}

type Clock = 'timestamp' | 'published';

const START = 1_000_000;
/** More requests than any history needs: the engine does not come to an end. */
const ENDLESS = 3000;

/**
 * A MISP in memory. What is written takes its id and its stamp at once, and shows up when it is
 * committed; each request takes a second, and may be followed by what others write meanwhile.
 */
export class World {
	readonly rows = new Map<number, Row>();
	/** Seconds that really passed. */
	time = START;
	/** What was done to the server's clock. */
	skew = 0;
	nextId = 1;
	reads = 0;
	/** Called before each request. */
	beforeRead: () => void = () => undefined;

	private pending: Array<{ time: number; apply: () => void }> = [];

	get clock(): number {
		return this.time + this.skew;
	}

	pass(seconds: number): void {
		const end = this.time + seconds;
		for (;;) {
			const due = this.pending.filter(({ time }) => time <= end);
			if (due.length === 0) break;
			this.pending = this.pending.filter(({ time }) => time > end);
			for (const { time, apply } of due.sort((a, b) => a.time - b.time)) {
				this.time = Math.max(this.time, time);
				apply();
			}
		}
		this.time = end;
	}

	/** Does something now, or shows it so many seconds later. */
	commit(late: number, apply: () => void): void {
		if (late <= 0) apply();
		else this.pending.push({ time: this.time + late, apply });
	}

	create(row: Partial<Row>, late = 0): number {
		const id = this.nextId++;
		const whole: Row = {
			parent: id,
			timestamp: this.clock,
			published: 0,
			foreign: false,
			matches: true,
			...row,
			id,
			created: this.time,
			arrived: this.time,
			shown: this.time + late,
		};
		this.commit(late, () => {
			if (whole.parent !== id && !this.rows.has(whole.parent)) return;
			this.rows.set(id, whole);
			if (whole.parent !== id) this.stamp(whole.parent, whole);
		});
		return id;
	}

	/** Changes a row; a change of its version also moves the clock of its parent. */
	change(id: number, change: Partial<Row>, late = 0): void {
		const arrived = this.time;
		this.commit(late, () => {
			const row = this.rows.get(id);
			if (!row) return;
			this.rows.set(id, {
				...row,
				...change,
				...(change.timestamp === undefined ? {} : { arrived, shown: arrived + late }),
			});
			if (row.parent !== id) this.stamp(row.parent, change);
		});
	}

	private stamp(parent: number, { timestamp, published }: Partial<Row>): void {
		const row = this.rows.get(parent);
		if (!row) return;
		this.rows.set(parent, {
			...row,
			timestamp: timestamp ?? row.timestamp,
			published: published || row.published,
		});
	}

	/** Deletes a row and what belongs to it. */
	delete(id: number): void {
		for (const row of this.rows.values()) if (row.parent === id) this.rows.delete(row.id);
		this.rows.delete(id);
	}

	visible(): Row[] {
		return [...this.rows.values()].filter(({ matches }) => matches);
	}

	private request(): void {
		this.beforeRead();
		this.reads += 1;
		this.pass(1);
		if (this.reads > ENDLESS) throw new Error('The engine asks for more and more');
	}

	private page(found: Found[], page: number, limit: number): Page {
		const start = (page - 1) * limit;
		return {
			rows: found.slice(start, start + limit),
			more: found.length > start + limit,
			now: this.clock,
		};
	}

	private found(source: string, row: Row, at: number): Found<Seen> {
		const { id, timestamp: version } = row;
		return { id, at, version, data: { source, id, version, at } };
	}

	/** Rows by one of their clocks. */
	clockSource(name: Clock, pageSize: number, more: Partial<ClockSource> = {}): ClockSource {
		return {
			kind: 'clock',
			name,
			pageSize,
			ordered: true,
			...more,
			read: async ({ from, until, page, limit }) => {
				this.request();
				const rows = this.visible()
					.filter((row) => row[name] >= from && row[name] <= until)
					.sort((a, b) => a[name] - b[name] || a.id - b.id);
				return this.page(
					rows.map((row) => this.found(name, row, row[name])),
					page,
					limit,
				);
			},
		};
	}

	/** Rows by a clock of their parent, in no order. */
	unorderedSource(name: Clock, pageSize: number): ClockSource {
		return {
			kind: 'clock',
			name,
			pageSize,
			ordered: false,
			read: async ({ from, until, page, limit }) => {
				this.request();
				const clockOf = ({ parent }: Row): number => this.rows.get(parent)?.[name] ?? 0;
				const rows = this.visible()
					.filter((row) => row.parent !== row.id)
					.filter((row) => clockOf(row) >= from && clockOf(row) <= until)
					.sort((a, b) => scattered(a.id) - scattered(b.id));
				return this.page(
					rows.map((row) => this.found(name, row, clockOf(row))),
					page,
					limit,
				);
			},
		};
	}

	/** Rows by descending ids. */
	sequenceSource(pageSize: number): SequenceSource {
		return {
			kind: 'sequence',
			name: 'id',
			pageSize,
			read: async ({ page, limit }) => {
				this.request();
				const rows = this.visible().sort((a, b) => b.id - a.id);
				return this.page(
					rows.map((row) => this.found('id', row, row.timestamp)),
					page,
					limit,
				);
			},
		};
	}
}

/** An order that has nothing to do with the ids. */
const scattered = (id: number): number => Math.imul(id, 2_654_435_761) >>> 0;
