import type { Misp } from './client';
import { searchBody, type SearchScope } from './filters';
import { MispError } from './errors';
import { path } from './path';

export type Row = Record<string, unknown>;

/** Rows per request: whole events are heavy for MISP, attributes are light. */
const PAGE_SIZE: Record<SearchScope, number> = { events: 50, attributes: 2000 };
const METADATA_PAGE_SIZE = 500;

const PATHS = {
	events: path`/events/restSearch`,
	attributes: path`/attributes/restSearch`,
};

export interface SearchOptions {
	/** At most so many rows; all when left out. */
	limit?: number | undefined;
	pageSize?: number | undefined;
}

/** The rows of one page, from MISP's two envelopes. */
function rowsOf(scope: SearchScope, data: unknown): Row[] {
	const response = (data as { response?: unknown }).response;
	const rows =
		scope === 'attributes' && !Array.isArray(response)
			? (response as { Attribute?: unknown } | undefined)?.Attribute
			: response;
	if (!Array.isArray(rows)) {
		throw new MispError('notMisp', 'MISP’s reply has no list of results.', {
			hint: 'Whatever answered may not be a MISP, or a version that this node does not know.',
		});
	}
	return rows as Row[];
}

/**
 * Whether MISP has rows behind this page.
 *
 * Events: `X-Result-Count` is the total. Attributes: it is the number of rows read, one more on a
 * full page, and 1 on an empty one; rows that MISP dropped afterwards (warninglists, decay) make a
 * page short without being the last, and stand in `X-Skipped-Elements-Count`.
 */
export function hasMore(
	scope: SearchScope,
	page: { number: number; size: number; returned: number },
	headers: Record<string, string | undefined>,
): boolean {
	const count = Number(headers['x-result-count'] ?? NaN);
	const skipped = Number(headers['x-skipped-elements-count'] ?? 0) || 0;
	if (page.returned === 0 && skipped === 0) return false;
	if (scope === 'events') {
		return Number.isNaN(count) ? page.returned >= page.size : page.number * page.size < count;
	}
	return Number.isNaN(count) ? page.returned + skipped > 0 : count >= page.size;
}

const keyOf = (scope: SearchScope, row: Row): string | undefined => {
	const thing = (scope === 'events' ? row.Event : row) as { uuid?: unknown } | undefined;
	return typeof thing?.uuid === 'string' ? thing.uuid : undefined;
};

/**
 * Searches with restSearch, page by page, until MISP has no more or `limit` is reached.
 *
 * MISP pages by offset, so rows that come in between shift the others: the order is always
 * explicit, and a row that shows up on two pages is handed out once.
 *
 * @param filters by MISP's names; checked by `searchBody` before anything is sent
 * @yields rows as MISP sent them: `{Event: {…}}`, or an attribute
 */
export async function* search(
	misp: Misp,
	scope: SearchScope,
	filters: Row,
	options: SearchOptions = {},
): AsyncGenerator<Row, void, undefined> {
	const body = searchBody(scope, filters);
	const usual = body.metadata === undefined ? PAGE_SIZE[scope] : METADATA_PAGE_SIZE;
	const size = Math.min(options.pageSize ?? usual, options.limit ?? Infinity);
	const order = body.order ?? (scope === 'events' ? 'Event.id desc' : 'Attribute.id desc');
	const seen = new Set<string>();
	let left = options.limit ?? Infinity;
	for (let number = 1; left > 0; number += 1) {
		const { data, headers } = await misp.request({
			method: 'POST',
			path: PATHS[scope],
			body: { ...body, returnFormat: 'json', order, limit: size, page: number },
			read: true,
			expect: 'response',
		});
		const rows = rowsOf(scope, data);
		for (const row of rows) {
			const key = keyOf(scope, row);
			if (key !== undefined && seen.has(key)) continue;
			if (key !== undefined) seen.add(key);
			yield row;
			left -= 1;
			if (left === 0) return;
		}
		if (!hasMore(scope, { number, size, returned: rows.length }, headers)) return;
	}
}

/**
 * Lists with events/index, page by page. `X-Result-Count` is the total there, and paging in the
 * body is honoured, which no other index of MISP does.
 *
 * @param body filters of the index, with `sort` and `direction`
 * @yields events without an envelope and without attributes
 */
export async function* eventIndex(
	misp: Misp,
	body: Row,
	options: SearchOptions = {},
): AsyncGenerator<Row, void, undefined> {
	const size = Math.min(options.pageSize ?? METADATA_PAGE_SIZE, options.limit ?? Infinity);
	const seen = new Set<unknown>();
	let left = options.limit ?? Infinity;
	for (let page = 1; left > 0; page += 1) {
		const { data, headers } = await misp.request({
			method: 'POST',
			path: path`/events/index`,
			body: { ...body, limit: size, page },
			read: true,
		});
		const rows = Array.isArray(data) ? (data as Row[]) : [];
		for (const row of rows) {
			if (seen.has(row.id)) continue;
			seen.add(row.id);
			yield row;
			left -= 1;
			if (left === 0) return;
		}
		if (!hasMore('events', { number: page, size, returned: rows.length }, headers)) return;
	}
}
