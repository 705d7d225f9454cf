import type { Misp } from './client';
import { MispError } from './errors';
import { frozen, searchBody } from './filters';
import { PageSizes } from './pageSizes';
import { path, withParams } from './path';
import { SCOPES, type SearchScope } from './searchScopes';
import { SeenRows } from './seenRows';

export type Row = Record<string, unknown>;

const METADATA_PAGE_SIZE = 500;

/** How many times smaller than usual a page may become. */
const SHRINK = 4;

/**
 * How many times larger. Rows of a page are short-lived: of larger ones, what was read and is no longer
 * wanted piles up in memory beside what was made of it.
 */
const GROW = 2;

export interface SearchOptions {
	/** At most so many rows; all when left out. */
	limit?: number | undefined;
	/** Rows of each page; without it the usual number, and more or fewer by the time they take. */
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

/** What makes a row the same as one before, if it says so. */
function keyOf(row: Row, envelope: string): number | string | undefined {
	const { id, uuid } = (row[envelope] ?? row) as { id?: unknown; uuid?: unknown };
	const number = typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : undefined;
	return number ?? (typeof uuid === 'string' ? uuid : undefined);
}

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

interface Pages extends SearchOptions {
	usual: number;
	envelope: string;
	/** One page, and whether MISP has rows behind it. */
	read(page: PageOf, signal: AbortSignal): Promise<{ rows: Row[]; more: boolean }>;
}

interface PageOf {
	page: number;
	limit: number;
}

/**
 * Pages until there are no more or the limit is reached; while one is handed on, the next is read.
 *
 * MISP pages by offset, so rows that come in between shift the others: one that shows up twice is
 * handed out once, and two pages without anything new end it, since then the server (or a proxy that
 * caches) does not page at all.
 */
async function* allPages(options: Pages): AsyncGenerator<Row[], void, undefined> {
	const { limit = Infinity, pageSize, usual, envelope, read, keep } = options;
	const size = Math.min(pageSize ?? usual, limit);
	const bounds = { least: pageSize ?? usual / SHRINK, most: pageSize ?? usual * GROW };
	const sizes = new PageSizes(size, bounds);
	const seen = new SeenRows();
	const checkEnd = pagesEnd();
	const stopped = new AbortController();
	let left = limit;
	const start = async () => {
		const began = performance.now();
		const page = await read(sizes.next(), stopped.signal);
		return { ...page, took: performance.now() - began };
	};
	try {
		let ahead = left > 0 ? start() : undefined;
		for (let stale = 0; ahead !== undefined; ) {
			const { rows, more, took } = await ahead;
			stale = rows.length === 0 ? stale : stale + 1;
			checkEnd(rows.length, more);
			const fresh: Row[] = [];
			for (const row of rows) {
				const key = keyOf(row, envelope);
				// One that nothing tells from others is handed out again, but is no sign of progress.
				const isNew = seen.add(key ?? JSON.stringify(row));
				if (isNew) stale = 0;
				if ((isNew || key === undefined) && (keep?.(row) ?? true)) fresh.push(row);
			}
			const page = fresh.length > left ? fresh.slice(0, left) : fresh;
			left -= page.length;
			sizes.took(took, left);
			ahead = more && left > 0 && stale < 2 ? start() : undefined;
			ahead?.catch(() => {}); // its turn comes when the rows before it were taken
			if (page.length > 0) yield page;
		}
	} finally {
		stopped.abort();
	}
}

async function* rowsIn(pages: AsyncIterable<Row[]>): AsyncGenerator<Row, void, undefined> {
	for await (const page of pages) yield* page;
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
	{ page, limit }: PageOf,
	signal?: AbortSignal,
): Promise<SearchPage> {
	const { path: target, stop } = SCOPES[scope];
	const { data, headers } = await misp.request({
		method: 'POST',
		path: target,
		body: { ...body, returnFormat: 'json', ...(stop === 'single' ? {} : { limit, page }) },
		read: true,
		expect: 'response',
		signal,
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
export const search = (
	misp: Misp,
	scope: SearchScope,
	filters: Row,
	options: SearchOptions = {},
): AsyncGenerator<Row, void, undefined> => rowsIn(searchPages(misp, scope, filters, options));

/** The same, with the rows of each page together. */
export async function* searchPages(
	misp: Misp,
	scope: SearchScope,
	filters: Row,
	options: SearchOptions = {},
): AsyncGenerator<Row[], void, undefined> {
	const body = searchBody(scope, filters);
	const { pageSize, envelope, order: columns } = SCOPES[scope];
	const usual = body.metadata === undefined ? pageSize : METADATA_PAGE_SIZE;
	// Without an order, the database may give the rows of each page as it likes.
	const order = body.order ?? (columns[0] === undefined ? undefined : `${columns[0]} desc`);
	const began = Date.now();
	const read = async (page: PageOf, signal: AbortSignal) => {
		// "The last 7 days" are the same days on each page, or rows would move between them.
		const window = page.page === 1 ? body : frozen(body, began + (misp.clockAhead ?? 0) * 1000);
		return await searchPage(misp, scope, { ...window, order }, page, signal);
	};
	yield* allPages({ ...options, usual, envelope, read });
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
	const read = async ({ page: number, limit: size }: PageOf, signal: AbortSignal) => {
		const { data, headers } = await misp.request({
			method: 'POST',
			path: target,
			body: { ...body, limit: size, page: number },
			read: true,
			signal,
		});
		if (!Array.isArray(data)) throw noList();
		const rows = data as Row[];
		return { rows, more: hasMore('events', { number, size, returned: rows.length }, headers) };
	};
	yield* rowsIn(allPages({ ...options, usual: METADATA_PAGE_SIZE, envelope: 'Event', read }));
}
