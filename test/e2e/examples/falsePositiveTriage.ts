import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { Example } from './example';
import type { Stage } from './stage';

/** Later than the few seconds that the trigger leaves MISP for storing. */
const STORED_MS = 7000;
const FALSE_POSITIVE = 1;

export async function falsePositiveTriage({ context, mattermost }: Stage) {
	const { world } = context.sandbox;
	const event = world.addEvent({ info: 'Of others', orgId: 3, orgcId: 3, distribution: 1 });
	const add = (type: string, value: string) =>
		world.addAttribute(event, { type, value, toIds: true });
	const listed = add('ip-dst', '9.9.9.9');
	const often = add('domain', 'often-wrong.example.org');
	const once = add('domain', 'once-wrong.example.org');
	world.publish(event);
	const example = await Example.import(context, 'false-positive-triage.json');
	await example.activate();
	const before = mattermost.posts.length;
	const report = (attribute: typeof listed) =>
		world.addSighting(attribute, { orgId: 2, type: FALSE_POSITIVE, source: 'analyst' });
	for (const attribute of [listed, often, often, once]) report(attribute);
	await wait(STORED_MS);
	await example.poll();
	await example.next();

	const proposed = () => event.proposals.map(({ attributeId, toIds }) => ({ attributeId, toIds }));
	const wanted = [listed, often].map(({ id }) => ({ attributeId: id, toIds: false }));
	assert.deepEqual(proposed(), wanted);
	assert.equal(event.published, true);
	assert.ok([listed, often, once].every(({ toIds }) => toIds));
	const posts = mattermost.posts.slice(before).map(({ message }) => message);
	assert.equal(posts.length, 3);
	assert.equal(posts.filter((text) => text.startsWith('Proposed')).length, 2);
	assert.ok(posts.some((text) => text.startsWith('Reported') && text.includes('once')));

	// Reported again, it is not proposed again.
	report(listed);
	await wait(STORED_MS);
	await example.poll();
	await example.next();
	assert.deepEqual(proposed(), wanted);
	await example.deactivate();
}
