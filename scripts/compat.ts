/**
 * `npm run test:compat`: the engine tests and the end-to-end tests on each n8n that is supported,
 * with the Node.js that it runs on. `-- --n8n 2.8.4` for one of them, `--only engine` for a part.
 */
import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureN8n, N8N_VERSIONS, type N8nVersion } from './lib/n8nInstall';

const ROOT = join(__dirname, '..');
const VERSIONS = Object.keys(N8N_VERSIONS) as N8nVersion[];

/** What of the end-to-end tests is asked of each: the pictures of all forms are those of the newest. */
const E2E: Record<N8nVersion, string[]> = {
	'2.41.1': [],
	'2.8.4': ['--only', 'package,credentials,workflow,lists,httpRequest,trigger,secrets'],
};

const PARTS = ['engine', 'e2e'] as const;

async function run(node: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<boolean> {
	const path = [dirname(node), process.env.PATH].join(delimiter);
	const child = spawn(node, args, {
		cwd: ROOT,
		stdio: 'inherit',
		env: { ...process.env, PATH: path, ...env },
	});
	return await new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code) => resolve(code === 0));
	});
}

const program = (name: string) => join(ROOT, 'node_modules', '.bin', name);

async function check(version: N8nVersion, part: (typeof PARTS)[number]): Promise<boolean> {
	const { node, bin } = await ensureN8n(version);
	if (part === 'e2e') {
		return await run(process.execPath, [
			program('tsx'),
			join('test', 'e2e', 'run.ts'),
			'--n8n',
			version,
			...E2E[version],
		]);
	}
	// The folder that has n8n's node_modules, for jest.config.mjs.
	const MISP_ENGINE = dirname(dirname(dirname(dirname(bin))));
	return await run(node, [program('jest'), '--selectProjects', 'engine'], { MISP_ENGINE });
}

function chosen<Name extends string>(given: string | undefined, all: readonly Name[]): Name[] {
	const wanted = given?.split(',') ?? all;
	const unknown = wanted.filter((name) => !all.includes(name as Name));
	if (unknown.length > 0) throw new Error(`There is ${all.join(', ')}, not "${unknown.join()}".`);
	return all.filter((name) => wanted.includes(name));
}

async function main(): Promise<boolean> {
	const { values } = parseArgs({ options: { n8n: { type: 'string' }, only: { type: 'string' } } });
	const results: Array<{ name: string; good: boolean; seconds: number }> = [];
	for (const version of chosen(values.n8n, VERSIONS)) {
		for (const part of chosen(values.only, PARTS)) {
			const started = Date.now();
			const good = await check(version, part);
			const seconds = Math.round((Date.now() - started) / 1000);
			results.push({ name: `n8n ${version}, ${part}`, good, seconds });
		}
	}
	for (const { name, good, seconds } of results) {
		console.log(`${good ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)`);
	}
	return results.every(({ good }) => good);
}

main().then(
	(good) => process.exit(good ? 0 : 1),
	(error: unknown) => {
		console.error(error);
		process.exit(1);
	},
);
