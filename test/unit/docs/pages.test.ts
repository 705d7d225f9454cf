import { existsSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

import manifest from '../../../package.json';
import { anchorsOf, blocksOf, linksOf, PAGES, resolved, ROOT, textOf } from './pages';

const isElsewhere = (link: string): boolean => /^[a-z]+:/i.test(link);

it('finds the pages', () => {
	expect(PAGES).toEqual(
		expect.arrayContaining(['README.md', 'CHANGELOG.md', 'docs/credential.md']),
	);
});

describe.each(PAGES)('%s', (page) => {
	const text = textOf(page);
	const blocks = blocksOf(text);

	it('has links that lead somewhere', () => {
		const dead = linksOf(text)
			.filter((link) => !isElsewhere(link))
			.filter((link) => {
				const { path, anchor } = resolved(page, link);
				if (!existsSync(join(ROOT, path))) return true;
				return anchor !== '' && path.endsWith('.md') && !anchorsOf(textOf(path)).has(anchor);
			});
		expect(dead).toEqual([]);
	});

	it('has links elsewhere over https alone', () => {
		const unsafe = linksOf(text).filter(
			(link) => isElsewhere(link) && !/^(https|mailto):/.test(link),
		);
		expect(unsafe).toEqual([]);
	});

	it('has JSON that is JSON', () => {
		for (const { language, code } of blocks) {
			if (language === 'json') expect(() => JSON.parse(code) as unknown).not.toThrow();
		}
	});

	it('names commands of package.json', () => {
		const inBlocks = blocks.map(({ code }) => code).join('\n');
		const inText = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code).join('\n');
		const named = [...`${inBlocks}\n${inText}`.matchAll(/\bnpm run ([\w:-]+)/g)];
		const unknown = named
			.map(([, name = '']) => name)
			.filter((name) => !Object.hasOwn(manifest.scripts, name));
		expect(unknown).toEqual([]);
	});

	it('has TypeScript without a mistake in its form', () => {
		for (const { language, code } of blocks) {
			if (language !== 'ts') continue;
			// A part of an object, as a page shows it, stands in one here.
			const whole = /^\w+:/.test(code.trim()) ? `const part = {${code}};` : code;
			const { diagnostics = [] } = ts.transpileModule(whole, { reportDiagnostics: true });
			expect(diagnostics.map(({ messageText }) => messageText)).toEqual([]);
		}
	});
});

it('README.md is short', () => {
	expect(textOf('README.md').split('\n').length).toBeLessThanOrEqual(121);
});

it('README.md has every page of docs in its index', () => {
	const linked = new Set(
		linksOf(textOf('README.md')).map((link) => resolved('README.md', link).path),
	);
	const pages = PAGES.filter((page) => page.startsWith('docs/'));
	expect(pages.filter((page) => !linked.has(page))).toEqual([]);
});
