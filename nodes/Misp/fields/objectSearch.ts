import {
	collection,
	filter,
	instanceChoices,
	texts,
	time,
	UUID_EXAMPLE,
	type InputOf,
} from '../definition';
import { attributeTypes } from './attribute';
import { TEMPLATE_LIST } from './objectTemplate';
import { Refanger } from './refang';
import { asFilters, common, rawFilters, tags, timeRange, value } from './searchFilters';
import { commonResult, include, searchOf } from './search';

/** The filters of objects/restSearch as a form. */

const OBJECT_FILTERS = {
	category: common.category,
	org: common.org,
	eventid: common.eventid,
	uuid: common.uuid,
	to_ids: common.to_ids,
	published: common.published,
	deleted: common.deleted,
	object_relation: common.object_relation,
	threat_level_id: common.threat_level_id,
	from: common.from,
	to: common.to,
	last: common.last,
	publish_timestamp: common.publish_timestamp,
	publish_timestampUntil: common.publish_timestampUntil,
	tagsAll: common.tagsAll,
	tagsNot: common.tagsNot,
	type: attributeTypes,
	...timeRange('timestamp', 'Changed After', 'Changed Before', 'Attribute of the object changed'),
	...timeRange(
		'event_timestamp',
		'Event Changed After',
		'Event Changed Before',
		'Event of the object changed',
	),
	first_seen: time('First Seen After', { description: 'First seen at or after this time' }),
	last_seen: time('Last Seen Before', { description: 'Last seen at or before this time' }),
	object_template_uuid: texts('Template UUIDs', 'UUID', {
		placeholder: UUID_EXAMPLE,
		description: 'Made from any of the templates with these UUIDs',
	}),
	object_template_version: texts('Template Versions', 'Version', { placeholder: 'e.g. 24' }),
	rawFilters,
};

const OBJECT_RESULT = {
	enforceWarninglist: commonResult.enforceWarninglist,
	includeWarninglistHits: commonResult.includeWarninglistHits,
	withAttachments: commonResult.withAttachments,
	metadata: include(
		'Without Their Attributes',
		'Whether to return objects without their attributes, which is faster',
	),
	includeContext: include('Event Context', 'Whether to add more of the event to each object'),
	includeEventTags: include('Event Tags', 'Whether to add the tags of the event to each object'),
	includeEventUuid: include('Event UUID', 'Whether to add the UUID of the event'),
	includeProposals: include('Proposals', 'Whether to add proposals'),
};

export const objectSearch = {
	value: filter(value),
	object_name: filter(
		instanceChoices('Templates', {
			...TEMPLATE_LIST,
			description: 'Made from any of these templates',
		}),
	),
	tags: filter(tags),
	filters: collection('Filters', asFilters(OBJECT_FILTERS), { placeholder: 'Add Filter' }),
	result: collection('Result Options', OBJECT_RESULT, { placeholder: 'Add Option' }),
};

/** @throws MispError of kind `input`, see `searchOf` */
export function objectFilters(
	input: InputOf<typeof objectSearch>,
	refanger = new Refanger(input),
): Record<string, unknown> {
	const { object_name: names, tags: wanted, filters, result } = input;
	return searchOf(
		'objects',
		{ value: refanger.values(input.value), object_name: names, tags: wanted },
		{ filters, result },
	);
}
