import { feed, organisation, user } from './administration';
import { attribute } from './attribute';
import type { Conversion } from './conversion';
import { eventOperations as event } from './event';
import { galaxy, noticelist, warninglist } from './lists';
import { searchOf } from './search';
import { eventTag, tag } from './tag';

export type { Conversion } from './conversion';

/** Every operation of n8n's built-in MISP node, by its resource, and what becomes of it. */
export const TABLE: Record<string, Record<string, Conversion>> = {
	attribute,
	event,
	eventTag,
	feed,
	galaxy,
	noticelist,
	object: { search: searchOf('objects') },
	organisation,
	tag,
	user,
	warninglist,
};
