/** The levels of the Traffic Light Protocol 2.0, from the widest circle to the narrowest. */
export const TLP_LEVELS = ['clear', 'green', 'amber', 'amber+strict', 'red'] as const;

export type Tlp = (typeof TLP_LEVELS)[number];

export const TLP_NAMES: Record<Tlp, string> = {
	clear: 'TLP:CLEAR',
	green: 'TLP:GREEN',
	amber: 'TLP:AMBER',
	'amber+strict': 'TLP:AMBER+STRICT',
	red: 'TLP:RED',
};

const NAMED: Record<string, Tlp> = {
	clear: 'clear',
	white: 'clear',
	green: 'green',
	amber: 'amber',
	'amber+strict': 'amber+strict',
	amberstrict: 'amber+strict',
	red: 'red',
};

/** `tlp:…`, `TLP: …`, `tlp="…"`, and the same of the taxonomies iep and iep2. */
const MARKING = /^(?:iep[\w-]*:)?"?(?:tlp|traffic[ _-]light[ _-]protocol)"?\s*[:=]\s*(.*)$/s;

/** Without a colon, only what names a level: "tlp-review" is somebody's own tag. */
const WRITTEN = /^tlp[ _-]+(white|clear|green|amber(?:[ +_-]*strict)?|red)$/;

/** The additional rule "Chatham House", which may stand behind a level or in a tag of its own. */
const CHATHAM_HOUSE = /(^|\+)(?:ex\+)?chr$/;

/**
 * What a tag says by the Traffic Light Protocol, in any case, spacing and quoting.
 *
 * @returns the level; `chr` for the Chatham House rule alone, which is none; `undefined` for a tag
 *   that is no marking. A marking that nobody knows (`tlp:unclear`, `tlp:rde`) is the strictest.
 */
export function tlpOf(tag: string): Tlp | 'chr' | undefined {
	// Invisible and full-width characters come along when a tag is copied from a document.
	const text = tag
		.normalize('NFKC')
		.replace(/\p{Cf}/gu, '')
		.trim()
		.toLowerCase();
	const said = MARKING.exec(text)?.[1] ?? WRITTEN.exec(text)?.[1];
	if (said === undefined) return undefined;
	const name = said.replace(/[^\p{L}\p{N}]+/gu, '+').replace(/^\+|\+$/g, '');
	if (/^(ex\+)?chr$/.test(name)) return 'chr';
	const level = name.replace(CHATHAM_HOUSE, '');
	return Object.hasOwn(NAMED, level) ? NAMED[level] : 'red';
}

const rank = (level: Tlp): number => TLP_LEVELS.indexOf(level);

export const isAbove = (level: Tlp, limit: Tlp): boolean => rank(level) > rank(limit);

export const stricter = (a: Tlp, b: Tlp): Tlp => (isAbove(a, b) ? a : b);

/**
 * The strictest marking among some tags; `undefined` when none of them is one.
 *
 * The Chatham House rule names no level, so that alone it leaves the level open: the strictest.
 */
export function markingOf(tags: Iterable<string>): Tlp | undefined {
	let found: Tlp | undefined;
	let open = false;
	for (const tag of tags) {
		const level = tlpOf(tag);
		if (level === 'chr') open = true;
		else if (level !== undefined) found = found === undefined ? level : stricter(found, level);
	}
	return found ?? (open ? 'red' : undefined);
}
