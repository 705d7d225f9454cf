/** What is bundled as an npm project of its own, so that npm's tools judge that and nothing else. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { bundledPackages } from './bundled';

interface Manifest {
	name: string;
	version: string;
	license: string;
	description: string;
	dependencies?: Record<string, string>;
}

interface LockEntry {
	dev?: boolean;
	dependencies?: Record<string, string>;
	peerDependencies?: Record<string, string>;
	[other: string]: unknown;
}

const pick = <T>(from: Record<string, T>, names: ReadonlySet<string>): Record<string, T> =>
	Object.fromEntries(Object.entries(from).filter(([name]) => names.has(name)));

/** Writes package.json and package-lock.json with the bundled packages as dependencies into a folder. */
export async function writeBundledProject(root: string, folder: string): Promise<void> {
	const bundled = await bundledPackages(root);
	const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8')) as unknown;
	const { name, version, license, description } = read('package.json') as Manifest;
	const { packages } = read('package-lock.json') as { packages: Record<string, LockEntry> };
	const names = new Set(bundled.map((one) => one.name));
	const manifest: Manifest = {
		name,
		version,
		license,
		description,
		// A second version of a package stands within the one that needs it.
		dependencies: Object.fromEntries(
			bundled
				.filter((one) => one.path === `node_modules/${one.name}`)
				.map((one) => [one.name, one.version]),
		),
	};
	const entries = bundled.map(({ path }) => {
		const { dependencies = {}, ...entry }: LockEntry = { ...packages[path] };
		// Neither only for development here, nor with what is not bundled.
		delete entry.dev;
		delete entry.peerDependencies;
		return [path, { ...entry, dependencies: pick(dependencies, names) }];
	});
	const lock = {
		name,
		version,
		lockfileVersion: 3,
		requires: true,
		packages: { '': manifest, ...(Object.fromEntries(entries) as object) },
	};
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, undefined, '\t'));
	writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock, undefined, '\t'));
}
