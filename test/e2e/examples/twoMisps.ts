import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { mispView } from '../mispView';
import { Example } from './example';
import type { Stage } from './stage';

/** Later than the few seconds that the trigger leaves MISP for storing. */
const STORED_MS = 7000;

interface Viewed {
	Event: {
		id: string;
		info: string;
		published: boolean;
		Attribute: Array<{ uuid: string; value: string; Tag?: Array<{ name: string }> }>;
		Object: Array<{ uuid: string; Attribute: Array<{ value: string }> }>;
		Tag: Array<{ name: string }>;
	};
}

export async function twoMisps({ context }: Stage) {
	const { sandbox, otherSandbox } = context;
	const here = sandbox.world;
	const there = otherSandbox.world;
	for (const world of [here, there]) world.addTag({ name: 'n8n:copied' });
	here.addTag({ name: 'share:partner' });
	const event = (info: string, tags: string[]) => {
		const row = here.addEvent({ info, orgId: 2, orgcId: 2, distribution: 1 });
		for (const name of tags) here.history.tag(row, name);
		return row;
	};
	const example = await Example.import(context, 'two-misps.json');
	await example.activate();

	const shared = event('Shared', ['share:partner', 'tlp:green']);
	const open = here.addAttribute(shared, { type: 'domain', value: 'open.example.org' });
	here.history.tag(open, 'sandbox:reviewed');
	here.history.tag(
		here.addAttribute(shared, { type: 'domain', value: 'amber.example.org' }),
		'tlp:amber',
	);
	const above = event('Above the ceiling', ['share:partner', 'tlp:amber']);
	const unmarked = event('Unmarked', ['share:partner']);
	const private_ = event('Not to be shared', ['tlp:green']);
	const copied = event('Came from there', ['share:partner', 'tlp:green', 'n8n:copied']);
	for (const row of [shared, above, unmarked, private_, copied]) here.publish(row);
	await wait(STORED_MS);
	await example.poll();
	await example.next();

	const known = (uuid: string) => [...there.events.values()].find((row) => row.uuid === uuid);
	for (const row of [above, unmarked, private_, copied]) {
		assert.equal(known(row.uuid), undefined, row.info);
	}
	const viewed = async () =>
		((await mispView(otherSandbox, `/events/view/${shared.uuid}`)) as Viewed).Event;
	const copy = await viewed();
	assert.equal(copy.info, 'Shared');
	assert.equal(copy.published, true);
	assert.deepEqual(copy.Tag.map(({ name }) => name).sort(), ['n8n:copied', 'tlp:green']);
	assert.deepEqual(
		copy.Attribute.map(({ uuid, value }) => ({ uuid, value })),
		[{ uuid: open.uuid, value: 'open.example.org' }],
	);
	assert.deepEqual(
		copy.Attribute[0]?.Tag?.map(({ name }) => name),
		['sandbox:reviewed'],
	);

	// Published again, the copy is brought up to date.
	here.history.add(shared, { type: 'ip-dst', value: '45.66.77.99' });
	here.publish(shared);
	await wait(STORED_MS);
	await example.poll();
	await example.next();
	const again = await viewed();
	assert.equal(again.id, copy.id);
	assert.equal(again.published, true);
	assert.deepEqual(again.Attribute.map(({ value }) => value).sort(), [
		'45.66.77.99',
		'open.example.org',
	]);
	await example.deactivate();
}
