import * as z from 'zod/v4';

import {
	choice,
	choices,
	collection,
	day,
	filter,
	instanceChoices,
	json,
	path,
	text,
	texts,
	time,
	toggle,
	type Field,
	jsonInZone,
	limits,
} from '../definition';
import { isTimeName, searchBody } from '../client/filters';
import type { Row } from '../client/paging';
import { SCOPES, type SearchScope } from '../client/searchScopes';
import { attributeCategories, attributeTypes } from './attribute';
import { THREAT_LEVELS } from './event';
import { isOneIndicator } from './indicators';
import { organisationNames } from './organisation';
import { tagNames } from './tags';
import { sharingGroupIds } from './sharing';

/** The filters of MISP's restSearch as forms. A field is named as MISP names its filter, where it has one name. */

/** From and until for one of MISP's clocks. */
export const timeRange = <Name extends string>(
	name: Name,
	after: string,
	before: string,
	what: string,
) =>
	({
		[name]: time(after, { description: `${what} at or after this time` }),
		[`${name}Until`]: time(before, { description: `${what} at or before this time` }),
	}) as Record<Name | `${Name}Until`, Field<string | undefined>>;

const yesNo = (displayName: string, yes: string, no: string) =>
	choice(
		displayName,
		[
			{ value: 1, name: yes },
			{ value: 0, name: no },
		],
		1,
	);

export const value = texts('Value', 'Value', {
	placeholder: 'e.g. 198.51.100.7 or %.example.com',
	apart: isOneIndicator,
	description:
		'Any of these values, compared in full. % at the start or end stands for anything. Of a combined value such as filename|md5, search one part.',
});

const eventinfo = text('Event Info Contains', {
	placeholder: 'e.g. phishing',
	description:
		'Part of the event’s title. With % at the start or end, only there may be something else.',
});

export const tags = tagNames('Tags', {
	description: 'Any of these tags, on the event or the attribute',
});

const tagFilters = {
	tagsAll: tagNames('Tags (All)', { description: 'Every one of these tags must be there' }),
	tagsNot: tagNames('Tags (None)', {
		description:
			'Without any of these tags, on the attribute or its event. Of events, those without any attribute are left out too.',
	}),
};

export const common = {
	category: attributeCategories,
	org: organisationNames('Creator Organisations', {
		description: 'Created by any of these organisations',
	}),
	eventid: texts('Event IDs', 'Event', {
		apart: () => true,
		description: 'IDs or UUIDs of events. An ! in front excludes one.',
	}),
	uuid: texts('UUIDs', 'UUID', { apart: () => true, description: 'Of the event or the attribute' }),
	to_ids: yesNo('For Detection (IDS)', 'Yes', 'No'),
	published: yesNo('Published', 'Published', 'Not Published'),
	deleted: choice(
		'Deleted',
		[
			{ value: 'only', name: 'Only Deleted' },
			{ value: 'include', name: 'Deleted and Not Deleted' },
		],
		'only',
		{ description: 'Without this filter, deleted data is left out' },
	),
	object_relation: texts('Object Relations', 'Relation', {
		description: 'The role of an attribute in its object, such as filename',
	}),
	threat_level_id: choices('Threat Levels', THREAT_LEVELS),
	sharinggroup: sharingGroupIds,
	from: day('Event Date From', { description: 'Day of the event, inclusive' }),
	to: day('Event Date To', { description: 'Day of the event, inclusive' }),
	last: time('Published Within', {
		description:
			'Event published in this period, such as 5d. Synchronised data counts by its arrival.',
	}),
	...timeRange('publish_timestamp', 'Published After', 'Published Before', 'Event published'),
	...tagFilters,
};

export const rawFilters = {
	...json('More Filters (JSON)', z.record(z.string(), z.unknown(), 'must be an object'), {
		empty: '{}',
		description:
			'Filters by MISP’s own names, for everything that the form does not have. Unknown names are refused. Example: {"value": {"OR": ["a.example.com", "b.example.com"]}}',
	}),
	inZone: jsonInZone(isTimeName),
};

