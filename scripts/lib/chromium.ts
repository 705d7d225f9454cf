/** Finds Chromium, or installs Debian's. */
import { existsSync } from 'node:fs';
import { ensureProgram, inPath } from './debian';

const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** @returns path of the executable */
export async function ensureChromium(): Promise<string> {
	return await ensureProgram({
		title: 'Chromium',
		package: 'chromium',
		find: () =>
			inPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable') ??
			[MAC].find((file) => existsSync(file)),
		otherwise: 'Install Chromium or Google Chrome.',
	});
}
