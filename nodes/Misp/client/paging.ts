import type { Misp } from './client';
import { MispError } from './errors';
import { searchBody } from './filters';
import { path, withParams } from './path';
import { SCOPES, type SearchScope } from './searchScopes';

export type Row = Record<string, unknown>;

const METADATA_PAGE_SIZE = 500;

export interface SearchOptions {
	/** At most so many rows; all when left out. */
	limit?: number | undefined;
	pageSize?: number | undefined;
	/** Rows to hand out; the others are left out as if MISP had not sent them. */
	keep?: ((row: Row) => boolean) | undefined;
}

const noList = () =>
	new MispError('notMisp', 'MISP’s reply has no list of results.', {
		hint: 'Whatever answered may not be a MISP, or a version that this node does not know.',
	});

/** Pages in a row without a row to hand out, though MISP says that more follow. */
const MAX_EMPTY = 300;

const noEnd = () =>
	new MispError(
		'notMisp',
		`MISP gave ${MAX_EMPTY} pages in a row of which nothing may be shown, and says that more follow.`,
		{
			hint: 'Narrow the search. If that changes nothing, the server or a proxy in front of it repeats one page.',
		},
	);

/** The rows of one page. Those of attributes are in one list, the others each in an envelope. */
function rowsOf(scope: SearchScope, data: unknown): Row[] {
	const { response } = data as { response?: unknown };
	const rows = Array.isArray(response)
		? response
		: (response as Row | null | undefined)?.[SCOPES[scope].envelope];
	if (!Array.isArray(rows)) {
		throw noList();
	}
	return rows as Row[];
}

/**
 * Whether MISP has rows behind this page, by the stop rule of the scope.
 *
 * Rows that MISP dropped after it had cut the page (warninglists, decay) make a page short without
 * being the last; they are counted in `X-Skipped-Elements-Count`.
 */
export function hasMore(
	scope: SearchScope,
	page: { number: number; size: number; returned: number },
	headers: Record<string, string | undefined>,
): boolean {
	const { stop } = SCOPES[scope];
	const count = Number(headers['x-result-count'] ?? NaN);
	const skipped = Number(headers['x-skipped-elements-count'] ?? 0) || 0;
	if (stop === 'single') return false;
	// MISP applies some filters (distribution, protected) after it has cut the page and counted.
	if (stop === 'total' && !Number.isNaN(count)) return page.number * page.size < count;
	if (page.returned === 0 && skipped === 0) return false;
	if (stop === 'read' && !Number.isNaN(count)) return count >= page.size;
	return true;
}

const uuidOf = (scope: SearchScope, row: Row): string | undefined => {
	const thing = (row[SCOPES[scope].envelope] ?? row) as { uuid?: unknown };
	return typeof thing.uuid === 'string' ? thing.uuid : undefined;
};

/**
 * Watches the pages of one listing. A page that is repeated for ever, by a server that does not page
 * or a proxy that caches, is noticed by its rows; not where all of them are held back.
 *
 * @returns what is told of each page: how many rows it has to hand out, and whether more follow
 * @throws MispError of kind `notMisp` when there is no end
 */
export function pagesEnd(): (rows: number, more: boolean) => void {
	let empty = 0;
	return (rows, more) => {
		empty = rows === 0 ? empty + 1 : 0;
		if (more && empty >= MAX_EMPTY) throw noEnd();
	};
}

interface Pages {
	limit?: number | undefined;
	/** One page, and whether MISP has rows behind it. */
	read(page: number): Promise<{ rows: Row[]; more: boolean }>;
	/** What makes a row the same as one before. */
	keyOf(row: Row): unknown;
	keep?: ((row: Row) => boolean) | undefined;
}

/**
 * Pages until there are no more or the limit is reached. MISP pages by offset, so rows that come
 * in between shift the others: one that shows up twice is handed out once, and two pages without
 * anything new end it, since then the server (or a proxy that caches) does not page at all.
 */
