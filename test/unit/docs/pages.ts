import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** The pages of the documentation, and what is in them. */

export const ROOT = join(__dirname, '..', '..', '..');

const GENERATED_BY_OTHERS = /node_modules|^dist\/|THIRD_PARTY\.md$/;

const inFolder = (folder: string): string[] =>
	existsSync(join(ROOT, folder))
		? readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
				.filter((file) => file.endsWith('.md'))
				.map((file) => join(folder, file))
		: [];

/** Paths from the root of the clone. */
export const PAGES = [
	...readdirSync(ROOT).filter((file) => file.endsWith('.md')),
	...['docs', 'examples', '.github'].flatMap(inFolder),
]
	.filter((file) => !GENERATED_BY_OTHERS.test(file))
	.sort();

export const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

export interface Block {
	language: string;
	code: string;
}

/** The code blocks of a page, also those in lists. */
export const blocksOf = (text: string): Block[] =>
	[...text.matchAll(/^( *)```(\w*)\n([^]*?)^\1```$/gm)].map(
		([, indent = '', language = '', code = '']) => ({
			language,
			code: code.replace(new RegExp(`^${indent}`, 'gm'), ''),
		}),
	);

const withoutCode = (text: string): string =>
	text.replace(/^( *)```[^]*?^\1```$/gm, '').replace(/`[^`\n]*`/g, '');

/** Where links and pictures of a page lead. */
export const linksOf = (text: string): string[] =>
	[...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);

/** The anchors of a page, as GitHub makes them of its headings. */
export const anchorsOf = (text: string): Set<string> => {
	const taken = new Map<string, number>();
	const anchors = new Set<string>();
	for (const [, heading = ''] of text
		.replace(/^( *)```[^]*?^\1```$/gm, '')
		.matchAll(/^#{1,6} +(.+)$/gm)) {
		const plain = heading
			.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
			.trim()
			.toLowerCase()
			.replace(/[^\p{L}\p{N} _-]/gu, '')
			.replace(/ /g, '-');
		const times = taken.get(plain) ?? 0;
		taken.set(plain, times + 1);
		anchors.add(times === 0 ? plain : `${plain}-${times}`);
	}
	return anchors;
};

/** A relative link as a path from the root of the clone, and its anchor. */
export function resolved(page: string, link: string): { path: string; anchor: string } {
	const [path = '', anchor = ''] = decodeURIComponent(link).split('#');
	return { path: path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path)), anchor };
}
