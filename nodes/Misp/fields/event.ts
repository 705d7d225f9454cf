import type { Misp } from '../client/client';
import {
	choice,
	hinted,
	isNumericId,
	isUuid,
	locator,
	MispError,
	path,
	required,
	type ListEntry,
	type LoadContext,
} from '../definition';

interface StoredAttribute {
	uuid: string;
	value: string;
	type: string;
	Tag?: Array<{ name: string }>;
}

export interface EventRow {
	id: string;
	uuid: string;
	info: string;
	date: string;
	published: boolean;
	publish_timestamp: string;
	timestamp: string;
	Attribute?: StoredAttribute[];
	Object?: Array<{ uuid: string; name: string; Attribute?: StoredAttribute[] }>;
	Tag?: Array<{ name: string }>;
	EventReport?: Array<{ uuid: string }>;
	[key: string]: unknown;
}

/** The newest events, or those whose title contains the search text; a number or UUID finds one. */
async function searchEvents({ misp, search }: LoadContext): Promise<ListEntry[]> {
	const filter =
		search === ''
			? {}
			: isNumericId(search) || isUuid(search)
				? { eventid: search }
				: { eventinfo: search.replace(/[|%]/g, ' ').trim() };
	const events = await misp.post<EventRow[]>(
		path`/events/index`,
		{ ...filter, sort: 'id', direction: 'desc', limit: 50, page: 1 },
		{ read: true },
	);
	return events.map(({ id, info, date }) => ({ name: `#${id} ${info} (${date})`, value: id }));
}

/** An event that may be left out. */
export const eventChoice = (displayName: string, description: string) =>
	locator(displayName, {
		loader: 'searchEvents',
		load: searchEvents,
		page: 'events/view',
		description,
	});

/** An event, where an operation is about more than one. */
export const eventLocatorOf = (displayName: string, description: string) =>
	required(eventChoice(displayName, description));

/** The event that an operation is about. */
export const eventLocator = eventLocatorOf(
	'Event',
	'The event, from the list, by ID or UUID, or by the address of its page in MISP',
);

/** Under what is deleted, where MISP keeps nothing of it. */
export const LASTS = 'This cannot be taken back';

/** Under what is changed, where MISP takes that for an edit of the event. */
export const UNPUBLISHES = 'MISP unpublishes the event: publish it again when you are done';

/** The event that something is added to. */
export const editedEvent = hinted(UNPUBLISHES, eventLocator);

/** The event to which MISP adds what it finds, which may be nothing. */
export const growingEvent = hinted(
	'MISP unpublishes the event when something is added to it: publish it again when you are done',
	eventLocator,
);

export const THREAT_LEVELS = [
	{ value: 1, name: 'High' },
	{ value: 2, name: 'Medium' },
	{ value: 3, name: 'Low' },
	{ value: 4, name: 'Undefined' },
] as const;

export const ANALYSIS_STATES = [
	{ value: 0, name: 'Initial' },
	{ value: 1, name: 'Ongoing' },
	{ value: 2, name: 'Completed' },
] as const;

export const threatLevel = choice('Threat Level', THREAT_LEVELS, 4, {
	description: 'How dangerous it is, as your organisation sees it',
});

export const analysis = choice('Analysis', ANALYSIS_STATES, 0, {
	description: 'How far the analysis has come',
});

/**
 * The event's entry in the index: cheap, whatever its size, and the way from an id to the uuid.
 *
 * @throws MispError of kind `notFound`
 */
export async function fetchEventHeader(misp: Misp, event: string): Promise<EventRow> {
	// The filter is a list in MISP, so that an unknown id gives an empty one.
	const found = await misp.post<EventRow[]>(
		path`/events/index`,
		{ eventid: event, limit: 1, page: 1 },
		{ read: true },
	);
	const row = found.find(({ id, uuid }) => id === event || uuid === event.toLowerCase());
	if (!row) {
		throw new MispError('notFound', `MISP has no event ${event}, or this key may not see it.`, {
			request: 'POST /events/index',
		});
	}
	return row;
}

/** The number of an event, for actions of MISP that do not take its UUID. */
export const eventIdOf = async (misp: Misp, event: string): Promise<string> =>
	isNumericId(event) ? event : (await fetchEventHeader(misp, event)).id;
