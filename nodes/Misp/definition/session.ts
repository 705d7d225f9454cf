import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	ILoadOptionsFunctions,
	IPollFunctions,
} from 'n8n-workflow';

import { allows, type AccessLevel } from '../client/access';
import type { SecureLookup } from '../client/agent';
import { Misp, type ClientOptions } from '../client/client';
import { connectionOf } from '../client/connection';
import { MispError } from '../client/errors';
import { checkKey } from '../client/keyCheck';
import { warning } from './hints';

export const CREDENTIAL = 'mispScopedApi';

type Context = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

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

/** Shows a warning with the node's output; where there is none, in n8n's log. */
function warn(context: Context, message: string): void {
	if ('addExecutionHints' in context) {
		context.addExecutionHints(warning(message));
	} else if ('getMode' in context) {
		context.logger.warn(message);
	}
}

/**
 * Lets requests pass once the key is proven to be no broader than its credential says, and warns
 * of what a person should change soon.
 *
 * It is asked before each request, so that nothing is sent for a run that fails on its input, and
 * decides once: a run that has begun is not stopped half-way.
 */
function admission(context: Context, asking: Misp, signal: AbortSignal | undefined) {
	let admitted: Promise<void> | undefined;
	const admit = async () => {
		const { refusal, warnings } = await checkKey(asking);
		if (refusal) throw refusal;
		for (const warning of warnings) warn(context, warning);
	};
	return async (): Promise<void> => {
		admitted ??= admit().catch((error: unknown) => {
			admitted = undefined;
			throw error;
		});
		await unlessCancelled(admitted, signal);
	};
}

/** Waits no longer when the execution is cancelled; the check goes on for the others. */
async function unlessCancelled(work: Promise<void>, signal: AbortSignal | undefined) {
	if (!signal) return await work;
	let stop = () => {};
	const cancelled = new Promise<never>((_resolve, reject) => {
		stop = () => reject(new MispError('cancelled', 'The execution was cancelled.'));
		signal.addEventListener('abort', stop);
	});
	return await Promise.race([work, cancelled]).finally(() =>
		signal.removeEventListener('abort', stop),
	);
}

interface SessionOptions extends ClientOptions {
	/** Works with a key that is broader than its credential says, for what reports just that. */
	anyKey?: boolean;
	/** Works as with a credential of this level where that is less. */
	atMost?: AccessLevel | undefined;
}

/**
 * The client for the credential of a node, which sends nothing with a key that is broader than the
 * credential says.
 *
 * @throws MispError when the credential is not usable
 */
export async function mispOf(context: Context, options: SessionOptions = {}): Promise<Misp> {
	const { anyKey = false, atMost, signal, ...others } = options;
	const data = await context.getCredentials<ICredentialDataDecryptedObject>(CREDENTIAL);
	const connection = connectionOf(data);
	const lookup = await allowedLookup(context, connection.baseUrl);
	const asking = new Misp(connection, { lookup, ...others });
	const access = atMost && allows(connection.access, atMost) ? atMost : connection.access;
	return new Misp(
		{ ...connection, access },
		{
			lookup,
			signal,
			...others,
			...(anyKey ? {} : { admit: admission(context, asking, signal) }),
		},
	);
}
