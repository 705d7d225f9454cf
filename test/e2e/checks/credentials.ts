import assert from 'node:assert/strict';
import { RestError } from '../../../scripts/lib/n8nRest';
import { CREDENTIAL_TYPE, sandboxCredential } from '../../../scripts/lib/sandboxCredential';
import type { Context } from '../context';
import type { Report } from '../report';

export async function checkCredentials(report: Report, context: Context): Promise<void> {
	const { n8n, sandbox, credential } = context;
	const { rest } = n8n;
	const good = sandboxCredential(sandbox, 'publisher', 'publish');
	const plainUrl = sandbox.url.replace('https:', 'http:');

	report.group('Credential');

	await report.check('a good key tests OK', async () => {
		const { status, message } = await rest.testCredential(credential.id);
		assert.equal(status, 'OK', message);
	});

	await report.check('a wrong key fails, and the text names the key', async () => {
		const { id } = await rest.createCredential('wrong key', CREDENTIAL_TYPE, {
			...good,
			authKey: sandbox.keys.wrong,
		});
		const { status, message } = await rest.testCredential(id);
		assert.equal(status, 'Error');
		assert.match(message, /\bkey\b/i);
		assert.ok(!message.includes(sandbox.keys.wrong), 'the text contains the key itself');
	});

	await report.check(
		'a server with an unknown certificate fails, and the text says so',
		async () => {
			const { id } = await rest.createCredential('no CA', CREDENTIAL_TYPE, {
				...good,
				serverCertificate: 'system',
				caCertificate: '',
			});
			const { status, message } = await rest.testCredential(id);
			assert.equal(status, 'Error');
			assert.match(message, /certificate/i);
		},
	);

	await report.check('an http:// URL is refused when the credential is created', async () => {
		await assert.rejects(
			rest.createCredential('http', CREDENTIAL_TYPE, { ...good, url: plainUrl }),
			(error) => error instanceof RestError && error.status === 400,
		);
	});

	await report.check('the URL may be an expression', async () => {
		const url = `={{ '${sandbox.url}' }}`;
		const { id } = await rest.createCredential('expression', CREDENTIAL_TYPE, { ...good, url });
		const { status, message } = await rest.testCredential(id);
		assert.equal(status, 'OK', message);
	});

	await report.check('an http:// URL that is edited in fails, and nothing is sent', async () => {
		const created = await rest.createCredential('edited', CREDENTIAL_TYPE, good);
		await rest.updateCredential(created, { ...good, url: plainUrl });
		const before = sandbox.requests.length;
		const { status, message } = await rest.testCredential(created.id);
		assert.equal(status, 'Error');
		assert.match(message, /https:\/\//);
		assert.equal(sandbox.requests.length, before);
	});
}
