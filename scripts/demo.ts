/**
 * MISP in n8n, from one command: runs an example workflow through n8n's real engine, with the built
 * nodes, over HTTPS, against a stand-in for MISP, and shows what happened.
 *
 * Ends with 0 only if every step did what it says.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IConnections, IDataObject, INode, IRun, ITaskData } from 'n8n-workflow';
import { loadPackage, runNode, runWorkflow } from '../test/engine/engine';
import { startSandbox, type Sandbox } from '../test/sandbox/server';
import { sandboxCredential } from './lib/sandboxCredential';

const EXAMPLE = join(__dirname, '..', 'examples', 'workflows', 'first-light.json');

const colour = (code: number) => (text: string) =>
	process.stdout.isTTY ? `\u001b[${code}m${text}\u001b[0m` : text;
const bold = colour(1);
const dim = colour(2);
const green = colour(32);
const red = colour(31);

type Items = IDataObject[];

interface Step {
	/** What the node says it did, from what came out of it. */
	says(items: Items): string;
	/** What must be true in MISP itself afterwards, not only in the node's output. */
	proof(sandbox: Sandbox, items: Items): boolean;
}

const first = (items: Items): IDataObject => items[0] ?? {};
const text = (value: unknown): string => String(value);

function eventOf(sandbox: Sandbox, id: unknown) {
	return sandbox.world.event(text(id));
}

/** What each node of the example has to achieve. */
const STEPS: Record<string, Step> = {
	'Create Event': {
		says: (items) =>
			`event ${text(first(items).id)} "${text(first(items).info)}" with ${(first(items).Attribute as unknown[]).length} attributes`,
		proof: (sandbox, items) => {
			const event = eventOf(sandbox, first(items).id);
			return (
				event?.info === first(items).info && (first(items).Attribute as unknown[]).length === 2
			);
		},
	},
	'Add Address': {
		says: (items) => `${text(first(items).type)} ${text(first(items).value)}`,
		proof: (_sandbox, items) => first(items).value === '198.51.100.23',
	},
	'Add File Hash': {
		says: (items) => `${text(first(items).type)} ${text(first(items).value).slice(0, 16)}…`,
		proof: (_sandbox, items) => first(items).type === 'sha256' && first(items).to_ids === true,
	},
	'Mark as TLP:GREEN': {
		says: (items) => text(first(items).message),
		proof: (_sandbox, items) => /successfully attached/i.test(text(first(items).message)),
	},
	Publish: {
		says: (items) => `published at ${text(first(items).publish_timestamp_iso)}`,
		proof: (sandbox, items) => eventOf(sandbox, first(items).id)?.published === true,
	},
	'Find It Again': {
		says: (items) =>
			`${items.length} match: ${text(first(items).value)} in event ${text(first(items).event_id)}, tagged ${tagsOf(first(items)).join(', ')}`,
		proof: (_sandbox, items) =>
			items.length === 1 &&
			first(items).value === 'invoices-portal.example.com' &&
			tagsOf(first(items)).includes('tlp:green'),
	},
};

const tagsOf = (row: IDataObject): string[] =>
	((row.Tag ?? []) as Array<{ name: string }>).map(({ name }) => name);

const itemsOf = (task: ITaskData): Items => (task.data?.main?.[0] ?? []).map(({ json }) => json);

function reportStep(sandbox: Sandbox, name: string, task: ITaskData): boolean {
	const step = STEPS[name];
	if (!step) return true; // the trigger
	const items = itemsOf(task);
	const problem = task.error
		? task.error.message
		: step.proof(sandbox, items)
			? undefined
			: 'the output is not what this step should give';
	const time = dim(`${task.executionTime} ms`);
	console.log(
		problem === undefined
			? `  ${green('✓')} ${name.padEnd(19)} ${step.says(items)}  ${time}`
			: `  ${red('✗')} ${name.padEnd(19)} ${problem}  ${time}`,
	);
	return problem === undefined;
}

