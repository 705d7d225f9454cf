import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import packageJson from '../../package.json';
import type { Bench } from './bench';
import { limited, type Figure } from './figure';

const run = promisify(execFile);

const ROOT = join(__dirname, '..', '..');
const ROUNDS = 7;

/** In a fresh process, after what n8n has loaded by then anyway. */
const SCRIPT = `
	require('n8n-core');
	const [, ...files] = process.argv;
	const begin = performance.now();
	for (const file of files) require(file);
	console.log(performance.now() - begin);
`;

/** The median, in seconds. */
async function loadingTime({ n8n }: Bench, files: string[]): Promise<number> {
	const times: number[] = [];
	for (let round = 0; round < ROUNDS; round += 1) {
		const { stdout } = await run(
			n8n.node,
			['--require', join(__dirname, 'installedN8n.cjs'), '-e', SCRIPT, ...files],
			{ env: { ...process.env, N8N_BIN: n8n.bin } },
		);
		times.push(Number(stdout));
	}
	return (times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? NaN) / 1000;
}

/** `require` of all our nodes, and of n8n's MISP node alone. */
export async function benchLoading(bench: Bench): Promise<Figure[]> {
	const ours = await loadingTime(
		bench,
		packageJson.n8n.nodes.map((file) => join(ROOT, file)),
	);
	const builtIn = await loadingTime(bench, ['n8n-nodes-base/dist/nodes/Misp/Misp.node.js']);
	return [
		limited({
			work: 'loading the nodes',
			builtIn: { seconds: builtIn, requests: 0 },
			ours: { seconds: ours, requests: 0 },
			limits: { seconds: 0.15 },
		}),
	];
}
