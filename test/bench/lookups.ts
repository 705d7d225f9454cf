import { builtInCredential, ourCredential, type Bench } from './bench';
import type { BenchServer } from './benchServer';
import type { Job } from './engine';
import { compared, limited, median, type Figure } from './figure';
import { rightAnswers } from './right';

const VALUES = 1000;

/** Every second value is one that MISP has. */
const value = (at: number): string => `${at % 2 === 0 ? 'host' : 'other'}${at}.example.com`;
const VALUE = '={{ ($json.at % 2 === 0 ? "host" : "other") + $json.at + ".example.com" }}';

const asked = (count: number): string[] => Array.from({ length: count }, (_, at) => value(at));

/** Our node looking values up, each of an item of its own. */
export const ourLookup = (server: BenchServer, input: number): Job => ({
	node: 'ours',
	parameters: { resource: 'attribute', operation: 'lookup', from: 'values', values: [VALUE] },
	credential: ourCredential(server, 'read'),
	input,
	keep: true,
});

/** @throws Error where a value that is there was not found, or the other way round */
export function rightLookups(done: Parameters<typeof rightAnswers>[0], count: number): void {
	rightAnswers(done, asked(count), (row) => row.value);
	const wrong = done.rows.find(
		({ match_count: found }, at) => Number(found) > 0 !== (at % 2 === 0),
	);
	if (wrong) throw new Error(`Wrong: ${JSON.stringify(wrong)}`);
}

/** A thousand single values, one answer each. */
export async function benchLookups({ server, withEngine }: Bench): Promise<Figure[]> {
	return await withEngine(async (engine) => {
		await server.addEvent(VALUES);
		const cold = await engine.run(ourLookup(server, VALUES));
		rightLookups(cold, VALUES);
		const ours = await median(async () => {
			const done = await engine.run(ourLookup(server, VALUES));
			rightLookups(done, VALUES);
			return done;
		});
		const builtIn = await engine.run({
			node: 'builtIn',
			parameters: {
				resource: 'attribute',
				operation: 'search',
				useJson: false,
				value: VALUE,
				additionalFields: {},
			},
			credential: builtInCredential(server, 'readonly'),
			input: VALUES,
		});
		// One item for each attribute, and none for a value that is unknown.
		if (builtIn.items !== VALUES / 2) throw new Error(`${builtIn.items} attributes were found.`);
		const lists = await engine.run({
			node: 'ours',
			parameters: { resource: 'warninglist', operation: 'check', values: [VALUE] },
			credential: ourCredential(server, 'read'),
			input: VALUES,
			keep: true,
		});
		rightAnswers(lists, asked(VALUES), (row) => row.value);
		return [
			compared({
				work: '1,000 look-ups of single values',
				builtIn,
				ours,
				goal: 150,
				limits: { requests: 4 },
				more: {
					'seconds, key not checked before': cold.seconds,
					'requests, key not checked before': cold.requests,
				},
			}),
			limited({ work: '1,000 warninglist checks', ours: lists, limits: { requests: 2 } }),
		];
	});
}
