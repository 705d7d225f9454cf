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
	/**
	 * Forgets the oldest part, about a quarter. What is forgotten counts as handed on.
	 *
	 * @param now what is younger is not forgotten, in epoch seconds
	 */
	shrink(now: number): void;
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

/** Ids by the second that they stand at, from `floor` on. */
class Seconds {
	private readonly ids = new Map<number, IdSet>();

	constructor(public floor: number) {}

	private get ascending(): number[] {
		return [...this.ids.keys()].sort((a, b) => a - b);
	}

	get isEmpty(): boolean {
		return this.ids.size === 0;
	}

	has(second: number, id: number): boolean {
		return this.ids.get(second)?.has(id) ?? false;
	}

	put(second: number, id: number): void {
		let ids = this.ids.get(second);
		if (!ids) this.ids.set(second, (ids = new IdSet()));
		ids.add(id);
	}

	/**
	 * Forgets what is before `floor`.
	 *
	 * @returns the greatest id among that
	 */
	raise(floor: number): number {
		let greatest = 0;
		if (floor <= this.floor) return greatest;
		this.floor = floor;
		for (const [second, ids] of this.ids) {
			if (second >= floor) continue;
			greatest = Math.max(greatest, ids.greatest);
			this.ids.delete(second);
		}
		return greatest;
	}

	/** Forgets the oldest quarter of what is not younger than `now`; or else, the lowest ids. */
	shrink(now: number): number {
		const seconds = this.ascending.filter((second) => second <= now);
		if (seconds.length > 1) return this.raise(seconds[Math.ceil(seconds.length / 4)] as number);
		// What is left to read of a second is read by ascending ids.
		for (const ids of this.ids.values()) ids.shrink(Math.floor((ids.runs * 3) / 4));
		return this.raise(seconds[0] ?? this.floor);
	}

	toString(): string {
		const lines = this.ascending.map(
			(second) => `${(second - this.floor).toString(36)} ${this.ids.get(second)}`,
		);
		return [this.floor.toString(36), ...lines].join('\n');
	}

	static parse(text: string): Seconds {
		const [floor = '', ...lines] = text.split('\n');
		const seconds = new Seconds(parseInt(floor, 36));
		for (const line of lines) {
			const space = line.indexOf(' ');
			const second = seconds.floor + parseInt(line.slice(0, space), 36);
			seconds.ids.set(second, IdSet.parse(line.slice(space + 1)));
		}
		return seconds;
	}
}

/**
 * Each id once per version.
 *
 * It remembers the versions of some time, from a floor on, as the ids of each second. A row that
 * shows up with an older version is not in it, whether it was handed on or not: `isLate` of the
 * source decides. What was handed on that way is remembered by where it stood on the clock of its
 * source, so that reading the same stretch again does not repeat it, and by its version, so that
 * publishing it again does not either.
 */
export class VersionLedger implements Ledger {
	constructor(
		private readonly versions: Seconds,
		private readonly late: Seconds,
		private lateVersions: Generations,
		/** The greatest id that was there when the memory begins; a greater one came later. */
		public newestId: number,
	) {}

	static from(floor: number, newestId: number): VersionLedger {
		const [versions, late] = [new Seconds(floor), new Seconds(floor)];
		return new VersionLedger(versions, late, new Generations(), newestId);
	}

	/** Where the memory begins: of versions, or of what came late. */
	floorOf(what: 'versions' | 'late'): number {
		return this[what].floor;
	}

	/** Whether the version is older than this memory. */
	forgot({ at, version = at }: Found): boolean {
		return version < this.versions.floor;
	}

	knows(row: Found): boolean {
		const { id, at, version = at } = row;
		if (!this.forgot(row)) return this.versions.has(version, id);
		return this.late.has(at, id) || this.lateVersions.has(version, id);
	}

	add(row: Found): void {
		const { id, at, version = at } = row;
		if (!this.forgot(row)) return this.versions.put(version, id);
		this.late.put(at, id);
		this.lateVersions.put(version, id);
	}

	/** Remembers a row by its place on the clock, when its version is, or is to be, forgotten. */
	see({ id, at, version = at }: Found, floor: number): void {
		if (version < Math.max(floor, this.versions.floor)) this.late.put(at, id);
	}

	/** Forgets what is older than `floor`, and late versions that were handed on before that. */
	raise(floor: number, now: number): void {
		this.newestId = Math.max(this.newestId, this.versions.raise(floor));
		this.late.raise(floor);
		this.lateVersions.age(floor, now);
	}

	/** Remembers from an earlier time on: the server's clock was set back to before the memory. */
	lower(floor: number): void {
		this.versions.floor = Math.min(this.versions.floor, floor);
		this.late.floor = Math.min(this.late.floor, floor);
	}

	shrink(now: number): void {
		const length = (part: object): number => String(part).length;
		const longer = length(this.late) > length(this.versions) ? this.late : this.versions;
		if (length(this.lateVersions) > length(longer)) return this.lateVersions.shrink();
		this.newestId = Math.max(this.newestId, longer.shrink(now));
	}

	toString(): string {
		return [this.newestId.toString(36), this.versions, this.late, this.lateVersions].join('|');
	}

	static parse(text: string): VersionLedger {
		const [newestId = '', versions = '', late = '', ...lateVersions] = text.split('|');
		return new VersionLedger(
			Seconds.parse(versions),
			Seconds.parse(late),
			Generations.parse(lateVersions),
			parseInt(newestId, 36),
		);
	}
}

/**
 * Versions that are older than the memory, as the ids of each second. They say nothing of when they
 * were handed on, so that they are forgotten as a whole: two generations, of which the older goes.
 */
class Generations {
	constructor(
		private begun = 0,
		private young = new Seconds(0),
		private old = new Seconds(0),
	) {}

	has(second: number, id: number): boolean {
		return this.young.has(second, id) || this.old.has(second, id);
	}

	put(second: number, id: number): void {
		this.young.put(second, id);
	}

	/** Forgets a generation when the other began before `floor`. */
	age(floor: number, now: number): void {
		if (this.begun > floor) return;
		this.begun = now;
		[this.young, this.old] = [new Seconds(0), this.young];
	}

	shrink(): void {
		if (this.old.isEmpty) this.young.shrink(Infinity);
		else this.old = new Seconds(0);
	}

	toString(): string {
		return [this.begun.toString(36), this.young, this.old].join('|');
	}

	static parse([begun = '0', young = '0', old = '0']: string[]): Generations {
		return new Generations(parseInt(begun, 36), Seconds.parse(young), Seconds.parse(old));
	}
}
