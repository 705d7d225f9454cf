/** Which libraries really are in `dist`, by what esbuild put there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { bundle } from './bundle';

export interface BundledPackage {
	name: string;
	version: string;
	/** SPDX, as the package says. */
	licence: string;
	homepage: string;
	/** Its licence, and its notices if it has any. */
	texts: string[];
	/** Where it stands in package-lock.json, such as `node_modules/axios`. */
	path: string;
}

/** `node_modules/a/node_modules/@b/c/index.js` is of `node_modules/a/node_modules/@b/c`. */
const packageOf = (input: string): string | undefined =>
	/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];

interface Manifest {
	name: string;
	version: string;
	license?: string;
	homepage?: string;
	repository?: string | { url?: string };
}

const webAddress = (url: string): string =>
	url
		.replace(/^git\+|\.git$/g, '')
		.replace(/^(git|ssh):\/\/(git@)?/, 'https://')
		.replace(/^github:|^(?=[\w-]+\/[\w.-]+$)/, 'https://github.com/');

/** Licences and notices of a package; a few have theirs at the end of the README alone. */
function textsIn(folder: string): string[] {
	const files = readdirSync(folder).sort();
	const textOf = (file: string) =>
		readFileSync(join(folder, file), 'utf8').replace(/\r\n?/g, '\n').trim();
	const own = files.filter((file) => /^(licen[cs]e|notice|copying)\b/i.test(file)).map(textOf);
	if (own.length > 0) return own;
	return files
		.filter((file) => /^readme\b/i.test(file))
		.flatMap((file) => /^(?:#+ *)?Licen[cs]e\n[^]*$/im.exec(textOf(file))?.[0] ?? []);
}

function read(root: string, path: string): BundledPackage {
	const folder = join(root, path);
	const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
	const { name, version, license = 'unknown', repository } = manifest;
	const url = typeof repository === 'string' ? repository : (repository?.url ?? '');
	return {
		name,
		version,
		licence: license,
		homepage: webAddress(url || (manifest.homepage ?? '')),
		texts: textsIn(folder),
		path,
	};
}

/** The bundled packages, by name and version. Nothing is written. */
export async function bundledPackages(root: string): Promise<BundledPackage[]> {
	const { metafile } = await bundle(root, { write: false });
	const paths = new Set<string>();
	for (const { inputs } of Object.values(metafile.outputs)) {
		for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
			const path = bytesInOutput > 0 ? packageOf(input) : undefined;
			if (path !== undefined) paths.add(path);
		}
	}
	return [...paths]
		.map((path) => read(root, path))
		.sort((a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version));
}
