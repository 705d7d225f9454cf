import type { Misp } from '../client/client';
import { search, type SearchOptions } from '../client/paging';
import type { SearchScope } from '../client/searchScopes';
import { inputError, type WatchContext } from '../definition';
import { describeTypes } from './attribute';

/** How many letters must be put in, left out or changed to make one word of the other. */
function distance(one: string, other: string): number {
	let row = Array.from({ length: other.length + 1 }, (_, index) => index);
	for (const [i, letter] of [...one].entries()) {
		const next = [i + 1];
		for (let j = 0; j < other.length; j++) {
			const changed = (row[j] ?? 0) + (letter === other[j] ? 0 : 1);
			next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
		}
		row = next;
	}
	return row.at(-1) ?? 0;
}

/** The word most like this one. */
export function nearest(word: string, known: string[]): string | undefined {
	const asked = word.toLowerCase();
	const ranked = known
		.map((name) => ({ name, far: distance(asked, name.toLowerCase()) }))
		.sort((a, b) => a.far - b.far);
	return ranked[0]?.name;
}

/** The names in a filter: one, several, or MISP's `{OR: […], NOT: […]}`; without those with wildcards. */
function namesIn(filter: unknown): string[] {
	if (typeof filter === 'string') {
		const name = filter.trim().replace(/^!/, '');
		return name === '' || name.includes('%') ? [] : [name];
	}
	return filter !== null && typeof filter === 'object'
		? Object.values(filter).flatMap(namesIn)
		: [];
}

function refuseUnknown(kind: string, filter: unknown, known: string[]): void {
	const all = new Set(known.map((name) => name.toLowerCase()));
	const unknown = namesIn(filter).find((name) => !all.has(name.toLowerCase()));
	if (unknown === undefined) return;
	const like = nearest(unknown, known);
	throw inputError(
		`This MISP has no ${kind} "${unknown.slice(0, 60)}", so nothing would be found.${like === undefined ? '' : ` Did you mean "${like}"?`}`,
		'Choose from the list, or see Attribute > Get Types.',
	);
}

const kept = new WeakMap<Misp, ReturnType<typeof describeTypes>>();

/**
 * Refuses types and categories that the instance does not know: MISP answers them with an empty
 * result, which reads as "nothing known". One request in a run, `GET /attributes/describeTypes.json`,
 * and none without such a filter.
 *
 * @throws MispError of kind `input`, with the nearest right spelling
 */
export async function checkTypes(misp: Misp, filters: Record<string, unknown>): Promise<void> {
	if (namesIn([filters.type, filters.category]).length === 0) return;
	const reading = kept.get(misp) ?? describeTypes(misp);
	kept.set(misp, reading);
	// What failed once may work for the next item.
	reading.catch(() => kept.delete(misp));
	const { types, categories } = await reading;
	refuseUnknown('attribute type', filters.type, types);
	refuseUnknown('category', filters.category, categories);
}

/** `search`, with types and categories that the instance knows. */
export async function* searchKnown(
	misp: Misp,
	scope: SearchScope,
	filters: Record<string, unknown>,
	options?: SearchOptions,
) {
	await checkTypes(misp, filters);
	yield* search(misp, scope, filters, options);
}

/** Types and categories that a MISP was seen to know, which it keeps. */
const seen = new Set<string>();

/**
 * The same for triggers, whose polls would wait for ever for what cannot come: asked once for each
 * type and category, not in each poll.
 */
export async function checkWatchedTypes(
	{ misp }: WatchContext,
	{
		type,
		filters,
		attributeFilters,
	}: { type?: unknown; filters?: object | undefined; attributeFilters?: object | undefined },
): Promise<void> {
	const asked: Record<string, unknown> = { type, ...filters, ...attributeFilters };
	const names = namesIn([asked.type, asked.category]).map(
		(name) => `${misp.connection.baseUrl} ${name.toLowerCase()}`,
	);
	if (names.every((name) => seen.has(name))) return;
	await checkTypes(misp, asked);
	for (const name of names) seen.add(name);
}

/** Whether a type is one of those that are asked for, where MISP has no filter for it. */
export const isOfType = (type: unknown, asked: string[] | undefined): boolean =>
	asked === undefined || asked.some((one) => one.toLowerCase() === String(type).toLowerCase());
