/** n8n in queue mode, with two workers: nothing is lost, nothing is done twice, and MISP is not overrun. */
import { parseArgs } from 'node:util';
import type { Cleanups } from '../../scripts/lib/cleanups';
import { Report } from '../e2e/report';
import { beginExports } from './checks/files';
import { checkMany } from './checks/many';
import { checkPools } from './checks/pools';
import { checkRateLimit } from './checks/rateLimit';
import { checkStarts } from './checks/starts';
import { checkTrigger } from './checks/trigger';
import { startPlant, type Plant } from './plant';
import { runSuite } from '../e2e/suite';

type Check = (report: Report, plant: Plant) => Promise<void>;

const { values } = parseArgs({
	options: {
		/** `--only many,files` for some of the checks. */
		only: { type: 'string' },
		/** `--runs 300` for fewer of the many executions, to try something out. */
		runs: { type: 'string', default: '2000' },
	},
});

const CHECKS: Record<string, Check> = {
	starts: checkStarts,
	trigger: checkTrigger,
	pools: checkPools,
	many: async (report, plant) => await checkMany(report, plant, Number(values.runs)),
	rateLimit: checkRateLimit,
};
/** Begun first, since its executions wait for a while. */
const FILES = 'files';

function chosenChecks(): string[] {
	const names = [...Object.keys(CHECKS), FILES];
	const wanted = values.only?.split(',') ?? names;
	const unknown = wanted.filter((name) => !names.includes(name));
	if (unknown.length > 0)
		throw new Error(`--only takes ${names.join(', ')}, not "${unknown.join()}".`);
	return wanted;
}

async function runChecks(cleanups: Cleanups): Promise<boolean> {
	if (process.platform !== 'linux') throw new Error('This suite runs on Linux only.');
	const chosen = chosenChecks();
	const runs = Number(values.runs);
	if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs takes a number.');
	const started = Date.now();
	const seconds = () => ((Date.now() - started) / 1000).toFixed(0);
	const plant = await startPlant(cleanups);
	console.log(`they are ready (${seconds()} s)`);
	const report = new Report();
	const checkFiles = chosen.includes(FILES) ? await beginExports(plant) : undefined;
	for (const [name, check] of Object.entries(CHECKS)) {
		if (chosen.includes(name)) await check(report, plant);
	}
	await checkFiles?.(report, plant);
	console.log(`\n${seconds()} s in all`);
	return report.close();
}

runSuite(runChecks);