type FilterFields = Record<string, Field>;

export const asFilters = <F extends FilterFields>(fields: F): F =>
	Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, filter(one)])) as F;

const EVENT_FILTERS = {
	...common,
	type: attributeTypes,
	...timeRange('timestamp', 'Changed After', 'Changed Before', 'Event changed'),
	event_tags: tagNames('Event Tags', { description: 'Any of these tags, on the event itself' }),
	distribution: choices(
		'Distributions',
		[
			{ value: 0, name: 'Your Organisation Only' },
			{ value: 1, name: 'This Community Only' },
			{ value: 2, name: 'Connected Communities' },
			{ value: 3, name: 'All Communities' },
			{ value: 4, name: 'Sharing Group' },
		],
		{
			description:
				'Any of these. MISP then also leaves out what has another distribution inside the events, which is most of it: attributes usually inherit theirs.',
		},
	),
	orgSector: texts('Organisation Sectors', 'Sector'),
	orgNationality: texts('Organisation Nationalities', 'Nationality'),
	eventsExtendingUuid: text('Extends Event (UUID)', {
		placeholder: 'e.g. 5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b',
		description: 'Events that extend the event with this UUID',
	}),
	// MISP cannot find the unprotected ones: most have no value there, which it does not compare.
	protected: choice('Protected', [{ value: 1, name: 'Protected' }], 1),
	searchall: text('Search Everywhere', {
		placeholder: 'e.g. %emotet%',
		description: 'In title, values, comments and tags. Cannot be combined with other filters.',
	}),
	rawFilters,
};

const ATTRIBUTE_FILTERS = {
	...common,
	...timeRange('timestamp', 'Changed After', 'Changed Before', 'Attribute changed'),
	...timeRange(
		'event_timestamp',
		'Event Changed After',
		'Event Changed Before',
		'Its event changed',
	),
	first_seen: time('First Seen After', { description: 'First seen at or after this time' }),
	last_seen: time('Last Seen Before', { description: 'Last seen at or before this time' }),
	eventinfo,
	rawFilters,
};

const only = <F extends FilterFields, Name extends keyof F>(fields: F, ...names: Name[]) =>
	Object.fromEntries(names.map((name) => [name, fields[name]])) as Pick<F, Name>;

/** The filters of a trigger: all but times, which are the trigger's own business. */
const WATCHED = [
	'category',
	'org',
	'eventid',
	'to_ids',
	'object_relation',
	'threat_level_id',
	'sharinggroup',
	'tagsAll',
	'tagsNot',
] as const;

export const WATCHED_PUBLICATION_FILTERS = {
	...only(EVENT_FILTERS, ...WATCHED, 'type', 'event_tags', 'distribution'),
	value,
	eventinfo,
};

export const WATCHED_EVENT_FILTERS = {
	...WATCHED_PUBLICATION_FILTERS,
	...only(EVENT_FILTERS, 'published'),
};

const orderOf = (scope: SearchScope) =>
	choice(
		'Order By',
		SCOPES[scope].order.map((column) => ({
			value: column,
			name: column
				.replace('.', ' ')
				.replace(/_/g, ' ')
				.replace(/\bid\b/, 'ID'),
		})),
		scope === 'events' ? 'Event.id' : 'Attribute.id',
		{ description: 'What the results are sorted by' },
	);

const direction = choice(
	'Order Direction',
	[
		{ value: 'desc', name: 'Highest or Newest First' },
		{ value: 'asc', name: 'Lowest or Oldest First' },
	],
	'desc',
);

export const include = (displayName: string, description: string) =>
	toggle(displayName, description, true);

