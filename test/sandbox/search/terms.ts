/** The small language of MISP's search values: lists, `!`, `%`, `&&`, `||`, AND/OR/NOT, times. */
import { isRecord, refuse } from '../http';

export interface Terms {
	or: string[];
	and: string[];
	not: string[];
}

const asList = (value: unknown): string[] =>
	(Array.isArray(value) ? value : [value]).map((entry) => String(entry));

function sort(list: string[]): Terms {
	const terms: Terms = { or: [], and: [], not: [] };
	for (const entry of list) {
		if (entry.startsWith('!') && entry.length > 1) terms.not.push(entry.slice(1));
		else terms.or.push(entry);
	}
	return terms;
}

export function parseTerms(value: unknown): Terms {
	if (isRecord(value)) {
		const part = (name: string) => {
			const found = value[name] ?? value[name.toLowerCase()];
			return found === undefined ? [] : asList(found);
		};
		return { or: part('OR'), and: part('AND'), not: part('NOT') };
	}
	if (typeof value === 'string') {
		const separator = value.includes('&&') ? '&&' : value.includes('||') ? '||' : undefined;
		if (separator !== undefined) return sort(value.split(separator).map((part) => part.trim()));
	}
	return sort(asList(value));
}

export function allTerms(terms: Terms): string[] {
	return [...terms.or, ...terms.and];
}

export function satisfies(terms: Terms, has: (term: string) => boolean): boolean {
	if (terms.or.length > 0 && !terms.or.some(has)) return false;
	return terms.and.every(has) && !terms.not.some(has);
}

const patterns = new Map<string, RegExp>();

/** SQL's LIKE. */
export function like(pattern: string, text: string): boolean {
	let compiled = patterns.get(pattern);
	if (compiled === undefined) {
		// A backslash takes the meaning from what follows it.
		const source = pattern.replace(/\\.|[.*+?^${}()|[\]\\%_]/gs, (part) => {
			if (part === '%') return '.*';
			if (part === '_') return '.';
			return part.length === 2 ? `\\u{${(part.codePointAt(1) ?? 0).toString(16)}}` : `\\${part}`;
		});
		compiled = new RegExp(`^${source}$`, 'isu');
		if (patterns.size > 500) patterns.clear();
		patterns.set(pattern, compiled);
	}
	return compiled.test(text);
}

export function isPattern(term: string): boolean {
	return term.startsWith('%') || term.endsWith('%');
}

/** Exact in any case of letters, or LIKE when a % stands at an end. */
export function equals(term: string, text: string): boolean {
	return isPattern(term) ? like(term, text) : term.toLowerCase() === text.toLowerCase();
}

const UNITS: Record<string, number> = { d: 86_400, h: 3600, m: 60, s: 1 };

/** Epoch, `5d`, or a date; what nobody understands becomes the future: no result. */
export function parseTime(value: unknown, now: number): number {
	const text = String(value).trim();
	if (/^-?\d+(\.\d+)?$/.test(text)) return Math.trunc(Number(text));
	const parts = text.toLowerCase().match(/^(\d+(\.\d+)?[dhms]\s*)+$/);
	if (parts !== null) {
		let back = 0;
		for (const [, amount, unit] of text.toLowerCase().matchAll(/(\d+(?:\.\d+)?)([dhms])/g)) {
			back += Number(amount) * (UNITS[unit ?? 's'] ?? 1);
		}
		return Math.trunc(now - back);
	}
	const zoned = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text;
	const time = Date.parse(zoned);
	return Number.isNaN(time) ? now + 1 : Math.floor(time / 1000);
}

/** A time filter: from, or from and to, both inclusive, in either order. */
export function timeWindow(value: unknown, now: number): (stamp: number) => boolean {
	if (!Array.isArray(value)) {
		const from = parseTime(value, now);
		return (stamp) => from === 0 || stamp >= from;
	}
	if (value.length !== 2) throw refuse.broken();
	const times = value.map((entry) => parseTime(entry, now));
	const [from = 0, to = Number.POSITIVE_INFINITY] = times.sort((a, b) => a - b);
	return (stamp) => stamp >= from && stamp <= to;
}

/** A date filter; epochs are turned into dates, anything else is compared as text. */
export function dateText(value: unknown): string {
	const text = String(value);
	if (!/^\d{5,}$/.test(text)) return text;
	return new Date(Number(text) * 1000).toISOString().slice(0, 10);
}
