import { Trigger } from '../engine/pollEngine';
import { ourCredential, type Bench } from './bench';
import { growthOf } from './memory';
import { limited, type Figure } from './figure';

const DRAINED = 100_000;
/** Longer than what a poll leaves for rows that are being stored. */
const A_WHILE_MS = 6000;

const wait = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

/** What the trigger costs when nothing happens, and when very much does. */
export async function benchTrigger({ swift: server }: Bench): Promise<Figure[]> {
	const options = { limit: 2 * DRAINED, overlap: 300 };
	const trigger = new Trigger({ watch: 'attributeAdded', options }, ourCredential(server, 'read'));
	await trigger.activate();
	await trigger.poll();

	const POLLS = 20;
	await server.requests();
	const cpu = process.cpuUsage();
	const started = performance.now();
	for (let poll = 0; poll < POLLS; poll += 1) await trigger.poll();
	const { user, system } = process.cpuUsage(cpu);
	const idle = limited({
		work: 'an idle trigger poll',
		ours: {
			seconds: (performance.now() - started) / 1000 / POLLS,
			requests: (await server.requests()) / POLLS,
		},
		more: { 'CPU time of ours, ms': (user + system) / 1000 / POLLS },
		limits: { requests: 1, 'CPU time of ours, ms': 20 },
	});

	await server.addEvent(DRAINED);
	await wait(A_WHILE_MS);
	await server.requests();
	const began = performance.now();
	// Quiet polls take turns between the sources: the second of two reads the one that grew.
	const { result, growthMb } = await growthOf(
		async () => (await trigger.poll()).length + (await trigger.poll()).length,
	);
	if (result !== DRAINED) throw new Error(`${result} attributes of ${DRAINED} came.`);
	const drain = limited({
		work: `two polls that drain ${DRAINED} attributes`,
		ours: { seconds: (performance.now() - began) / 1000, requests: await server.requests() },
		more: {
			'memory growth, MB': growthMb,
			'state, kB': JSON.stringify(trigger.saved).length / 1000,
		},
		limits: { 'memory growth, MB': 200, 'state, kB': 64 },
	});
	return [idle, drain];
}
