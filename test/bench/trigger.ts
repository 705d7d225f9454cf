import { ourCredential, type Bench } from './bench';
import { limited, type Figure } from './figure';

const DRAINED = 100_000;
/** What n8n needs once, and never again, is none of the trigger's memory. */
const BEFORE = 10_000;
/** Longer than what a poll leaves for rows that are being stored. */
const A_WHILE_MS = 6000;
const POLLS = 20;
/** MISP says the time in whole seconds: polls that follow at once may see its clock go back. */
const APART_MS = 1000;

const wait = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

/** What the trigger costs when nothing happens, and when very much does. */
export async function benchTrigger({ swift: server, withEngine }: Bench): Promise<Figure[]> {
	return await withEngine(async (engine) => {
		const options = { limit: 2 * DRAINED, overlap: 300 };
		await engine.activate({ watch: 'attributeAdded', options }, ourCredential(server, 'read'));
		const drain = async (attributes: number) => {
			await server.addEvent(attributes);
			await wait(A_WHILE_MS);
			let polled = await engine.poll(1);
			// Quiet polls take turns between the sources: of two, one reads the source that grew.
			if (polled.items === 0) polled = await engine.poll(1);
			if (polled.items !== attributes) {
				throw new Error(`${polled.items} attributes of ${attributes} came.`);
			}
			return polled;
		};
		await engine.poll(1);
		const quiet = await engine.poll(POLLS, APART_MS);
		await drain(BEFORE);
		const drained = await drain(DRAINED);
		return [
			limited({
				work: 'an idle trigger poll',
				ours: { seconds: quiet.seconds / POLLS, requests: quiet.requests / POLLS },
				more: { 'CPU time of ours, ms': (1000 * quiet.cpuSeconds) / POLLS },
				limits: { requests: 1, 'CPU time of ours, ms': 20 },
			}),
			limited({
				work: `a poll that drains ${DRAINED} attributes`,
				ours: drained,
				more: { 'memory growth, MB': drained.growthMb, 'state, kB': drained.stateKb },
				limits: { 'memory growth, MB': 200, 'state, kB': 64 },
			}),
		];
	}, server);
}
