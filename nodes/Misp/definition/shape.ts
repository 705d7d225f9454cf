import { isoOf } from './output';

type Row = Record<string, unknown>;

/** A column that MISP does not send: what it says, and how it is made of the row. */
export interface Added {
	description: string;
	/**
	 * `undefined` where the row does not tell. Replies may hold anything in any place.
	 *
	 * @param baseUrl of the MISP that the row is of
	 */
	from(row: Row, baseUrl: string): unknown;
}

/** MISP's own field with what it says, or an added column. */
type Column = string | Added;

interface Declared<Sent> {
	/** What a row is, such as "Event": a heading of `docs/output.md`. */
	kind: string;
	/** The envelope to take off, or what makes one flat row of what MISP sent; none when it is flat. */
	flat?: string | ((sent: Sent) => unknown);
	/**
	 * What a person looks at first, in this order: n8n's table shows the fields of a row as columns.
	 * A name that ends in `_iso` is the date of the epoch number that it is named after.
	 */
	columns: Record<string, Column>;
}

/** Makes the row that leaves the node; a value for `row` of operations and watchers. */
export interface Shape<Sent = never> {
	(sent: Sent, baseUrl: string): unknown;
	kind: string;
	columns: Record<string, Column>;
}

const isRow = (value: unknown): value is Row =>
	value !== null && typeof value === 'object' && !Array.isArray(value);

function arranged(row: Row, columns: Record<string, Column>, baseUrl: string): Row {
	const first = Object.entries(columns).flatMap(([name, column]): Array<[string, unknown]> => {
		if (Object.hasOwn(row, name)) return [[name, row[name]]];
		const value =
			typeof column === 'object'
				? column.from(row, baseUrl)
				: name.endsWith('_iso')
					? isoOf(row[name.slice(0, -4)])
					: undefined;
		return value === undefined ? [] : [[name, value]];
	});
	return { ...Object.fromEntries(first), ...row };
}

/**
 * Declares how rows of one kind look, wherever they come from. Nothing that MISP sent is lost or
 * renamed: columns are put in front, and added where MISP has no field of that name.
 */
export function shape<Sent = never>({ kind, flat, columns }: Declared<Sent>): Shape<Sent> {
	const insideOf = (sent: unknown): unknown => {
		if (typeof flat === 'function') return flat(sent as Sent);
		return isRow(sent) && flat !== undefined && isRow(sent[flat]) ? sent[flat] : sent;
	};
	const make = (sent: unknown, baseUrl: string): unknown => {
		const row = insideOf(sent);
		return isRow(row) ? arranged(row, columns, baseUrl) : row;
	};
	return Object.assign(make, { kind, columns });
}

export const isShape = (row: unknown): row is Shape => typeof row === 'function' && 'kind' in row;

/** What stands beside the envelope belongs to the row, too. */
export const besideEnvelope =
	(envelope: string) =>
	(sent: Row): Row => {
		const { [envelope]: inside, ...beside } = sent;
		return { ...(isRow(inside) ? inside : {}), ...beside };
	};

/** The field of a thing that stands in a row, such as the name of `Orgc`. */
export const fieldIn = (thing: unknown, field = 'name'): unknown =>
	isRow(thing) && ['string', 'number'].includes(typeof thing[field]) ? thing[field] : undefined;

/** How many there are; `undefined` for what is no list. */
export const countOf = (list: unknown): number | undefined =>
	Array.isArray(list) ? list.length : undefined;

/** The word for one of MISP's numbers, which come as text. */
export const wordFor = (
	words: ReadonlyArray<{ value: string | number; name: string }>,
	value: unknown,
): string | undefined => words.find((word) => String(word.value) === String(value))?.name;
