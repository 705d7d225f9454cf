import type { Row } from '../client/paging';

/** MISP's CSV of attributes, as MISP 2.5 writes it: what its columns are called and how it quotes. */

/** By MISP's names. All that rows of a search tell, besides the object that an attribute is in. */
const OWN_COLUMNS =
	'uuid event_id category type value comment to_ids timestamp object_relation attribute_tag';

/** Columns about the object, which is read apart. */
const OBJECT_COLUMNS = new Set(['object_uuid', 'object_name', 'object_meta-category']);

export const CSV_COLUMNS: readonly string[] = [...OWN_COLUMNS.split(' '), ...OBJECT_COLUMNS];

export const isObjectColumn = (column: string): boolean => OBJECT_COLUMNS.has(column);

/** What PHP calls a number; MISP does not put such text in quotes. */
const NUMERIC = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i;

function cell(value: unknown): string {
	if (value === undefined || value === null) return '""';
	if (typeof value === 'boolean') return value ? '1' : '0';
	const text = typeof value === 'string' ? value : String(value as number);
	return NUMERIC.test(text) ? text : `"${text.replaceAll('"', '""')}"`;
}

/** The names of the tags that an attribute has itself; MISP leaves the cell out where there are none. */
function tagNames({ Tag }: Row): string | undefined {
	if (!Array.isArray(Tag) || Tag.length === 0) return undefined;
	return (Tag as Array<{ name: string }>).map(({ name }) => name).join(',');
}

export const csvHeader = (columns: readonly string[]): string => {
	const names = columns.map((name) => (name === 'timestamp' ? 'date' : name.replaceAll('-', '_')));
	return `${names.join(',')}\n`;
};

/**
 * The line of one attribute.
 *
 * @param row as attributes/restSearch gives it in JSON, without inherited tags
 * @param object the object that it is in
 */
export function csvLine(columns: readonly string[], row: Row, object: Row = {}): string {
	const cells = columns.map((name) => {
		if (name === 'attribute_tag') return cell(tagNames(row));
		return cell(isObjectColumn(name) ? object[name.slice('object_'.length)] : row[name]);
	});
	return `${cells.join(',')}\n`;
}
