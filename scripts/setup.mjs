/**
 * Makes a fresh clone ready. Every command of package.json starts with it, so it is plain
 * JavaScript without dependencies and does nothing when there is nothing to do.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The `packages` of a lock file, or undefined when there is no such file. */
function packagesOf(...path) {
	try {
		return JSON.parse(readFileSync(join(root, ...path), 'utf8')).packages;
	} catch {
		return undefined;
	}
}

/**
 * Whether node_modules holds what package-lock.json asks for. npm itself notes what it installed,
 * as the last thing it does, so an interrupted installation does not count.
 */
function isInstalled() {
	const wanted = packagesOf('package-lock.json');
	const installed = packagesOf('node_modules', '.package-lock.json');
	if (!wanted || !installed) return false;
	return Object.entries(wanted).every(([path, entry]) => {
		if (path === '') return true;
		// Parts for other platforms are listed but not installed.
		if (!installed[path]) return entry.optional === true || entry.devOptional === true;
		return installed[path].version === entry.version;
	});
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 15)) {
	console.error(`setup: this needs Node.js 20.15 or newer; this is ${process.versions.node}.`);
	process.exit(1);
}

if (!isInstalled()) {
	console.log('setup: installing the dependencies with npm ci (one to three minutes) …');
	const started = Date.now();
	const result = spawnSync('npm', ['ci'], {
		cwd: root,
		encoding: 'utf8',
		shell: process.platform === 'win32',
	});
	if (result.status !== 0) {
		console.error(result.stdout ?? '', result.stderr ?? '', result.error?.message ?? '');
		console.error('setup: npm ci failed; its output is above.');
		process.exit(1);
	}
	console.log(`setup: dependencies installed (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}
