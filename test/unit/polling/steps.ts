import type { Kind } from './watches';
import type { Row, World } from './world';

/** What others do in MISP. `pick` chooses a row of those that are there. */
export type Change =
	| { do: 'create'; count: number; late: number; matches: boolean }
	| { do: 'edit'; pick: number; late: number }
	| { do: 'publish'; pick: number }
	/** Rows from another MISP, with stamps that are so many seconds old. */
	| { do: 'sync'; count: number; age: number; isPublished: boolean }
	/** A newer version of such a row, between its stamp and now. */
	| { do: 'pull'; pick: number; part: number }
	| { do: 'delete'; pick: number }
	/** Makes a row match the filter, or not match it any more. */
	| { do: 'tag'; pick: number; late: number };

/** A poll, and what happens to it. */
export interface PollStep {
	do: 'poll';
	/** Its time is over after so many requests. */
	reads?: number | undefined;
	/** This request fails. */
	fault?: number | undefined;
	/** n8n is killed before it has kept the state. */
	lost?: boolean | undefined;
	/** What others do after each request. */
	during?: Change[];
}

export type Step =
	| Change
	| PollStep
	| { do: 'wait'; seconds: number }
	/** n8n starts with the state of so many polls ago. */
	| { do: 'restore'; back: number }
	/** The server's clock is set back. The poll that follows is there to notice. */
	| { do: 'setBack'; seconds: number };

export interface History {
	kind: Kind;
	pageSize: number;
	limit: number;
	overlap: number;
	lookBack: number;
	/** Begin so many seconds before the first poll. */
	since?: number | undefined;
	before: Array<Change | { do: 'wait'; seconds: number }>;
	steps: Step[];
}

/** Applies a change to the world. */
export function apply(world: World, change: Change, kind: Kind): void {
	const isUnordered = kind === 'unordered';
	const stamp = { timestamp: world.clock };
	if (change.do === 'create' || change.do === 'sync') {
		const row: Partial<Row> =
			change.do === 'create'
				? { matches: kind !== 'filtered' || change.matches }
				: {
						timestamp: world.clock - change.age,
						published: change.isPublished || isUnordered ? world.clock : 0,
						foreign: true,
					};
		const late = change.do === 'create' ? change.late : 0;
		const parents = [...world.rows.values()].filter(({ id, parent }) => id === parent);
		const parent = !isUnordered
			? undefined
			: change.do === 'create' && parents.length > 0 && change.count % 2 === 0
				? parents[change.count % parents.length]?.id
				: world.create(row);
		for (let made = 0; made < change.count; made += 1) {
			world.create(parent === undefined ? row : { ...row, parent }, late);
		}
		return;
	}
	const rows = [...world.rows.values()];
	const { id, timestamp, foreign, matches } = rows[change.pick % rows.length] ?? { id: 0 };
	if (timestamp === undefined) return;
	if (change.do === 'edit') world.change(id, stamp, change.late);
	else if (change.do === 'publish') world.change(id, { published: world.clock });
	else if (change.do === 'tag' && kind === 'filtered') {
		world.change(id, { ...stamp, matches: matches !== true }, change.late);
	} else if (change.do === 'delete') world.delete(id);
	else if (change.do === 'pull' && foreign === true && timestamp < world.clock) {
		const age = Math.floor(((world.clock - timestamp - 1) * change.part) / 100);
		world.change(id, { timestamp: world.clock - age, published: world.clock });
	}
}
