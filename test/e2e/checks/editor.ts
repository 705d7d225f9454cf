import assert from 'node:assert/strict';
import type { INodeParameters } from 'n8n-workflow';
import { openBrowser } from '../../../scripts/lib/browser';
import type { NewWorkflow } from '../../../scripts/lib/n8nRest';
import type { Context } from '../context';
import { EditorPage } from '../editorPage';
import { assertHas, type Report } from '../report';
import { byId, chain, mispNode } from '../workflows';

/** What somebody may have written into MISP who wants it read beside an error. */
const TRAP =
	'<p style="background:url(https://trap.example.net/seen.png)"><a href="https://trap.example.net">Log in again</a></p>';

/** What people type who do not think of the name. */
const TYPED = 'ioc indicator threat attack sighting tlp stix hash phishing'.split(' ');

/** One workflow with a node for each thing that is tried. */
function gallery(context: Context, nodes: Record<string, INodeParameters>): NewWorkflow {
	const workflow = chain(
		'Forms',
		Object.entries(nodes).map(([name, parameters]) =>
			mispNode(name, parameters, context.credential),
		),
	);
	// Only this one is run.
	workflow.connections = { Start: { main: [[{ node: 'missing', type: 'main', index: 0 }]] } };
	return workflow;
}

export async function checkEditor(report: Report, context: Context): Promise<void> {
	const { n8n, credential } = context;
	report.group('Editor, in Chromium');
	const browser = await openBrowser(n8n.rest);
	try {
		const editor = new EditorPage(await browser.context.newPage(), n8n.url);
		const workflow = await checkWork(report, context, editor);
		await checkNodePanel(report, editor, workflow);
		await checkCredentialForm(report, editor, credential.id);
		await report.check('no exception in the editor', async () => {
			assert.deepEqual(browser.errors, []);
		});
	} finally {
		await browser.close();
	}
}

async function checkWork(report: Report, context: Context, editor: EditorPage): Promise<string> {
	const nodes: Record<string, INodeParameters> = {
		list: { resource: 'event', operation: 'get' },
		missing: { resource: 'event', operation: 'get', event: byId('99999') },
		made: {
			resource: 'event',
			operation: 'create',
			info: 'Made in the editor',
			tags: ['tlp:amber'],
		},
		types: { resource: 'attribute', operation: 'create' },
	};
	const { id } = await context.n8n.rest.createWorkflow(gallery(context, nodes));
	await report.check('attribute types from MISP in their drop-down', async () => {
		await editor.openWorkflow(id);
		await editor.openNode('types');
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
	await report.check('markup in what MISP says leads nowhere', async () => {
		await editor.openWorkflow(id);
		await editor.openNode('missing');
		const { faults } = context.sandbox;
		faults.set('refusal', { match: /events\/view/, status: 403, message: TRAP });
		const shown = await editor.executeNode().finally(() => faults.clear());
		await editor.screenshot('error-with-markup');
		assert.ok(
			shown.some((line) => /Log in again/.test(line)),
			shown.join(' | '),
		);
		assert.equal(await editor.leadingTo('trap.example.net'), 0);
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
