import * as z from 'zod/v4';

import {
	choice,
	choices,
	day,
	filter,
	json,
	text,
	texts,
	time,
	UUID_EXAMPLE,
	type Field,
	jsonInZone,
} from '../definition';
import { isTimeName } from '../client/filters';
import { attributeCategories, attributeTypes } from './attribute';
import { THREAT_LEVELS } from './event';
import { isOneIndicator } from './indicators';
import { organisationNames } from './organisation';
import { tagNames } from './tags';
import { LEVELS, sharingGroupIds } from './sharing';

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

export const value = texts('Values', 'Value', {
	placeholder: 'e.g. 198.51.100.7 or %.example.com',
	apart: isOneIndicator,
	description:
		'Any of these values, compared in full. % at the start or end stands for anything. Of a combined value such as filename|md5, search one part.',
});

export const eventinfo = text('Event Info Contains', {
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
		placeholder: 'e.g. 1234',
		description: 'IDs or UUIDs of events. An ! in front excludes one.',
	}),
	uuid: texts('UUIDs', 'UUID', {
		apart: () => true,
		placeholder: UUID_EXAMPLE,
		description: 'Of the event or the attribute',
	}),
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
		placeholder: 'e.g. filename',
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

export const EVENT_FILTERS = {
	...common,
	type: attributeTypes,
	...timeRange('timestamp', 'Changed After', 'Changed Before', 'Event changed'),
	event_tags: tagNames('Event Tags', { description: 'Any of these tags, on the event itself' }),
	distribution: choices('Distributions', LEVELS, {
		description:
			'Any of these. MISP then also leaves out what has another distribution inside the events, which is most of it: attributes usually inherit theirs.',
	}),
	orgSector: texts('Organisation Sectors', 'Sector', {
		placeholder: 'e.g. Finance',
		description: 'Of the organisation that created the event',
	}),
	orgNationality: texts('Organisation Nationalities', 'Nationality', {
		placeholder: 'e.g. Germany',
		description: 'Of the organisation that created the event',
	}),
	eventsExtendingUuid: text('Extends Event (UUID)', {
		placeholder: UUID_EXAMPLE,
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

export const ATTRIBUTE_FILTERS = {
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

export const only = <F extends FilterFields, Name extends keyof F>(fields: F, ...names: Name[]) =>
	Object.fromEntries(names.map((name) => [name, fields[name]])) as Pick<F, Name>;
