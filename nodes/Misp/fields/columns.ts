import { eventPage, fieldIn } from '../definition';

/** Columns that rows of several kinds have; see `shape`. */

type Row = Record<string, unknown>;

/** Where MISP shows the event of a row beside it. */
export const eventInfo = {
	description: 'Title of the event',
	from: ({ Event }: Row) => fieldIn(Event, 'info'),
};

/** In a row that says in which event it is. */
export const eventUrl = {
	description: 'Page of the event in MISP, for a person to follow',
	from: ({ event_id: event }: Row, baseUrl: string) => eventPage(baseUrl, event),
};

/** In a row that MISP shows with `Orgc`. */
export const creator = {
	description: 'Name of the organisation that made it',
	from: ({ Orgc }: Row) => fieldIn(Orgc),
};

export const changedAt = 'When it was changed last';
