import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Context } from '../context';
import type { Report } from '../report';

/** Runs after everything else, so that all of it has left its traces. */
export async function checkSecrets(report: Report, context: Context): Promise<void> {
	const { n8n, home, sandbox, executions } = context;
	const keys = Object.entries(sandbox.keys);
	const namesIn = (text: string | Buffer) =>
		keys.filter(([, key]) => text.includes(key)).map(([name]) => name);

	report.group('Keys');

	await report.check('no key in the data of any execution', async () => {
		assert.ok(executions.length > 0, 'nothing was executed');
		assert.deepEqual(executions.flatMap(namesIn), []);
	});

	await report.check('no key in what n8n printed, with debug messages', async () => {
		assert.ok(n8n.log().includes('debug'), 'debug messages are missing');
		assert.deepEqual(namesIn(n8n.log()), []);
	});

	await report.check('no key in clear text in any file that n8n wrote', async () => {
		const entries = await readdir(home, { recursive: true, withFileTypes: true });
		const files = entries
			.filter((entry) => entry.isFile())
			.map((entry) => join(entry.parentPath, entry.name));
		const data = files.filter((file) => !file.includes('node_modules'));
		assert.ok(
			data.some((file) => file.endsWith('database.sqlite')),
			'the database is missing',
		);
		const found: string[] = [];
		for (const file of data) {
			for (const name of namesIn(await readFile(file)))
				found.push(`${relative(home, file)}: ${name}`);
		}
		assert.deepEqual(found, []);
	});
}
