/** The formats of a search reply other than JSON. */
import { JSON_TYPE, truthy, type Json } from '../http';
import { exportableLinks } from '../present';
import type { AttributeRow } from '../rows';
import type { World } from '../state';
import { joinValue } from '../values';
import { RULES, VIEWS } from './rules';

/** Content type and X-Response-Format by scope. */
export const FORMATS: Record<string, { type: string; events: string; attributes: string }> = {
	json: { type: 'application/json; charset=UTF-8', events: 'json', attributes: 'json' },
	xml: { type: 'application/xml; charset=UTF-8', events: 'xml', attributes: 'xml' },
	csv: { type: 'text/csv; charset=UTF-8', events: 'csv', attributes: 'csv' },
	text: { type: 'text/plain; charset=UTF-8', events: 'text', attributes: 'txt' },
	count: { type: 'text/plain; charset=UTF-8', events: 'txt', attributes: 'txt' },
	hashes: { type: 'text/plain; charset=UTF-8', events: 'txt', attributes: 'txt' },
	...Object.fromEntries(Object.keys(RULES).map((format) => [format, kindOf(format)])),
};

function kindOf(format: string) {
	if (VIEWS.has(format)) return { type: JSON_TYPE, events: 'html', attributes: 'html' };
	if (/^(openioc|stix)$/.test(format)) {
		return { type: 'application/xml; charset=UTF-8', events: 'xml', attributes: 'xml' };
	}
	if (/json|stix2|kunai|sightings/.test(format)) {
		return { type: JSON_TYPE, events: 'json', attributes: 'json' };
	}
	return { type: 'text/plain; charset=UTF-8', events: 'txt', attributes: 'txt' };
}

const RESTRICTED = new Set(
	'text hashes hosts openioc snort suricata rpz kunai context-markdown'.split(' '),
);

/** Lists for machines leave out what is not published and not for IDS, unless told otherwise. */
export function withDefaults(format: string, params: Json): Json {
	return RESTRICTED.has(format) ? { to_ids: 1, published: 1, ...params } : params;
}

const BASE_COLUMNS =
	'uuid,event_id,category,type,value,comment,to_ids,timestamp,object_relation,attribute_tag,object_uuid,object_name,object_meta-category';
const CONTEXT_COLUMNS =
	'event_info,event_member_org,event_source_org,event_distribution,event_threat_level_id,event_analysis,event_date,event_tag';

/** PHP's is_numeric. */
const isNumeric = (text: string) =>
	/\d/.test(text) && !/^\s*0x/i.test(text) && text.trim() !== '' && Number.isFinite(Number(text));

function cellOf(value: string | number | boolean | null | undefined): string {
	if (value === undefined || value === null) return '""';
	const text = typeof value === 'boolean' ? String(Number(value)) : String(value);
	return isNumeric(text) ? text : `"${text.replaceAll('"', '""')}"`;
}

function cells(world: World, row: AttributeRow, params: Json): Record<string, string> {
	const object = world.settings.csvWithObjects ? world.objects.get(row.objectId) : undefined;
	const event = world.events.get(row.eventId);
	const names = (links: AttributeRow['tags']) => {
		const shown = truthy(params.includeAllTags) ? links : exportableLinks(world, links);
		return shown.map((link) => world.tags.get(link.tagId)?.name ?? '').join(',');
	};
	const orgName = (id: number | undefined) => world.organisations.get(id ?? 0)?.name;
	const { id, distribution, deleted, comment, category, type, uuid, timestamp } = row;
	const values = {
		...{ id, distribution, deleted, comment, category, type, uuid, timestamp },
		event_id: row.eventId,
		value: joinValue(row),
		to_ids: row.toIds,
		object_id: row.objectId,
		object_relation: row.objectRelation,
		attribute_tag: names(row.tags),
		object_uuid: object?.uuid,
		object_name: object?.name,
		'object_meta-category': object?.metaCategory,
		event_info: event?.info,
		event_member_org: orgName(event?.orgId),
		event_source_org: orgName(event?.orgcId),
		event_distribution: event?.distribution,
		event_threat_level_id: event?.threatLevelId,
		event_analysis: event?.analysis,
		event_date: event?.date,
		event_tag: names(event?.tags ?? []),
	};
	return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, cellOf(value)]));
}

function toCsv(world: World, rows: AttributeRow[], params: Json): string {
	const asked = params.requested_attributes;
	const base = Array.isArray(asked) ? asked.map(String) : BASE_COLUMNS.split(',');
	const columns = truthy(params.includeContext) ? [...base, ...CONTEXT_COLUMNS.split(',')] : base;
	const lines = rows.map((row) => {
		const values = cells(world, row, params);
		return `${columns.map((column) => values[column] ?? '""').join(',')}\n`;
	});
	const names = columns.map((name) => (name === 'timestamp' ? 'date' : name.replaceAll('-', '_')));
	const header = truthy(params.headerless) ? '' : `${names.join(',')}\n`;
	return `${header}${lines.join('')}\n`;
}

/** What MISP makes of the format that was asked for: a JSON client gets STIX 1 as JSON. */
export function formatOf(given: Json, asked: 'json' | 'xml' | 'csv'): string {
	const format = String(given.returnFormat ?? asked).replace('download', 'json');
	return format === 'stix' && asked === 'json' ? 'stix-json' : format;
}

const HASH = /^(filename\|)?(md5|sha1|sha2?\d{2,3}|sha3-\d+|imphash|ssdeep|malware-sample)$/;

function hashesOnly(rows: AttributeRow[]): AttributeRow[] {
	return rows.filter((row) => HASH.test(row.type));
}

/** The formats that are lists of attributes, whatever was searched. */
export function toFormat(world: World, format: string, rows: AttributeRow[], params: Json): string {
	if (format === 'csv') return toCsv(world, rows, params);
	const rules = RULES[format];
	if (rules !== undefined) return rules(rows, params);
	const values = (format === 'hashes' ? hashesOnly(rows) : rows).map(joinValue);
	// Each value once, of the text alone.
	return `${(format === 'text' ? [...new Set(values)] : values).join('\n')}\n`;
}

/** The headers of a search; MISP's own views come without most of them. */
export function exportHeaders(
	format: string,
	responseFormat: string,
	count: number,
	skipped: number,
): Record<string, string> {
	const type = FORMATS[format]?.type ?? JSON_TYPE;
	if (VIEWS.has(format)) return { 'Content-Type': type };
	return {
		'Content-Type': type,
		'X-Result-Count': String(count),
		'X-Export-Module-Used': format,
		'X-Response-Format': responseFormat,
		'X-Skipped-Elements-Count': String(skipped),
	};
}
