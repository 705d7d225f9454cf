import { IdSet } from './idSet';

/** A row as the engine sees it. */
export interface Found<Data = unknown> {
	/** Whole number that tells rows apart. */
	id: number;
	/** Where it stands on the clock of the source it was read from, in epoch seconds. */
	at: number;
	/** What changes when the row changes, in epoch seconds; `at` when left out. */
	version?: number;
	/** Read, but not wanted as it is now: left out, so that it can come when it has changed. */
	out?: boolean;
	/** What is handed on. */
	data: Data;
}

/** What was handed on, so that nothing is handed on twice. */
export interface Ledger {
	knows(row: Found): boolean;
	add(row: Found): void;
	/** Forgets the oldest part, about a quarter. What is forgotten counts as handed on. */
	shrink(): void;
	toString(): string;
}

/** Each id once, whatever becomes of it later. */
export class RowLedger implements Ledger {
	constructor(readonly ids = new IdSet()) {}

	knows({ id }: Found): boolean {
		return this.ids.has(id);
	}

	add({ id }: Found): void {
		this.ids.add(id);
	}

	shrink(): void {
		this.ids.shrink(Math.floor((this.ids.runs * 3) / 4));
	}

	toString(): string {
		return this.ids.toString();
	}

	static parse(text: string): RowLedger {
		return new RowLedger(IdSet.parse(text));
	}
}

/**
 * Each id once per version.
 *
 * It remembers the versions of some time, from `floor` on, as the ids of each second. A row that
 * shows up with an older version is not in it, whether it was handed on or not: `isLate` of the
 * source decides, and what was handed on that way is remembered by where it stood on the clock of
 * its source, so that reading the same stretch again does not repeat it.
 */
export class VersionLedger implements Ledger {
	private readonly seconds = new Map<number, IdSet>();

	constructor(
		public floor: number,
		/** The greatest id that was there when the memory begins; a greater one came later. */
		public newestId = 0,
	) {}

	private has(second: number, id: number): boolean {
		return this.seconds.get(second)?.has(id) ?? false;
	}

	private put(second: number, id: number): void {
		if (second < this.floor) return;
		let ids = this.seconds.get(second);
		if (!ids) this.seconds.set(second, (ids = new IdSet()));
		ids.add(id);
	}

	/** Whether the version is older than this memory. */
	forgot({ at, version = at }: Found): boolean {
		return version < this.floor;
	}

	knows({ id, at, version = at }: Found): boolean {
		return this.has(version, id) || this.has(at, id);
	}

	add({ id, at, version = at }: Found): void {
		this.put(version, id);
		if (version < this.floor) this.put(at, id);
	}

	/** Forgets what is older than `floor`. */
	raise(floor: number): void {
		if (floor <= this.floor) return;
		this.floor = floor;
		for (const [second, ids] of this.seconds) {
			if (second >= floor) continue;
			this.newestId = Math.max(this.newestId, ids.greatest);
			this.seconds.delete(second);
		}
	}

	shrink(): void {
		const seconds = [...this.seconds.keys()].sort((a, b) => a - b);
		const last = seconds.at(-1);
		if (last === undefined) return;
		const kept = seconds[Math.ceil(seconds.length / 4)];
		// One second with very many rows: what is read of it is read by ascending ids.
		if (kept === undefined || seconds.length === 1) {
			const ids = this.seconds.get(last) as IdSet;
			ids.shrink(Math.floor((ids.runs * 3) / 4));
		}
		this.raise(kept ?? last);
	}

	toString(): string {
		const lines = [`${this.floor.toString(36)} ${this.newestId.toString(36)}`];
		for (const second of [...this.seconds.keys()].sort((a, b) => a - b)) {
			lines.push(`${(second - this.floor).toString(36)} ${this.seconds.get(second)}`);
		}
		return lines.join('\n');
	}

	static parse(text: string): VersionLedger {
		const [head = '', ...lines] = text.split('\n');
		const [floor, newestId] = head.split(' ').map((part) => parseInt(part, 36));
		const ledger = new VersionLedger(floor as number, newestId);
		for (const line of lines) {
			const space = line.indexOf(' ');
			const second = ledger.floor + parseInt(line.slice(0, space), 36);
			ledger.seconds.set(second, IdSet.parse(line.slice(space + 1)));
		}
		return ledger;
	}
}
