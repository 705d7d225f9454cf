/** JSON of which only the beginning was recorded. */

/** Stands for entries that were left out of a list. */
export function isTrimmed(entry: unknown): entry is { __trimmed__: number } {
	return typeof entry === 'object' && entry !== null && '__trimmed__' in entry;
}

/** Where a complete entry ends, and which brackets were open there. */
interface Place {
	end: number;
	open: string[];
}

function places(text: string): Place[] {
	const open: string[] = [];
	const found: Place[] = [];
	let quoted = false;
	for (let at = 0; at < text.length; at += 1) {
		const char = text[at];
		if (quoted) {
			if (char === '\\') at += 1;
			else if (char === '"') quoted = false;
			continue;
		}
		if (char === '"') quoted = true;
		else if (char === '{') open.push('}');
		else if (char === '[') open.push(']');
		else if (char === '}' || char === ']') open.pop();
		else if (char === ',') found.push({ end: at, open: [...open] });
	}
	return found;
}

/** What can be read of a cut JSON text: everything up to its last complete entry. */
export function parseCut(text: string): unknown {
	const last = places(text).at(-1);
	if (last === undefined) throw new Error(`Nothing to read in ${text.slice(0, 80)}`);
	return JSON.parse(text.slice(0, last.end) + [...last.open].reverse().join(''));
}
