/** A page that comes faster than this may be twice as large. */
const FAST_MS = 1000;

/** One that comes slower is followed by smaller ones, before MISP or a proxy gives up. */
const SLOW_MS = 10_000;

/**
 * How many rows to ask for at a time, so that MISP's price of a request is paid seldom.
 *
 * MISP pages by number and not by offset: a size can change only where the rows before it fill whole
 * pages of the new one. Twice and half are such sizes.
 */
export class PageSizes {
	private offset = 0;

	/** @param size rows of the first page */
	constructor(
		private size: number,
		private readonly bounds: { least: number; most: number },
	) {}

	/** The next page, as MISP wants it named. */
	next(): { page: number; limit: number } {
		const page = { page: Math.floor(this.offset / this.size) + 1, limit: this.size };
		this.offset += this.size;
		return page;
	}

	/** How long the last page took, and how many rows are wanted still. */
	took(milliseconds: number, left: number): void {
		const { least, most } = this.bounds;
		const twice = 2 * this.size;
		const half = this.size / 2;
		if (milliseconds < FAST_MS && twice <= Math.min(most, left) && this.offset % twice === 0) {
			this.size = twice;
		} else if (milliseconds > SLOW_MS && Number.isInteger(half) && half >= least) {
			this.size = half;
		}
	}
}
