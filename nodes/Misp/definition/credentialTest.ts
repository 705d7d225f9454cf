import type {
	ICredentialDataDecryptedObject,
	ICredentialTestFunctions,
	ICredentialsDecrypted,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { Misp } from '../client/client';
import { connectionOf } from '../client/connection';
import { MispError } from '../client/errors';
import { checkKey } from '../client/keyCheck';
import type { KeyFinding } from '../client/keyFinding';

/**
 * The test behind the credential's "Save". Proves address, certificate and key, and that the key
 * can do what the access level says and no more; says precisely what is wrong otherwise.
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
		return resultOf(await checkKey(misp, { fresh: true }));
	} catch (error) {
		return { status: 'Error', message: textOf(error as Error) };
	}
}

/** n8n shows no text when a test succeeds, so what is missing is an error here; a run only warns. */
function resultOf({ facts, power, refusal, warnings }: KeyFinding): INodeCredentialTestResult {
	if (refusal) return { status: 'Error', message: textOf(refusal) };
	if (!facts.complete || power.missing.length > 0) {
		return { status: 'Error', message: warnings.join(' ') };
	}
	const { version = 'of unknown version', user } = facts;
	const as = user ? ` as ${user.email} (role ${user.role})` : '';
	const connected = `Connected to MISP ${version}${as}.`;
	return { status: 'OK', message: [connected, ...warnings].join(' ') };
}

function textOf(error: Error): string {
	const hint = error instanceof MispError ? error.hint : undefined;
	const sentence = /[.!?]$/.test(error.message) ? error.message : `${error.message}.`;
	return hint === undefined ? sentence : `${sentence} ${hint}`;
}
