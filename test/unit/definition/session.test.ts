import type { IPollFunctions } from 'n8n-workflow';

import { closeAgents } from '../../../nodes/Misp/client/agent';
import { path } from '../../../nodes/Misp/client/path';
import { mispOf } from '../../../nodes/Misp/definition/session';
import { startSandbox, type KeyName, type Sandbox } from '../../sandbox/server';
import { failureOf } from '../support';

let sandbox: Sandbox;

beforeAll(async () => {
	sandbox = await startSandbox();
});

afterAll(async () => {
	closeAgents();
	await sandbox.stop();
});

/** What a trigger has while it polls: no output to show hints with, but n8n's log. */
const polling = (key: KeyName, accessLevel: string, logged: string[] = []) =>
	({
		helpers: {},
		logger: { warn: (text: string) => void logged.push(text) },
		getMode: () => 'trigger',
		getCredentials: async () => ({
			url: sandbox.url,
			authKey: sandbox.keys[key],
			accessLevel,
			serverCertificate: 'ca',
			caCertificate: sandbox.ca,
		}),
	}) as unknown as IPollFunctions;

const version = path`/servers/getVersion`;

describe('The client of a polling trigger', () => {
	it('refuses a key that can do more than its credential says', async () => {
		const misp = await mispOf(polling('publisher', 'read'));
		expect((await failureOf(misp.get(version))).kind).toBe('scope');
	});

	it('works with a key that can do less, and says so once in the log', async () => {
		const logged: string[] = [];
		const misp = await mispOf(polling('user', 'publish', logged));
		await misp.get(version);
		await misp.get(version);
		expect(logged).toEqual([expect.stringMatching(/^This key cannot publish/)]);
	});

	it('works with any key for what reports just that', async () => {
		const misp = await mispOf(polling('admin', 'read'), { anyKey: true });
		expect(await misp.get(version)).toHaveProperty('version');
	});
});
