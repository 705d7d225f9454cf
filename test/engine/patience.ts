import { setSafeRegexEngine } from 'n8n-workflow';

const global = (flags = ''): string => (flags.includes('g') ? flags : `${flags}g`);

/**
 * n8n stops a pattern after a quarter of a second, by the clock: on a machine that does much else,
 * the harmless ones of a form run into that. Here they take as long as they take. (n8n 2.8 has no such limit.)
 */
(setSafeRegexEngine as typeof setSafeRegexEngine | undefined)?.({
	exec: (pattern, input, flags) => new RegExp(pattern, flags).exec(input),
	test: (pattern, input, flags) => new RegExp(pattern, flags).test(input),
	replace: (pattern, input, flags, replacement) =>
		input.replace(new RegExp(pattern, flags), replacement),
	matchAll: (pattern, input, flags) =>
		Array.from(input.matchAll(new RegExp(pattern, global(flags)))),
	split: (pattern, input, flags) => input.split(new RegExp(pattern, flags)),
});
