/** Which parameters a search takes, from the path and the body. */
import { isRecord, refuse, type Call, type Json } from '../http';

const COMMON =
	'returnFormat value type category org tags from to last eventid withAttachments uuid publish_timestamp published timestamp event_timestamp enforceWarninglist to_ids deleted threat_level_id limit page order requested_attributes includeContext headerless includeWarninglistHits object_relation eventinfo sharinggroup includeAllTags flatten policy walled_garden ns ns_alt email serial refresh retry expiry minimum_ttl ttl';
const EVENTS =
	'tag event_tags searchall date includeAttachments metadata event_uuid excludeLocalTags distribution sharing_group_id extended noEventReports noShadowAttributes sgReferenceOnly includeGranularCorrelations includeDecayScore protected';
const ATTRIBUTES =
	'value1 value2 attribute_timestamp includeEventUuid includeEventTags includeProposals includeSightings includeCorrelations includeDecayScore decayingModel includeFullModel first_seen last_seen event_ids includeAttributeUuid includeGalaxy excludeDecayed score allow_proposal_blocking list';
const OBJECTS =
	'first_seen last_seen includeEventUuid includeEventTags includeProposals metadata object_name object_template_uuid object_template_version';

const words = (text: string) => text.split(' ');
export const ACCEPTED = {
	events: new Set([...words(COMMON), ...words(EVENTS)]),
	attributes: new Set([...words(COMMON), ...words(ATTRIBUTES)]),
	objects: new Set(
		[...words(COMMON), ...words(OBJECTS)].filter(
			(name) => !['order', 'eventinfo', 'sharinggroup', 'flatten'].includes(name),
		),
	),
};

const NO_PARAMETERS =
	'Restsearch queries using GET and no parameters are not allowed. If you have passed parameters via a JSON body, make sure you use POST requests.';

const isEmpty = (value: unknown) =>
	value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** Parameters of the path and the body together; unknown and empty ones are dropped silently. */
export function harvest(call: Call, accepted: ReadonlySet<string>): Json {
	const hasNamed = Object.keys(call.named).length > 0;
	if (call.method === 'GET' && !hasNamed) throw refuse.badRequest(NO_PARAMETERS);
	const body = isRecord(call.body) && isRecord(call.body.request) ? call.body.request : call.body;
	const emptyBody = !isRecord(body) || Object.keys(body).length === 0;
	// A body of another type than JSON is not looked into, and the search runs without filters.
	const unread = call.bodySent && call.body === undefined;
	if (call.method !== 'GET' && emptyBody && !hasNamed && !unread) {
		throw refuse.badRequest(
			'Either specify the search terms in the url, or POST a json with the filter parameters.',
		);
	}
	// A colon cannot stand in a value of the path: a semicolon stands for it.
	const named = Object.fromEntries(
		Object.entries(call.named).map(([name, value]) => [name, value.replaceAll(';', ':')]),
	);
	const given = { ...named, ...(isRecord(body) ? body : {}) };
	return Object.fromEntries(
		Object.entries(given).filter(([name, value]) => accepted.has(name) && !isEmpty(value)),
	);
}

export interface Page {
	/** Undefined = everything. */
	limit?: number;
	offset: number;
}

export function pageOf(params: Json): Page {
	const { limit, page } = params;
	if (limit === undefined) return { offset: 0 };
	const size = Number(limit);
	// MySQL reads nonsense as zero rows.
	if (Number.isNaN(size)) return { limit: 0, offset: 0 };
	if (size <= 0) return { offset: 0 };
	return { limit: size, offset: (Math.max(1, Number(page ?? 1) || 1) - 1) * size };
}

export function cut<Row>(rows: Row[], page: Page): Row[] {
	return page.limit === undefined ? rows : rows.slice(page.offset, page.offset + page.limit);
}

type Compare<Row> = (a: Row, b: Row) => number;

/** Rearranges rows[from..] so that the first `count` of them are those that come first. */
function partition<Row>(rows: Row[], compare: Compare<Row>, from: number, count: number): void {
	const wanted = from + count;
	let [left, right] = [from, rows.length - 1];
	while (left < right) {
		const pivot = rows[(left + right) >> 1] as Row;
		let [low, high] = [left, right];
		while (low <= high) {
			while (compare(rows[low] as Row, pivot) < 0) low += 1;
			while (compare(rows[high] as Row, pivot) > 0) high -= 1;
			if (low > high) break;
			[rows[low], rows[high]] = [rows[high] as Row, rows[low] as Row];
			low += 1;
			high -= 1;
		}
		if (wanted <= high) right = high;
		else if (wanted >= low) left = low;
		else return;
	}
}

/** One page of the rows in order. Only the page is sorted: there may be a hundred thousand rows. */
export function cutInOrder<Row>(rows: Row[], page: Page, compare: Compare<Row>): Row[] {
	const { limit, offset } = page;
	const inOrder = rows.every((row, at) => at === 0 || compare(rows[at - 1] as Row, row) < 0);
	if (inOrder) return cut(rows, page);
	if (limit === undefined || offset >= rows.length) return cut(rows.sort(compare), page);
	if (offset > 0) partition(rows, compare, 0, offset);
	if (offset + limit < rows.length) partition(rows, compare, offset, limit);
	return cut(rows, page).sort(compare);
}

/** Sort keys by column; one unknown column makes the whole order vanish. */
export function sorter<Row>(
	order: unknown,
	columns: Record<string, (row: Row) => string | number>,
	model: string,
): ((a: Row, b: Row) => number) | undefined {
	if (order === undefined) return undefined;
	const parts = Array.isArray(order) ? order.map(String) : String(order).split(',');
	const keys: Array<{ read: (row: Row) => string | number; sign: number }> = [];
	for (const part of parts) {
		const [name = '', direction = 'asc'] = part.trim().split(/\s+/);
		const column = name.includes('.') ? name : `${model}.${name}`;
		const read = columns[column];
		if (read === undefined) return undefined;
		keys.push({ read, sign: direction.toLowerCase() === 'desc' ? -1 : 1 });
	}
	return (a, b) => {
		for (const { read, sign } of keys) {
			const left = read(a);
			const right = read(b);
			if (left !== right) return left < right ? -sign : sign;
		}
		return 0;
	};
}
