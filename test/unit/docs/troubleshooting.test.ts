import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from './pages';

/** All that the package can say, and what MISP says by its recordings and its stand-in. */
function textsIn(...folders: string[]): string {
	return folders
		.flatMap((folder) =>
			readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
				.filter((file) => /\.(ts|json)$/.test(file))
				.map((file) => readFileSync(join(ROOT, folder, file), 'utf8')),
		)
		.join('\n');
}

const SAID = textsIn('nodes', 'credentials', 'migrate', 'test/fixtures/exchanges', 'test/sandbox');

const page = readFileSync(join(ROOT, 'docs', 'troubleshooting.md'), 'utf8');

/** The texts of the first columns, one for each row. */
const quoted = page
	.split('\n')
	.filter((line) => /^\| `/.test(line))
	.map((line) => /^\| `([^`]+)`/.exec(line)?.[1] ?? '');

it('quotes many errors', () => {
	expect(quoted.length).toBeGreaterThan(50);
	expect(new Set(quoted).size).toBe(quoted.length);
});

it.each(quoted)('%s', (text) => {
	const parts = text.split('…').map((piece) => piece.trim());
	// Not `toContain`, which would print all of it.
	expect(parts.filter((part) => !SAID.includes(part))).toEqual([]);
});

it('quotes the two sentences that say whether something was sent', () => {
	const sentences = [...page.matchAll(/^- \*\*"([^"]+)"\*\*/gm)].map(([, sentence]) => sentence);
	expect(sentences).toHaveLength(2);
	expect(sentences.filter((sentence) => !SAID.includes(sentence ?? ''))).toEqual([]);
});