export const commonResult = {
	direction,
	enforceWarninglist: include(
		'Leave Out Known Good Values',
		'Whether to leave out attributes that are on a warninglist',
	),
	includeWarninglistHits: include(
		'Warninglist Hits',
		'Whether to add the warninglists that a value is on',
	),
	includeDecayScore: include(
		'Decay Score',
		'Whether to add the score of each decaying model. Slow.',
	),
	withAttachments: include('Attachments', 'Whether to add the content of attachments as base64'),
};

export const WATCHED_ATTRIBUTE_FILTERS = {
	...only(ATTRIBUTE_FILTERS, ...WATCHED, 'published', 'eventinfo'),
	enforceWarninglist: filter(commonResult.enforceWarninglist),
};

/** What an event search returns beside the rows. */
const EVENT_RESULT = {
	order: orderOf('events'),
	...commonResult,
	metadata: include(
		'Without Attributes',
		'Whether to return events without their attributes, objects and reports, which is much faster',
	),
	extended: include('Extended Events', 'Whether to merge in the events that extend a found one'),
	includeAnalystData: include('Analyst Data', 'Whether to add notes, opinions and relationships'),
	includeFeedCorrelations: include('Feed Correlations', 'Whether to add matches in cached feeds'),
	noEventReports: include('Without Event Reports', 'Whether to leave the event reports out'),
	noShadowAttributes: include('Without Proposals', 'Whether to leave the proposals out'),
	excludeGalaxy: include('Without Galaxies', 'Whether to leave the galaxy clusters out'),
	excludeLocalTags: include('Without Local Tags', 'Whether to leave local tags out'),
	flatten: include('Flatten Objects', 'Whether to list attributes of objects among the others'),
	sgReferenceOnly: include(
		'Sharing Group as ID',
		'Whether to leave out the members of sharing groups',
	),
};

/** A search as a form: what is looked for first, then how many, then what is rarely needed. */
export const searchForm = <F extends { filters: Field; result: Field }>({
	filters,
	result,
	...front
}: F): typeof front & typeof limits & Pick<F, 'filters' | 'result'> => ({
	...front,
	...limits,
	filters,
	result,
});

interface DecayingModelRow {
	DecayingModel: { id: string; name: string };
}

/** What an attribute search returns beside the rows. */
const ATTRIBUTE_RESULT = {
	order: orderOf('attributes'),
	...commonResult,
	includeContext: include('Event Context', 'Whether to add more of the event to each attribute'),
	includeEventTags: include('Event Tags', 'Whether to add the tags of the event to each attribute'),
	includeEventUuid: include('Event UUID', 'Whether to add the UUID of the event'),
	includeGalaxy: include('Galaxies', 'Whether to add galaxy clusters'),
	includeSightings: include('Sightings', 'Whether to add sightings. Slow.'),
	includeCorrelations: include(
		'Correlations',
		'Whether to add related attributes of other events. Slow.',
	),
	includeProposals: include('Proposals', 'Whether to add proposals'),
	decayingModel: instanceChoices('Decaying Models', {
		loader: 'getDecayingModels',
		load: async ({ misp }) => {
			const rows = await misp.get<DecayingModelRow[]>(path`/decayingModel/index`);
			return rows.map(({ DecayingModel: { id, name } }) => ({ name, value: id }));
		},
		description: 'The models to compute decay scores with',
	}),
	excludeDecayed: include('Leave Out Decayed', 'Whether to leave out what has decayed'),
};

export const eventSearch = {
	value: filter(value),
	eventinfo: filter(eventinfo),
	tags: filter(tags),
	filters: collection('Filters', asFilters(EVENT_FILTERS), { placeholder: 'Add Filter' }),
	result: collection('Result Options', EVENT_RESULT, { placeholder: 'Add Option' }),
};

export const attributeSearch = {
	value: filter(value),
	type: filter(attributeTypes),
	tags: filter(tags),
	filters: collection('Filters', asFilters(ATTRIBUTE_FILTERS), { placeholder: 'Add Filter' }),
	result: collection('Result Options', ATTRIBUTE_RESULT, { placeholder: 'Add Option' }),
};