/** The same first step with a read-only credential: it must stop before anything is sent. */
async function refusesReadOnly(sandbox: Sandbox): Promise<boolean> {
	const before = sandbox.requests.length;
	const { error } = await runNode(
		{ resource: 'event', operation: 'create', info: 'Should not be created' },
		sandboxCredential(sandbox, 'publisher', 'read'),
	);
	const sent = sandbox.requests.length - before;
	const good = error !== undefined && /needs the access level/.test(error.message) && sent === 0;
	console.log(
		good
			? `  ${green('✓')} ${'Least privilege'.padEnd(19)} ${error.message}`
			: `  ${red('✗')} ${'Least privilege'.padEnd(19)} ${error?.message ?? 'no error'} (${sent} requests sent)`,
	);
	return good;
}

/** What the workflow left in MISP, read back with a read-only key. */
async function summary(sandbox: Sandbox, run: IRun, seconds: number): Promise<boolean> {
	const requests = sandbox.requests.map(
		({ method, path, status }) => `${method} ${path} ${status}`,
	);
	const created = run.data.resultData.runData['Create Event']?.[0];
	const id = text(first(created ? itemsOf(created) : []).id);
	const { items } = await runNode(
		{ resource: 'event', operation: 'get', event: { __rl: true, mode: 'id', value: id } },
		sandboxCredential(sandbox, 'readonly', 'read'),
	);
	const event = items[0]?.json ?? {};
	const attributes = (event.Attribute ?? []) as Array<{ type: string; value: string }>;
	console.log(`\n${bold('What is in MISP now')} ${dim('(read back with a read-only key)')}`);
	console.log(`  ${bold(text(event.info))}   ${sandbox.url}/events/view/${id}`);
	console.log(
		`  ${event.published === true ? 'published' : 'not published'}, ${tagsOf(event).join(', ')}, by ${text((event.Orgc as IDataObject | undefined)?.name)}`,
	);
	for (const { type, value } of attributes) console.log(`    ${type.padEnd(10)} ${value}`);
	console.log(`\n${bold('What it took')}`);
	console.log(`  ${requests.length} requests over HTTPS, ${seconds.toFixed(1)} s`);
	for (const request of requests) console.log(dim(`    ${request}`));
	console.log(
		`\nNext: ${bold('npm run editor')} opens n8n with this workflow in it, ${bold('npm run sandbox')} starts the MISP stand-in alone.`,
	);
	return attributes.length === 4 && event.published === true;
}

async function main(): Promise<boolean> {
	const { name, nodes, connections } = JSON.parse(readFileSync(EXAMPLE, 'utf8')) as {
		name: string;
		nodes: INode[];
		connections: IConnections;
	};
	await loadPackage();
	const sandbox = await startSandbox();
	try {
		console.log(`\n${bold(name)}`);
		console.log(dim(`  n8n's engine, the built nodes, MISP's stand-in at ${sandbox.url}\n`));
		const started = Date.now();
		const done = new Map<string, boolean>();
		const run = await runWorkflow({
			nodes,
			connections,
			credentials: { mispScopedApi: sandboxCredential(sandbox, 'publisher', 'publish') },
			onNode: (node, task) => done.set(node, reportStep(sandbox, node, task)),
		});
		const missing = Object.keys(STEPS).filter((step) => !done.has(step));
		for (const step of missing) console.log(`  ${red('✗')} ${step.padEnd(19)} did not run`);
		const seconds = (Date.now() - started) / 1000;
		const scoped = await refusesReadOnly(sandbox);
		const stored = await summary(sandbox, run, seconds);
		return scoped && stored && missing.length === 0 && [...done.values()].every(Boolean);
	} finally {
		await sandbox.stop();
	}
}

void main().then(
	(good) => {
		console.log(good ? green('\nEvery step did what it says.') : red('\nThe demo failed.'));
		// n8n's engine leaves timers behind that would keep the process alive.
		process.exit(good ? 0 : 1);
	},
	(error: unknown) => {
		console.error(error);
		process.exit(1);
	},
);
