/** Finds Chromium, or installs Debian's. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheRoot } from './cache';
import { runLogged } from './runLogged';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

function find(): string | undefined {
	const folders = (process.env.PATH ?? '').split(delimiter);
	const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
	return [...candidates, MAC].find((file) => existsSync(file));
}

/** @returns path of the executable */
export async function ensureChromium(): Promise<string> {
	const found = find();
	if (found) return found;
	if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
		throw new Error(
			'Chromium is missing. Install Chromium or Google Chrome; on Debian: sudo apt-get install chromium',
		);
	}
	const steps: Array<[string, string[]]> = [
		['updating the list of Debian packages', ['update']],
		['installing Chromium', ['install', '--yes', '--no-install-recommends', 'chromium']],
	];
	for (const [label, args] of steps) {
		await runLogged({
			label,
			command: 'apt-get',
			args,
			cwd: '/',
			env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
			logFile: join(cacheRoot(), 'logs', 'chromium.log'),
		});
	}
	const installed = find();
	if (!installed) throw new Error('Chromium was installed with apt-get but is not in PATH.');
	return installed;
}
