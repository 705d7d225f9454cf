/**
 * Speed and memory, measured: `npm run bench`. Prints a table and writes bench/results.json. What
 * misses its goal is said and fails nothing: it depends on the machine.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { BenchServer } from './benchServer';
import { table } from './figure';
import { benchTrigger } from './trigger';

const RESULTS = join(__dirname, '..', '..', 'bench', 'results.json');

async function main(): Promise<void> {
	const { values } = parseArgs({ options: { json: { type: 'string', default: RESULTS } } });
	const server = await BenchServer.start();
	try {
		const figures = await benchTrigger(server);
		console.log(table(figures));
		mkdirSync(dirname(values.json), { recursive: true });
		writeFileSync(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
	} finally {
		await server.stop();
	}
}

main().then(
	() => process.exit(0),
	(error: unknown) => {
		console.error(error);
		process.exit(1);
	},
);
