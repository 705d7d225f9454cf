import { escapeUTF8 } from 'entities';

/** The forms of a summary. */
export const FORMATS = ['text', 'markdown', 'slack', 'html', 'jira'] as const;

export type Format = (typeof FORMATS)[number];

/** Has no width, and breaks what a chat would act on. */
const BREAK = '\u200b';

/** On one line, without characters that no reader sees: these can turn a text around or hide in it. */
const oneLine = (text: string): string =>
	text
		.replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
		.replace(/\p{Cf}/gu, '')
		.trim();

/** `@here`, `<!channel>` and `<@U012AB3CD>` call people in chats. */
const uncalled = (text: string): string => text.replace(/[@<]/g, `$&${BREAK}`);

const ESCAPE: Record<Format, (text: string) => string> = {
	text: uncalled,
	// CommonMark lets every punctuation mark be escaped.
	markdown: (text) => uncalled(text.replace(/[\\`*_{}[\]()#+\-!|<>~&:$^="']/g, '\\$&')),
	// Slack knows three entities, and no way to escape its formatting.
	slack: (text) =>
		text
			.replace(/[@*_~`]/g, `$&${BREAK}`)
			.replaceAll('&', '&amp;')
			.replaceAll('<', '&lt;')
			.replaceAll('>', '&gt;'),
	html: (text) => escapeUTF8(text.replaceAll('@', `@${BREAK}`)),
	// `[~name]` calls people, `{html}` and the like run macros.
	jira: (text) => uncalled(text.replace(/[\\*_?\-+^~{}[\]|!#]/g, '\\$&')),
};

/** A text of MISP, which anybody may have written, as words and nothing else in a message. */
export const escaped = (text: string, format: Format): string => ESCAPE[format](oneLine(text));

const STRONG: Record<Format, (text: string) => string> = {
	text: (text) => text,
	markdown: (text) => `**${text}**`,
	slack: (text) => `*${text}*`,
	html: (text) => `<strong>${text}</strong>`,
	jira: (text) => `*${text}*`,
};

export const strong = (text: string, format: Format): string =>
	STRONG[format](escaped(text, format));
