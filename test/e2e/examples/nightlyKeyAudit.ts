import assert from 'node:assert/strict';
import { mispView } from '../mispView';
import { Example } from './example';
import type { Stage } from './stage';

const DAY = 86_400;

export async function nightlyKeyAudit({ context, mattermost }: Stage) {
	const { sandbox } = context;
	const { world, keys } = sandbox;
	const owner = world.user('orgadmin@alpha.test').id;
	const allowedIps = ['192.0.2.7'];
	const add = (comment: string, row: object) =>
		world.addAuthKey({ value: 'x'.repeat(40), userId: owner, comment, allowedIps, ...row });
	const soon = add('soon @here [x](y)', { expiration: world.now() + 3 * DAY - 60 });
	const fine = add('fine', { expiration: world.now() + 300 * DAY });
	await mispView(sandbox, '/events/add', { info: 'Somebody works by API' });
	const example = await Example.import(context, 'nightly-key-audit.json');
	const before = mattermost.posts.length;
	await example.run('Every Night');

	const [post, ...more] = mattermost.posts.slice(before);
	assert.deepEqual(more, []);
	const message = post?.message ?? '';
	assert.match(message, /Credentials of n8n\n- readonly at alpha\.test, read: .*never expires/);
	assert.match(message, /publisher at alpha\.test, publish: /);
	assert.match(
		message,
		new RegExp(
			`- key ${soon.id} of orgadmin at alpha\\.test \\(soon at here x y\\): ends in 3 days`,
		),
	);
	assert.ok(!message.includes(`key ${fine.id} of`), message);
	assert.match(message, /has no end, works from anywhere/);
	assert.match(
		message,
		/Changes by API since yesterday\n(- .*\n)*- admin at admin\.test, key 1: \d+/,
	);
	for (const key of Object.values(keys)) assert.ok(!message.includes(key));
}
