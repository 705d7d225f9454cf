import type { INode } from 'n8n-workflow';

import { MispError } from '../../../nodes/Misp/client/errors';
import { nodeError } from '../../../nodes/Misp/definition/nodeError';

/** What n8n's editor would show as HTML must not be what anybody wrote into MISP. */

const node = { id: '1', name: 'MISP', type: 'n8n-nodes-misp.misp', typeVersion: 1 } as INode;

const BEGINS_A_TAG = /<[a-z/!?]/i;

const MARKUP = [
	'<a href="https://login.example.net">Log in again</a>',
	'<p style="position:fixed;inset:0;background:url(https://www.example.net/seen.png)">',
	'<IMG SRC=https://www.example.net/seen.png>',
	'</div><!-- x --><?x <<b>',
];

describe.each(MARKUP)('%s', (markup) => {
	const said = `MISP refused the value "${markup}".`;

	it.each([
		['refused here', new MispError('input', said, { hint: markup })],
		['answered by MISP', new MispError('validation', said, { hint: markup, request: 'GET /x' })],
		['an error of another kind', new TypeError(said)],
	])('begins no tag: %s', (_what, error) => {
		const { message, description } = nodeError(node, error);
		expect(message).not.toMatch(BEGINS_A_TAG);
		expect(message.replaceAll('‹', '<')).toBe(said);
		expect(description ?? '').not.toMatch(BEGINS_A_TAG);
		if (error instanceof MispError) {
			expect(description?.replaceAll('‹', '<')).toContain(markup);
		}
	});

	it('begins no tag in what an agent is told', () => {
		const tool = { ...node, type: 'n8n-nodes-misp.mispTool' };
		const { message } = nodeError(tool, new MispError('input', said, { hint: markup }));
		expect(message).not.toMatch(BEGINS_A_TAG);
		expect(message).not.toContain('&lt;');
	});
});

it('leaves other texts as they are', () => {
	const said = 'Must be < 5 && > 1: 3<4, "a & b" <- c';
	const { message, description } = nodeError(
		node,
		new MispError('input', said, { hint: `Hint: ${said}` }),
	);
	expect([message, description]).toEqual([said, `Hint: ${said}`]);
});
