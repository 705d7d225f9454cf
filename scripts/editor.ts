/**
 * n8n's editor with this package and a MISP to try it on: builds the package, starts the sandbox
 * and a full n8n (installed on first use, outside of the clone), and puts a credential and the
 * example workflows into it. What is done in the editor is kept for the next time.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startSandbox } from '../test/sandbox/server';
import { cacheRoot } from './lib/cache';
import { Cleanups } from './lib/cleanups';
import { mispCredentials, PLACEHOLDERS, putCredentials } from './lib/exampleCredentials';
import { ensureN8n } from './lib/n8nInstall';
import { OWNER, type Credential, type N8nRest, type NewWorkflow } from './lib/n8nRest';
import { startN8n } from './lib/n8nServer';
import { takePictures, type Picture } from './lib/pictures';
import { packPackage } from './lib/packPackage';
import { CREDENTIAL_TYPE, sandboxCredential } from './lib/sandboxCredential';

const USAGE = `npm run editor -- [options]
  --port N   address of the editor, 5678 unless told
  --fresh    forget what was done in the editor before
  --once     start, check that it works, stop
  --pictures take the pictures of the documentation, stop`;

const ROOT = join(__dirname, '..');
const EXAMPLES = join(ROOT, 'examples', 'workflows');
const IMAGES = join(ROOT, 'docs', 'images');
/** The first one as it looks after a run, the others as they look after the import. */
const FIRST_PICTURE = { file: 'first-workflow.png', example: 'first-light.json' };
const N8N_VERSION = '2.41.1';
const CREDENTIAL_NAME = 'MISP Sandbox';

/** Adds the examples that are not there yet; one that was changed in the editor stays as it is. */
async function addExamples(rest: N8nRest): Promise<string[]> {
	const files = existsSync(EXAMPLES) ? await readdir(EXAMPLES) : [];
	const present = new Set((await rest.workflows()).map((workflow) => workflow.name));
	const names: string[] = [];
	for (const file of files.filter((each) => each.endsWith('.json')).sort()) {
		const workflow = JSON.parse(await readFile(join(EXAMPLES, file), 'utf8')) as NewWorkflow;
		names.push(workflow.name);
		if (present.has(workflow.name)) continue;
		// n8n finds a credential by its name where there is no id.
		for (const { credentials = {} } of workflow.nodes) {
			for (const credential of Object.values(credentials)) credential.id = null;
		}
		await rest.createWorkflow(workflow);
	}
	return names;
}

async function pictures(): Promise<Picture[]> {
	const files = (await readdir(EXAMPLES)).filter((each) => each.endsWith('.json')).sort();
	return await Promise.all(
		files.map(async (example) => {
			const { name } = JSON.parse(await readFile(join(EXAMPLES, example), 'utf8')) as NewWorkflow;
			const isFirst = example === FIRST_PICTURE.example;
			const file = isFirst ? FIRST_PICTURE.file : example.replace(/json$/, 'png');
			return { workflow: name, file, run: isFirst };
		}),
	);
}

/** @throws when the editor, the credential or a node of an example does not work */
async function check(rest: N8nRest, credential: Credential): Promise<void> {
	const page = await fetch(rest.url);
	if (!page.ok) throw new Error(`The editor answers ${page.status}.`);
	const { status, message } = await rest.testCredential(credential.id);
	if (status !== 'OK') throw new Error(`The credential does not work: ${message}`);
	const known = new Set((await rest.nodeTypes()).map(({ name }) => name));
	for (const { id } of await rest.workflows()) {
		const { name, nodes } = await rest.workflow(id);
		const unknown = nodes.find(({ type }) => !known.has(type));
		if (unknown) throw new Error(`"${name}" has a node of an unknown type: ${unknown.type}`);
	}
}

interface StartOptions {
	port: number;
	fresh: boolean;
	/** For pictures, which show the examples as they are stored: not what was done in the editor. */
	aside: boolean;
}

async function start(cleanups: Cleanups, { port, fresh, aside }: StartOptions) {
	const installation = await ensureN8n(N8N_VERSION);
	const temporary = await mkdtemp(join(tmpdir(), 'n8n-nodes-misp-'));
	cleanups.add(async () => await rm(temporary, { recursive: true, force: true }));
	console.log('building the package …');
	const packed = await packPackage(ROOT, temporary);

	const home = aside ? join(temporary, 'home') : join(cacheRoot(), `editor-${N8N_VERSION}`);
	if (fresh) await rm(home, { recursive: true, force: true });
	const sandbox = await startSandbox();
	cleanups.add(async () => await sandbox.stop());
	console.log('starting n8n …');
	const n8n = await startN8n({ installation, packed, home, port });
	cleanups.add(async () => await n8n.stop());

	// The sandbox has other keys and another certificate each time.
	const [credential] = (await putCredentials(n8n.rest, [
		[CREDENTIAL_NAME, CREDENTIAL_TYPE, sandboxCredential(sandbox, 'publisher', 'publish')],
		...mispCredentials(sandbox, sandbox),
		...PLACEHOLDERS,
	])) as [Credential, ...Credential[]];
	const examples = await addExamples(n8n.rest);
	await check(n8n.rest, credential);
	return { n8n, sandbox, examples };
}

async function main(): Promise<number> {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '5678' },
			fresh: { type: 'boolean', default: false },
			once: { type: 'boolean', default: false },
			pictures: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) {
		console.log(USAGE);
		return 0;
	}
	const port = Number(values.port);
	if (!Number.isInteger(port) || port < 1 || port > 65_535) {
		throw new Error(`--port takes a number from 1 to 65535, not "${values.port}".`);
	}
	const cleanups = new Cleanups();
	try {
		const { fresh, pictures: aside } = values;
		const started = await Promise.race([
			start(cleanups, { port, fresh, aside }),
			cleanups.interrupted,
		]);
		if (typeof started === 'string') return 130;
		const { n8n, sandbox, examples } = started;
		console.log(`
n8n      ${n8n.url}
log in   ${OWNER.email} / ${OWNER.password}
log      ${n8n.logFile}

sandbox  ${sandbox.url}
CA       ${sandbox.caPath}
keys     ${Object.entries(sandbox.keys)
			.map(([name, key]) => `${name.padEnd(16)} ${key}`)
			.join('\n         ')}

The credential "${CREDENTIAL_NAME}" works; it has the key "publisher" and the access level Publish.
Workflows: ${examples.join(', ') || 'none'}
`);
		if (values.pictures) {
			for (const file of await takePictures(n8n.rest, IMAGES, await pictures())) console.log(file);
		}
		if (values.once || values.pictures) return 0;
		console.log('Ctrl+C stops everything.');
		const why = await Promise.race([cleanups.interrupted, n8n.ended]);
		if (typeof why === 'string') return 0;
		console.error(`n8n has ended by itself; see ${n8n.logFile}`);
		return 1;
	} finally {
		await cleanups.run();
	}
}

main().then(
	(code) => process.exit(code),
	(error: unknown) => {
		console.error((error as Error).message);
		process.exit(1);
	},
);
