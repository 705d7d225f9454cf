import {
	collection,
	filter,
	isTrue,
	text,
	toggle,
	watcher,
	type Fields,
	type InputOf,
	type Shape,
} from '../definition';
import type { Misp } from '../client/client';
import type { Row } from '../client/paging';
import { contains } from './reference';
import { foundIn, numberOf } from './watchSearch';

/** Lists of MISP that are short enough to be compared as a whole with how they were before. */

const filters = (named: string) => ({
	nameContains: filter(
		text('Name Contains', {
			description: 'Part of the name, in any case',
			placeholder: `e.g. ${named}`,
		}),
	),
	enabledOnly: toggle(
		'Enabled Only',
		'Whether to leave out what is switched off. What is switched on then starts the workflow, what is switched off does not.',
		true,
	),
});

const common = (named: string) => ({
	filters: collection('Filters', filters(named), { placeholder: 'Add Filter' }),
});

interface Listed<F extends Fields> {
	name: string;
	description: string;
	/** What a person may look for in the names. */
	example: string;
	/** The request for the list, for people. */
	endpoint: string;
	/** The envelope around a row. */
	envelope: string;
	/** What is handed on. */
	row: Shape;
	reads: string;
	blindTo: string;
	/** More fields of the form. */
	fields?: F;
	fetch(misp: Misp): Promise<unknown[]>;
	/** What a person knows a row by. */
	named(row: Row): string;
	/** What starts the workflow when it becomes another. */
	state(row: Row, input: InputOf<F>): unknown[];
}

/** Declares a watcher of a list: it starts for what is new in the list, and when its state changes. */
export function listWatcher<const F extends Fields>(listed: Listed<F>) {
	const { name, description, endpoint, envelope, reads, blindTo, fetch, named, state } = listed;
	const fields = { ...common(listed.example), ...listed.fields };
	return watcher({
		name,
		description,
		reads: `${reads}, compared with the poll before. "All That Is There" hands the whole list on first.`,
		readBy: 'list',
		blindTo: `What is removed; two changes between two polls, which are one. ${blindTo}`,
		access: 'read',
		endpoints: [endpoint],
		fields,
		row: listed.row,
		watch: (context, input) => ({
			once: 'row',
			sources: [
				{
					kind: 'list',
					name: `rows of ${endpoint}`,
					read: async function* () {
						const { nameContains, enabledOnly } = input.filters;
						const rows = (await fetch(context.misp)) as Array<Record<string, Row>>;
						const found = foundIn(context, rows, (sent) => {
							const id = numberOf((sent[envelope] as Row | undefined)?.id);
							return id === undefined ? undefined : { id, at: 0 };
						});
						for (const one of found) {
							const row = (one.data as Record<string, Row>)[envelope] as Row;
							if (!contains(named(row), nameContains)) continue;
							if (enabledOnly === true && !isTrue(row.enabled)) continue;
							const seen = [isTrue(row.enabled), ...state(row, input as unknown as InputOf<F>)];
							yield { ...one, state: JSON.stringify(seen) };
						}
					},
				},
			],
		}),
		// With other filters, what comes into sight is not what has changed.
		scope: (input) =>
			JSON.stringify(fieldsOf(input as Record<string, unknown>, Object.keys(fields))),
	});
}

const fieldsOf = (input: Record<string, unknown>, names: string[]) =>
	names.map((name) => input[name] ?? null);
