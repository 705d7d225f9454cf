import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { closeAgents } from '../../../nodes/Misp/client/agent';
import { Misp } from '../../../nodes/Misp/client/client';
import { path } from '../../../nodes/Misp/client/path';
import { connectionTo, lookupTo, startTls } from '../support';
import { ROOT } from './pages';

/** The script of examples/docker needs openssl, as its users do. */
function hasOpenssl(): boolean {
	try {
		execFileSync('openssl', ['version']);
		return true;
	} catch {
		return false;
	}
}

const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-misp-docker-'));

afterAll(() => {
	closeAgents();
	rmSync(folder, { recursive: true });
});

(hasOpenssl() ? it : it.skip)(
	'the script makes a certificate for misp-core that the client takes by the CA',
	async () => {
		const script = join(folder, 'certificates.sh');
		copyFileSync(join(ROOT, 'examples', 'docker', 'certificates.sh'), script);
		execFileSync('sh', [script], { stdio: 'pipe' });
		const read = (file: string) => readFileSync(join(folder, file), 'utf8');
		const server = await startTls({ cert: read('ssl/cert.pem'), key: read('ssl/key.pem') });
		try {
			const trust = { kind: 'ca', pem: read('authority/ca.pem') } as const;
			const connection = connectionTo(`https://misp-core:${server.port}`, { trust });
			const misp = new Misp(connection, { lookup: lookupTo('127.0.0.1') });
			expect(await misp.get(path`/servers/getVersion`)).toEqual({ version: '2.5.1' });
			expect(server.requests).toEqual(['GET /servers/getVersion']);
		} finally {
			await server.stop();
		}
	},
);
