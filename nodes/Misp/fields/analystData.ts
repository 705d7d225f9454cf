import type { Misp } from '../client/client';
import {
	asStored,
	choice,
	inputError,
	locator,
	path,
	required,
	shape,
	type ListEntry,
	type LoadContext,
} from '../definition';
import { changedAt, creator } from './columns';

export const DATA_TYPES = [
	{ value: 'Note', name: 'Note', description: 'A text' },
	{ value: 'Opinion', name: 'Opinion', description: 'Agreement from 0 to 100, with a comment' },
	{ value: 'Relationship', name: 'Relationship', description: 'How two things belong together' },
] as const;

export type DataType = (typeof DATA_TYPES)[number]['value'];

export interface AnalystRow {
	id: string;
	uuid: string;
	object_uuid: string;
	object_type: string;
	created: string;
	modified: string;
	note?: string | null;
	opinion?: string;
	relationship_type?: string;
	[key: string]: unknown;
}

export type AnalystReply = Partial<Record<DataType, AnalystRow>>;

/** The row in its envelope, which is named by its type. */
export const inside = (sent: AnalystReply): AnalystRow =>
	(sent.Note ?? sent.Opinion ?? sent.Relationship) as AnalystRow;

/** MISP's times here are text in UTC. */
export const epochOf = (time: string): number => Date.parse(`${time.replace(' ', 'T')}Z`) / 1000;

function isoTime(name: string, time: unknown): Record<string, string> {
	const seconds = typeof time === 'string' ? epochOf(time) : NaN;
	return Number.isNaN(seconds) ? {} : { [`${name}_iso`]: new Date(seconds * 1000).toISOString() };
}

const flatData = (sent: AnalystReply) => {
	const row = inside(sent);
	return { ...row, ...isoTime('created', row?.created), ...isoTime('modified', row?.modified) };
};

export const analystRow = shape({
	kind: 'Analyst Data',
	flat: flatData,
	columns: {
		id: 'Number in this MISP',
		note_type_name: '`Note`, `Opinion` or `Relationship`',
		note: 'Text of a note',
		opinion: 'From 0 (disagrees) to 100 (agrees), of an opinion',
		comment: 'Comment of an opinion',
		relationship_type: 'Kind of a relationship',
		related_object_type: 'What a relationship leads to',
		related_object_uuid: 'UUID of what a relationship leads to',
		object_type: 'What it is about, such as `Event`',
		object_uuid: 'UUID of what it is about',
		organisation: creator,
		authors: 'Who wrote it',
		modified_iso: changedAt,
	},
});

const chosen = choice('Type', DATA_TYPES, 'Note');
/** Which of the three it is. */
export const dataType = {
	...required(chosen),
	// The fields below depend on it, and cannot depend on an expression.
	property: { ...chosen.property, noDataExpression: true },
};

/** `GET /analyst_data/index/{type}`: all that may be seen; MISP has no paging here. */
export const fetchAll = async (misp: Misp, of: DataType): Promise<AnalystReply[]> =>
	await misp.get(path`/analyst_data/index/${of}`);

async function searchAnalystData({ misp, search, parameter }: LoadContext): Promise<ListEntry[]> {
	const wanted = parameter('type');
	const of = DATA_TYPES.find(({ value }) => value === wanted)?.value ?? 'Note';
	return (await fetchAll(misp, of))
		.map((sent) => {
			const { id, note: said, opinion: score, object_type: about, ...row } = inside(sent);
			const what = said ?? score ?? row.relationship_type ?? '';
			return { name: `#${id} ${what.slice(0, 80)} (on ${about} ${row.object_uuid})`, value: id };
		})
		.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()))
		.sort((a, b) => Number(b.value) - Number(a.value))
		.slice(0, 50);
}

export const dataLocator = required(
	locator('Analyst Data', {
		loader: 'searchAnalystData',
		load: searchAnalystData,
		page: 'analystData/view',
		kinds: DATA_TYPES.map(({ value }) => value),
		example: '5',
		description: 'The note, opinion or relationship, from the list, or by ID or UUID',
	}),
);

/**
 * The id or UUID of what was chosen: an address says of which type it is.
 *
 * @throws MispError of kind `input` for the address of another type
 */
export function dataOf(type: DataType, chosen: string): string {
	const [id = '', kind] = chosen.split('/').reverse();
	if (kind === undefined || kind.toLowerCase() === type.toLowerCase()) return asStored(id);
	throw inputError(
		`The address is one of the type ${kind}, but "Type" is ${type}.`,
		'The same number is something else there. Choose the type that the address has.',
	);
}
