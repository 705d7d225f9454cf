/**
 * Speed and memory, measured: `npm run bench`. Prints a table and writes bench/results.json. What
 * misses its goal is said and fails nothing, since it depends on the machine; what is wrong does.
 *
 * `--only creates,trigger` runs these parts, `--json FILE` writes there instead.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureN8n } from '../../scripts/lib/n8nInstall';
import { Bench } from './bench';
import { BenchServer } from './benchServer';
import { benchCreates } from './creates';
import { benchExports } from './exports';
import { table, type Figure } from './figure';
import { benchLink } from './link';
import { benchLoading } from './loading';
import { benchLookups } from './lookups';
import { benchPerItem } from './perItem';
import { benchTrigger } from './trigger';

const RESULTS = join(__dirname, '..', '..', 'bench', 'results.json');

const PARTS: Record<string, (bench: Bench) => Promise<Figure[]>> = {
	loading: benchLoading,
	creates: benchCreates,
	lookups: benchLookups,
	perItem: benchPerItem,
	link: benchLink,
	exports: benchExports,
	trigger: benchTrigger,
};

function chosen(only: string | undefined): Array<[string, (bench: Bench) => Promise<Figure[]>]> {
	const names = only?.split(',') ?? Object.keys(PARTS);
	return names.map((name) => {
		const part = PARTS[name];
		if (!part)
			throw new Error(`No part is called ${name}; there are ${Object.keys(PARTS).join(', ')}.`);
		return [name, part];
	});
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { json: { type: 'string', default: RESULTS }, only: { type: 'string' } },
	});
	const parts = chosen(values.only);
	const n8n = await ensureN8n('2.41.1');
	const servers = await Promise.all([
		BenchServer.start({ asSlowAsMisp: true }),
		BenchServer.start({ asSlowAsMisp: true, roundTripMs: 40 }),
		BenchServer.start({ roundTripMs: 40 }),
		BenchServer.start(),
	]);
	const figures: Figure[] = [];
	try {
		const bench = new Bench(n8n, ...servers);
		for (const [name, part] of parts) {
			const started = performance.now();
			figures.push(...(await part(bench)));
			console.log(`${name}: measured in ${Math.round((performance.now() - started) / 1000)} s`);
		}
	} finally {
		await Promise.all(servers.map(async (server) => await server.stop()));
	}
	console.log(`\n${table(figures)}`);
	mkdirSync(dirname(values.json), { recursive: true });
	writeFileSync(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
}

main().then(
	() => process.exit(0),
	(error: unknown) => {
		console.error(error);
		process.exit(1);
	},
);
