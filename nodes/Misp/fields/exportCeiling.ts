import type { Ceiling } from '../client/ceiling';
import { search, type Row } from '../client/paging';
import { SCOPES } from '../client/searchScopes';
import { inputError } from '../definition';

/** One more search term each; more than these make a request that databases refuse. */
const MAX_ROWS = 20_000;

/** What only shapes the export, and means nothing for the rows behind it. */
const SHAPE = new Set([...SCOPES.attributes.shape, ...SCOPES.events.shape]);

/**
 * The body of an export that has nothing above the TLP ceiling in it.
 *
 * A file does not show how its parts are marked. So the same search is made for rows first, these
 * are judged, and the export is asked for by the identifiers of those that may leave MISP. Of
 * events only whole ones: what belongs to one cannot be left out of its file.
 *
 * @returns `undefined` when nothing may be exported
 * @throws MispError of kind `input` when there are too many to name each
 */
export async function bodyBelow(
	ceiling: Ceiling,
	scope: 'events' | 'attributes',
	body: Row,
): Promise<Row | undefined> {
	const filters = Object.fromEntries(Object.entries(body).filter(([name]) => !SHAPE.has(name)));
	const { limit, enforceWarninglist, returnFormat, ...shape } = body;
	const warned = enforceWarninglist === undefined ? {} : { enforceWarninglist };
	const kept: string[] = [];
	const rows: Row[] = [];
	const judge = async () => {
		const taken = rows.splice(0);
		const seen = await ceiling.siftEach(taken);
		for (const [index, row] of seen.entries()) {
			const { uuid } = (row?.[SCOPES[scope].envelope] ?? row ?? {}) as { uuid?: unknown };
			if (row === undefined || typeof uuid !== 'string') continue;
			if (scope === 'events' && sizeOf(row) !== sizeOf(taken[index])) {
				ceiling.add('event with parts above it', uuid);
			} else kept.push(uuid);
		}
	};
	const options = { limit: typeof limit === 'number' ? limit : undefined };
	for await (const row of search(ceiling.misp, scope, { ...filters, ...warned }, options)) {
		rows.push(row);
		if (rows.length >= 1000) await judge();
		if (kept.length > MAX_ROWS) throw tooMany();
	}
	await judge();
	if (kept.length > MAX_ROWS) throw tooMany();
	if (kept.length === 0) return undefined;
	const only = Object.fromEntries(
		Object.entries(shape).filter(([name]) => SHAPE.has(name) && name !== 'page'),
	);
	const flags = Object.fromEntries(
		['to_ids', 'published', 'deleted'].flatMap((name) =>
			body[name] === undefined ? [] : [[name, body[name]]],
		),
	);
	const these = scope === 'events' ? { eventid: kept } : { uuid: kept };
	return { ...flags, ...only, ...these, returnFormat };
}

/** How much is in a row: sifting only ever takes parts away. */
const sizeOf = (row: unknown): number => JSON.stringify(row).length;

const tooMany = () =>
	inputError(
		`Below a TLP ceiling at most ${MAX_ROWS} rows are exported at once, since each has to be judged.`,
		'Narrow the search, for example by time, or export in several steps.',
	);
