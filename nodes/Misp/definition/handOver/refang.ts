import { defang, undefang } from './defang';

/** Indicators as people defang them by hand in mails and reports, and as Defang Values does. */

const REFANGED: Array<[RegExp, string]> = [
	[/\[hxxp(s?):\/\/\]/gi, 'http$1://'],
	[/\b(?:h(?:xx|xt|tx|\*\*|tt|\[tt\])p|meow)(s?)(?=[[({]?:)/gi, 'http$1'],
	[/\bf[x*]p(s?)(?=[[({]?:)/gi, 'ftp$1'],
	[/[[({](:\/\/|:|\/)[\])}]/g, '$1'],
	[/ ?(?:\[ ?(?:\.|dot) ?\]|\( ?(?:\.|dot) ?\)|\{ ?(?:\.|dot) ?\}) ?/gi, '.'],
	[/(?<=\w)(?:\[\.|\.\])(?=\w)/g, '.'],
	[/ ?(?:\[ ?(?:@|at) ?\]|\( ?(?:@|at) ?\)|\{ ?(?:@|at) ?\}) ?/gi, '@'],
];

/** The indicators in any text as they are meant: `hxxps://login[.]example[.]com` is a link again. */
export const refangText = (text: string): string =>
	REFANGED.reduce((done, [written, meant]) => done.replace(written, meant), text).trim();

/** What Defang Values has made comes back exactly, whatever brackets the value had before. */
export function undefanged(value: string): string {
	const meant = undefang(value);
	return meant !== value && defang(meant) === value ? meant : value;
}

/** A URL or an e-mail address that can be followed is none that somebody has defanged: brackets in it are its own. */
const FOLLOWABLE =
	/^(?!h(?:xx|xt|tx)ps?:|fxps?:|meows?:)[a-z][a-z0-9+-]*:\/\/(?:[^\s/?#[\](){}]+|\[[0-9a-f:.]+\](?::\d+)?)(?:[/?#]|$)|^[^\s@[\]()]+@[^\s@[\](){}]+$/i;

/**
 * One value as it is meant: what Defang Values has made comes back exactly, and what people have
 * made of an indicator as well as can be told. Anything else stays as it is.
 *
 * @returns `https://login.example.com/a[1]` for `hxxps[:]//login[.]example[.]com/a[1]`
 */
export function refang(value: string): string {
	const given = value.trim();
	const exact = undefanged(given);
	const restored = FOLLOWABLE.test(exact) ? exact : refangText(exact);
	const meant = /\s/.test(restored) ? exact : restored; // a sentence is no indicator
	return meant === given ? value : meant;
}
