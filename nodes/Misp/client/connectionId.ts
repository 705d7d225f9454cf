import { createHash } from 'node:crypto';

import type { Connection } from './connection';

/**
 * Names a connection in what is kept for it: by address and key, hashed so that no key stands in
 * memory for longer than its connection.
 *
 * @param more what else makes a difference to what is kept
 */
export const connectionId = (
	{ baseUrl, key }: Pick<Connection, 'baseUrl' | 'key'>,
	...more: unknown[]
): string =>
	createHash('sha256')
		.update(JSON.stringify([baseUrl, key, ...more]))
		.digest('hex');
