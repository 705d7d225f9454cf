/**
 * npm's tools about what is bundled alone, not about what only builds and tests it.
 *
 * - `npm run sbom -- FILE`: an SBOM (CycloneDX, JSON)
 * - `npm run audit`: known weaknesses; needs a registry that answers audits, and fails otherwise
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeBundledProject } from './lib/bundledLock';

const ROOT = join(__dirname, '..');

/** What npm says in a project that holds just the bundled packages. @throws when it fails */
export async function npmOnBundled(args: string[]): Promise<string> {
	const scratch = mkdtempSync(join(tmpdir(), 'bundled-'));
	// npm takes the name of the whole from its folder.
	const folder = join(scratch, 'n8n-nodes-misp');
	try {
		await writeBundledProject(ROOT, folder);
		const { status, stdout, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' });
		if (status !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${stdout}${stderr}`);
		return stdout;
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}

/** The bill of materials as CycloneDX JSON. */
export const sbom = async (): Promise<string> =>
	await npmOnBundled([
		'sbom',
		'--package-lock-only',
		'--sbom-format=cyclonedx',
		'--sbom-type=library',
	]);

async function main([command, file]: string[]): Promise<void> {
	if (command === 'audit') {
		console.log(await npmOnBundled(['audit', '--package-lock-only', '--audit-level=low']));
	} else if (command === 'sbom' && file !== undefined) {
		writeFileSync(file, await sbom());
	} else {
		throw new Error('npm run sbom -- FILE, or npm run audit');
	}
}

if (require.main === module) {
	main(process.argv.slice(2)).catch((error: Error) => {
		console.error(error.message);
		process.exitCode = 1;
	});
}
