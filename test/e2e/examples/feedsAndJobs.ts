import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { Example } from './example';
import type { Stage } from './stage';

/** Later than the few seconds that the trigger leaves MISP for storing. */
const STORED_MS = 7000;

export async function feedsAndJobs({ context, mattermost }: Stage) {
	const { sandbox } = context;
	const { world } = sandbox;
	world.feeds.clear();
	const good = world.addFeed({ name: 'A feed of the test', format: 'misp' });
	world.addFeed({ name: 'Off', enabled: false });
	const gone = world.addFeed({ name: 'Gone @here `x`' });
	const example = await Example.import(context, 'feeds-and-jobs.json');
	await example.activate();
	const posts = mattermost.posts.length;

	const asked = sandbox.requests.length;
	await example.run('Every Six Hours');
	const fetched = sandbox.requests
		.slice(asked)
		.flatMap(({ method, path }) => (path.includes('fetchFromFeed') ? [`${method} ${path}`] : []));
	assert.deepEqual(fetched, [
		`POST /feeds/fetchFromFeed/${good.id}`,
		`POST /feeds/fetchFromFeed/${gone.id}`,
	]);
	assert.equal(mattermost.posts.length, posts, 'both were queued');
	world.runJobs();

	// One is switched off between the list and the request, the other fails in the workers.
	sandbox.faults.set('badGateway', { match: new RegExp(`fetchFromFeed/${gone.id}$`) });
	world.settings.jobsFail = true;
	await example.run('Every Six Hours');
	sandbox.faults.clear();
	world.runJobs();
	world.settings.jobsFail = false;
	const [notFetched] = mattermost.posts.slice(posts);
	assert.match(notFetched?.message ?? '', /does not fetch a feed\n- Feed: `Gone @here x `/);

	await wait(STORED_MS);
	await example.poll();
	await example.next();
	const failed = mattermost.posts.slice(posts + 1).map(({ message }) => message);
	assert.equal(failed.length, 1);
	assert.match(failed[0] ?? '', new RegExp(`\`fetch_feeds\`, \`Feed: ${good.id}\``));
	assert.match(failed[0] ?? '', /Job failed/);
	await example.poll();
	await wait(2000);
	assert.equal(mattermost.posts.length, posts + 2, 'each is reported once');
	await example.deactivate();
}
