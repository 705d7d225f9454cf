import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { mispView } from '../mispView';
import { Example } from './example';
import type { Stage } from './stage';

/** Tries to call people, to format, to link and to run a macro wherever it is shown. */
const TITLE =
	'Mail from login.example.com <!channel> @here {html}[~admin] *x* https://c2.example.com/a';

/** Later than the few seconds that the trigger leaves MISP for storing. */
const STORED_MS = 7000;

export async function publishedEvent({ context, mattermost, slack, jira, theHive }: Stage) {
	const { sandbox } = context;
	const { world } = sandbox;
	const example = await Example.import(context, 'published-event.json', {
		jiraUrl: jira.url,
		theHiveUrl: theHive.url,
		slackWebhook: slack.webhook,
	});
	await example.activate();
	const publish = (org: number) => {
		const event = world.addEvent({ info: TITLE, orgId: org, orgcId: org, distribution: 1 });
		world.addAttribute(event, { type: 'domain', value: 'login.example.com' });
		world.publish(event);
		return event;
	};
	const [ours, theirs] = [publish(2), publish(3)];
	await wait(STORED_MS);
	await example.poll();
	await example.next();
	await example.deactivate();

	assert.equal(jira.issues.length, 2);
	assert.equal(theHive.cases.length, 2);
	for (const { id } of [ours, theirs]) {
		const link = `${sandbox.url}/events/view/${id}`;
		const about = <T>(all: T[], text: (one: T) => string | undefined) =>
			all.find((one) => text(one)?.includes(link)) ?? assert.fail(`nothing has ${link}`);
		const issue = about(jira.issues, ({ fields }) => fields.description);
		assert.match(issue.fields.summary, /^MISP #\d+ Mail from login\[\.\]example\[\.\]com/);
		assert.match(issue.fields.description ?? '', /\\\{html\\\}\\\[\\~admin\\\]/);
		const incident = about(theHive.cases, ({ description }) => description);
		assert.ok(incident.description.includes(`[${issue.key}](${jira.url}/browse/${issue.key})`));
		assert.ok(incident.tags?.includes(issue.key));
		const post = about(mattermost.posts, ({ message }) => message);
		assert.equal(post.channel_id, 'mattermost-channel-id');
		const message = about(slack.messages, (text) => text);
		assert.ok(message.includes('&lt;!channel&gt;'));
		for (const text of [post.message, message, incident.description, issue.fields.summary]) {
			const plain = text.replaceAll('\\', '');
			assert.ok(plain.includes('c2[.]example[.]com'), text);
			assert.ok(!/@here|<!channel>|https:\/\/c2/.test(plain), text);
		}
	}

	// Ours has a report and is published still; theirs is as it was, with a note beside it.
	const view = async (id: number) =>
		((await mispView(sandbox, `/events/view/${id}?includeAnalystData=1`)) as Viewed).Event;
	const own = await view(ours.id);
	assert.equal(own.published, true);
	assert.equal(own.EventReport?.length, 1);
	assert.ok(own.EventReport[0]?.content.includes(`${jira.url}/browse/SOC-`));
	const other = await view(theirs.id);
	assert.equal(other.published, true);
	assert.deepEqual(other.EventReport, []);
	const notes = [...world.analystData].filter((row) => row.objectUuid === theirs.uuid);
	assert.equal(notes.length, 1);

	// What the workflow published does not start it again.
	await wait(STORED_MS);
	await example.poll();
	await example.deactivate();
	assert.equal(await example.runs(), 1);
}

interface Viewed {
	Event: { published: boolean; EventReport?: Array<{ content: string }> };
}
