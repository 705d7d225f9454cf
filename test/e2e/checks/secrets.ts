import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Context } from '../context';
import { formsIn, formsOfKey } from '../keyForms';
import type { Report } from '../report';
import { chain, passingNode, run } from '../workflows';

/** Runs after everything else, so that all of it has left its traces. */
export async function checkSecrets(report: Report, context: Context): Promise<void> {
	const { n8n, home, sandbox, executions, told } = context;
	const keys = Object.entries(sandbox.keys);
	const namesIn = (text: string | Buffer) =>
		keys.flatMap(([name, key]) => formsIn(text, key).map((form) => `${name} (${form})`));

	report.group('Keys');

	// Looks like a key, and lies about in every form: in names of nodes, which n8n stores and prints.
	const canary = randomUUID().replace(/-/g, '').padEnd(40, 'Zq');
	await run(
		context,
		chain(
			'Canary',
			formsOfKey(canary).map(({ text }) => passingNode(text)),
		),
	);
	const everyForm = formsOfKey(canary).map(({ form }) => form);

	await report.check('no key in the data of any execution', async () => {
		assert.ok(executions.length > 1, 'nothing was executed');
		assert.deepEqual(formsIn(executions.join('\n'), canary), everyForm);
		assert.deepEqual(executions.flatMap(namesIn), []);
	});

	await report.check('no key in what n8n says of failures', async () => {
		assert.deepEqual(told.flatMap(namesIn), []);
	});

	await report.check('no key in what n8n printed, with debug messages', async () => {
		assert.ok(n8n.log().includes('debug'), 'debug messages are missing');
		assert.deepEqual(formsIn(n8n.log(), canary), everyForm);
		assert.deepEqual(namesIn(n8n.log()), []);
	});

	await report.check('no key in any file that n8n wrote: database, log, everything', async () => {
		const entries = await readdir(home, { recursive: true, withFileTypes: true });
		const files = entries
			.filter((entry) => entry.isFile())
			.map((entry) => join(entry.parentPath, entry.name))
			.filter((file) => !file.includes('node_modules'));
		const found: string[] = [];
		const seen = new Map<string, Set<string>>();
		for (const file of files) {
			const content = await readFile(file);
			const name = relative(home, file);
			for (const key of namesIn(content)) found.push(`${name}: ${key}`);
			// The database lies in several files.
			const kind = /database\.sqlite/.test(name)
				? 'database'
				: /\/n8n[^/]*\.log/.test(name)
					? 'log'
					: '';
			const forms = seen.get(kind) ?? new Set();
			seen.set(kind, forms);
			for (const form of formsIn(content, canary)) forms.add(form);
		}
		for (const kind of ['database', 'log'])
			assert.deepEqual([...(seen.get(kind) ?? [])].sort(), [...new Set(everyForm)].sort(), kind);
		assert.deepEqual(found, []);
	});
}
