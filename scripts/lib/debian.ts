/** Programs that Debian has a package of: found where they are, installed where that is possible. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheRoot } from './cache';
import { runLogged } from './runLogged';

export interface DebianProgram {
	/** As in "Chromium is missing". */
	title: string;
	/** Debian's name for it. */
	package: string;
	/** Where it is, once it is installed. */
	find: () => string | undefined;
	/** What to do where this command cannot install it, as a sentence. */
	otherwise: string;
}

/** The first of these programs that is in PATH. */
export function inPath(...names: string[]): string | undefined {
	const folders = (process.env.PATH ?? '').split(delimiter);
	return names
		.flatMap((name) => folders.map((folder) => join(folder, name)))
		.find((file) => existsSync(file));
}

/** @returns path of the executable */
export async function ensureProgram(program: DebianProgram): Promise<string> {
	const { title, find } = program;
	const found = find();
	if (found) return found;
	if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
		throw new Error(
			`${title} is missing. ${program.otherwise} On Debian: sudo apt-get install ${program.package}`,
		);
	}
	const steps: Array<[string, string[]]> = [
		['updating the list of Debian packages', ['update']],
		[`installing ${title}`, ['install', '--yes', '--no-install-recommends', program.package]],
	];
	for (const [label, args] of steps) {
		await runLogged({
			label,
			command: 'apt-get',
			args,
			cwd: '/',
			// In this runlevel a package does not start the service that it brings.
			env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
			logFile: join(cacheRoot(), 'logs', `${program.package}.log`),
		});
	}
	const installed = find();
	if (!installed) throw new Error(`${title} was installed with apt-get but is not found.`);
	return installed;
}
