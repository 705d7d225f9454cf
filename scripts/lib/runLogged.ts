/** Runs a long command with its output in a file, and shows that it is alive. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const NOTE_EVERY_MS = 30_000;
const LINES_ON_FAILURE = 40;

export interface LoggedCommand {
	/** What is said about it: "installing n8n 2.41.1". */
	label: string;
	command: string;
	args: string[];
	cwd: string;
	env?: NodeJS.ProcessEnv;
	logFile: string;
}

/** @throws with the last lines of the output when the command fails */
export async function runLogged(options: LoggedCommand): Promise<void> {
	const { label, command, args, cwd, logFile } = options;
	const started = Date.now();
	const seconds = () => Math.round((Date.now() - started) / 1000);
	mkdirSync(dirname(logFile), { recursive: true });
	const log = openSync(logFile, 'w');
	console.log(`${label} …`);
	const note = setInterval(() => console.log(`${label}: ${seconds()} s so far`), NOTE_EVERY_MS);
	try {
		const child = spawn(command, args, {
			cwd,
			env: options.env ?? process.env,
			stdio: ['ignore', log, log],
		});
		const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
		if (code !== 0) {
			const lines = (await readFile(logFile, 'utf8')).trimEnd().split('\n');
			throw new Error(
				`${label} failed (${signal ?? `exit code ${code}`}) after ${seconds()} s. ` +
					`Everything it said is in ${logFile}; the end of it:\n${lines.slice(-LINES_ON_FAILURE).join('\n')}`,
			);
		}
		console.log(`${label}: done (${seconds()} s)`);
	} finally {
		clearInterval(note);
		closeSync(log);
	}
}
