import {
	choice,
	choices,
	collection,
	filter,
	isNumericId,
	text,
	when,
	type WatchContext,
} from '../definition';
import { searchBody } from '../client/filters';
import { searchPage, type Row } from '../client/paging';
import type { ClockSource } from '../polling/clock';
import type { Found } from '../polling/ledger';
import { attributeLocator } from './attribute';
import { eventLocator } from './event';
import { ownOrganisation } from './ownOrganisation';
import { SIGHTING_TYPES, type SightingReply } from './sighting';
import { skipOwn } from './watchEvent';
import { foundIn, numberOf } from './watchSearch';
import { organisationUuid } from './organisation';

/** Sightings as a trigger reads them: MISP sends all of a stretch of time at once. */

export const sightingWatch = {
	context: choice(
		'Sightings Of',
		[
			{ value: 'all', name: 'Everything', description: 'That this key may see' },
			{ value: 'event', name: 'An Event' },
			{ value: 'attribute', name: 'An Attribute' },
		],
		'all',
	),
	event: when({ context: ['event'] }, eventLocator),
	attribute: when({ context: ['attribute'] }, attributeLocator),
	filters: collection(
		'Filters',
		{
			type: filter(choices('Types', SIGHTING_TYPES)),
			source: filter(
				text('Source', {
					placeholder: 'e.g. proxy-berlin',
					description: 'Reported from exactly this source',
				}),
			),
			org_id: filter(
				organisationUuid('Organisation', {
					description: 'Reported by this organisation',
				}),
			),
			skipOwn: {
				...skipOwn,
				property: {
					...skipOwn.property,
					description: 'Whether to leave out what your own organisation reported',
				},
			},
		},
		{
			placeholder: 'Add Filter',
			description: 'Only what matches all of these starts the workflow',
		},
	),
};

export interface SightingWatchInput {
	context?: string | undefined;
	event?: string | undefined;
	attribute?: string | undefined;
	filters: Record<string, unknown>;
}

/** What MISP is asked for, checked: it wants both ends of a stretch of time. */
export function sightingBody(
	{ context, event, attribute, filters }: SightingWatchInput,
	from: number,
	to: number,
): Row {
	const asked = { ...filters };
	delete asked.skipOwn;
	const target = context === 'event' ? event : context === 'attribute' ? attribute : undefined;
	const body = searchBody('sightings', {
		from,
		to,
		...asked,
		includeAttribute: 1,
		includeEvent: 1,
	});
	if (target === undefined) return body;
	// MISP takes the id as a number and the UUID as a text, and neither as a list.
	return { ...body, context, ...(isNumericId(target) ? { id: Number(target) } : { uuid: target }) };
}

const headOf = (row: Row): Partial<SightingReply['Sighting']> =>
	(row.Sighting ?? {}) as SightingReply['Sighting'];

async function readAll({ misp }: WatchContext, body: Row) {
	const once = { page: 1, limit: Infinity };
	const { rows, headers } = await searchPage(misp, 'sightings', body, once);
	return { rows, now: Date.parse(headers.date ?? '') / 1000 || Infinity };
}

const HOUR = 3600;
const DAY = 24 * HOUR;
/** How far to look for something, step by step, in seconds. */
const STEPS = [1, 7, 30, 365].map((days) => days * DAY);

/** Sightings of a stretch of time, as the engine takes them. */
async function sightingsOf(
	context: WatchContext,
	input: SightingWatchInput,
	from: number,
	until: number,
) {
	const { rows, now } = await readAll(context, sightingBody(input, from, until));
	const skips = input.filters.skipOwn === true;
	const own = skips ? await ownOrganisation(context.misp) : undefined;
	const found = foundIn(
		context,
		rows,
		(row) => {
			const { id, date_sighting: date } = headOf(row);
			const [number, at] = [id, date].map(numberOf);
			return number === undefined || at === undefined ? undefined : { id: number, at };
		},
		(row) => own === undefined || headOf(row).org_id !== own,
	);
	return { rows: found.sort((a, b) => a.at - b.at || a.id - b.id), now };
}

/**
 * Sightings by when something was seen, which may be long before it was reported.
 *
 * MISP has no pages here, and asks its database several times for each sighting. A long stretch
 * might time out for ever: of more than an hour, only that it is too long is told.
 */
export const sightings = (context: WatchContext, input: SightingWatchInput): ClockSource => ({
	kind: 'clock',
	name: 'date_sighting',
	pageSize: 1000,
	// MISP sends a stretch in no order, but always the whole of it.
	ordered: true,
	looksBack: true,
	read: async ({ from, until }) => {
		if (until - from > HOUR) return { rows: [], more: true, now: Infinity };
		return { ...(await sightingsOf(context, input, from, until)), more: false };
	},
});

/** A recent sighting, whether it is new or not. */
export async function latestSighting(
	context: WatchContext,
	input: SightingWatchInput,
): Promise<Found | undefined> {
	const now = Math.floor(Date.now() / 1000) + (context.misp.clockAhead ?? 0);
	for (const step of [HOUR, ...STEPS]) {
		const { rows } = await sightingsOf(context, input, now - step, now);
		const found = rows.filter(({ out }) => out !== true).at(-1);
		if (found) return found;
	}
	return undefined;
}

/**
 * The greatest id of a sighting that was there at a time; for `Watch.newestId`. Ids tell when
 * something was reported: looking back, none that was seen since is counted.
 */
export const newestSightingId =
	(context: WatchContext) =>
	async (at: number, isNow: boolean): Promise<number> => {
		const idsOf = async (from: number, to: number): Promise<number[]> => {
			const { rows } = await readAll(context, { from, to });
			return rows.flatMap((row) => numberOf(headOf(row).id) ?? []);
		};
		if (!isNow) {
			const now = Math.floor(Date.now() / 1000) + (context.misp.clockAhead ?? 0);
			const since = await idsOf(at, now);
			if (since.length > 0) return since.reduce((least, id) => Math.min(least, id)) - 1;
		}
		for (const step of STEPS) {
			const ids = await idsOf(at - step, at);
			if (ids.length > 0) return ids.reduce((most, id) => Math.max(most, id));
		}
		return 0;
	};
