import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CREDENTIAL_TYPE } from '../../../scripts/lib/sandboxCredential';
import { NODE_TYPE, type Context } from '../context';
import type { Report } from '../report';

const run = promisify(execFile);

const OLD_WORKFLOW = {
	name: 'Old',
	nodes: [
		{ name: 'MISP', type: 'n8n-nodes-base.misp', parameters: { resource: 'galaxy', galaxyId: 5 } },
	],
};

export async function checkPackage(report: Report, { n8n, packed, home }: Context): Promise<void> {
	report.group('Package');

	await report.check('the tarball holds what it needs and nothing else', async () => {
		const extra = packed.files.filter(
			(file) =>
				!/^(dist\/(all\.js(\.map)?$|(nodes|credentials|migrate)\/)|(package\.json|index\.js|README\.md|LICENSE(\.md)?|CHANGELOG\.md|THIRD_PARTY\.md)$)/.test(
					file,
				),
		);
		assert.deepEqual(extra, []);
		assert.ok(packed.files.includes('dist/nodes/Misp/Misp.node.js'));
	});

	await report.check('npx runs its migration from the tarball', async () => {
		await writeFile(join(home, 'old.json'), JSON.stringify(OLD_WORKFLOW));
		const npx = ['--yes', '--offline', '--legacy-peer-deps', '--package', packed.tarball];
		const { stdout } = await run('npx', [...npx, packed.name, 'migrate', 'old.json'], {
			cwd: home,
			env: { ...process.env, npm_config_cache: join(home, 'npx') },
		});
		assert.match(stdout, /1 of 1 built-in MISP nodes converted/);
		assert.match(await readFile(join(home, 'old.misp.json'), 'utf8'), /"n8n-nodes-misp\.misp"/);
	});

	await report.check('n8n lists it as a community package that is loaded', async () => {
		const installed = await n8n.rest.request<
			Array<{ packageName: string; installedVersion: string; failedLoading?: boolean }>
		>('GET', '/rest/community-packages');
		const ours = installed.find(({ packageName }) => packageName === packed.name);
		assert.equal(ours?.installedVersion, packed.version);
		assert.notEqual(ours?.failedLoading, true);
	});

	await report.check('its node type is there, with its documentation and as a tool', async () => {
		const types = await n8n.rest.nodeTypes();
		const node = types.find(({ name }) => name === NODE_TYPE);
		assert.ok(node, 'the node type is missing');
		assert.match(node.codex?.resources?.primaryDocumentation?.[0]?.url ?? '', /^https:/);
		assert.ok(node.usableAsTool, 'usableAsTool is not set');
	});

	await report.check('its credential type is there', async () => {
		const types = await n8n.rest.credentialTypes();
		assert.ok(types.some(({ name }) => name === CREDENTIAL_TYPE));
	});
}
