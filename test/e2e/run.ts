/** The packed package in a full n8n: through its REST API and in its editor. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Cleanups } from '../../scripts/lib/cleanups';
import { ensureN8n, N8N_VERSIONS, type N8nVersion } from '../../scripts/lib/n8nInstall';
import { startN8n } from '../../scripts/lib/n8nServer';
import { packPackage } from '../../scripts/lib/packPackage';
import { CREDENTIAL_TYPE, sandboxCredential } from '../../scripts/lib/sandboxCredential';
import { startSandbox } from '../sandbox/server';
import { checkAi } from './checks/ai';
import { checkCredentials } from './checks/credentials';
import { checkEditor } from './checks/editor';
import { checkFaults } from './checks/faults';
import { checkForms } from './checks/forms';
import { checkHttpRequest } from './checks/httpRequest';
import { checkLists } from './checks/lists';
import { checkPackage } from './checks/package';
import { checkSecrets } from './checks/secrets';
import { checkTrigger } from './checks/trigger';
import { checkWorkflow } from './checks/workflow';
import { checkWorkflows } from './checks/workflows';
import type { Context } from './context';
import { Report } from './report';
import { runSuite } from './suite';

const ROOT = join(__dirname, '..', '..');
const VERSIONS = Object.keys(N8N_VERSIONS) as N8nVersion[];

/** All checks, in their order: the last looks at what the others left behind. */
const CHECKS = {
	package: checkPackage,
	credentials: checkCredentials,
	workflow: checkWorkflow,
	lists: checkLists,
	httpRequest: checkHttpRequest,
	editor: checkEditor,
	forms: checkForms,
	trigger: checkTrigger,
	workflows: checkWorkflows,
	faults: checkFaults,
	ai: checkAi,
	secrets: checkSecrets,
};

const { values } = parseArgs({
	options: {
		n8n: { type: 'string', default: '2.41.1' },
		only: { type: 'string' },
		/** One file of examples/workflows, for the check "workflows". */
		example: { type: 'string' },
		/** For the check "forms": `attribute`, or `attribute-lookup,event-get`. */
		form: { type: 'string' },
	},
});

/** `--only trigger` for some of the checks, with commas between. */
function chosenChecks(): Array<(typeof CHECKS)[keyof typeof CHECKS]> {
	const names = Object.keys(CHECKS) as Array<keyof typeof CHECKS>;
	// The example workflows are made of n8n's newest nodes.
	const usual = names.filter((name) => name !== 'workflows' || chosenVersion() === VERSIONS[0]);
	const wanted = values.only?.split(',') ?? usual;
	const unknown = wanted.filter((name) => !names.includes(name as never));
	if (unknown.length > 0)
		throw new Error(`--only takes ${names.join(', ')}, not "${unknown.join()}".`);
	return names.filter((name) => wanted.includes(name)).map((name) => CHECKS[name]);
}

/** `--n8n 2.8.4` for another n8n than the newest. */
function chosenVersion(): N8nVersion {
	const version = VERSIONS.find((each) => each === values.n8n);
	if (!version) throw new Error(`--n8n takes ${VERSIONS.join(' or ')}, not "${values.n8n}".`);
	return version;
}

async function prepare(cleanups: Cleanups, version: N8nVersion): Promise<Context> {
	const installation = await ensureN8n(version);
	const temporary = await mkdtemp(join(tmpdir(), 'n8n-nodes-misp-e2e-'));
	cleanups.add(async () => await rm(temporary, { recursive: true, force: true }));
	console.log('building and packing the package …');
	const packed = await packPackage(ROOT, temporary);

	const sandbox = await startSandbox();
	cleanups.add(async () => await sandbox.stop());
	const otherSandbox = await startSandbox();
	cleanups.add(async () => await otherSandbox.stop());

	const started = Date.now();
	console.log(`starting n8n ${version} …`);
	const home = join(temporary, 'home');
	const env = { N8N_LOG_LEVEL: 'debug', N8N_LOG_OUTPUT: 'console,file' };
	const n8n = await startN8n({ installation, packed, home, env });
	cleanups.add(async () => await n8n.stop());
	console.log(`n8n is ready: ${n8n.url} (${((Date.now() - started) / 1000).toFixed(1)} s)`);

	const data = sandboxCredential(sandbox, 'publisher', 'publish');
	const credential = await n8n.rest.createCredential('MISP Sandbox', CREDENTIAL_TYPE, data);
	return {
		n8n,
		packed,
		home,
		sandbox,
		otherSandbox,
		credential,
		executions: [],
		told: [],
		example: values.example,
		form: values.form,
	};
}

async function runChecks(cleanups: Cleanups): Promise<boolean> {
	const started = Date.now();
	const checks = chosenChecks();
	const context = await prepare(cleanups, chosenVersion());
	const report = new Report();
	for (const check of checks) await check(report, context);
	console.log(`\n${((Date.now() - started) / 1000).toFixed(0)} s in all`);
	return report.close();
}

runSuite(runChecks);
