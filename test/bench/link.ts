import { builtInCredential, ourCredential, type Bench } from './bench';
import type { BenchServer } from './benchServer';
import { compared, type Figure } from './figure';
import { rightAnswers } from './right';

const REQUESTS = 200;

/** The event that each item reads. */
async function read({ withEngine }: Bench, server: BenchServer) {
	return await withEngine(async (engine) => {
		const event = String(await server.addEvent(1));
		const credential = ourCredential(server, 'read');
		await engine.test(credential);
		const ours = await engine.run({
			node: 'ours',
			parameters: {
				resource: 'event',
				operation: 'get',
				event: { __rl: true, mode: 'id', value: event },
			},
			credential,
			input: REQUESTS,
			keep: true,
		});
		const builtIn = await engine.run({
			node: 'builtIn',
			parameters: { resource: 'event', operation: 'get', eventId: event },
			credential: builtInCredential(server, 'readonly'),
			input: REQUESTS,
			keep: true,
		});
		for (const done of [ours, builtIn])
			rightAnswers(done, Array(REQUESTS).fill(event), ({ id }) => id);
		return { ours, builtIn };
	}, server);
}

/** Single requests over a line with 40 ms there and back: to a MISP, and the line alone. */
export async function benchLink(bench: Bench): Promise<Figure[]> {
	const line = await read(bench, bench.remote);
	const misp = await read(bench, bench.remoteMisp);
	const work = '200 single requests at 40 ms round trip';
	return [
		compared({ work, ...line, goal: 2 }),
		compared({ work: `${work}, MISP's own time included`, ...misp, goal: 1.3 }),
	];
}
