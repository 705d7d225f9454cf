import fc from 'fast-check';

import type { ListRow, ListSource } from '../../../nodes/Misp/polling/list';
import { poll, type State, type Watch } from '../../../nodes/Misp/polling/poll';

const options = { limit: 1000, overlap: 60, lookBack: 600, isSpent: () => false };

/** A list that a test changes between the polls. */
function listOf(rows: ListRow[]): { rows: ListRow[]; watch: Watch } {
	const list = {
		rows,
		watch: { once: 'row' as const, sources: [] as ListSource[] },
	};
	list.watch.sources.push({
		kind: 'list',
		name: 'lists',
		async *read() {
			yield* list.rows;
		},
	});
	return list;
}

const row = (id: number, state?: string): ListRow => ({
	id,
	at: 0,
	data: `${id} ${state}`,
	...(state === undefined ? {} : { state }),
});

it('hands on what is new, each state once, however small the limit', async () => {
	const reading = fc.uniqueArray(
		fc.record({ id: fc.integer({ min: 1, max: 8 }), state: fc.constantFrom('a', 'b', 'c') }),
		{ selector: ({ id }) => id, maxLength: 8 },
	);
	await fc.assert(
		fc.asyncProperty(
			fc.array(reading, { minLength: 1, maxLength: 8 }),
			fc.integer({ min: 1, max: 3 }),
			async ([first = [], ...others], limit) => {
				const list = listOf(first.map(({ id, state }) => row(id, state)));
				let { state } = await poll(list.watch, undefined, { ...options, limit, now: 1000 });
				let before = new Set(list.rows.map(({ data }) => data));
				for (const [index, other] of others.entries()) {
					list.rows = other.map(({ id, state: is }) => row(id, is));
					const handedOn: unknown[] = [];
					for (let behind = true; behind; ) {
						const result = await poll(list.watch, state, {
							...options,
							limit,
							now: 2000 + index,
						});
						({ behind } = result);
						state = JSON.parse(JSON.stringify(result.state)) as State;
						handedOn.push(...result.rows.map(({ data }) => data));
					}
					const now = list.rows.map(({ data }) => data);
					expect(handedOn).toEqual(now.filter((each) => !before.has(each)));
					before = new Set(now);
				}
			},
		),
		{ numRuns: 300 },
	);
});

it('begins with what is there when it is to look back', async () => {
	const { watch } = listOf([row(1), row(2)]);
	const { rows } = await poll(watch, undefined, { ...options, now: 1000, since: 1 });
	expect(rows.map(({ id }) => id)).toEqual([1, 2]);
});

it('says so when there is more than it can remember', async () => {
	const { watch } = listOf(Array.from({ length: 9000 }, (_, id) => row(id, 'a')));
	await expect(poll(watch, undefined, { ...options, now: 1000 })).rejects.toMatchObject({
		kind: 'tooLarge',
		message: 'There are too many lists to watch them all.',
		hint: 'Narrow what is watched with a filter.',
	});
});
