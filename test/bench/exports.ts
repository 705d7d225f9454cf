import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { ourCredential, type Bench } from './bench';
import type { BenchServer } from './benchServer';
import type { Job } from './engine';
import { compared, limited, median, type Figure } from './figure';

const FOUND = 100_000;
const FOUND_BEFORE = 20_000;
const STREAMED = 1_000_000;
/** What our search begins with, too. */
const PAGE = 2000;

/** Our node, asking for all attributes of an event. */
const ourJob = (server: BenchServer, parameters: Record<string, unknown>): Job => ({
	node: 'ours',
	parameters,
	credential: { ...ourCredential(server, 'read'), timeout: 300 },
	input: 1,
	storeFiles: true,
});

const ourExport = (server: BenchServer, event: number, more: Record<string, unknown>): Job =>
	ourJob(server, {
		resource: 'export',
		operation: 'run',
		scope: 'attributes',
		attributeFilters: { eventid: [String(event)] },
		...more,
	});

/** The same rows with nothing around them: page after page, parsed and kept. */
async function bareLoop({ info }: BenchServer, event: number): Promise<number> {
	const agent = new Agent({ keepAlive: true, ca: info.ca });
	const headers = {
		Authorization: info.keys.readonly,
		Accept: 'application/json',
		'Content-Type': 'application/json',
	};
	const rows: unknown[] = [];
	for (let page = 1; rows.length < FOUND; page += 1) {
		const body = JSON.stringify({ eventid: event, limit: PAGE, page, order: 'Attribute.id desc' });
		const reply = await new Promise<string>((resolve, reject) => {
			const options = { method: 'POST', headers, agent };
			request(`${info.url}/attributes/restSearch`, options, (response) => {
				text(response).then(resolve, reject);
			})
				.on('error', reject)
				.end(body);
		});
		rows.push(...(JSON.parse(reply) as { response: { Attribute: unknown[] } }).response.Attribute);
	}
	agent.destroy();
	return rows.length;
}

async function benchSearch({ server, withEngine }: Bench, event: number): Promise<Figure> {
	const before = await server.addEvent(FOUND_BEFORE);
	const began = performance.now();
	if ((await bareLoop(server, event)) !== FOUND) throw new Error('Rows are missing.');
	const bare = (performance.now() - began) / 1000;
	return await withEngine(async (engine) => {
		const search = (id: number) =>
			ourJob(server, {
				resource: 'attribute',
				operation: 'search',
				returnAll: true,
				filters: { eventid: [String(id)] },
			});
		await engine.test(search(event).credential);
		// Whatever is loaded, compiled or grown once is none of the search's memory; Node.js gives it back after a pause.
		await engine.run(search(before));
		const ours = await engine.run(search(event));
		if (ours.items !== FOUND) throw new Error(`${ours.items} attributes of ${FOUND} came.`);
		return limited({
			work: 'search giving 100,000 attributes',
			ours,
			more: {
				'times as long as a bare loop': ours.seconds / bare,
				'times the memory of its items': ours.growthMb / ours.itemsMb,
				'memory of the items, MB': ours.itemsMb,
			},
			limits: { 'times as long as a bare loop': 1.3, 'times the memory of its items': 1.5 },
		});
	});
}

async function benchStream({ swift: server, withEngine }: Bench): Promise<Figure> {
	return await withEngine(async (engine) => {
		await engine.test(ourJob(server, {}).credential);
		// Whatever is loaded or compiled once is none of the export's memory.
		await engine.run(ourExport(server, 1, { format: 'json' }));
		await server.nextRows(STREAMED);
		const ours = await engine.run({ ...ourExport(server, 1, { format: 'json' }), keep: true });
		if (ours.rows[0]?.result_count !== STREAMED) throw new Error('Rows are missing.');
		return limited({
			work: 'export of 1,000,000 rows to a file',
			ours,
			more: {
				'memory growth, MB': ours.growthMb,
				'size of the file, MB': Number(ours.rows[0].size) / 1024 / 1024,
			},
			limits: { 'memory growth, MB': 100 },
		});
	}, server);
}

async function benchCsv({ server, withEngine }: Bench, event: number): Promise<Figure> {
	return await withEngine(async (engine) => {
		await engine.test(ourJob(server, {}).credential);
		const csv = (writtenBy: string) => ({
			...ourExport(server, event, { format: 'csv', additionalFields: { writtenBy } }),
			keep: true,
		});
		const ours = await median(async () => await engine.run(csv('node')));
		const byMisp = await engine.run(csv('misp'));
		if (ours.rows[0]?.size !== byMisp.rows[0]?.size) throw new Error('The files differ.');
		return compared({
			work: 'CSV of 100,000 rows, beside MISP’s own',
			builtIn: byMisp,
			ours,
			goal: 8,
			more: { 'memory growth, MB': ours.growthMb },
		});
	});
}

/** What is large: results of a search, and files. */
export async function benchExports(bench: Bench): Promise<Figure[]> {
	const event = await bench.server.addEvent(FOUND);
	return [await benchSearch(bench, event), await benchStream(bench), await benchCsv(bench, event)];
}
