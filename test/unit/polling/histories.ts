import fc from 'fast-check';

import type { Change, History, Step } from './steps';
import type { Kind } from './watches';

export type { Kind } from './watches';

const pick = fc.nat(30);

/** @param late how late a write may show up, in seconds */
const changeOf = (late: number): fc.Arbitrary<Change> => {
	const lateness = fc.oneof(fc.constant(0), fc.nat(late));
	return fc.oneof(
		{
			weight: 3,
			arbitrary: fc.record({
				do: fc.constant('create' as const),
				count: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 12 })),
				late: lateness,
				matches: fc.boolean(),
			}),
		},
		{ weight: 2, arbitrary: fc.record({ do: fc.constant('edit' as const), pick, late: lateness }) },
		fc.record({ do: fc.constant('publish' as const), pick }),
		fc.record({
			do: fc.constant('sync' as const),
			count: fc.integer({ min: 1, max: 6 }),
			age: fc.nat(3000),
			isPublished: fc.boolean(),
		}),
		fc.record({ do: fc.constant('pull' as const), pick, part: fc.nat(100) }),
		fc.record({ do: fc.constant('delete' as const), pick }),
		fc.record({ do: fc.constant('tag' as const), pick, late: lateness }),
	);
};

const WEEK: Step = { do: 'wait', seconds: 604_800 };

const wait = fc.record({
	do: fc.constant('wait' as const),
	seconds: fc.oneof(fc.nat(5), fc.nat(120), fc.nat(1200), fc.constant(604_800)),
});

export interface Troubles {
	/** How late rows may show up, in seconds. */
	late: number;
	/** Crashes, restarts with an old state, faults. */
	crashes: boolean;
	/** How far the clock may be set back, in seconds. */
	setBack?: number;
	/** How long before the first poll to begin, in seconds. */
	since?: number;
	/** No page is ever cut. */
	bigPages?: boolean;
}

const optional = <Value>(value: fc.Arbitrary<Value>) =>
	fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });

function stepOf({ late, crashes, setBack }: Troubles): fc.Arbitrary<Step> {
	const pollStep = fc.record({
		do: fc.constant('poll' as const),
		reads: optional(fc.nat(6)),
		fault: crashes ? optional(fc.nat(4)) : fc.constant(undefined),
		lost: crashes ? optional(fc.constant(true)) : fc.constant(undefined),
		during: fc.array(changeOf(late), { maxLength: 4 }),
	});
	const restore = fc.record({ do: fc.constant('restore' as const), back: fc.nat(4) });
	const back = fc.record({ do: fc.constant('setBack' as const), seconds: fc.nat(setBack ?? 0) });
	return fc.oneof(
		{ weight: 4, arbitrary: changeOf(late) },
		{ weight: 2, arbitrary: wait },
		{ weight: 4, arbitrary: pollStep },
		{ weight: crashes ? 1 : 0, arbitrary: restore },
		{ weight: setBack === undefined ? 0 : 1, arbitrary: back },
	);
}

/** Histories of a kind of watch. */
export function histories(kind: Kind, troubles: Troubles): fc.Arbitrary<History> {
	const { late, setBack, since, bigPages } = troubles;
	return fc.record({
		kind: fc.constant(kind),
		pageSize: bigPages === true ? fc.constant(1000) : fc.integer({ min: 2, max: 5 }),
		limit: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constant(1000)),
		overlap: fc.integer({ min: 30, max: 120 }),
		lookBack: fc.integer({ min: 300, max: 3000 }),
		since: since === undefined ? fc.constant(undefined) : fc.nat(since),
		before: fc.array(fc.oneof(changeOf(late), wait), { maxLength: 4 }),
		// A clock that is set back to before the start brings stamps that say nothing.
		steps: fc
			.array(stepOf(troubles), { maxLength: 25 })
			.map((steps) => (setBack === undefined ? steps : [WEEK, ...steps])),
	});
}
