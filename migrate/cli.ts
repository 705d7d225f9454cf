#!/usr/bin/env node
/** `npx n8n-nodes-misp migrate workflow.json`: from n8n's built-in MISP node to this package. */
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, parse, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { isAboutNothing, isIncomplete, reportText } from './report';
import { migrateExport } from './workflow';

const USAGE = `Usage: n8n-nodes-misp migrate <workflow.json> [--output <file>] [--force]

Rewrites n8n's built-in MISP nodes in an exported workflow, or a list of them, into nodes of
n8n-nodes-misp. The input stays as it is; what was written, left and changed is printed.

  --output <file>   where to write; without it, workflow.misp.json beside workflow.json
  --force           overwrite that file if it exists

Exit code: 0 all converted, 1 some nodes were left as they are, 2 nothing was written.`;

/** Said to the person, without a trace of the program. */
class Refusal extends Error {}

const isErrno = (error: unknown): error is NodeJS.ErrnoException =>
	error instanceof Error && 'code' in error;

function read(file: string): string {
	try {
		return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
	} catch (error) {
		throw new Refusal(`${file} cannot be read: ${(error as Error).message}`);
	}
}

const realPath = (file: string): string => {
	try {
		return realpathSync(file);
	} catch {
		return resolve(file); // not there yet
	}
};

function write(file: string, text: string, force: boolean): void {
	try {
		writeFileSync(file, text, { flag: force ? 'w' : 'wx' });
	} catch (error) {
		const exists = isErrno(error) && error.code === 'EEXIST';
		throw new Refusal(
			exists
				? `${file} exists. Give another name with --output, or --force to overwrite it.`
				: `${file} cannot be written: ${(error as Error).message}`,
		);
	}
}

function migrated(input: string): ReturnType<typeof migrateExport> {
	const text = read(input);
	try {
		return migrateExport(text);
	} catch (error) {
		const isJson = !(error instanceof SyntaxError);
		const why = (error as Error).message;
		throw new Refusal(`${input} ${isJson ? why : `is not valid JSON: ${why}`}`);
	}
}

function migrate(input: string, output: string | undefined, force: boolean): number {
	const { name } = parse(input);
	const target = output ?? join(dirname(input), `${name}.misp.json`);
	if (realPath(target) === realPath(input)) {
		throw new Refusal('The output would overwrite the input. Give another name with --output.');
	}
	const { text, reports } = migrated(input);
	console.log(reportText(reports));
	if (isAboutNothing(reports)) {
		console.log(`${basename(input)} has no built-in MISP node: nothing was written.`);
		return 0;
	}
	write(target, text, force);
	console.log(`Written to ${target}.`);
	return isIncomplete(reports) ? 1 : 0;
}

function main(): number {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			output: { type: 'string', short: 'o' },
			force: { type: 'boolean', default: false },
			help: { type: 'boolean', short: 'h', default: false },
		},
	});
	if (values.help) {
		console.log(USAGE);
		return 0;
	}
	const [command, input, ...rest] = positionals;
	if (command !== 'migrate' || input === undefined || rest.length > 0) throw new Refusal(USAGE);
	return migrate(input, values.output, values.force);
}

try {
	process.exitCode = main();
} catch (error) {
	// Wrong options are errors of Node.js with a code that says so.
	const isUsage = isErrno(error) && error.code?.startsWith('ERR_PARSE_ARGS') === true;
	if (!(error instanceof Refusal) && !isUsage) throw error;
	console.error(isUsage ? `${error.message}\n\n${USAGE}` : (error as Error).message);
	process.exitCode = 2;
}
