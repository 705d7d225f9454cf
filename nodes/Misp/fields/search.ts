import {
	choice,
	collection,
	filter,
	instanceChoices,
	path,
	toggle,
	type Field,
	limits,
} from '../definition';
import { searchBody } from '../client/filters';
import type { Row } from '../client/paging';
import { SCOPES, type SearchScope } from '../client/searchScopes';
import { attributeTypes } from './attribute';
import {
	asFilters,
	ATTRIBUTE_FILTERS,
	EVENT_FILTERS,
	eventinfo,
	tags,
	value,
} from './searchFilters';

/** Searches with MISP's restSearch as forms, and what is sent for them. */

/** What MISP's columns are called, without their table. */
const COLUMN_NAMES: Record<string, string> = {
	id: 'ID',
	info: 'Event Info',
	date: 'Event Date',
	analysis: 'Analysis',
	threat_level_id: 'Threat Level',
	distribution: 'Distribution',
	timestamp: 'Last Change',
	publish_timestamp: 'Publication',
	event_id: 'Event ID',
	object_id: 'Object ID',
	type: 'Type',
	category: 'Category',
	value: 'Value',
	object_relation: 'Object Relation',
};

/** One of MISP's columns to sort by. */
export const orderedBy = <const Column extends string>(
	columns: readonly Column[],
	preset: NoInfer<Column>,
) =>
	choice(
		'Order By',
		columns.map((column) => ({
			value: column,
			name: COLUMN_NAMES[column.split('.').at(-1) ?? ''] ?? column,
		})),
		preset,
		{ description: 'What the results are sorted by' },
	);

export const direction = choice(
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

/** What an event search returns beside the rows. */
export const EVENT_RESULT = {
	order: orderedBy(SCOPES.events.order, 'Event.id'),
	...commonResult,
	metadata: include(
		'Without Attributes',
		'Whether to return events without their attributes, objects and reports, which is much faster',
	),
	extended: include('Extended Events', 'Whether to merge in the events that extend the event'),
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
	order: orderedBy(SCOPES.attributes.order, 'Attribute.id'),
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
