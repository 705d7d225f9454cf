import type { Misp } from '../client/client';
import { search } from '../client/paging';
import { chunksOf, isNumericId, MispError } from '../definition';
import type { AttributeRow } from './attribute';
import { findMatches } from './lookupRequests';
import { answersTo } from './valueForms';

/** What one item wants a sighting on: every attribute with a value, or one attribute. */
export interface Wanted {
	kind: 'value' | 'attribute';
	value: string;
}

/** The attributes that are meant. */
export interface Target {
	/** By their ids, with those of their events where these are known. */
	attributes: Map<string, string | undefined>;
	/** A text that MISP itself takes for just these attributes: many of them go in one request. */
	value?: string;
}

const IN_ONE_SEARCH = 1000;

/**
 * Whether MISP finds just these attributes by the value: it compares with the whole or a part, in
 * any case, and takes `%`, `_` and `\` for wildcards.
 */
const isLiteral = (value: string, found: AttributeRow[]): boolean =>
	!/[%_\\|]/.test(value) && found.every((row) => answersTo(row).includes(value.toLowerCase()));

const noValue = (value: string) =>
	new MispError(
		'notFound',
		`MISP has no attribute with the value "${value.slice(0, 60)}" that this key may see, so that there is nothing to record a sighting on.`,
		{ hint: 'Add the value to an event first, or set On Error to "Continue" to go on without it.' },
	);

const noAttribute = (uuid: string) =>
	new MispError('notFound', `MISP has no attribute ${uuid}, or this key may not see it.`, {
		hint: 'It may have been deleted.',
	});

/**
 * The attributes that each item is about, asked for once for all of them. Values are found as by a
 * look-up: defanged ones too. `POST /attributes/restSearch`
 *
 * @returns in the order of `wanted`, an error where there is no such attribute. A numeric id is
 *   taken as it is: MISP tells whether there is one when the sighting is recorded.
 */
export async function targetsOf(misp: Misp, wanted: Wanted[]): Promise<Array<Target | MispError>> {
	const distinct = (keep: (one: Wanted) => boolean) =>
		chunksOf([...new Set(wanted.filter(keep).map(({ value }) => value))], IN_ONE_SEARCH);
	const byValue = new Map<string, AttributeRow[]>();
	for (const values of distinct(({ kind }) => kind === 'value')) {
		// Without a TLP ceiling: it is for what comes out, not for what a sighting is recorded on.
		for (const [value, { matches }] of await findMatches({ misp }, values, {}))
			byValue.set(value, matches);
	}
	const byUuid = new Map<string, string>();
	for (const uuid of distinct(({ kind, value }) => kind === 'attribute' && !isNumericId(value))) {
		for await (const row of search(misp, 'attributes', { uuid }))
			byUuid.set(String(row.uuid).toLowerCase(), String(row.id));
	}
	return wanted.map(({ kind, value }) => {
		if (kind === 'attribute') {
			const id = isNumericId(value) ? value : byUuid.get(value.toLowerCase());
			return id === undefined ? noAttribute(value) : { attributes: new Map([[id, undefined]]) };
		}
		const found = byValue.get(value) ?? [];
		if (found.length === 0) return noValue(value);
		const attributes = new Map(found.map(({ id, event_id: event }) => [String(id), String(event)]));
		return isLiteral(value, found) ? { attributes, value } : { attributes };
	});
}
