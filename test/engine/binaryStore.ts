import './engine'; // before n8n-core, which reads its settings while it is loaded

import { createRequire } from 'node:module';

import { BinaryDataConfig, BinaryDataService } from 'n8n-core';

/** n8n's store for files. Until its `init()` it keeps them in the items, as in the mode "default". */

interface Container {
	get<T>(type: abstract new (...parameters: never[]) => T): T;
}

/** That of n8n-core, which may have a copy of its own. */
const { Container } = createRequire(require.resolve('n8n-core'))('@n8n/di') as {
	Container: Container;
};

export const binaryStore = (): BinaryDataService => Container.get(BinaryDataService);

/** Where it keeps files in the mode "filesystem". */
export const storagePath = (): string => Container.get(BinaryDataConfig).localStoragePath;
