import { choices, chunksOf, collection, filter, type Load, type WatchContext } from '../definition';
import { searchBody } from '../client/filters';
import { search, searchPage, type Row } from '../client/paging';
import type { ClockSource } from '../polling/clock';
import { sequenceFrom, type SequenceSource } from '../polling/sequence';
import { attributeTypes } from './attribute';
import { judgedHere } from './judgedHere';
import { asFilters, tags, value } from './searchFilters';
import { searchOf } from './search';
import { WATCHED_ATTRIBUTE_FILTERS } from './watchedFilters';
import { skipOwn } from './watchEvent';
import { numberOf, searchClock, searchSequence, type FoundOf } from './watchSearch';

/** What the triggers on attributes share, and the one on objects, which reads attributes too. */

/** Rows of a page. Attributes are light for MISP. */
const PAGE_SIZE = 2000;

/** Attributes in a request that adds what belongs to them. */
const WITH_MORE_AT_ONCE = 500;

/** What MISP can add to each attribute, by its names. */
const MORE = [
	{ value: 'includeEventTags', name: 'Event Tags', description: 'Beside its own' },
	{ value: 'includeContext', name: 'Event Context', description: 'More of the event' },
	{ value: 'includeGalaxy', name: 'Galaxies', description: 'Clusters such as actors and malware' },
	{ value: 'includeWarninglistHits', name: 'Warninglist Hits' },
	{ value: 'includeSightings', name: 'Sightings' },
	{ value: 'includeCorrelations', name: 'Correlations', description: 'The value in other events' },
	{ value: 'includeDecayScore', name: 'Decay Score' },
	{ value: 'includeProposals', name: 'Proposals' },
] as const;

/** The filters of a search in attributes, without times. */
export const attributeFilters = {
	type: filter(attributeTypes),
	tags: filter(tags),
	filters: collection(
		'Filters',
		{ ...asFilters({ value }), ...asFilters(WATCHED_ATTRIBUTE_FILTERS), skipOwn },
		{
			placeholder: 'Add Filter',
			description: 'Only what matches all of these starts the workflow',
		},
	),
};

export const include = choices('Include', MORE, {
	description:
		'What to add to each attribute, which always comes with the title and the IDs of its event',
});

export interface AttributeFilterInput {
	type?: string[] | undefined;
	tags?: string[] | undefined;
	filters?: Record<string, unknown> | undefined;
}

interface EventOfAttribute {
	org_id: string;
	orgc_id: string;
	publish_timestamp: string;
}

const eventOf = (row: Row): Partial<EventOfAttribute> => (row.Event ?? {}) as EventOfAttribute;

const found = (id: unknown, at: unknown, version?: unknown): ReturnType<FoundOf> => {
	const [number, time, changed] = [id, at, version ?? at].map(numberOf);
	if (number === undefined || time === undefined || changed === undefined) return undefined;
	return { id: number, at: time, version: changed };
};

/** Which rows a source makes of attributes: themselves, or the objects that they are in. */
export type Identity = 'id' | 'object_id';

/** Filters that MISP can be asked for, as a checked body; a trigger may do without any. */
function bodyOf({ type, tags: anyTag, filters = {} }: AttributeFilterInput): Row {
	const { enforceWarninglist, ...asked } = filters;
	delete asked.skipOwn;
	const isAsked = type !== undefined || anyTag !== undefined || Object.keys(asked).length > 0;
	return {
		...(isAsked
			? searchOf('attributes', { type, tags: anyTag }, { filters: asked, result: {} })
			: undefined),
		...(enforceWarninglist === true ? { enforceWarninglist: 1 } : undefined),
	};
}

interface SourceOptions {
	/** What is added to the body, such as `deleted`. */
	more?: Row;
	identity?: Identity;
	/** Gives a further judgement of rows. */
	keep?: (rows: Row[]) => Promise<(row: Row) => boolean>;
	isLate?: ClockSource['isLate'];
}

const sourceOf = (
	context: WatchContext,
	input: AttributeFilterInput,
	{ more, keep }: SourceOptions,
) => ({
	scope: 'attributes' as const,
	body: { ...bodyOf(input), ...more },
	keep: async (rows: Row[]) => {
		const byFilters = await judgedHere(context.misp, input.filters ?? {});
		const further = await keep?.(rows);
		return (row: Row) => byFilters(row) && (further?.(row) ?? true);
	},
	pageSize: PAGE_SIZE,
});

/** Attributes, or the objects they are in, by id, newest first. */
export const newAttributes = (
	context: WatchContext,
	input: AttributeFilterInput,
	options: SourceOptions = {},
): SequenceSource => {
	const { identity = 'id' } = options;
	return searchSequence(context, {
		...sourceOf(context, input, options),
		name: identity,
		order: `Attribute.${identity} desc`,
		found: (row) => {
			const { org_id: here, orgc_id: creator, publish_timestamp: published } = eventOf(row);
			// What comes from elsewhere has the time of there; publishing tells when it arrived.
			const arrived = here === creator ? 0 : (numberOf(published) ?? 0);
			const at = Math.max(numberOf(row.timestamp) ?? NaN, arrived);
			// Behind the last object stand the attributes without one, as old or new as they are.
			return found(row[identity], row[identity] === '0' ? 0 : at);
		},
	});
};

