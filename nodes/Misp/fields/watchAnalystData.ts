import {
	choices,
	chunksOf,
	collection,
	filter,
	isUuid,
	path,
	recover,
	type Load,
	type WatchContext,
} from '../definition';
import type { Row } from '../client/paging';
import type { ClockSource } from '../polling/clock';
import type { Found } from '../polling/ledger';
import { DATA_TYPES, epochOf, inside, type AnalystReply, type DataType } from './analystData';
import { TARGET_TYPES } from './analystTarget';
import { organisationNames } from './organisation';
import { ownOrganisation } from './ownOrganisation';
import { addedOrChanged, skipOwn } from './watchEvent';
import { foundIn } from './watchSearch';

/** Analyst data by the short list of when each was changed, which MISP gives as a whole. */

export const analystWatch = {
	changes: addedOrChanged,
	types: choices('Types', DATA_TYPES, { description: 'Any of these; all when none is chosen' }),
	filters: collection(
		'Filters',
		{
			org: filter(
				organisationNames('Creator Organisations', {
					description: 'Created by any of these organisations',
				}),
			),
			about: filter(choices('About', TARGET_TYPES, { description: 'About any of these things' })),
			skipOwn,
		},
		{ placeholder: 'Add Filter' },
	),
};

export interface AnalystWatchInput {
	changes: 'added' | 'all' | undefined;
	types: DataType[] | undefined;
	filters: {
		org?: string[] | undefined;
		about?: string[] | undefined;
		skipOwn?: boolean | undefined;
	};
}

/** What stands in the list, and how the row itself is read. */
interface Entry {
	type: DataType;
	uuid: string;
	modified: string;
}

/** What does not change in a row. */
interface Facts {
	created: number;
	about: string;
	/** Id, UUID and name of the organisation that created it. */
	org: string[];
}

const AT_ONCE = 5;
/** Among so many of the newest one is looked for in the editor. */
const NEWEST = 50;

const MAX_KNOWN = 20_000;
/** By address and UUID. */
const known = new Map<string, Facts>();

/** `GET /analyst_data/view/{type}/{uuid}`; nothing for one that is gone or hidden meanwhile. */
const fetchOne = async (
	{ misp }: WatchContext,
	{ type, uuid }: Entry,
): Promise<AnalystReply | undefined> =>
	await recover(
		misp.get<AnalystReply>(path`/analyst_data/view/${type}/${uuid}`, { expect: type }),
		({ kind }) => kind === 'notFound',
		() => undefined,
	);

async function factsOf(context: WatchContext, entry: Entry): Promise<Facts | undefined> {
	const key = `${context.misp.connection.baseUrl} ${entry.uuid}`;
	const before = known.get(key);
	if (before) return before;
	const reply = await fetchOne(context, entry);
	if (!reply) return undefined;
	const row = inside(reply);
	const org = (row.Orgc ?? {}) as { id?: string; name?: string };
	const facts = {
		created: epochOf(row.created),
		about: row.object_type,
		org: [org.id, org.name, row.orgc_uuid].filter((one) => typeof one === 'string'),
	};
	if (known.size >= MAX_KNOWN) known.clear();
	known.set(key, facts);
	return facts;
}

/** The row as it counts for this input; nothing when it is gone. */
async function judged(
	context: WatchContext,
	{ changes, filters: { org, about, skipOwn: skips } }: AnalystWatchInput,
	row: Found,
): Promise<Found | undefined> {
	const addedOnly = changes === 'added';
	if (!addedOnly && !org && !about && skips !== true) return row;
	const facts = await factsOf(context, row.data as Entry);
	if (!facts) return undefined;
	const own = skips === true ? await ownOrganisation(context.misp) : undefined;
	const out =
		(org !== undefined && !org.some((one) => facts.org.includes(one))) ||
		(about !== undefined && !about.includes(facts.about)) ||
		(own !== undefined && facts.org.includes(own));
	return { ...row, out, ...(addedOnly ? { version: facts.created } : {}) };
}

async function* judgedAll(context: WatchContext, input: AnalystWatchInput, rows: Found[]) {
	for (const some of chunksOf(rows, AT_ONCE)) {
		const found = await Promise.all(some.map(async (row) => await judged(context, input, row)));
		yield* found.filter((row) => row !== undefined);
	}
}

/** UUIDs share no clock and no order; 48 bits of one tell it from all others. */
const idOf = (uuid: string): number => parseInt(uuid.replace(/-/g, '').slice(0, 12), 16);

/** `POST /analyst_data/indexMinimal`: `{Note: {uuid: "2026-11-24 06:42:27"}, …}`, or `[]`. */
async function listed(context: WatchContext, { types }: AnalystWatchInput) {
	const { data, headers } = await context.misp.request({
		method: 'POST',
		path: path`/analyst_data/indexMinimal`,
		body: {},
		read: true,
		keyed: true,
	});
	const all = data as Partial<Record<DataType, Record<string, string>>>;
	const entries = DATA_TYPES.filter(({ value }) => !types?.length || types.includes(value)).flatMap(
		({ value: type }) =>
			Object.entries(all[type] ?? {}).map(([uuid, modified]) => ({ type, uuid, modified })),
	);
	const rows = foundIn(context, entries as unknown as Row[], (row) => {
		const { uuid, modified } = row as unknown as Entry;
		const at = epochOf(String(modified));
		return isUuid(uuid) && !Number.isNaN(at) ? { id: idOf(uuid), at } : undefined;
	});
	return {
		rows: rows.sort((a, b) => a.at - b.at || a.id - b.id),
		now: Date.parse(headers.date ?? '') / 1000 || Infinity,
	};
}

export const analystClock = (context: WatchContext, input: AnalystWatchInput): ClockSource => ({
	kind: 'clock',
	name: 'modified',
	pageSize: 1000, // not asked of MISP, which always gives the whole list
	ordered: true,
	looksBack: true,
	read: async ({ from, until }) => {
		const { rows, now } = await listed(context, input);
		const window = rows.filter(({ at }) => at >= from && at <= until);
		const wanted: Found[] = [];
		for await (const row of judgedAll(context, input, window)) wanted.push(row);
		return { rows: wanted, more: false, now };
	},
});

export async function latestAnalystData(
	context: WatchContext,
	input: AnalystWatchInput,
): Promise<Found | undefined> {
	const { rows } = await listed(context, input);
	for await (const row of judgedAll(context, input, rows.slice(-NEWEST).reverse())) {
		if (row.out !== true) return row;
	}
	return undefined;
}

/** The rows themselves. One that is gone by now is what the list said of it. */
export const loadAnalystData =
	(context: WatchContext): Load =>
	async (rows) => {
		const loaded: unknown[] = [];
		for (const some of chunksOf(rows, AT_ONCE)) {
			loaded.push(
				...(await Promise.all(
					some.map(async ({ data }) => {
						const entry = data as Entry;
						const { type, uuid, modified } = entry;
						return (await fetchOne(context, entry)) ?? { [type]: { uuid, modified } };
					}),
				)),
			);
		}
		return loaded;
	};
