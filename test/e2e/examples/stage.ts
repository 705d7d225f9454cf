import { mispCredentials, putCredentials } from '../../../scripts/lib/exampleCredentials';
import type { Context } from '../context';
import { FILE_SERVER_LOGIN, startFileServer, type FileServer } from '../partners/fileServer';
import { FIREWALL_HEADER, startFirewall, type Firewall } from '../partners/firewall';
import { JIRA_LOGIN, startJira, type Jira } from '../partners/jira';
import { MAILBOX_LOGIN, startMailbox, type Mailbox } from '../partners/mailbox';
import { MATTERMOST_TOKEN, startMattermost, type Mattermost } from '../partners/mattermost';
import { startSlack, type Slack } from '../partners/slack';
import { startTheHive, THEHIVE_KEY, type TheHive } from '../partners/theHive';

/** What a SIEM proves itself with. */
export const ALERT_HEADER = { name: 'X-Alert-Secret', value: 'alert-secret-of-the-test' };

interface Partners {
	mattermost: Mattermost;
	slack: Slack;
	jira: Jira;
	theHive: TheHive;
	mailbox: Mailbox;
	fileServer: FileServer;
	firewall: Firewall;
}

/** n8n, MISP and everybody else that the example workflows work with. */
export interface Stage extends Partners {
	context: Context;
	stop: () => Promise<void>;
}

/** A credential for everybody, by the names that the files have. */
async function addCredentials(context: Context, partners: Partners): Promise<void> {
	const { n8n, sandbox, otherSandbox } = context;
	const { mattermost, jira, theHive, mailbox, fileServer } = partners;
	const host = '127.0.0.1';
	await putCredentials(n8n.rest, [
		...mispCredentials(sandbox, otherSandbox),
		['Mattermost', 'mattermostApi', { baseUrl: mattermost.url, accessToken: MATTERMOST_TOKEN }],
		['Jira', 'jiraSoftwareCloudApi', { ...JIRA_LOGIN, domain: jira.url }],
		['TheHive', 'theHiveProjectApi', { ApiKey: THEHIVE_KEY, url: theHive.url }],
		['Phishing Mailbox', 'imap', { ...MAILBOX_LOGIN, host, port: mailbox.port, secure: false }],
		['File Server', 'sftp', { ...FILE_SERVER_LOGIN, host, port: fileServer.port }],
		['Firewall', 'httpHeaderAuth', FIREWALL_HEADER],
		['Alert Sender', 'httpHeaderAuth', ALERT_HEADER],
	]);
}

/** Starts the partners, and makes them known to n8n. */
export async function setStage(context: Context): Promise<Stage> {
	const partners: Partners = {
		mattermost: await startMattermost(),
		slack: await startSlack(),
		jira: await startJira(),
		theHive: await startTheHive(),
		mailbox: await startMailbox(),
		fileServer: await startFileServer(),
		firewall: await startFirewall(),
	};
	await addCredentials(context, partners);
	const stop = async () => {
		await Promise.all(Object.values(partners).map(async (one: Stopped) => await one.stop()));
	};
	return { ...partners, context, stop };
}

interface Stopped {
	stop: () => Promise<void>;
}