/** By the time of their last change. */
export const changedAttributes = (
	context: WatchContext,
	input: AttributeFilterInput,
	options: SourceOptions = {},
): ClockSource => {
	const { identity = 'id' } = options;
	return searchClock(context, {
		...sourceOf(context, input, options),
		name: 'attribute_timestamp',
		filter: 'attribute_timestamp',
		order: `Attribute.timestamp asc, Attribute.${identity} asc`,
		found: (row) => found(row[identity], row.timestamp),
		looksBack: true,
	});
};

/** By the time their event was last published here; synchronised ones are, when they arrive. */
export const publishedAttributes = (
	context: WatchContext,
	input: AttributeFilterInput,
	options: SourceOptions = {},
): ClockSource => {
	const { identity = 'id', isLate } = options;
	return searchClock(context, {
		...sourceOf(context, input, options),
		name: 'publish_timestamp',
		filter: 'publish_timestamp',
		order: `Event.publish_timestamp asc, Attribute.${identity} asc`,
		found: (row) => found(row[identity], eventOf(row).publish_timestamp, row.timestamp),
		...(isLate ? { isLate } : {}),
	});
};

/** By the time their event was last changed, which MISP cannot sort by and does not tell. */
const ofChangedEvents = (
	context: WatchContext,
	input: AttributeFilterInput,
	options: SourceOptions = {},
): ClockSource => {
	const { identity = 'id' } = options;
	return searchClock(context, {
		...sourceOf(context, input, {
			...options,
			more: { ...options.more, order: `Attribute.${identity} asc` },
		}),
		name: 'event_timestamp',
		filter: 'event_timestamp',
		found: (row) => found(row[identity], row.timestamp),
	});
};

/** Filters whose answer for an attribute never changes. */
const CONSTANT = new Set(['org', 'eventid', 'skipOwn']);

/** Filters that look at the event, which changes without its attributes. */
const ON_EVENT = new Set([
	'tags',
	'tagsAll',
	'tagsNot',
	'eventinfo',
	'threat_level_id',
	'sharinggroup',
	'published',
]);

/** Everything that is new, or comes to match the filters later. */
export function addedAttributes(
	context: WatchContext,
	input: AttributeFilterInput,
	options: SourceOptions = {},
): [ClockSource | SequenceSource, ...Array<ClockSource | SequenceSource>] {
	const { type, tags: anyTag, filters = {} } = input;
	const names = Object.entries({ type, tags: anyTag, ...filters }).flatMap(([name, given]) =>
		given === undefined || CONSTANT.has(name) ? [] : [name],
	);
	const published = publishedAttributes(context, input, options);
	// Whatever is done to an event takes it out of what is published, until it is published again.
	if (filters.published === 1) return [published];
	const added = newAttributes(context, input, options);
	// Drafts of others may become visible when they are published.
	if (names.length === 0) return [added, published];
	return [
		added,
		changedAttributes(context, input, options),
		published,
		...(names.some((name) => ON_EVENT.has(name)) ? [ofChangedEvents(context, input, options)] : []),
	];
}

/** The greatest id of an attribute, or of an object in one, deleted or not. */
export async function newestId({ misp }: WatchContext, identity: Identity = 'id'): Promise<number> {
	const body = { order: `Attribute.${identity} desc`, deleted: [0, 1] };
	// Not one alone, which might be a row that cannot be read.
	const { rows } = await searchPage(misp, 'attributes', body, { page: 1, limit: 10 });
	return Math.max(0, ...rows.map((row) => numberOf(row[identity]) ?? 0));
}

/** The greatest id that was there at a time, whatever the filters; for `Watch.newestId`. */
export const newestBefore =
	(context: WatchContext, identity: Identity = 'id') =>
	async (at: number, isNow: boolean): Promise<number> =>
		isNow
			? await newestId(context, identity)
			: (await sequenceFrom(newAttributes(context, {}, { identity }), at)).settled;

/** The attributes of a poll with what the form wants beside them; one that is gone stays as it was. */
export function loadAttributes(
	{ misp }: WatchContext,
	{ include: wants }: { include?: string[] | undefined },
): Load | undefined {
	if (wants === undefined) return undefined;
	const shape = Object.fromEntries(wants.map((name) => [name, 1]));
	return async (rows) => {
		const plain = rows.map(({ data }) => data as Row);
		const more = new Map<unknown, Row>();
		for (const some of chunksOf(plain, WITH_MORE_AT_ONCE)) {
			const body = searchBody('attributes', {
				uuid: some.map(({ uuid }) => uuid),
				// By the UUID alone, MISP looks through all attributes of all events.
				eventid: [...new Set(some.map(({ event_id: event }) => event))],
				deleted: [0, 1],
				...shape,
			});
			for await (const row of search(misp, 'attributes', body, { pageSize: WITH_MORE_AT_ONCE })) {
				more.set(row.uuid, row);
			}
		}
		return plain.map((row) => more.get(row.uuid) ?? row);
	};
}
