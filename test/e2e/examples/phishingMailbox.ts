import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { mispView } from '../mispView';
import type { Post } from '../partners/mattermost';
import { Example } from './example';
import type { Stage } from './stage';

const MINUTE = 60_000;

const mail = (subject: string, text: string, file: string) =>
	[
		'From: "Billing" <billing@invoices.example.org>',
		'To: victim@example.com',
		`Subject: ${subject}`,
		`Date: ${new Date().toUTCString()}`,
		`Message-ID: <${subject.replace(/\W+/g, '-')}@invoices.example.org>`,
		'MIME-Version: 1.0',
		'Content-Type: multipart/mixed; boundary="part"',
		'',
		'--part',
		'Content-Type: text/plain; charset=utf-8',
		'',
		text,
		...(file === ''
			? []
			: [
					'--part',
					`Content-Type: application/octet-stream; name="${file}"`,
					`Content-Disposition: attachment; filename="${file}"`,
					'Content-Transfer-Encoding: base64',
					'',
					Buffer.from(`not really ${file}`).toString('base64'),
				]),
		'--part--',
		'',
	].join('\r\n');

interface Viewed {
	Event: {
		published: boolean;
		Attribute: Array<{ type: string; value: string }>;
		Object: Array<{ name: string; Attribute: Array<{ object_relation: string; value: string }> }>;
		EventReport: Array<{ content: string }>;
	};
}

export async function phishingMailbox({ context, mailbox, mattermost }: Stage) {
	const { sandbox } = context;
	const example = await Example.import(context, 'phishing-mailbox.json');
	await example.activate();
	mailbox.deliver(
		mail('Pay @here now', 'Go to hxxps://pay[.]example[.]net/now or 8.8.8.8', 'pay.js'),
	);
	mailbox.deliver(mail('Second one', 'Nothing in here', ''));

	const asked = async (subject: string): Promise<Post> => {
		for (const until = Date.now() + 2 * MINUTE; ; await wait(300)) {
			const post = mattermost.posts.find(({ message }) => message.includes(subject));
			if (post) return post;
			assert.ok(Date.now() < until, `nobody was asked about "${subject}"`);
		}
	};
	const first = await asked('now');
	const second = await asked('Second one');
	const viewOf = async ({ message }: Post) => {
		const id = /events\/view\/(\d+)/.exec(message)?.[1];
		return ((await mispView(sandbox, `/events/view/${id}`)) as Viewed).Event;
	};

	assert.ok(!/@here|https:\/\/pay/.test(first.message), first.message);
	const shown = first.props.attachments?.[0]?.text ?? '';
	assert.ok(shown.includes('hxxps[:]//pay[.]example[.]net/now'), shown);
	const event = await viewOf(first);
	assert.equal(event.published, false);
	const object = event.Object.find(({ name }) => name === 'email');
	const relations = Object.fromEntries(
		(object?.Attribute ?? []).map((one) => [one.object_relation, one.value]),
	);
	assert.equal(relations.from, 'billing@invoices.example.org');
	assert.equal(relations['from-display-name'], 'Billing');
	assert.equal(relations.to, 'victim@example.com');
	assert.equal(relations.subject, 'Pay @here now');
	assert.ok(event.Attribute.some(({ value }) => value === 'https://pay.example.net/now'));
	assert.ok(!event.Attribute.some(({ value }) => value === '8.8.8.8'), 'on a warninglist');
	const samples = [...event.Attribute, ...event.Object.flatMap((one) => one.Attribute)];
	assert.ok(samples.some(({ value }) => value.startsWith('pay.js|')));

	const answer = (await mattermost.press(first, 'Publish', 'ana')) as {
		update: { message: string };
	};
	assert.match(answer.update.message, /Published by ana$/);
	assert.equal((await viewOf(first)).published, true);

	await mattermost.press(second, 'Reject', 'ben');
	const rejected = await viewOf(second);
	assert.equal(rejected.published, false);
	assert.match(rejected.EventReport[0]?.content ?? '', /^Rejected by ben/);
	await example.deactivate();
}
