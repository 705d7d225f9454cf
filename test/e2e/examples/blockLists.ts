import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Example } from './example';
import type { Stage } from './stage';

const TRIGGER = 'Every Hour';
const FILES = ['misp-indicators.csv', 'misp.rules', 'misp.rpz', 'misp-hashes.txt'];
const SHA256 = 'b'.repeat(64);

export async function blockLists({ context, fileServer, firewall }: Stage) {
	const { world } = context.sandbox;
	const event = world.addEvent({ info: 'To be blocked', orgId: 2, orgcId: 2, distribution: 1 });
	const add = (type: string, value: string) =>
		world.addAttribute(event, { type, value, toIds: true });
	add('domain', 'blocked.example.org');
	add('ip-dst', '192.0.2.1'); // on a warninglist
	add('ip-dst', '45.66.77.88');
	add('sha256', SHA256);
	world.publish(event);
	const example = await Example.import(context, 'block-lists.json', {
		folder: '/lists',
		firewallUrl: `${firewall.url}/lists/changed`,
	});

	await example.run(TRIGGER);
	assert.deepEqual(fileServer.written.sort(), FILES.map((name) => `/lists/${name}`).sort());
	const fileOf = (name: string) => fileServer.files.get(`/lists/${name}`) ?? '';
	assert.match(fileOf('misp-indicators.csv'), /^"domain","blocked\.example\.org"/m);
	assert.ok(!fileOf('misp-indicators.csv').includes('192.0.2.1'));
	assert.match(fileOf('misp.rules'), /alert .*45\.66\.77\.88/);
	assert.match(fileOf('misp.rpz'), /^blocked\.example\.org\s+CNAME\s+\./m);
	assert.ok(fileOf('misp-hashes.txt').includes(SHA256));
	assert.deepEqual(firewall.told.map(({ list }) => list).sort(), [...FILES].sort());
	for (const { list, sha256, entries } of firewall.told) {
		assert.equal(sha256, createHash('sha256').update(fileOf(list)).digest('hex'), list);
		assert.ok(entries > 0);
	}

	fileServer.written.length = 0;
	firewall.told.length = 0;
	await example.run(TRIGGER);
	assert.deepEqual(fileServer.written, [], 'nothing has changed');
	assert.deepEqual(firewall.told, []);

	context.sandbox.world.history.add(event, { type: 'md5', value: 'c'.repeat(32), toIds: true });
	world.publish(event);
	await example.run(TRIGGER);
	assert.deepEqual(fileServer.written, ['/lists/misp-hashes.txt']);
	assert.deepEqual(
		firewall.told.map(({ list }) => list),
		['misp-hashes.txt'],
	);

	// What is not told the firewall is told the next time.
	firewall.told.length = 0;
	fileServer.written.length = 0;
	firewall.broken = true;
	context.sandbox.world.history.add(event, { type: 'md5', value: 'd'.repeat(32), toIds: true });
	world.publish(event);
	await assert.rejects(example.run(TRIGGER));
	firewall.broken = false;
	await example.run(TRIGGER);
	assert.deepEqual(
		firewall.told.map(({ list }) => list),
		['misp-hashes.txt'],
	);
}
