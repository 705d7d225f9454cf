import type { ClockSource } from '../../../nodes/Misp/polling/clock';
import type { Found } from '../../../nodes/Misp/polling/ledger';
import { poll, STATE_BYTES, type State, type Watch } from '../../../nodes/Misp/polling/poll';
import type { SequenceSource } from '../../../nodes/Misp/polling/sequence';

/** What polls cost when there is very much to read: requests, and room for the state. */

const NOW = 2_000_000;
const PAGE = 1000;
const options = { now: NOW, limit: 5000, overlap: 300, lookBack: 86_400, isSpent: () => false };

let requests = 0;
beforeEach(() => {
	requests = 0;
});

/** A clock over rows that are in its order already. */
function clockOf(name: string, rows: Found[], more: Partial<ClockSource> = {}): ClockSource {
	const firstFrom = (at: number): number => {
		let [low, high] = [0, rows.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((rows[middle] as Found).at < at) low = middle + 1;
			else high = middle;
		}
		return low;
	};
	return {
		kind: 'clock',
		name,
		pageSize: PAGE,
		ordered: true,
		...more,
		read: async ({ from, until, page, limit }) => {
			requests += 1;
			const start = firstFrom(from) + (page - 1) * limit;
			const end = firstFrom(until + 1);
			const found = rows.slice(start, Math.min(start + limit, end));
			return { rows: found, more: start + limit < end, now: NOW };
		},
	};
}

const sequenceOf = (rows: Found[]): SequenceSource => ({
	kind: 'sequence',
	name: 'id',
	pageSize: PAGE,
	read: async ({ page, limit }) => {
		requests += 1;
		const start = (page - 1) * limit;
		const newestFirst = rows.slice(-(start + limit), rows.length - start).reverse();
		return { rows: newestFirst, more: rows.length > start + limit, now: NOW };
	},
});

/** Polls until nothing is left, each a minute later. */
async function drain(watch: Watch, since?: number, begun?: State) {
	const counts = new Map<string, number>();
	let state = begun;
	let greatest = 0;
	let polls = 0;
	for (let behind = true; behind; polls += 1) {
		const given = since === undefined ? {} : { since };
		const now = NOW + polls * 60;
		const result = await poll(watch, state, { ...options, ...given, now });
		({ behind } = result);
		const text = JSON.stringify(result.state);
		state = JSON.parse(text) as State;
		greatest = Math.max(greatest, text.length);
		for (const { id, version } of result.rows) {
			const key = `${id}@${version}`;
			counts.set(key, (counts.get(key) ?? 0) + 1);
		}
	}
	const twice = [...counts].filter(([, count]) => count > 1).map(([key]) => key);
	return { found: counts.size, twice, greatest, polls };
}

const MANY = 100_000;
/** Ids that no text can write in short. */
const scattered = (index: number): number => index * 7 + (index % 3);
const rowAt = (index: number, at: number): Found => ({
	id: scattered(index),
	at,
	version: at,
	data: undefined,
});

describe('100,000 rows in one second', () => {
	const rows = Array.from({ length: MANY }, (_, index) => rowAt(index + 1, NOW - 1000));

	it('come once each from a clock, in a state of 60,000 characters', async () => {
		const watch: Watch = { once: 'version', sources: [clockOf('timestamp', rows)] };
		const { found, twice, greatest, polls } = await drain(watch, NOW - 2000);
		expect({ found, twice }).toEqual({ found: MANY, twice: [] });
		expect(greatest).toBeLessThanOrEqual(STATE_BYTES);
		// Each page when it is new and once more, and one request to come to it in each poll.
		expect(requests).toBeLessThan((2 * MANY) / PAGE + 2 * polls + 10);
	});

	it('come once each when they are told apart by their id alone', async () => {
		const watch: Watch = { once: 'row', sources: [clockOf('timestamp', rows)] };
		const { found, twice, greatest } = await drain(watch, NOW - 2000);
		expect({ found, twice }).toEqual({ found: MANY, twice: [] });
		expect(greatest).toBeLessThanOrEqual(STATE_BYTES);
	});
});

it.each([undefined, NOW - 3600])(
	'does not ask for ever where a server has no rows and says that more follow, beginning at %s',
	async (since) => {
		const empty: SequenceSource = {
			...sequenceOf([]),
			read: async () => {
				requests += 1;
				return { rows: [], more: true, now: NOW };
			},
		};
		const watch: Watch = { once: 'row', sources: [empty] };
		await expect(poll(watch, undefined, { ...options, since })).rejects.toThrow('more follow');
		expect(requests).toBe(300);
	},
);

it('reads 100,000 rows of a sequence in few requests', async () => {
	const rows = Array.from({ length: 100 }, (_, index) => rowAt(index + 1, NOW - MANY));
	const watch: Watch = { once: 'row', sources: [sequenceOf(rows)] };
	const { state } = await poll(watch, undefined, options);
	for (let index = 101; index <= MANY; index += 1) rows.push(rowAt(index, NOW));
	const { found, twice, greatest, polls } = await drain(watch, undefined, state);
	expect({ found, twice }).toEqual({ found: MANY - 100, twice: [] });
	expect(greatest).toBeLessThanOrEqual(STATE_BYTES);
	// What the poll before handed on is read once more.
	expect(requests).toBeLessThan((3 * MANY) / PAGE + 2 * polls + 20);
});

it('reads 30,000 rows of a clock in few requests', async () => {
	const rows = Array.from({ length: 30_000 }, (_, index) => rowAt(index + 1, NOW - 90_000 + index));
	const watch: Watch = { once: 'version', sources: [clockOf('timestamp', rows)] };
	const { found, twice, polls } = await drain(watch, NOW - 100_000);
	expect({ found, twice }).toEqual({ found: 30_000, twice: [] });
	expect(requests).toBeLessThan(30_000 / PAGE + polls + 10);
});

it('knows after a long pause what came late and what was handed on, with more than it can remember', async () => {
	const since = NOW - 600_000;
	// Every second one came from elsewhere; all are published here later, in the order of their stamps.
	const local = Array.from({ length: 20_000 }, (_, index) => rowAt(index + 1, since + index * 20));
	// With old stamps, several in a second.
	const late = Array.from({ length: 4000 }, (_, index) => ({
		...rowAt(50_000 + index, 0),
		version: since - 100_000 + index,
		at: since + Math.floor(index / 5) * 100,
	}));
	const published = [...local.map((row) => ({ ...row, at: row.at + 30 })), ...late];
	published.sort((one, other) => one.at - other.at || one.id - other.id);
	const isLate = ({ id }: Found, newest: number): boolean => id % 2 === 0 || id > newest;
	const watch: Watch = {
		once: 'version',
		sources: [clockOf('timestamp', local), clockOf('publish_timestamp', published, { isLate })],
		newestId: async () => 0,
	};
	const { found, twice, greatest } = await drain(watch, since);
	expect({ found, twice: twice.length }).toEqual({ found: 24_000, twice: 0 });
	expect(greatest).toBeLessThanOrEqual(STATE_BYTES);
});
