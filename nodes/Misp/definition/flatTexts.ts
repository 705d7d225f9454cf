/** Whether what stands between two commas is a value by itself; see `flatTexts`. */
export type Apart = (part: string) => boolean;

/** The parts between commas that stand outside of quotes. */
const betweenCommas = (text: string): string[] =>
	(text.match(/(?:[^",]|"[^"]*"|")+/g) ?? []).map((part) => part.trim());

/**
 * Lines, a JSON array, or a list from an expression, as one flat list.
 *
 * Values contain commas, so that these separate only where each part is one by itself: agents write
 * lists like that.
 */
export function flatTexts(value: unknown, apart: Apart): unknown[] {
	const flat = (entry: unknown): unknown[] => {
		if (entry === undefined || entry === null || entry === '') return [];
		if (Array.isArray(entry)) return entry.flatMap(flat);
		if (typeof entry !== 'string') return [entry];
		const trimmed = entry.trim();
		if (/^\[.*\]$/s.test(trimmed)) {
			try {
				return flat(JSON.parse(trimmed));
			} catch {
				// Not a JSON list, so it is a value that happens to have brackets.
			}
		}
		return trimmed.split(/\r?\n/).flatMap((line) => {
			const parts = betweenCommas(line).filter((part) => part !== '');
			return parts.length > 1 && parts.every(apart) ? parts : [line.trim()];
		});
	};
	return flat(value).filter((entry) => entry !== '');
}
