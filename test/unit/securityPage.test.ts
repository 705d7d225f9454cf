import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What docs/security.md names, so that the page does not outlive the code. */

const ROOT = join(__dirname, '..', '..');
const page = readFileSync(join(ROOT, 'docs', 'security.md'), 'utf8');

/** The rows of the table of threats: threat, what holds it, where, shown by. */
const rows = page
	.split('## What is enforced, and where')[1]
	?.split('## ')[0]
	?.split('\n')
	.filter((line) => line.startsWith('| ') && !/^\| (Threat|-)/.test(line))
	.map((line) => line.split('|').map((cell) => cell.trim())) as string[][];

const codes = (cell: string | undefined): string[] =>
	[...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

it('has a table of threats', () => expect(rows.length).toBeGreaterThan(10));

describe.each(rows.map(([, threat = '', , where, shown]) => [threat, where, shown] as const))(
	'%s',
	(_threat, where, shown) => {
		it('is held by code that exists', () => {
			const found = codes(where).map((name) =>
				['', 'nodes/Misp', 'nodes/Misp/client', 'nodes/Misp/definition'].some((folder) =>
					existsSync(join(ROOT, folder, name)),
				),
			);
			expect(found.length).toBeGreaterThan(0);
			expect(found).not.toContain(false);
		});

		it('is shown by tests that exist', () => {
			for (const name of codes(shown)) {
				const path = join(ROOT, 'test', name);
				expect([name, existsSync(name.endsWith('/') ? path : `${path}.test.ts`)]).toEqual([
					name,
					true,
				]);
			}
			expect(shown).not.toBe('');
		});
	},
);
