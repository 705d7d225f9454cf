/**
 * An `npm` that has our package in its registry before it is published.
 *
 * n8n's Community Nodes page installs by name only. Read in n8n 2.41.1, modules/community-packages:
 * it asks the registry whether the version exists and, when that gets no answer, runs `npm view`;
 * then runs `npm pack <name>@<version>`, unpacks what that made, strips dev, peer and optional
 * dependencies, runs `npm install --ignore-scripts` in it, loads it and notes it in the database.
 * With this program first in n8n's PATH, all of it is n8n's own code working on our tarball.
 */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { PackedPackage } from './packPackage';

function realNpm(): string {
	const found = (process.env.PATH ?? '')
		.split(delimiter)
		.map((folder) => join(folder, 'npm'))
		.find((file) => existsSync(file));
	if (!found) throw new Error('npm is not in PATH.');
	return found;
}

/** @returns the folder to put first in PATH */
export async function writeNpmStandIn(folder: string, packed: PackedPackage): Promise<string> {
	const spec = `${packed.name}@${packed.version}`;
	const program = `#!/usr/bin/env node
const { spawnSync } = require('node:child_process');
const { basename, join } = require('node:path');
const { copyFileSync } = require('node:fs');
const [command, spec, ...rest] = process.argv.slice(2);
const tarball = ${JSON.stringify(packed.tarball)};
if (command === 'view' && spec === ${JSON.stringify(spec)} && rest[0] === 'version') {
	console.log(${JSON.stringify(JSON.stringify(packed.version))});
} else if (command === 'pack' && spec === ${JSON.stringify(spec)}) {
	copyFileSync(tarball, join(process.cwd(), basename(tarball)));
	console.log(basename(tarball));
} else {
	const { status } = spawnSync(${JSON.stringify(realNpm())}, process.argv.slice(2), { stdio: 'inherit' });
	process.exitCode = status ?? 1;
}
`;
	await mkdir(folder, { recursive: true });
	const file = join(folder, 'npm');
	await writeFile(file, program);
	await chmod(file, 0o755);
	return folder;
}
