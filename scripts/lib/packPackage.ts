import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface PackedPackage {
	name: string;
	version: string;
	tarball: string;
	/** Paths inside the package. */
	files: string[];
}

/** Builds the package and packs it the way it is published. */
export async function packPackage(root: string, into: string): Promise<PackedPackage> {
	await run('npm', ['run', 'build'], { cwd: root });
	const { stdout } = await run(
		'npm',
		['pack', '--json', '--ignore-scripts', '--pack-destination', into],
		{ cwd: root, maxBuffer: 64 * 1024 * 1024 },
	);
	const [packed] = JSON.parse(stdout) as Array<{
		name: string;
		version: string;
		filename: string;
		files: Array<{ path: string }>;
	}>;
	if (!packed) throw new Error(`npm pack made nothing: ${stdout}`);
	return {
		name: packed.name,
		version: packed.version,
		tarball: join(into, packed.filename),
		files: packed.files.map(({ path }) => path),
	};
}
