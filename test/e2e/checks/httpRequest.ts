import assert from 'node:assert/strict';
import type { Context } from '../context';
import type { Report } from '../report';
import { chain, failureOf, httpNode, itemsOf, run } from '../workflows';

export async function checkHttpRequest(report: Report, context: Context): Promise<void> {
	const { sandbox, otherSandbox, credential } = context;
	report.group('HTTP Request node with the credential');

	await report.check('works for its own MISP', async () => {
		const url = `${sandbox.url}/servers/getVersion`;
		const execution = await run(context, chain('Own', [httpNode('Ask', url, credential)]));
		assert.match(String(itemsOf(execution, 'Ask')[0]?.version), /^2\./);
		assert.equal(sandbox.requests.at(-1)?.key, 'publisher');
	});

	await report.check('refuses another origin, which gets no request', async () => {
		const url = `${otherSandbox.url}/servers/getVersion`;
		const execution = await run(context, chain('Other', [httpNode('Ask', url, credential)]));
		assert.match(failureOf(execution), /credential is for/);
		assert.equal(otherSandbox.requests.length, 0);
	});

	await report.check('refuses http://', async () => {
		const url = `${sandbox.url.replace('https:', 'http:')}/servers/getVersion`;
		const before = sandbox.requests.length;
		const execution = await run(context, chain('Plain', [httpNode('Ask', url, credential)]));
		assert.match(failureOf(execution), /credential is for/);
		assert.equal(sandbox.requests.length, before);
	});
}