interface SearchInput {
	filters: Record<string, unknown>;
	result: Record<string, unknown>;
	[front: string]: unknown;
}

/** Form fields whose MISP name has a dot, which n8n would take for a path. */
const DOTTED: Record<string, string> = {
	orgSector: 'org.sector',
	orgNationality: 'org.nationality',
};

/** 1973, in epoch seconds: nothing in MISP is older. */
const BEFORE_MISP = 100_000_000;

/** MISP compares titles in full; people look for a part of them. */
const containing = (part: string): string =>
	/^!?%|%$/.test(part) ? part : part.replace(/^(!?)(.*)$/s, '$1%$2%');

/**
 * The body of a restSearch from what the form gives, checked.
 *
 * @throws MispError of kind `input`, see `searchBody`
 */
export function searchOf(
	scope: SearchScope,
	front: Record<string, unknown>,
	{ filters, result }: Pick<SearchInput, 'filters' | 'result'>,
): Record<string, unknown> {
	const body: Record<string, unknown> = {};
	const { rawFilters: raw, tagsAll, tagsNot, ...plain } = { ...front, ...filters };
	for (const [name, entry] of Object.entries(plain)) {
		if (entry === undefined || name.endsWith('Until')) continue;
		if (name === 'deleted') body.deleted = entry === 'include' ? [0, 1] : 'only';
		else if (name === 'eventinfo') body.eventinfo = containing(String(entry));
		else body[DOTTED[name] ?? name] = entry;
	}
	for (const [name, until] of Object.entries(plain)) {
		if (until === undefined || !name.endsWith('Until')) continue;
		const from = name.slice(0, -'Until'.length);
		body[from] = [body[from] ?? BEFORE_MISP, until]; // MISP knows "since", and "from … to", but no "until"
	}
	if (tagsAll !== undefined || tagsNot !== undefined) {
		body.tags = {
			...(body.tags === undefined ? {} : { OR: body.tags }),
			...(tagsAll === undefined ? {} : { AND: tagsAll }),
			...(tagsNot === undefined ? {} : { NOT: tagsNot }),
		};
	}
	const { order, direction: way, ...shape } = result;
	for (const [name, entry] of Object.entries(shape)) {
		if (entry !== undefined && entry !== false) body[name] = entry === true ? 1 : entry;
	}
	if (order !== undefined || way !== undefined) {
		const tail = scope === 'events' ? 'Event.id' : 'Attribute.id';
		const column = (order as string | undefined) ?? tail;
		const sorted = `${column} ${(way as string | undefined) ?? 'desc'}`;
		body.order =
			column === tail ? sorted : `${sorted}, ${tail} ${(way as string | undefined) ?? 'desc'}`;
	}
	// Of attributes, MISP excludes by their own tags only; see `withoutTags`. It shows exportable
	// tags alone unless it is told.
	if (scope === 'attributes' && tagsNot !== undefined) {
		Object.assign(body, { includeEventTags: 1, includeAllTags: 1 });
	}
	return searchBody(scope, { ...body, ...(raw as Record<string, unknown> | undefined) });
}

const patternOf = (tag: string): RegExp =>
	new RegExp(`^${tag.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/%/g, '.*')}$`, 'i');

/**
 * Which attributes to hand out when tags are excluded: MISP looks at the tags of the attribute
 * alone there, so those that come from the event are judged here.
 */
export function withoutTags(filters: Record<string, unknown>): ((row: Row) => boolean) | undefined {
	const { tagsNot } = filters as { tagsNot?: string[] };
	if (tagsNot === undefined) return undefined;
	const patterns = tagsNot.map(patternOf);
	return ({ Tag }) =>
		!((Tag ?? []) as Array<{ id: string; name: string }>).some(({ id, name }) =>
			patterns.some((pattern) => pattern.test(name) || pattern.test(id)),
		);
}
