/** What the example workflows need in n8n: credentials by the names that the files have. */
import type { Sandbox } from '../../test/sandbox/server';
import type { Credential, N8nRest } from './n8nRest';
import { CREDENTIAL_TYPE, sandboxCredential } from './sandboxCredential';

type SandboxAccess = [
	key: Parameters<typeof sandboxCredential>[1],
	accessLevel: Parameters<typeof sandboxCredential>[2],
];

const MISP: Record<string, SandboxAccess> = {
	'MISP Read Only': ['readonly', 'read'],
	'MISP Contribute': ['user', 'contribute'],
	'MISP Publish': ['publisher', 'publish'],
	'MISP Administer': ['admin', 'administer'],
};

const PARTNER_MISP: Record<string, SandboxAccess> = {
	'Partner MISP Publish': ['beta_publisher', 'publish'],
};

export type NewCredential = [name: string, type: string, data: Record<string, unknown>];

/** For a MISP and for the one of a partner, which may be the same. */
export function mispCredentials(sandbox: Sandbox, partner: Sandbox): NewCredential[] {
	const those = (all: Record<string, SandboxAccess>, where: Sandbox): NewCredential[] =>
		Object.entries(all).map(([name, access]) => [
			name,
			CREDENTIAL_TYPE,
			sandboxCredential(where, ...access),
		]);
	return [...those(MISP, sandbox), ...those(PARTNER_MISP, partner)];
}

const TOKEN = 'fill-in-your-own';

/** For the other services, at addresses that lead nowhere. */
export const PLACEHOLDERS: NewCredential[] = [
	['Mattermost', 'mattermostApi', { baseUrl: 'https://chat.example.com', accessToken: TOKEN }],
	[
		'Jira',
		'jiraSoftwareCloudApi',
		{ domain: 'https://jira.example.com', email: 'bot@example.com', apiToken: TOKEN },
	],
	['TheHive', 'theHiveProjectApi', { url: 'https://thehive.example.com', ApiKey: TOKEN }],
	['Phishing Mailbox', 'imap', { host: 'imap.example.com', user: 'phishing', password: TOKEN }],
	['File Server', 'sftp', { host: 'files.example.com', port: 22, username: 'misp' }],
	['Firewall', 'httpHeaderAuth', { name: 'X-Firewall-Token', value: TOKEN }],
	['Alert Sender', 'httpHeaderAuth', { name: 'X-Alert-Secret', value: TOKEN }],
];

/** Adds credentials, or renews those that are there by their names. */
export async function putCredentials(
	rest: N8nRest,
	wanted: NewCredential[],
): Promise<Credential[]> {
	const present = await rest.credentials();
	const put: Credential[] = [];
	for (const [name, type, data] of wanted) {
		const existing = present.find((one) => one.name === name && one.type === type);
		put.push(
			existing
				? await rest.updateCredential(existing, data)
				: await rest.createCredential(name, type, data),
		);
	}
	return put;
}
