/**
 * A set of ids that stays small however many there are: neighbours are kept as one run, and
 * everything up to `floor` counts as in it.
 *
 * Written as text, it is the floor and then each run as the gap before it and, when it is longer
 * than one, its length, all in base 36: `2s 1 4.2` is everything up to 100, then 101 and 105 to 107.
 */
export class IdSet {
	/** First and last of each run, ascending: `[first, last, first, last, …]`. */
	private bounds: number[] = [];

	constructor(public floor = 0) {}

	/** Index of the first bound that is not below `id`. */
	private search(id: number): number {
		let low = 0;
		let high = this.bounds.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((this.bounds[middle] as number) < id) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	has(id: number): boolean {
		if (id <= this.floor) return true;
		const at = this.search(id);
		// An odd index is the end of a run that began before; an even one its first id.
		return at % 2 === 1 || this.bounds[at] === id;
	}

	add(id: number): void {
		if (this.has(id)) return;
		const { bounds } = this;
		const at = this.search(id);
		const joinsLeft = at > 0 && bounds[at - 1] === id - 1;
		const joinsRight = bounds[at] === id + 1;
		if (joinsLeft && joinsRight) bounds.splice(at - 1, 2);
		else if (joinsLeft) bounds[at - 1] = id;
		else if (joinsRight) bounds[at] = id;
		else bounds.splice(at, 0, id, id);
	}

	delete(id: number): void {
		if (id <= this.floor || !this.has(id)) return;
		const { bounds } = this;
		const at = this.search(id);
		const run = at % 2 === 1 ? at - 1 : at;
		const [first, last] = [bounds[run] as number, bounds[run + 1] as number];
		const rest = [];
		if (first < id) rest.push(first, id - 1);
		if (id < last) rest.push(id + 1, last);
		bounds.splice(run, 2, ...rest);
	}

	/** How many runs there are; what the text costs. */
	get runs(): number {
		return this.bounds.length / 2;
	}

	get greatest(): number {
		return this.bounds.at(-1) ?? this.floor;
	}

	/** Everything up to `floor` counts as in the set from now on. */
	raise(floor: number): void {
		if (floor <= this.floor) return;
		this.floor = floor;
		const at = this.search(floor + 1);
		this.bounds.splice(0, at - (at % 2));
		// A run that the floor cuts through begins behind it.
		if (this.bounds[0] !== undefined && this.bounds[0] <= floor) this.bounds[0] = floor + 1;
	}

	/** Raises the floor until at most so many runs are left. */
	shrink(runs: number): void {
		const last = this.bounds[(this.runs - runs) * 2 - 1];
		if (last !== undefined) this.raise(last);
	}

	toString(): string {
		const parts = [this.floor.toString(36)];
		let before = this.floor;
		for (let at = 0; at < this.bounds.length; at += 2) {
			const [first, last] = [this.bounds[at] as number, this.bounds[at + 1] as number];
			const gap = (first - before).toString(36);
			parts.push(first === last ? gap : `${gap}.${(last - first).toString(36)}`);
			before = last;
		}
		return parts.join(' ');
	}

	/** @throws Error when the text is not one that `toString` wrote */
	static parse(text: string): IdSet {
		const [floor = '', ...runs] = text.split(' ');
		const set = new IdSet(whole(floor));
		let before = set.floor;
		for (const run of runs) {
			const [gap = '', length = '0'] = run.split('.');
			const first = before + whole(gap);
			before = first + whole(length);
			set.bounds.push(first, before);
		}
		return set;
	}
}

function whole(text: string): number {
	const number = parseInt(text, 36);
	if (!Number.isSafeInteger(number) || number < 0) throw new Error(`"${text}" is not an id.`);
	return number;
}
