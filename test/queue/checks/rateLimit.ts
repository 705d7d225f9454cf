import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { CREDENTIAL_TYPE, sandboxCredential } from '../../../scripts/lib/sandboxCredential';
import type { Report } from '../../e2e/report';
import { itemsOf, mispNode, sequence } from '../../e2e/workflows';
import type { Sandbox } from '../../sandbox/server';
import { allEnded, assertRanOnce } from '../executions';
import { newEvent, senderOf } from '../misp';
import type { Plant } from '../plant';
import { call, webhook } from '../webhook';

const SEARCHES = 40;
/** What MISP lets the user do in a window. */
const LIMIT = 10;
/** MISP's window, in seconds, and what is left of it when the first of our searches comes. */
const WINDOW = 900;
const LEFT = 12;

/** As if another program of the same user had begun each window, long ago. */
function shortenWindows({ world }: Sandbox): void {
	const role = [...world.roles.values()].find(({ rateLimit }) => rateLimit !== undefined);
	assert.ok(role);
	role.rateLimit = LIMIT;
	const windows = world.rateWindows;
	const begin = windows.set.bind(windows);
	windows.set = (user, window) => {
		window.start -= WINDOW - LEFT;
		return begin(user, window);
	};
}

/** Two workers search with one key, whose user may search less than they want to. */
export async function checkRateLimit(report: Report, plant: Plant): Promise<void> {
	const { n8n, sandbox } = plant;
	report.group('Rate limit');

	await report.check(`${SEARCHES} searches, ${LIMIT} in a window: all are done`, async () => {
		const event = sandbox.world.events.get(newEvent(plant, 'Searched'));
		assert.ok(event);
		const valueOf = (number: number) => `r${number}.example.com`;
		for (let number = 0; number < SEARCHES; number += 1) {
			sandbox.world.history.add(event, { type: 'domain', value: valueOf(number) });
		}
		shortenWindows(sandbox);
		const data = { ...sandboxCredential(sandbox, 'rate_limited', 'contribute'), timeout: 120 };
		const credential = await n8n.rest.createCredential('Limited', CREDENTIAL_TYPE, data);
		const path = randomUUID();
		const value = ['={{ $json.body.value }}'];
		const search = mispNode(
			'Search',
			{ resource: 'attribute', operation: 'search', value },
			credential,
		);
		const { id } = await n8n.rest.createWorkflow(sequence('Limited', [webhook(path), search]));
		await n8n.rest.activate(id);
		sandbox.requests.length = 0;
		const numbers = Array.from({ length: SEARCHES }, (_, number) => number);
		await Promise.all(
			numbers.map(async (number) => await call(plant, path, { value: valueOf(number) })),
		);
		const executions = await allEnded(plant, id, SEARCHES, 120_000);
		await assertRanOnce(plant, executions);
		const found = await Promise.all(
			executions.map(async (one) => itemsOf(await n8n.rest.execution(one.id), 'Search')),
		);
		assert.deepEqual(found.map(([row]) => row?.value).sort(), numbers.map(valueOf).sort());
	});

	await report.check('MISP is not asked in vain again and again', async () => {
		const searches = sandbox.requests.filter(({ path }) => path === '/attributes/restSearch');
		const refused = searches.filter(({ status }) => status === 429);
		for (const { name } of plant.workers) {
			const own = (requests: typeof searches) =>
				requests.filter((request) => senderOf(plant, request) === name).length;
			console.log(`          ${name}: ${own(searches)} searches sent, ${own(refused)} refused`);
		}
		assert.equal(searches.length - refused.length, SEARCHES);
		// Without a common wait each search would hear it once in each window: 30, 20 and 10 times. What
		// is under way when a window ends is refused all the same, more of it where replies are slow.
		const alone = 30 + 20 + 10;
		assert.ok(refused.length <= alone / 2, `${refused.length} searches were refused`);
	});
}
