import type {
	ICredentialDataDecryptedObject,
	ICredentialTestFunctions,
	ICredentialsDecrypted,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { Misp } from '../client/client';
import { connectionOf } from '../client/connection';
import { MispError } from '../client/errors';
import { path } from '../client/path';

/**
 * The test behind the credential's "Save". Proves the key, since `servers/getVersion` needs one
 * (`users/heartbeat` answers to anybody), and says precisely what is wrong otherwise.
 */
export async function testCredential(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	try {
		const connection = connectionOf(credential.data ?? {});
		// Somebody waits for the answer: no retries, and not the whole time a search may take.
		const misp = new Misp(
			{ ...connection, timeoutMs: Math.min(connection.timeoutMs, 20_000) },
			{ retries: 0 },
		);
		const { version } = (await misp.get(path`/servers/getVersion`, { expect: 'version' })) as {
			version: string;
		};
		return { status: 'OK', message: `Connected to MISP ${version}` };
	} catch (error) {
		const hint = error instanceof MispError ? error.hint : undefined;
		const { message } = error as Error;
		const sentence = /[.!?]$/.test(message) ? message : `${message}.`;
		return { status: 'Error', message: hint === undefined ? sentence : `${sentence} ${hint}` };
	}
}
