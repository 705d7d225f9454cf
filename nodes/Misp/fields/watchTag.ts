import {
	choice,
	collection,
	inputError,
	required,
	when,
	type Field,
	type WatchContext,
} from '../definition';
import { pagesEnd, searchPage, type Row } from '../client/paging';
import type { SearchScope } from '../client/searchScopes';
import type { ListRow, ListSource } from '../polling/list';
import { judgedHere } from './judgedHere';
import { refangedFilters } from './refang';
import { asFilters } from './searchFilters';
import { searchOf } from './search';
import { WATCHED_ATTRIBUTE_FILTERS, WATCHED_EVENT_FILTERS } from './watchedFilters';
import { oneTagName } from './tags';
import { eventWatch, headOf, skipOwn } from './watchEvent';
import { foundIn, numberOf } from './watchSearch';

/** What carries a tag now, as a queue. */

const PAGE_SIZE = 500;

// The tag that is watched takes the place of this filter.
const EVENT_FILTERS = Object.fromEntries(
	Object.entries(WATCHED_EVENT_FILTERS).filter(([name]) => name !== 'event_tags'),
) as Omit<typeof WATCHED_EVENT_FILTERS, 'event_tags'>;

const filtersOf = (fields: Record<string, Field>) =>
	collection(
		'Filters',
		{ ...asFilters(fields), skipOwn },
		{
			placeholder: 'Add Filter',
			description:
				'Only what matches all of these starts the workflow. What no longer matches and comes to match again starts it again.',
		},
	);

export const tagWatch = {
	tag: required(
		oneTagName('Tag', { description: 'The tag that puts something into the queue, by name' }),
	),
	on: choice(
		'Tag Is On',
		[
			{ value: 'events', name: 'Events' },
			{
				value: 'attributes',
				name: 'Attributes',
				description: 'On the attribute itself; a tag of its event does not count',
			},
		],
		'events',
	),
	content: when({ on: ['events'] }, eventWatch.content),
	filters: when({ on: ['events'] }, filtersOf(EVENT_FILTERS)),
	attributeFilters: when({ on: ['attributes'] }, filtersOf(WATCHED_ATTRIBUTE_FILTERS)),
};

export interface TagWatchInput {
	tag: string;
	on: 'events' | 'attributes' | undefined;
	filters: Record<string, unknown> | undefined;
	attributeFilters: Record<string, unknown> | undefined;
}

/** A tag as it stands on an event or attribute; what an attribute has from its event is `inherited`. */
export interface Link {
	id: string;
	name: string;
	local?: boolean;
	inherited?: unknown;
}

interface Carrier {
	id: string;
	uuid: string;
	timestamp: string;
	Tag?: Link[];
}

const scopeOf = ({ on }: TagWatchInput): SearchScope => on ?? 'events';

export const carrierOf = (row: Row, scope: SearchScope): Carrier =>
	(scope === 'events' ? headOf(row) : row) as unknown as Carrier;

/** How often a tag is on a thing itself: once globally and once locally at most. */
export const linksTo = ({ Tag: links }: Carrier, tag: string): Link[] =>
	(links ?? []).filter(
		({ name, inherited }) =>
			name.toLowerCase() === tag.toLowerCase() && [undefined, 0, false].includes(inherited as 0),
	);

/**
 * All that carries the tag now and matches what MISP can judge, the first one first.
 *
 * MISP pages by offset: when something leaves the queue meanwhile, what stands behind moves up. A
 * queue of more than a page is read again until nothing new is found.
 */
export async function* carriers(
	{ misp }: WatchContext,
	input: TagWatchInput,
	filters: Record<string, unknown> = {},
): AsyncGenerator<Row, void, undefined> {
	const scope = scopeOf(input);
	const asked = refangedFilters(filters);
	// MISP has other ideas of these: they are judged here.
	delete asked.tagsNot;
	delete asked.skipOwn;
	const front = scope === 'events' ? { event_tags: [input.tag] } : { tags: [input.tag] };
	// MISP shows exportable tags alone, and those who synchronise no local ones, unless it is told.
	const shape = {
		...(scope === 'events' ? { metadata: 1, excludeLocalTags: 0 } : { includeEventTags: 1 }),
		includeAllTags: 1,
	};
	const order = scope === 'events' ? 'Event.id asc' : 'Attribute.id asc';
	const body = { ...searchOf(scope, front, { filters: asked, result: {} }), ...shape, order };
	const seen = new Set<string>();
	for (let before = -1; seen.size > before; ) {
		before = seen.size;
		const checkEnd = pagesEnd();
		for (let page = 1, more = true; more; page += 1) {
			const known = seen.size;
			const found = await searchPage(misp, scope, body, { page, limit: PAGE_SIZE });
			({ more } = found);
			for (const row of found.rows) {
				const carrier = carrierOf(row, scope);
				if (seen.has(carrier.id)) continue;
				seen.add(carrier.id);
				// MISP reads _ in a name as a wildcard, and finds attributes by the tags of their event.
				if (linksTo(carrier, input.tag).length > 0) yield row;
			}
			checkEnd(seen.size - known, more);
			if (page === 1 && !more) return;
		}
	}
}

/** What is in the queue and wanted, as a list to compare with the one before. */
export function tagQueue(context: WatchContext, input: TagWatchInput): ListSource {
	const scope = scopeOf(input);
	const filters = (scope === 'events' ? input.filters : input.attributeFilters) ?? {};
	return {
		kind: 'list',
		name: `${scope} with the tag`,
		read: async function* (): AsyncGenerator<ListRow> {
			const isWanted = await judgedHere(context.misp, filters);
			for await (const row of carriers(context, input, filters)) {
				const carrier = carrierOf(row, scope);
				if (!isWanted(carrier as unknown as Row)) continue;
				yield* foundIn(context, [row], () => {
					const [id, at] = [carrier.id, carrier.timestamp].map(numberOf);
					return id === undefined || at === undefined ? undefined : { id, at };
				});
			}
		},
	};
}

/** @throws MispError of kind `input` for a name that MISP would take for another, or for many */
export function checkTagName(name: string): void {
	const why = name.includes('%')
		? 'contains %, which MISP reads as a wildcard'
		: name.startsWith('!')
			? 'starts with an !, which MISP reads as "without"'
			: /^\d+$/.test(name)
				? 'is a number, which MISP reads as the ID of a tag'
				: undefined;
	if (why === undefined) return;
	throw inputError(`The tag "${name.slice(0, 60)}" ${why}.`, 'Give the full name of a tag.');
}
