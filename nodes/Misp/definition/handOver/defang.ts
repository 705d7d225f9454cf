import { isIP } from 'node:net';

/**
 * Indicators that nobody follows by accident: `hxxps[:]//login[.]example[.]com`.
 *
 * Exactly reversible, whatever the text: what is dangerous gets a pair of brackets, what had some
 * before gets one more, and going back takes one off. (`fields/indicators.ts` reads what people
 * write by hand, which is not exact.)
 */

/** A character that is bracketed, with the brackets that it has already. */
const PLACES = /(\[*)([.@:])(\]*)/g;

const LABEL = /[\p{L}\p{N}_-]/u;

/** A scheme in front of `://`, and the same with its letters replaced. */
const SCHEME = /(?:h[tT]{2}ps?|f[tT]p)$/i;
const REPLACED = /(?:h[xX]{2}ps?|f[xX]p)$/i;

const swap = (text: string, from: string, to: string): string =>
	text.replaceAll(from, to).replaceAll(from.toUpperCase(), to.toUpperCase());

/** Whether a bare character is one by which a text is followed: as a link, a host or an address. */
function isDangerous(mark: string, before: string, after: string, isAddress: boolean): boolean {
	const last = before.at(-1) ?? '';
	if (mark === ':') {
		// What looks replaced already would come back with other letters.
		const isScheme = after.startsWith('//') && /[a-z0-9+-]$/i.test(before);
		return isAddress || (isScheme && !REPLACED.test(before));
	}
	if (mark === '@') return /\S/.test(last) && /\S/.test(after.charAt(0));
	// "e.g." and the end of a sentence stay.
	return LABEL.test(last) && /^(?:\p{N}|[\p{L}\p{N}_-]{2})/u.test(after);
}

/** `https://login.example.com` as `hxxps[:]//login[.]example[.]com`; other texts stay readable. */
export function defang(text: string): string {
	const isAddress = isIP(text.replace(/\/\d{1,3}$/, '')) === 6;
	let done = '';
	let at = 0;
	for (const match of text.matchAll(PLACES)) {
		const [whole, opening = '', mark = '', closing = ''] = match;
		const before = text.slice(at, match.index);
		const layers = Math.min(opening.length, closing.length);
		const after = text.slice(match.index + whole.length);
		const bare = opening === '' && closing === '';
		const left = text.slice(Math.max(0, match.index - 64), match.index);
		const more = layers > 0 || (bare && isDangerous(mark, left, after.slice(0, 64), isAddress));
		const isLink = more && layers === 0 && mark === ':' && after.startsWith('//');
		done += isLink ? before.replace(SCHEME, (scheme) => swap(scheme, 't', 'x')) : before;
		done += more ? `${opening}[${mark}]${closing}` : whole;
		at = match.index + whole.length;
	}
	return done + text.slice(at);
}

/** The text that was defanged. */
export function undefang(text: string): string {
	let done = '';
	let at = 0;
	for (const match of text.matchAll(PLACES)) {
		const [whole, opening = '', mark = '', closing = ''] = match;
		const before = text.slice(at, match.index);
		const layers = Math.min(opening.length, closing.length);
		const after = text.slice(match.index + whole.length);
		const isLink = opening === '[' && closing === ']' && mark === ':' && after.startsWith('//');
		done += isLink ? before.replace(REPLACED, (scheme) => swap(scheme, 'x', 't')) : before;
		done += layers > 0 ? `${opening.slice(1)}${mark}${closing.slice(1)}` : whole;
		at = match.index + whole.length;
	}
	return done + text.slice(at);
}
