import { live, type History } from './live';
import type { Kind } from './watches';

/** Histories that once went wrong, as small as they can be. */

const of = (kind: Kind, history: Partial<History>): History => ({
	kind,
	pageSize: 2,
	limit: 1,
	overlap: 30,
	lookBack: 300,
	before: [],
	steps: [],
	...history,
});

const WEEK = { do: 'wait', seconds: 604_800 } as const;
const create = { do: 'create', count: 1, late: 0, matches: true } as const;
const sync = { do: 'sync', count: 1, age: 0, isPublished: true } as const;

const MENDED: Record<string, History> = {
	'a row that shows up after one with a greater id was missed': of('rows', {
		pageSize: 1000,
		limit: 1000,
		steps: [{ ...create, late: 2 }, create, { do: 'poll' }],
	}),
	'pages of two never reached down to what was read before': of('rows', {
		steps: [{ ...create, count: 3 }],
	}),
	'a version was forgotten before its publication was read, and came again': of('versions', {
		limit: 1000,
		before: [{ ...create, count: 3 }],
		steps: [WEEK, { do: 'poll', during: [{ ...sync, count: 3, age: 289 }] }, { do: 'poll' }],
	}),
	'a version was forgotten in the poll that handed it on, and came again': of('versions', {
		steps: [
			WEEK,
			{ do: 'poll' },
			WEEK,
			{ do: 'poll' },
			{ do: 'poll' },
			{ ...sync, count: 2, age: 302 },
		],
	}),
	'a version came again while a poll that was cut went on': of('versions', {
		before: [{ ...sync, isPublished: false }],
		steps: [WEEK, { do: 'pull', pick: 0, part: 1 }, { do: 'poll' }, { do: 'poll', fault: 2 }],
	}),
	'only one of the clocks noticed that the server’s was set back': of('versions', {
		steps: [WEEK, { do: 'poll', reads: 1 }, { do: 'poll' }, { do: 'setBack', seconds: 46 }, create],
	}),
	'what was published just before the start came, though it was there': of('versions', {
		limit: 1000,
		before: [
			{ ...sync, age: 2 },
			{ do: 'wait', seconds: 3 },
		],
		steps: [{ do: 'poll' }],
	}),
	'a row that came in just after the start, with a stamp from before, was missed': of('versions', {
		steps: [{ do: 'wait', seconds: 1 }, { do: 'poll' }, { ...sync, age: 2 }],
	}),
	'a clock that went back a little at the start hid what was new': of('unordered', {
		pageSize: 1000,
		limit: 1000,
		before: [
			{ ...create, late: 2 },
			{ do: 'wait', seconds: 1 },
		],
		steps: [{ ...create, count: 4 }],
	}),
	'a poll that was full left out what stood before its last row, where there is no order': of(
		'unordered',
		{
			pageSize: 1000,
			steps: [
				{ ...create, count: 2 },
				{ do: 'wait', seconds: 5 },
				{ do: 'poll', during: [{ ...create, count: 3 }] },
			],
		},
	),
	'what was published after the server’s clock was set back, while old rows waited, was missed': of(
		'versions',
		{
			steps: [
				WEEK,
				{ ...create, count: 2 },
				WEEK,
				{ do: 'setBack', seconds: 0 },
				{ do: 'setBack', seconds: 9 },
				{ ...sync, age: 307 },
			],
		},
	),
	'what MISP sends in no order was handed on in no order': of('unordered', {
		pageSize: 3,
		limit: 1000,
		steps: [WEEK, { do: 'poll', during: [{ ...create, count: 2 }] }, create],
	}),
};

it.each(Object.entries(MENDED))('%s', async (_, history) => {
	await expect(live(history)).resolves.toBeUndefined();
});
