/** n8n in queue mode: PostgreSQL, Redis, a server and two workers, and the sandbox as their MISP. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cleanups } from '../../scripts/lib/cleanups';
import { ensureN8n } from '../../scripts/lib/n8nInstall';
import type { Credential } from '../../scripts/lib/n8nRest';
import { startN8n, startN8nWorker, type N8nServer } from '../../scripts/lib/n8nServer';
import type { OwnProcess } from '../../scripts/lib/ownProcess';
import { packPackage } from '../../scripts/lib/packPackage';
import { startPostgres, type Postgres } from '../../scripts/lib/postgres';
import { startRedis, type Redis } from '../../scripts/lib/redis';
import { CREDENTIAL_TYPE, sandboxCredential } from '../../scripts/lib/sandboxCredential';
import { startSandbox, type Sandbox } from '../sandbox/server';
import { Connections } from './connections';
import { soon } from './soon';
import { Worker } from './worker';

const ROOT = join(__dirname, '..', '..');
/** MISP spends about this on any request, before it does any work. */
export const MISP_REQUEST_MS = 90;
/** More than a pool of connections holds, so that its bound shows. */
export const CONCURRENCY = 16;

export interface Plant {
	n8n: N8nServer;
	workers: Worker[];
	sandbox: Sandbox;
	postgres: Postgres;
	connections: Connections;
	/** Key "publisher", access level Publish. */
	credential: Credential;
}

/** What server and workers must agree on. */
function shared(postgres: Postgres, redis: Redis, files: string): Record<string, string> {
	return {
		EXECUTIONS_MODE: 'queue',
		N8N_ENCRYPTION_KEY: randomBytes(16).toString('hex'),
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redis.port),
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(postgres.port),
		DB_POSTGRESDB_DATABASE: postgres.database,
		DB_POSTGRESDB_USER: postgres.user,
		DB_POSTGRESDB_PASSWORD: postgres.password,
		// n8n's 2 are few for so many executions at a time: they would wait for one another.
		DB_POSTGRESDB_POOL_SIZE: '8',
		// Nor does n8n give its database up, and with it executions, where the machine does much else.
		DB_POSTGRESDB_CONNECTION_TIMEOUT: '120000',
		DB_PING_TIMEOUT_MS: '60000',
		// Else runs from the editor stay on the server.
		OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
		N8N_STORAGE_PATH: files,
	};
}

/** Each of the two ways to keep files that need nothing but n8n: in the database, as is n8n's choice, and in a shared folder. */
const FILE_MODES = ['database', 'filesystem'];

export async function startPlant(cleanups: Cleanups): Promise<Plant> {
	const temporary = await mkdtemp(join(tmpdir(), 'n8n-nodes-misp-queue-'));
	cleanups.add(async () => await rm(temporary, { recursive: true, force: true }));
	const postgres = await startPostgres();
	cleanups.add(postgres.stop);
	const redis = await startRedis(temporary);
	cleanups.add(redis.stop);
	// After these, which are told at once where they are missing: a first installation takes minutes.
	const installation = await ensureN8n('2.41.1');
	console.log('building and packing the package …');
	const packed = await packPackage(ROOT, temporary);
	const sandbox = await startSandbox();
	cleanups.add(async () => await sandbox.stop());

	const env = shared(postgres, redis, join(temporary, 'files'));
	const common = { installation, packed, env };
	console.log('starting n8n and two workers …');
	const n8n = await startN8n({ ...common, home: join(temporary, 'server'), installed: true });
	cleanups.add(async () => await n8n.stop());
	const workers = await Promise.all(
		FILE_MODES.map(async (mode) => {
			const options = {
				...common,
				env: { ...env, N8N_DEFAULT_BINARY_DATA_MODE: mode },
				home: join(temporary, `worker-${mode}`),
				concurrency: CONCURRENCY,
				installed: true,
			};
			const worker = new Worker(mode, await startN8nWorker(options));
			cleanups.add(async () => await worker.stop());
			return worker;
		}),
	);
	// The server tells the workers, and each installs the package by itself.
	await n8n.rest.installCommunityPackage(packed.name, packed.version);
	for (const { name, log } of workers) {
		const isInstalled = () => log().includes(`Community package installed: ${packed.name}`);
		await soon(isInstalled, `the package on the worker "${name}"`);
	}
	sandbox.setCost(MISP_REQUEST_MS);

	const processes: Array<Pick<OwnProcess, 'pid'>> = [n8n, ...workers];
	const port = Number(new URL(sandbox.url).port);
	const connections = new Connections(port, () => processes.map(({ pid }) => pid));
	cleanups.add(async () => connections.stop());
	const data = sandboxCredential(sandbox, 'publisher', 'publish');
	const credential = await n8n.rest.createCredential('MISP', CREDENTIAL_TYPE, data);
	return { n8n, workers, sandbox, postgres, connections, credential };
}
