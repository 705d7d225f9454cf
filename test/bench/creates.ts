import { builtInCredential, ourCredential, type Bench } from './bench';
import type { BenchServer } from './benchServer';
import type { Job } from './engine';
import { compared, type Figure } from './figure';
import { rightAnswers } from './right';

const ATTRIBUTES = 1000;

/** Our node adding domains to an event; `part` makes them others than those of another run. */
export const ourCreate = (
	server: BenchServer,
	event: number,
	input: number,
	part: string,
): Job => ({
	node: 'ours',
	parameters: {
		resource: 'attribute',
		operation: 'create',
		event: { __rl: true, mode: 'id', value: String(event) },
		type: 'domain',
		value: `={{ "${part}" + $json.at + ".example.com" }}`,
	},
	credential: ourCredential(server, 'contribute'),
	input,
	keep: true,
});

const builtInCreate = (server: BenchServer, event: number, input: number): Job => ({
	node: 'builtIn',
	parameters: {
		resource: 'attribute',
		operation: 'create',
		eventId: String(event),
		type: 'url',
		value: '={{ "https://" + $json.at + ".example.com/" }}',
		additionalFields: {},
	},
	credential: builtInCredential(server, 'user'),
	input,
	keep: true,
});

/** A thousand attributes for one event. */
export async function benchCreates({ server, withEngine }: Bench): Promise<Figure[]> {
	return await withEngine(async (engine) => {
		const event = await server.addEvent();
		const asked = Array.from({ length: ATTRIBUTES }, (_, at) => `cold${at}.example.com`);
		const cold = await engine.run(ourCreate(server, event, ATTRIBUTES, 'cold'));
		rightAnswers(cold, asked, ({ value }) => value);
		const ours = await engine.run(ourCreate(server, event, ATTRIBUTES, 'warm'));
		rightAnswers(
			ours,
			asked.map((value) => value.replace('cold', 'warm')),
			({ value }) => value,
		);
		const builtIn = await engine.run(builtInCreate(server, event, ATTRIBUTES));
		rightAnswers(
			builtIn,
			asked.map((value) => `https://${value.replace('cold', '')}/`),
			({ value }) => value,
		);
		const stored = await server.attributesIn(event);
		if (stored !== 3 * ATTRIBUTES) throw new Error(`The event has ${stored} attributes.`);
		return [
			compared({
				work: '1,000 attribute creates',
				builtIn,
				ours,
				goal: 25,
				limits: { requests: 5 },
				more: {
					'seconds, key not checked before': cold.seconds,
					'requests, key not checked before': cold.requests,
				},
			}),
		];
	});
}
