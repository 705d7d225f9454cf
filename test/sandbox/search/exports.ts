/** The formats of a search reply other than JSON. */
import { truthy, type Json } from '../http';
import type { AttributeRow } from '../rows';
import type { World } from '../state';
import { joinValue } from '../values';

/** Content type and X-Response-Format by scope. */
export const FORMATS: Record<string, { type: string; events: string; attributes: string }> = {
	json: { type: 'application/json; charset=UTF-8', events: 'json', attributes: 'json' },
	xml: { type: 'application/xml; charset=UTF-8', events: 'xml', attributes: 'xml' },
	csv: { type: 'text/csv; charset=UTF-8', events: 'csv', attributes: 'csv' },
	text: { type: 'text/plain; charset=UTF-8', events: 'text', attributes: 'txt' },
	count: { type: 'text/plain; charset=UTF-8', events: 'txt', attributes: 'txt' },
	hashes: { type: 'text/plain; charset=UTF-8', events: 'txt', attributes: 'txt' },
};

const RESTRICTED = new Set(['text', 'hashes']);

/** Lists for machines leave out what is not published and not for IDS, unless told otherwise. */
export function withDefaults(format: string, params: Json): Json {
	return RESTRICTED.has(format) ? { to_ids: 1, published: 1, ...params } : params;
}

const BASE_COLUMNS =
	'uuid,event_id,category,type,value,comment,to_ids,date,object_relation,attribute_tag,object_uuid,object_name,object_meta_category';
const CONTEXT_COLUMNS =
	'event_info,event_member_org,event_source_org,event_distribution,event_threat_level_id,event_analysis,event_date,event_tag';

const quote = (text: string) => `"${text.replaceAll('"', '""').replaceAll('\n', '\\n')}"`;

function cells(world: World, row: AttributeRow): Record<string, string> {
	const object = world.objects.get(row.objectId);
	const event = world.events.get(row.eventId);
	const names = (links: Array<{ tagId: number }>) =>
		links.map((link) => world.tags.get(link.tagId)?.name ?? '').join(',');
	const orgName = (id: number | undefined) => world.organisations.get(id ?? 0)?.name ?? '';
	return {
		uuid: quote(row.uuid),
		event_id: String(row.eventId),
		category: quote(row.category),
		type: quote(row.type),
		value: quote(joinValue(row)),
		comment: quote(row.comment),
		to_ids: row.toIds ? '1' : '0',
		date: String(row.timestamp),
		timestamp: String(row.timestamp),
		object_relation: quote(row.objectRelation ?? ''),
		attribute_tag: quote(names(row.tags)),
		object_uuid: quote(object?.uuid ?? ''),
		object_name: quote(object?.name ?? ''),
		object_meta_category: quote(object?.metaCategory ?? ''),
		event_info: quote(event?.info ?? ''),
		event_member_org: quote(orgName(event?.orgId)),
		event_source_org: quote(orgName(event?.orgcId)),
		event_distribution: quote(String(event?.distribution ?? '')),
		event_threat_level_id: quote(String(event?.threatLevelId ?? '')),
		event_analysis: quote(String(event?.analysis ?? '')),
		event_date: event?.date ?? '',
		event_tag: quote(names(event?.tags ?? [])),
	};
}

export function toCsv(world: World, rows: AttributeRow[], params: Json): string {
	const asked = params.requested_attributes;
	const base = Array.isArray(asked) ? asked.map(String) : BASE_COLUMNS.split(',');
	const columns = truthy(params.includeContext) ? [...base, ...CONTEXT_COLUMNS.split(',')] : base;
	const lines = rows.map((row) => {
		const values = cells(world, row);
		return `${columns.map((column) => values[column] ?? '""').join(',')}\n`;
	});
	const header = truthy(params.headerless) ? '' : `${columns.join(',')}\n`;
	return `${header}${lines.join('')}\n`;
}

export function toText(rows: AttributeRow[]): string {
	return `${rows.map(joinValue).join('\n')}\n`;
}

const HASH = /^(filename\|)?(md5|sha1|sha2?\d{2,3}|sha3-\d+|imphash|ssdeep|malware-sample)$/;

export function hashesOnly(rows: AttributeRow[]): AttributeRow[] {
	return rows.filter((row) => HASH.test(row.type));
}
