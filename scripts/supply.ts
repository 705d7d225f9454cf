/**
 * npm's tools about what is bundled alone, not about what only builds and tests it.
 *
 * - `npm run sbom -- FILE`: an SBOM (CycloneDX, JSON)
 * - `npm run audit`: known weaknesses; needs a registry that answers audits, and fails otherwise
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeBundledProject } from './lib/bundledLock';

const ROOT = join(__dirname, '..');

interface Said {
	failed: boolean;
	stdout: string;
	stderr: string;
}

/** What npm says in a project that holds just the bundled packages. */
async function npmOnBundled(args: string[]): Promise<Said> {
	const scratch = await mkdtemp(join(tmpdir(), 'bundled-'));
	// npm takes the name of the whole from its folder.
	const folder = join(scratch, 'n8n-nodes-misp');
	try {
		await writeBundledProject(ROOT, folder);
		return await new Promise((resolve) =>
			execFile('npm', args, { cwd: folder, maxBuffer: 50_000_000 }, (error, stdout, stderr) =>
				resolve({ failed: error !== null, stdout, stderr }),
			),
		);
	} finally {
		await rm(scratch, { recursive: true, force: true });
	}
}

/** The bill of materials as CycloneDX JSON. @throws when npm fails */
export async function sbom(): Promise<string> {
	const kind = ['--sbom-format=cyclonedx', '--sbom-type=library'];
	const { failed, stdout, stderr } = await npmOnBundled(['sbom', '--package-lock-only', ...kind]);
	if (failed) throw new Error(`npm sbom failed:\n${stdout}${stderr}`);
	return stdout;
}

interface AuditReport {
	auditReportVersion?: number;
	vulnerabilities?: Record<string, { severity: string; range: string }>;
	message?: string;
}

function parsed(text: string): AuditReport {
	try {
		return JSON.parse(text) as AuditReport;
	} catch {
		return {};
	}
}

/**
 * Asks a registry for known weaknesses of what is bundled.
 *
 * @param options further options for npm, such as another registry
 * @returns a sentence that says that there are none
 * @throws when there are some, and when the registry gave no answer: that is not the same as none
 */
export async function audit(options: string[] = []): Promise<string> {
	const { stdout, stderr } = await npmOnBundled([
		'audit',
		'--json',
		'--package-lock-only',
		...options,
	]);
	const { auditReportVersion, vulnerabilities, message } = parsed(stdout);
	if (auditReportVersion === undefined || vulnerabilities === undefined) {
		throw new Error(
			`The registry does not answer audits (${message ?? (stderr.trim() || 'no reason given')}): whether what is bundled has known weaknesses is NOT known. Use a registry that has advisories: npm run audit -- --registry=URL`,
		);
	}
	const weak = Object.entries(vulnerabilities).map(
		([name, { severity, range }]) => `${name} ${range} (${severity})`,
	);
	if (weak.length > 0) throw new Error(`Known weaknesses in what is bundled: ${weak.join(', ')}`);
	return 'No known weakness in what is bundled.';
}

async function main([command, ...rest]: string[]): Promise<void> {
	const [file] = rest;
	if (command === 'audit') {
		console.log(await audit(rest));
	} else if (command === 'sbom' && file !== undefined) {
		await writeFile(file, await sbom());
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