async function* allPages({
	limit = Infinity,
	read,
	keyOf,
	keep,
}: Pages): AsyncGenerator<Row, void, undefined> {
	const seen = new Set<unknown>();
	let left = limit;
	const checkEnd = pagesEnd();
	for (let page = 1, stale = 0; left > 0 && stale < 2; page += 1) {
		const { rows, more } = await read(page);
		stale = rows.length === 0 ? stale : stale + 1;
		checkEnd(rows.length, more);
		for (const row of rows) {
			const key = keyOf(row);
			if (key !== undefined && seen.has(key)) continue;
			// One that nothing tells from others is handed out again, but is no sign of progress.
			const trace = key ?? JSON.stringify(row);
			if (!seen.has(trace)) stale = 0;
			seen.add(trace);
			if (keep && !keep(row)) continue;
			yield row;
			left -= 1;
			if (left === 0) return;
		}
		if (!more) return;
	}
}

/** One page of a restSearch, and what MISP said of it. */
export interface SearchPage {
	rows: Row[];
	/** Whether MISP has rows behind this page. */
	more: boolean;
	headers: Record<string, string | undefined>;
}

/**
 * One page of a restSearch.
 *
 * @param body filters and order, checked by `searchBody`
 */
export async function searchPage(
	misp: Misp,
	scope: SearchScope,
	body: Row,
	{ page, limit }: { page: number; limit: number },
): Promise<SearchPage> {
	const { path: target, stop } = SCOPES[scope];
	const { data, headers } = await misp.request({
		method: 'POST',
		path: target,
		body: { ...body, returnFormat: 'json', ...(stop === 'single' ? {} : { limit, page }) },
		read: true,
		expect: 'response',
	});
	const rows = rowsOf(scope, data);
	const more = hasMore(scope, { number: page, size: limit, returned: rows.length }, headers);
	return { rows, more, headers };
}

/**
 * Searches with restSearch, page by page, until MISP has no more or `limit` is reached.
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
	const { pageSize, order: columns } = SCOPES[scope];
	const usual = body.metadata === undefined ? pageSize : METADATA_PAGE_SIZE;
	const size = Math.min(options.pageSize ?? usual, options.limit ?? Infinity);
	// Without an order, the database may give the rows of each page as it likes.
	const order = body.order ?? (columns[0] === undefined ? undefined : `${columns[0]} desc`);
	const read = async (page: number) =>
		await searchPage(misp, scope, { ...body, order }, { page, limit: size });
	const { limit, keep } = options;
	yield* allPages({ limit, keep, read, keyOf: (row) => uuidOf(scope, row) });
}

/**
 * Lists with events/index, page by page. `X-Result-Count` is the total there, and paging in the
 * body is honoured, which no other index of MISP does.
 *
 * @param body filters of the index, with `sort` and `direction`
 * @param options `minimal` gives ids, UUIDs and clocks alone; it goes into the path, since in the
 *   body it would also leave out events without attributes
 * @yields events without an envelope and without attributes
 */
export async function* eventIndex(
	misp: Misp,
	body: Row,
	options: SearchOptions & { minimal?: true } = {},
): AsyncGenerator<Row, void, undefined> {
	const target = options.minimal
		? withParams(path`/events/index`, { minimal: 1 })
		: path`/events/index`;
	const size = Math.min(options.pageSize ?? METADATA_PAGE_SIZE, options.limit ?? Infinity);
	const read = async (number: number) => {
		const { data, headers } = await misp.request({
			method: 'POST',
			path: target,
			body: { ...body, limit: size, page: number },
			read: true,
		});
		if (!Array.isArray(data)) throw noList();
		const rows = data as Row[];
		return { rows, more: hasMore('events', { number, size, returned: rows.length }, headers) };
	};
	const { limit, keep } = options;
	yield* allPages({ limit, keep, read, keyOf: ({ id }) => id });
}
