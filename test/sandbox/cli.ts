/** Runs the sandbox alone, for trying the nodes without a MISP: `tsx test/sandbox/cli.ts`. */
import { parseArgs } from 'node:util';
import { startSandbox, type KeyName, type Sandbox } from './server';

const MEANING: Record<KeyName, string> = {
	admin: 'site admin: everything',
	org_admin: 'CERT-ALPHA, administers its organisation, publishes',
	publisher: 'CERT-ALPHA, writes and publishes',
	user: 'CERT-ALPHA, writes, may not publish',
	readonly: 'CERT-ALPHA, reads only (by role)',
	beta_user: 'CERT-BETA, writes, may not publish',
	beta_publisher: 'CERT-BETA, writes and publishes',
	sync_user: 'CERT-BETA, synchronises',
	admin_read_only: 'site admin, but the key is read-only',
	admin_blocked_ip: 'only from another address: always refused',
	admin_allowed_ip: 'site admin, only from this machine',
	admin_expired: 'expired: always refused',
	rate_limited: 'CERT-ALPHA, 5 searches in 15 minutes',
	wrong: 'not a key of this server: always refused',
};

function describe(sandbox: Sandbox): string {
	const keys = Object.entries(MEANING).map(
		([name, meaning]) => `  ${name.padEnd(17)}${sandbox.keys[name as KeyName]}  ${meaning}`,
	);
	return [
		'A stand-in for a MISP 2.5 server is running. Its data is made up and gone when it stops.',
		'',
		`  URL             ${sandbox.url}`,
		`  CA certificate  ${sandbox.caPath}`,
		'',
		'Keys:',
		...keys,
		'',
		'In n8n, create a credential "MISP Scoped API": enter the URL and one of the keys, set Server',
		'Certificate to "From a Private CA", and paste the text of the CA certificate.',
		'',
		'Ctrl+C stops.',
	].join('\n');
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			json: { type: 'boolean', default: false },
			port: { type: 'string', default: '0' },
			cost: { type: 'string', default: '0' },
		},
	});
	const sandbox = await startSandbox({
		port: Number(values.port),
		requestCostMs: Number(values.cost),
	});
	// Before it says anything: whoever reads that may want to stop it at once.
	const stop = () => {
		void sandbox.stop().then(() => process.exit(0));
	};
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
	console.log(
		values.json
			? JSON.stringify({ url: sandbox.url, ca: sandbox.caPath, keys: sandbox.keys })
			: describe(sandbox),
	);
}

void main();
