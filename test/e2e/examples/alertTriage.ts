import assert from 'node:assert/strict';
import { ALERT_HEADER, type Stage } from './stage';
import { Example } from './example';

interface Answer {
	verdict: string;
	ticket: string | null;
	indicators: Array<{ value: string; verdict: string; verdict_reasons: string[] }>;
}

export async function alertTriage({ context, jira }: Stage) {
	const { n8n, sandbox } = context;
	const { world } = sandbox;
	const event = world.addEvent({ info: 'Known [~admin]', orgId: 2, orgcId: 2, distribution: 1 });
	world.addAttribute(event, { type: 'domain', value: 'known.example.org', toIds: true });
	const before = jira.issues.length;

	const example = await Example.import(context, 'alert-triage.json', {
		source: 'siem-of-the-test',
	});
	await example.activate();
	const alert = async (text: string, header = ALERT_HEADER.value) =>
		await fetch(`${n8n.url}/webhook/misp-alert-triage`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', [ALERT_HEADER.name]: header },
			body: JSON.stringify({ id: 'A-17', title: 'Connection to\na bad host', text }),
		});
	const answerTo = async (text: string): Promise<Answer> => {
		const reply = await alert(text);
		const answer = await reply.text();
		await example.next();
		assert.equal(reply.status, 200, answer);
		return JSON.parse(answer) as Answer;
	};
	assert.equal((await alert('x', 'a wrong secret')).status, 403);

	const seen = () =>
		[...world.sightings.values()].filter(({ source }) => source === 'siem-of-the-test').length;
	const known = await answerTo('Connection to known[.]example[.]org from 198.51.100.250');
	assert.equal(known.verdict, 'malicious');
	assert.equal(known.ticket, `SOC-${before + 1}`);
	assert.ok(known.indicators.some(({ verdict }) => verdict === 'malicious'));
	const issue = jira.issues[before];
	assert.equal(issue?.fields.summary, 'malicious: Connection to a bad host');
	assert.equal(issue.comments.length, 1);
	assert.match(issue.comments[0] ?? '', /known\[\.\]example\[\.\]org|known\\\[\.\\\]example/);
	assert.match(issue.comments[0] ?? '', /\\\[\\~admin\\\]/);

	// The same alert again adds no sighting.
	const once = seen();
	assert.ok(once > 0);
	await answerTo('again known.example.org');
	assert.equal(seen(), once);

	const issues = jira.issues.length;
	const unknown = await answerTo('GET https://nobody-knows.example.net/');
	assert.equal(unknown.verdict, 'unknown');
	assert.equal(unknown.ticket, null);
	const nothing = await answerTo('no indicator at all');
	assert.deepEqual(nothing, { verdict: 'unknown', ticket: null, indicators: [] });
	assert.equal(jira.issues.length, issues);
	await example.deactivate();
}
