import type { BuildResult } from 'esbuild';

/** See bundle.js. */
export function bundle(
	root: string,
	options?: { write?: boolean },
): Promise<BuildResult<{ metafile: true }>>;
