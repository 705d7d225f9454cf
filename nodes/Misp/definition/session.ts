import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	ILoadOptionsFunctions,
} from 'n8n-workflow';

import type { SecureLookup } from '../client/agent';
import { Misp, type ClientOptions } from '../client/client';
import { connectionOf } from '../client/connection';
import { MispError } from '../client/errors';

export const CREDENTIAL = 'mispScopedApi';

type Context = IExecuteFunctions | ILoadOptionsFunctions;

/**
 * n8n's egress policy, where this n8n has one. It lets everything pass unless it is switched on.
 *
 * @throws MispError of kind `network` when the policy forbids this MISP. The look-up that is
 *   returned judges each connection; a host behind a proxy is only judged here.
 */
async function allowedLookup(context: Context, baseUrl: string): Promise<SecureLookup | undefined> {
	const { helpers } = context;
	if (!('getSecureEgressFilter' in helpers)) return undefined;
	const egress = helpers.getSecureEgressFilter();
	const verdict = await egress.validateUrl(baseUrl);
	if (!verdict.ok) {
		throw new MispError(
			'network',
			`n8n’s policy does not allow ${baseUrl}: ${verdict.error.message}`,
			{
				hint: 'Ask the administrator of your n8n to allow the address of your MISP.',
			},
		);
	}
	return egress.createSecureLookup() as SecureLookup;
}

/** The client for the credential of a node. @throws MispError when the credential is not usable */
export async function mispOf(context: Context, options: ClientOptions = {}): Promise<Misp> {
	const data = await context.getCredentials<ICredentialDataDecryptedObject>(CREDENTIAL);
	const connection = connectionOf(data);
	return new Misp(connection, {
		lookup: await allowedLookup(context, connection.baseUrl),
		...options,
	});
}
