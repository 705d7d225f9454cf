/** Every recorded exchange of MISP 2.5.1 against the sandbox: the same request, the same reply. */
import { startSandbox, type Sandbox } from '../sandbox/server';
import { seed } from '../sandbox/seed';
import { arrange } from './arrange';
import { differences } from './compare';
import { recordings } from './recordings';
import { send } from './send';
import { afterStep, beforeStep, prepare, SEQUENCE_MODE, sequences } from './sequences';

const inSequence = new Set(sequences().flatMap((one) => one.steps.map((step) => step.name)));
const single = recordings().filter((one) => !inSequence.has(one.name));

describe('single exchanges', () => {
	let sandbox: Sandbox;

	beforeAll(async () => {
		sandbox = await startSandbox();
	});

	beforeEach(() => {
		sandbox.world.clear();
		seed(sandbox.world, sandbox.keys);
	});

	afterAll(async () => {
		await sandbox.stop();
	});

	test.each(single.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
		const mode = await arrange(one, sandbox);
		const got = await send(mode.ask ?? one, sandbox);
		expect(differences(got, one, mode, sandbox)).toEqual([]);
	});
});

describe.each(sequences().map((one) => [one.name, one] as const))('%s', (_name, sequence) => {
	let sandbox: Sandbox;

	beforeAll(async () => {
		sandbox = await startSandbox();
		prepare(sequence, sandbox);
	});

	afterAll(async () => {
		await sandbox.stop();
	});

	test.each(sequence.steps.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
		beforeStep(one, sandbox);
		const got = await send(one, sandbox);
		afterStep(one, got, sandbox);
		expect(differences(got, one, SEQUENCE_MODE, sandbox)).toEqual([]);
	});
});
