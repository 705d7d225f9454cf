import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	ILoadOptionsFunctions,
} from 'n8n-workflow';

import type { SecureLookup } from '../client/agent';
import { Misp, type ClientOptions } from '../client/client';
import { connectionOf } from '../client/connection';

export const CREDENTIAL = 'mispScopedApi';

type Context = IExecuteFunctions | ILoadOptionsFunctions;

/** n8n's egress policy, where this n8n has one. It lets everything pass unless it is switched on. */
function lookupOf(context: Context): SecureLookup | undefined {
	const { helpers } = context;
	if (!('getSecureEgressFilter' in helpers)) return undefined;
	return helpers.getSecureEgressFilter().createSecureLookup() as SecureLookup;
}

/** The client for the credential of a node. @throws MispError when the credential is not usable */
export async function mispOf(context: Context, options: ClientOptions = {}): Promise<Misp> {
	const data = await context.getCredentials<ICredentialDataDecryptedObject>(CREDENTIAL);
	return new Misp(connectionOf(data), { lookup: lookupOf(context), ...options });
}
