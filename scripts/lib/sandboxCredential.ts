import type { KeyName, Sandbox } from '../../test/sandbox/server';

export const CREDENTIAL_TYPE = 'mispScopedApi';

/** What a user would type into the credential form for the sandbox. */
export function sandboxCredential(
	sandbox: Sandbox,
	key: KeyName,
	accessLevel: 'read' | 'contribute' | 'publish' | 'administer',
): Record<string, string | number | boolean> {
	return {
		url: sandbox.url,
		authKey: sandbox.keys[key],
		accessLevel,
		serverCertificate: 'ca',
		caCertificate: sandbox.ca,
		useClientCertificate: false,
		timeout: 30,
	};
}
