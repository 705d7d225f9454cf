import { filter } from '../definition';
import { commonResult } from './search';
import { ATTRIBUTE_FILTERS, EVENT_FILTERS, eventinfo, only, value } from './searchFilters';

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

export const WATCHED_ATTRIBUTE_FILTERS = {
	...only(ATTRIBUTE_FILTERS, ...WATCHED, 'published', 'eventinfo'),
	enforceWarninglist: filter(commonResult.enforceWarninglist),
};
