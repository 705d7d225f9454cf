import type { Watch } from '../../../nodes/Misp/polling/poll';
import type { World } from './world';

/** The greatest id that was there at a time. */
const newestId = (world: World) => async (at: number) =>
	Math.max(0, ...[...world.rows.values()].flatMap((row) => (row.created <= at ? row.id : [])));

/** The watches as the triggers make them. */
export const WATCHES = {
	versions: (world: World, pageSize: number): Watch => ({
		once: 'version',
		sources: [
			world.clockSource('timestamp', pageSize, { looksBack: true }),
			world.clockSource('published', pageSize, {
				isLate: ({ id }, newest) => world.rows.get(id)?.foreign === true || id > newest,
			}),
		],
		newestId: newestId(world),
	}),
	rows: (world: World, pageSize: number): Watch => ({
		once: 'row',
		sources: [world.sequenceSource(pageSize)],
	}),
	filtered: (world: World, pageSize: number): Watch => ({
		once: 'row',
		sources: [
			world.sequenceSource(pageSize),
			world.clockSource('timestamp', pageSize, { looksBack: true }),
			world.clockSource('published', pageSize),
		],
	}),
	unordered: (world: World, pageSize: number): Watch => ({
		once: 'row',
		sources: [
			world.unorderedSource('timestamp', pageSize),
			world.unorderedSource('published', pageSize),
		],
		newestId: newestId(world),
	}),
};

export type Kind = keyof typeof WATCHES;
