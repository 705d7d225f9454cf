import { isBlank, type Field, type Fields } from './field';
import { valuesInZone } from './zone';

/** The value of a field as a person would recognise it, for error texts. */
function shown(value: unknown): string {
	const text = typeof value === 'object' ? (JSON.stringify(value) ?? '') : String(value);
	return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function labelOf(fields: Fields, path: PropertyKey[]): string {
	const labels: string[] = [];
	let level: Fields | undefined = fields;
	for (const part of path) {
		if (typeof part === 'number') {
			labels.push(`entry ${part + 1}`);
		} else {
			const here: Field | undefined = level?.[String(part)];
			labels.push(here ? here.property.displayName : String(part));
			level = here?.children;
		}
	}
	return labels.join(' > ');
}

function valueAt(raw: unknown, path: PropertyKey[]): unknown {
	let at = raw;
	for (const part of path) {
		if (at === null || typeof at !== 'object') return undefined;
		const record = at as Record<PropertyKey, unknown>;
		at =
			typeof part === 'number' && 'entries' in record
				? (record.entries as unknown[])[part]
				: record[part];
	}
	// What stands in a resource locator is what a person knows.
	return at !== null && typeof at === 'object' && '__rl' in at && 'value' in at ? at.value : at;
}

export type Parsed = { ok: true; value: unknown } | { ok: false; messages: string[] };

/**
 * Checks the raw value of a field; the messages name it, and what is wrong inside of it.
 *
 * @param timeZone of the workflow, for times that name none
 */
export function parseField(name: string, field: Field, raw: unknown, timeZone: string): Parsed {
	const fields = { [name]: field };
	const result = field.schema().safeParse(valuesInZone(fields, { [name]: raw }, timeZone)[name]);
	if (result.success) return { ok: true, value: result.data };
	const messages = result.error.issues.map((issue) => {
		const value = valueAt(raw, issue.path);
		const got = isBlank(value) || typeof value === 'object' ? '' : ` (got "${shown(value)}")`;
		return `"${labelOf(fields, [name, ...issue.path])}" ${issue.message}${got}`;
	});
	return { ok: false, messages };
}
