/** How much of a row may be shown. */
export interface Bounds {
	/** Characters of a text. */
	text: number;
	/** Entries of a list. */
	list: number;
}

const MAX_DEPTH = 6;

/** Characters that no reader sees, but a model reads; how lines are broken is no secret. */
const INVISIBLE = /[\p{Cf}\p{Zl}\p{Zp}]|(?![\t\n\r])\p{Cc}/gu;

const codeOf = (character: string): string =>
	`<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`;

/** A text with what is hidden in it made visible, and cut with a mark that says so. */
export function shownText(text: string, max: number): string {
	const whole = [...text];
	const cut = whole.length > max ? whole.slice(0, max).join('') : text;
	const mark = whole.length > max ? ` … [${whole.length - max} more characters]` : '';
	return cut.replace(INVISIBLE, codeOf) + mark;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
	value !== null && typeof value === 'object' && !Array.isArray(value);

const isEmpty = (value: unknown): boolean =>
	value === undefined ||
	value === null ||
	value === '' ||
	(Array.isArray(value) && value.length === 0) ||
	(isRecord(value) && Object.keys(value).length === 0);

/** Ids that no other call takes. */
const INTERNAL = new Set(['org_id', 'orgc_id', 'user_id', 'old_id', 'role_id', 'server_id']);

const isInternal = (name: string, value: unknown): boolean =>
	INTERNAL.has(name) || (name.endsWith('_id') && String(value) === '0');

/**
 * What is left of any value: no empty fields, no internal ids, one date instead of epoch and ISO,
 * lists and texts up to their bounds.
 */
export function tidy(value: unknown, bounds: Bounds, depth = 0): unknown {
	if (typeof value === 'string') return shownText(value, bounds.text);
	if (value === null || typeof value !== 'object') return value;
	if (depth >= MAX_DEPTH) return '… [more inside]';
	if (Array.isArray(value)) {
		const whole = value.filter((entry) => !isEmpty(entry));
		const shown = whole.slice(0, bounds.list).map((entry) => tidy(entry, bounds, depth + 1));
		const more = whole.length - shown.length;
		return more === 0 ? shown : [...shown, `… [${more} more]`];
	}
	const entries = Object.entries(value).flatMap(([name, entry]): Array<[string, unknown]> => {
		if (isInternal(name, entry) || (name.endsWith('_iso') && name.slice(0, -4) in value)) return [];
		const date = (value as Record<string, unknown>)[`${name}_iso`];
		const tidied = tidy(date ?? entry, bounds, depth + 1);
		return isEmpty(tidied) ? [] : [[shownText(name, bounds.text), tidied]];
	});
	return Object.fromEntries(entries);
}
