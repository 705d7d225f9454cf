/** A long-running program that this process started and ends, with its output in a file. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

const STOP_TIMEOUT_MS = 15_000;

export interface OwnProcessOptions {
	command: string;
	args: string[];
	cwd: string;
	env: NodeJS.ProcessEnv;
	logFile: string;
	/** What it takes for a request to end; SIGTERM without it. */
	stopSignal?: NodeJS.Signals;
	/** Another user than the one of this process. */
	user?: { uid: number; gid: number };
}

export interface OwnProcess {
	pid: number;
	logFile: string;
	/** Everything that it has printed. */
	log: () => string;
	isRunning: () => boolean;
	/** Resolves when it has ended, for whatever reason. */
	ended: Promise<unknown>;
	/** Asks it to end, and makes it end when it takes too long. */
	stop: () => Promise<void>;
	/** Ends it at once, in the middle of whatever it does. */
	kill: () => Promise<void>;
}

export function startProcess(options: OwnProcessOptions): OwnProcess {
	const { command, args, cwd, env, logFile, stopSignal = 'SIGTERM', user = {} } = options;
	const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], ...user });
	const ended = Promise.race([once(child, 'exit'), once(child, 'error')]);
	ended.catch(() => {}); // a program that cannot be started has ended, too
	// For when this process is ended without having stopped it.
	const abandon = () => child.kill('SIGKILL');
	process.once('exit', abandon);
	const file = createWriteStream(logFile);
	let log = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			log += text;
			file.write(text);
		});
	}
	const isRunning = () =>
		child.pid !== undefined && child.exitCode === null && child.signalCode === null;
	const end = async (signal: NodeJS.Signals) => {
		if (isRunning()) {
			child.kill(signal);
			const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
			await ended;
			clearTimeout(force);
		}
		process.off('exit', abandon);
		file.end();
	};
	return {
		pid: child.pid ?? 0,
		logFile,
		log: () => log,
		isRunning,
		ended,
		stop: async () => await end(stopSignal),
		kill: async () => await end('SIGKILL'),
	};
}

/** Waits until the check says yes. @throws with the last lines of the log when it ends before, or never does */
export async function untilReady(
	name: string,
	child: OwnProcess,
	check: () => Promise<boolean>,
	timeoutMs: number,
): Promise<void> {
	const failed = (why: string) => {
		const lines = child.log().trimEnd().split('\n').slice(-40).join('\n');
		return new Error(`${name} did not start: ${why}\nIts last lines:\n${lines}`);
	};
	for (const until = Date.now() + timeoutMs; !(await check()); ) {
		if (!child.isRunning()) throw failed('it ended');
		if (Date.now() > until) throw failed(`not ready in ${timeoutMs / 1000} s`);
		await new Promise((resolve) => setTimeout(resolve, 300));
	}
}
