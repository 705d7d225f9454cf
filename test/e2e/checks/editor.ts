import assert from 'node:assert/strict';
import type { INodeParameters, INodeTypeDescription } from 'n8n-workflow';
import { openBrowser } from '../../../scripts/lib/browser';
import type { NewWorkflow } from '../../../scripts/lib/n8nRest';
import { NODE_TYPE, type Context } from '../context';
import { EditorPage } from '../editorPage';
import { FormModel } from '../formModel';
import { allForms, AT_FIRST_SIGHT } from '../forms';
import type { Report } from '../report';
import { byId, chain, mispNode } from '../workflows';

const USUAL_HEIGHT = 1000;
const TALL = 4400;
/** More than rows: the editor shows the whole canvas, and its header must not lie over a node. */
const COLUMNS = 20;

/** What people type who do not think of the name. */
const TYPED = 'ioc indicator threat attack sighting tlp stix hash phishing'.split(' ');

/** One workflow with a node for every form. */
function gallery(context: Context, nodes: Record<string, INodeParameters>): NewWorkflow {
	const workflow = chain(
		'Forms',
		Object.entries(nodes).map(([name, parameters]) =>
			mispNode(name, parameters, context.credential),
		),
	);
	// Only this one is run.
	workflow.connections = { Start: { main: [[{ node: 'missing', type: 'main', index: 0 }]] } };
	for (const [index, node] of workflow.nodes.entries()) {
		node.position = [160 * (index % COLUMNS), 160 * Math.floor(index / COLUMNS)];
	}
	return workflow;
}

function assertHas(lines: string[], labels: string[]): void {
	const missing = labels.filter((label) => !lines.includes(label));
	assert.deepEqual(missing, [], `not shown; what is shown: ${lines.filter(Boolean).join(' | ')}`);
}

export async function checkEditor(report: Report, context: Context): Promise<void> {
	const { n8n, credential } = context;
	report.group('Editor, in Chromium');
	const description = (await n8n.rest.nodeTypes()).find(({ name }) => name === NODE_TYPE);
	assert.ok(description);
	const browser = await openBrowser(n8n.rest);
	try {
		const editor = new EditorPage(await browser.context.newPage(), n8n.url);
		const workflow = await checkForms(report, context, editor, description);
		await checkNodePanel(report, editor, workflow);
		await checkCredentialForm(report, editor, credential.id);
		await report.check('no exception in the editor', async () => {
			assert.deepEqual(browser.errors, []);
		});
	} finally {
		await browser.close();
	}
}

async function checkForms(
	report: Report,
	context: Context,
	editor: EditorPage,
	description: INodeTypeDescription,
): Promise<string> {
	const forms = allForms(description).map((form) => ({
		...form,
		model: new FormModel(description, form.chosen),
	}));
	const nodes: Record<string, INodeParameters> = {
		list: { resource: 'event', operation: 'get' },
		missing: { resource: 'event', operation: 'get', event: byId('99999') },
		made: {
			resource: 'event',
			operation: 'create',
			info: 'Made in the editor',
			tags: ['tlp:amber'],
		},
	};
	for (const [resource, operation] of AT_FIRST_SIGHT) {
		nodes[`${resource}-${operation}-first`] = { resource, operation };
	}
	for (const { name, model } of forms) nodes[name] = model.everything();
	const { id } = await context.n8n.rest.createWorkflow(gallery(context, nodes));

	await report.check('a workflow opens', async () => {
		await editor.openWorkflow(id);
		await editor.screenshot('canvas');
	});
	for (const [resource, operation, labels] of AT_FIRST_SIGHT) {
		const name = `${resource}-${operation}-first`;
		await report.check(`form ${name}`, async () => {
			await editor.inNode(name, async () => {
				await editor.screenshot(`form-${name}`, 'ndv');
				assertHas(await editor.formLines(), labels);
			});
		});
	}
	await editor.setHeight(TALL);
	for (const { name, model } of forms) {
		await report.check(`form ${name}`, async () => {
			await editor.inNode(name, async () => {
				await editor.screenshotForm(`form-${name}`);
				assertHas(await editor.formLines(), model.allLabels());
			});
		});
	}

	await editor.setHeight(USUAL_HEIGHT);
	await report.check('attribute types from MISP in their drop-down', async () => {
		await editor.openNode('attribute-create-first');
		const types = await editor.optionsOf('type');
		await editor.screenshot('list-attribute-types', 'ndv');
		assertHas(types, ['ip-dst', 'sha256', 'domain']);
	});
	await report.check('events from MISP in the list of a locator', async () => {
		await editor.openWorkflow(id);
		await editor.openNode('list');
		const events = await editor.listOf('event');
		await editor.screenshot('list-events', 'ndv');
		assert.ok(
			events.some((text) => /^#\d+ .+\(\d{4}-\d\d-\d\d\)/.test(text)),
			events.join(' | '),
		);
	});
	await report.check('a new event in the table, with a link to it', async () => {
		await editor.openWorkflow(id);
		await editor.openNode('made');
		const shown = await editor.executeNode();
		await editor.screenshot('output', 'ndv');
		assertHas(shown, ['id', 'info', 'date', 'organisation', 'threat_level']);
		assert.ok(
			shown.some((line) => /^In MISP: event \d+$/.test(line)),
			shown.join(' | '),
		);
	});
	await report.check('an error is shown with what to do', async () => {
		await editor.openWorkflow(id);
		await editor.openNode('missing');
		const shown = await editor.executeNode();
		await editor.screenshot('error', 'ndv');
		assert.ok(
			shown.some((line) => /99999/.test(line)),
			shown.join(' | '),
		);
	});
	return id;
}

async function checkNodePanel(report: Report, editor: EditorPage, workflow: string): Promise<void> {
	await report.check('the node is found by typing "misp"', async () => {
		await editor.openWorkflow(workflow);
		const found = await editor.searchNodes('misp');
		await editor.screenshot('node-panel');
		assertHas(found, ['MISP Threat Intelligence']);
	});
	for (const word of TYPED) {
		await report.check(`the node is found by typing "${word}"`, async () => {
			assertHas(await editor.searchAgain(word), ['MISP Threat Intelligence']);
		});
	}
	await report.check('its actions are listed', async () => {
		await editor.searchAgain('misp');
		const actions = await editor.actionsOf('MISP Threat Intelligence');
		await editor.screenshot('node-actions');
		// Those further down are rendered when one scrolls.
		assertHas(actions, ['Create an attribute (indicator, IOC)', 'Look up indicators (IOC)']);
	});
}

async function checkCredentialForm(report: Report, editor: EditorPage, id: string): Promise<void> {
	await report.check('the form of the credential', async () => {
		await editor.openCredential(id);
		await editor.screenshot('credential', 'credential-edit-dialog');
		assertHas(await editor.credentialLines(), [
			'MISP URL',
			'Auth Key',
			'Access Level',
			'Server Certificate',
			'CA Certificate',
			'Client Certificate',
			'Timeout (Seconds)',
		]);
		await editor.scrollTo('timeout');
		await editor.screenshot('credential-end', 'credential-edit-dialog');
	});
	await report.check('an http:// URL is warned about while it is typed', async () => {
		await editor.openCredential(id);
		await editor.type('url', 'http://misp.example.org');
		await editor.screenshot('credential-http', 'credential-edit-dialog');
		const shown = await editor.credentialLines();
		assert.ok(
			shown.some((line) => /must start with https:/.test(line)),
			shown.join(' | '),
		);
	});
}
