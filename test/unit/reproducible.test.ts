import { execFileSync } from 'node:child_process';
import {
	cpSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Who builds a tag again gets the published package, byte for byte. */

const ROOT = join(__dirname, '..', '..');

/** What the build reads; tests and documentation play no part in it. */
const SOURCES = [
	'credentials',
	'nodes',
	'migrate',
	'scripts/lib/bundle.js',
	'scripts/lib/noForms.js',
	'gulpfile.js',
	'index.js',
	'package.json',
	'tsconfig.json',
	'LICENSE',
	'README.md',
	'THIRD_PARTY.md',
];

const scratch = mkdtempSync(join(tmpdir(), 'n8n-nodes-misp-build-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const filesIn = (folder: string): string[] =>
	readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.sort();

interface Built {
	/** The files of `dist`, by their names within it. */
	dist: Map<string, Buffer>;
	tarball: Buffer;
}

/** Builds and packs in a folder of its own. @param changed when its files were last changed */
function buildIn(folder: string, changed: Date, env: NodeJS.ProcessEnv): Built {
	mkdirSync(folder, { recursive: true });
	for (const source of SOURCES)
		cpSync(join(ROOT, source), join(folder, source), { recursive: true });
	for (const file of filesIn(folder)) utimesSync(file, changed, changed);
	symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
	const options = { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } } as const;
	const gulp = join('node_modules', 'gulp', 'bin', 'gulp.js');
	execFileSync(process.execPath, [gulp, 'build'], options);
	const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts'], options);
	const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
	const dist = join(folder, 'dist');
	return {
		dist: new Map(
			filesIn(dist).map((file) => [file.slice(dist.length + 1), readFileSync(file)] as const),
		),
		tarball: readFileSync(join(folder, filename)),
	};
}

it('Two builds, in other places, at other times and in other zones, have the same bytes', () => {
	const one = buildIn(join(scratch, 'a'), new Date('2020-02-02T02:02:02Z'), {
		TZ: 'UTC',
		LANG: 'C',
	});
	const other = buildIn(join(scratch, 'b', 'deeper', 'still'), new Date(), {
		TZ: 'Pacific/Auckland',
		LANG: 'de_AT.UTF-8',
	});
	expect([...one.dist.keys()]).toContain('nodes/Misp/Misp.node.js');
	expect([...other.dist.keys()]).toEqual([...one.dist.keys()]);
	for (const [name, bytes] of one.dist) {
		expect([name, other.dist.get(name)?.equals(bytes)]).toEqual([name, true]);
	}
	expect(other.tarball.equals(one.tarball)).toBe(true);
}, 300_000);
