/** Ids of one block: as many bits as there are in 32 words. */
const BLOCK = 1024;

/**
 * Which rows were there already. Ids of rows are near each other, so that a million of them take
 * some hundred kilobytes here, and not the hundred megabytes of their UUIDs.
 */
export class SeenRows {
	private readonly blocks = new Map<number, Uint32Array>();

	private readonly others = new Set<string>();

	/** Whether it is a new one. @param key a number, or text for what has none */
	add(key: number | string): boolean {
		if (typeof key === 'string') {
			const isNew = !this.others.has(key);
			this.others.add(key);
			return isNew;
		}
		const at = Math.floor(key / BLOCK);
		const block = this.blocks.get(at) ?? new Uint32Array(BLOCK / 32);
		this.blocks.set(at, block);
		const word = key % BLOCK >> 5;
		const bit = 1 << key % 32;
		const before = block[word] as number;
		block[word] = before | bit;
		return (before & bit) === 0;
	}
}
