import {
	chunksOf,
	collection,
	filter,
	instanceChoices,
	MispError,
	recover,
	type Load,
	type WatchContext,
} from '../definition';
import { searchBody } from '../client/filters';
import { search, type Row } from '../client/paging';
import { attributeTypes } from './attribute';
import { fetchObject, type ObjectRow } from './object';
import { TEMPLATE_LIST } from './objectTemplate';
import { asFilters, tags, value } from './searchFilters';
import { WATCHED_ATTRIBUTE_FILTERS } from './watchedFilters';
import { skipOwn } from './watchEvent';

/**
 * The trigger on objects finds them by their attributes: of these, MISP tells the newest, and it
 * has each of their clocks. Objects it can neither sort nor ask for by their own time.
 */

/** So many new objects of one event are fetched one by one; more, with all objects of the event. */
const ONE_BY_ONE = 20;

/** Events in a request that looks for objects of some templates. */
const EVENTS_AT_ONCE = 100;

export const objectWatch = {
	object_name: filter(
		instanceChoices('Templates', {
			...TEMPLATE_LIST,
			description: 'Made from any of these templates',
		}),
	),
	tags: filter(tags),
	filters: collection(
		'Filters',
		{ ...asFilters({ value, type: attributeTypes, ...WATCHED_ATTRIBUTE_FILTERS }), skipOwn },
		{
			placeholder: 'Add Filter',
			description: 'Only objects with an attribute that matches all of these start the workflow',
		},
	),
};

/** By MISP, templates and object: what an object was made from never changes. */
const verdicts = new Map<string, boolean>();
const MAX_VERDICTS = 50_000;

/** Which attributes are in an object of some templates; without templates, in any object. */
export const inObjects =
	({ misp }: WatchContext, templates: string[] | undefined) =>
	async (rows: Row[]): Promise<(row: Row) => boolean> => {
		const isIn = ({ object_id: id }: Row) => id !== '0';
		if (templates === undefined) return isIn;
		const keyOf = (id: unknown) => JSON.stringify([misp.connection.baseUrl, templates, id]);
		const unknown = rows.filter((row) => isIn(row) && !verdicts.has(keyOf(row.object_id)));
		if (verdicts.size + unknown.length > MAX_VERDICTS) verdicts.clear();
		for (const row of unknown) verdicts.set(keyOf(row.object_id), false);
		const events = [...new Set(unknown.map(({ event_id: event }) => event))];
		for (const some of chunksOf(events, EVENTS_AT_ONCE)) {
			const body = searchBody('objects', { eventid: some, object_name: templates, metadata: 1 });
			for await (const { Object: object } of search(misp, 'objects', body)) {
				verdicts.set(keyOf((object as ObjectRow).id), true);
			}
		}
		return (row) => isIn(row) && verdicts.get(keyOf(row.object_id)) === true;
	};

const isGone = ({ status }: MispError): boolean => status === 404;

/** The objects of a poll, with their attributes; what is gone meanwhile is left out. */
export const loadObjects =
	({ misp }: WatchContext): Load =>
	async (rows) => {
		const ids = new Map<string, string[]>();
		for (const { id, data } of rows) {
			const event = String((data as Row).event_id);
			ids.set(event, [...(ids.get(event) ?? []), String(id)]);
		}
		const objects = new Map<string, ObjectRow>();
		for (const [event, wanted] of ids) {
			if (wanted.length > ONE_BY_ONE) {
				const left = new Set(wanted);
				const body = searchBody('objects', { eventid: [event] });
				for await (const { Object: row } of search(misp, 'objects', body)) {
					const object = row as ObjectRow;
					if (left.delete(object.id)) objects.set(object.id, object);
					if (left.size === 0) break;
				}
				continue;
			}
			for (const id of wanted) {
				const object = await recover(fetchObject(misp, id), isGone, () => undefined);
				if (object) objects.set(id, object);
			}
		}
		return rows.flatMap(({ id }) => {
			const object = objects.get(String(id));
			return object ? [{ Object: object }] : [];
		});
	};
