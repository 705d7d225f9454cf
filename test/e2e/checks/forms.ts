import assert from 'node:assert/strict';
import type { INode } from 'n8n-workflow';
import { openBrowser } from '../../../scripts/lib/browser';
import { NODE_TYPE, TOOL_TYPE, type Context } from '../context';
import { EditorPage } from '../editorPage';
import { FormModel } from '../formModel';
import { allForms, AS_TOOL, AT_FIRST_SIGHT } from '../forms';
import { assertHas, type Report } from '../report';
import { node } from '../workflows';

/** Room for the longest form: what is scrolled out of sight is not in a picture. */
const TALL = 5000;
/** More than rows: the editor shows the whole canvas, and its header must not lie over a node. */
const COLUMNS = 16;

interface Shown {
	/** Of the node and of the picture. */
	name: string;
	node: INode;
	/** Labels that must be seen. */
	labels: string[];
	/** In a window of the usual size, as it opens. */
	atFirstSight: boolean;
}

async function shownForms({ n8n, credential, form }: Context): Promise<Shown[]> {
	const types = await n8n.rest.nodeTypes();
	const typeOf = (type: string) => {
		const found = types.find(({ name }) => name === type);
		assert.ok(found, `n8n has no node type ${type}`);
		return found;
	};
	const description = typeOf(NODE_TYPE);
	const first = AT_FIRST_SIGHT.map(([resource, operation, labels]): Shown => {
		const name = `${resource}-${operation}-first`;
		const parameters = { resource, operation };
		const shown = node(name, NODE_TYPE, 1, parameters, credential);
		return { name, node: shown, labels, atFirstSight: true };
	});
	const whole = allForms(description).map(({ name, chosen }): Shown => {
		const model = new FormModel(description, chosen);
		const shown = node(name, NODE_TYPE, 1, model.everything(), credential);
		return { name, node: shown, labels: model.allLabels(), atFirstSight: false };
	});
	const tools = AS_TOOL.map(([resource, operation]): Shown => {
		const name = `tool-${resource}-${operation}`;
		const model = new FormModel(typeOf(TOOL_TYPE), { resource, operation });
		const shown = node(name, TOOL_TYPE, 1, model.everything(), credential);
		return { name, node: shown, labels: model.allLabels(), atFirstSight: false };
	});
	const wanted = form?.split(',') ?? [''];
	return [...first, ...whole, ...tools].filter(({ name }) =>
		wanted.some((beginning) => name.startsWith(beginning)),
	);
}

/** Every form of the MISP node, in the editor: that all of it is shown, with a picture to look at. */
export async function checkForms(report: Report, context: Context): Promise<void> {
	const { n8n } = context;
	report.group('Forms, in Chromium');
	const forms = await shownForms(context);
	for (const [index, form] of forms.entries()) {
		form.node.position = [160 * (index % COLUMNS), 160 * Math.floor(index / COLUMNS)];
	}
	const nodes = forms.map((form) => form.node);
	const { id } = await n8n.rest.createWorkflow({ name: 'Forms', nodes, connections: {} });
	const browser = await openBrowser(n8n.rest);
	try {
		const editor = new EditorPage(await browser.context.newPage(), n8n.url);
		await report.check('a workflow with all of them opens', async () => {
			await editor.openWorkflow(id);
			await editor.screenshot('canvas');
		});
		for (const { name, labels, atFirstSight } of forms) {
			await report.check(`form ${name}`, async () => {
				if (!atFirstSight) await editor.setHeight(TALL);
				await editor.inNode(name, async () => {
					if (atFirstSight) await editor.screenshot(`form-${name}`, 'ndv');
					else await editor.screenshotForm(`form-${name}`);
					assertHas(await editor.formLines(), labels);
				});
			});
		}
		await report.check('no exception in the editor', async () => {
			assert.deepEqual(browser.errors, []);
		});
	} finally {
		await browser.close();
	}
}
