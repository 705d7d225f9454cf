import { shape } from '../../definition';
import type { EventRow } from '../../fields/event';
import { eventKind } from '../../fields/rows';

type Row = Record<string, unknown>;

interface TagLink {
	Tag: Row;
}

interface AttributeApart extends Row {
	AttributeTag?: TagLink[];
}

/** An event as merging and imports reply it: its parts beside it, its tags inside of links. */
export interface EventApart extends Row {
	Event: EventRow;
	EventTag?: TagLink[];
	Attribute?: AttributeApart[];
	Object?: Array<Row & { Attribute?: AttributeApart[] }>;
}

const tagsOf = (links: TagLink[]): Row[] => links.map(({ Tag }) => Tag);

const attributesOf = (rows: AttributeApart[]): Row[] =>
	rows.map(({ AttributeTag: links, ...row }) => ({ ...row, ...(links && { Tag: tagsOf(links) }) }));

/** The same event in the form in which MISP shows it everywhere else. */
function wholeEvent(sent: EventApart): Row {
	const { Event, EventTag: links, Attribute: attributes, Object: objects, ...beside } = sent;
	return {
		...Event,
		...beside,
		...(attributes && { Attribute: attributesOf(attributes) }),
		...(objects && {
			Object: objects.map((object) => ({
				...object,
				Attribute: attributesOf(object.Attribute ?? []),
			})),
		}),
		...(links && { Tag: tagsOf(links) }),
	};
}

export const mergedEventRow = shape({ ...eventKind, flat: wholeEvent });
