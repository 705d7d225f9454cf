import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { Report } from '../../e2e/report';
import { sequence, triggerNode } from '../../e2e/workflows';
import { allEnded, assertRanOnce } from '../executions';
import { addDomain, assertSentByWorkers, domainsIn, newEvent, senderOf } from '../misp';
import type { Plant } from '../plant';
import { soon } from '../soon';

const EVENTS = 60;
const TOGETHER = 6;
const POLL_SECONDS = 3;

/** The MISP Trigger: the server polls, the workers run what it starts. */
export async function checkTrigger(report: Report, plant: Plant): Promise<void> {
	const { n8n, sandbox, credential } = plant;
	const polls = () => sandbox.requests.filter(({ path }) => path === '/events/restSearch');
	report.group('MISP Trigger');

	await report.check(`${EVENTS} new events arrive once each, on the workers`, async () => {
		// n8n takes such an interval only as single times.
		const seconds = Array.from({ length: 60 / POLL_SECONDS }, (_, index) => index * POLL_SECONDS);
		const pollTimes = {
			item: seconds.map((second) => ({ mode: 'custom', cronExpression: `${second} * * * * *` })),
		};
		const trigger = triggerNode('Trigger', { pollTimes, watch: 'eventCreated' }, credential);
		const target = newEvent(plant, 'Seen by the trigger');
		const add = addDomain(plant, target, '=e{{ $json.id }}.example.com');
		const { id } = await n8n.rest.createWorkflow(sequence('Triggered', [trigger, add]));
		sandbox.requests.length = 0;
		await n8n.rest.activate(id);
		await soon(() => polls().some(({ status }) => status === 200), 'the first poll');
		// What is there before that, in the same second, does not count as new.
		await wait(2000);
		const created: number[] = [];
		while (created.length < EVENTS) {
			for (let one = 0; one < TOGETHER; one += 1) created.push(newEvent(plant, 'New'));
			await wait(500);
		}
		await soon(() => domainsIn(plant, target).length >= EVENTS, 'all events');
		// Whatever would come twice has the time of two more polls.
		await wait(2 * POLL_SECONDS * 1000);
		await n8n.rest.deactivate(id);
		const executions = await allEnded(plant, id, 1);
		assert.ok(executions.every(({ mode }) => mode === 'trigger'));
		await assertRanOnce(plant, executions);
		const wanted = created.map((event) => `e${event}.example.com`);
		assert.deepEqual(domainsIn(plant, target).sort(), wanted.sort());
		assertSentByWorkers(plant, target);
	});

	await report.check('only the server polls', async () => {
		const senders = new Set(polls().map((poll) => senderOf(plant, poll)));
		assert.deepEqual([...senders], ['server']);
	});
}
