import assert from 'node:assert/strict';
import type { INode, INodeParameters, INodeTypeDescription } from 'n8n-workflow';
import { openBrowser } from '../../../scripts/lib/browser';
import { TRIGGER_TYPE, type Context } from '../context';
import { EditorPage } from '../editorPage';
import { FormModel } from '../formModel';
import type { Report } from '../report';
import { triggerNode } from '../workflows';

const TALL = 3000;
const USUAL_HEIGHT = 1000;
const COLUMNS = 6;

const watchersIn = ({ properties }: INodeTypeDescription): string[] =>
	(properties.find(({ name }) => name === 'watch')?.options ?? []).map((option) =>
		String((option as { value: unknown }).value),
	);

/** Another way to fill in a form, so that what it shows then is seen too. */
const OTHERWISE: Record<string, INodeParameters> = {
	tagApplied: { on: 'attributes', afterwards: 'replace' },
	eventCreated: { start: 'lookBack' },
};

/** The MISP Trigger in the editor: each of its forms, and fetching a test event. */
export async function checkTrigger(report: Report, context: Context): Promise<void> {
	const { n8n, credential } = context;
	report.group('MISP Trigger, in the editor');
	const description = (await n8n.rest.nodeTypes()).find(({ name }) => name === TRIGGER_TYPE);
	assert.ok(description);
	const forms = watchersIn(description).map((watch) => {
		const model = new FormModel(description, { watch, ...OTHERWISE[watch] });
		return { watch, model };
	});
	const nodes: INode[] = [
		triggerNode('first sight', { watch: 'eventPublished' }, credential),
		triggerNode('fetch', { watch: 'eventCreated' }, credential),
		triggerNode('nothing', { watch: 'eventPublished', tags: ['nobody:uses="this"'] }, credential),
		...forms.map(({ watch, model }) => triggerNode(watch, model.everything(), credential)),
	];
	for (const [index, node] of nodes.entries()) {
		node.position = [260 * (index % COLUMNS), 200 * Math.floor(index / COLUMNS)];
	}
	const { id } = await n8n.rest.createWorkflow({ name: 'Triggers', nodes, connections: {} });
	const browser = await openBrowser(n8n.rest);
	try {
		const editor = new EditorPage(await browser.context.newPage(), n8n.url);
		await editor.openWorkflow(id);
		await report.check('form at first sight', async () => {
			await editor.inNode('first sight', async () => {
				await editor.screenshot('trigger-first-sight', 'ndv');
				const lines = await editor.formLines();
				for (const label of ['Trigger On', 'Tags', 'Filters', 'Start', 'Output']) {
					assert.ok(lines.includes(label), `${label} is not shown: ${lines.join(' | ')}`);
				}
			});
		});
		await editor.setHeight(TALL);
		for (const { watch, model } of forms) {
			await report.check(`form ${watch}`, async () => {
				await editor.inNode(watch, async () => {
					await editor.screenshotForm(`trigger-${watch}`);
					const lines = await editor.formLines();
					const missing = model.allLabels().filter((label) => !lines.includes(label));
					assert.deepEqual(missing, [], `shown: ${lines.filter(Boolean).join(' | ')}`);
				});
			});
		}
		await editor.setHeight(USUAL_HEIGHT);
		await report.check('a test event is fetched', async () => {
			await editor.openNode('fetch');
			const shown = await editor.executeNode();
			await editor.screenshot('trigger-fetched', 'ndv');
			assert.ok(
				shown.some((line) => /1 item/.test(line)),
				shown.join(' | '),
			);
		});
		await report.check('it is said what to do when there is none', async () => {
			await editor.openWorkflow(id);
			await editor.openNode('nothing');
			const shown = await editor.executeNode();
			await editor.screenshot('trigger-nothing', 'ndv');
			assert.ok(
				shown.some((line) => /There is nothing in this MISP yet/.test(line)),
				shown.join(' | '),
			);
		});
		await report.check('no exception in the editor', async () => {
			assert.deepEqual(browser.errors, []);
		});
	} finally {
		await browser.close();
	}
}
