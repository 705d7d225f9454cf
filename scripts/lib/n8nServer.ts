/** A full n8n on 127.0.0.1, server or worker, with our package installed the way a user installs it. */
import { mkdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { freePort } from './freePort';
import type { N8nInstallation } from './n8nInstall';
import { N8nRest } from './n8nRest';
import { writeNpmStandIn } from './npmStandIn';
import { startProcess, untilReady, type OwnProcess } from './ownProcess';
import type { PackedPackage } from './packPackage';

const START_TIMEOUT_MS = 300_000;
/** Nothing listens there, so that what n8n looks up outside fails at once and nothing leaves. */
const NO_WAY_OUT = 'http://127.0.0.1:9';

export interface N8nOptions {
	installation: N8nInstallation;
	packed: PackedPackage;
	/** Folder for n8n's data. */
	home: string;
	/** The package was installed there before, and stays as it is. */
	installed?: boolean;
	port?: number;
	env?: Record<string, string>;
}

export interface N8nServer extends OwnProcess {
	url: string;
	/** Logged in as the owner. */
	rest: N8nRest;
}

export interface N8nWorkerOptions extends N8nOptions {
	/** How many executions it runs at a time. */
	concurrency: number;
}

/** What a developer has set for an n8n of their own must not reach this one. */
function inherited(): NodeJS.ProcessEnv {
	const foreign =
		/^(N8N_|DB_|QUEUE_|EXECUTIONS_|WEBHOOK_URL$|NODE_OPTIONS$|(https?|all|no)_proxy$)/i;
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

function settings(home: string, port: number, brokerPort: number): Record<string, string> {
	return {
		N8N_USER_FOLDER: home,
		N8N_PORT: String(port),
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_SECURE_COOKIE: 'false',
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		HTTP_PROXY: NO_WAY_OUT,
		HTTPS_PROXY: NO_WAY_OUT,
		NO_PROXY: '127.0.0.1,localhost',
		// For the npm that n8n runs: it would try again for more than a minute.
		npm_config_fetch_retries: '0',
	};
}

/** Starts n8n's program in one of its roles, with an `npm` that knows our package. */
async function launch(
	{ installation, packed, home, env }: N8nOptions,
	args: string[],
	port: number,
): Promise<OwnProcess> {
	await mkdir(home, { recursive: true });
	const standIn = await writeNpmStandIn(join(home, 'bin'), packed);
	return startProcess({
		command: installation.node,
		args: [installation.bin, ...args],
		cwd: home,
		logFile: join(home, 'n8n.log'),
		env: {
			...inherited(),
			...settings(home, port, await freePort()),
			PATH: [standIn, dirname(installation.node), process.env.PATH].join(delimiter),
			...env,
		},
	});
}

export async function startN8n(options: N8nOptions): Promise<N8nServer> {
	const { packed } = options;
	const port = options.port ?? (await freePort());
	const url = `http://127.0.0.1:${port}`;
	const child = await launch(options, ['start'], port);
	try {
		await untilReady('n8n', child, async () => await answers(url), START_TIMEOUT_MS);
		const rest = new N8nRest(url);
		await rest.signIn();
		if (options.installed !== true) {
			await rest.installCommunityPackage(packed.name, packed.version);
		}
		return { ...child, url, rest };
	} catch (error) {
		await child.stop();
		throw error;
	}
}

/**
 * A worker of n8n's queue mode. It gets the package when the server installs it, or has it from
 * before; `env` must name the database, Redis and encryption key of the server.
 */
export async function startN8nWorker(options: N8nWorkerOptions): Promise<OwnProcess> {
	const port = options.port ?? (await freePort());
	const env = {
		...options.env,
		QUEUE_HEALTH_CHECK_ACTIVE: 'true',
		QUEUE_HEALTH_CHECK_PORT: String(port),
		N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
	};
	const args = ['worker', `--concurrency=${options.concurrency}`];
	const child = await launch({ ...options, env }, args, port);
	const health = `http://127.0.0.1:${port}/healthz/readiness`;
	const isHealthy = async () => (await fetch(health).catch(() => undefined))?.ok === true;
	try {
		await untilReady('A worker of n8n', child, isHealthy, START_TIMEOUT_MS);
		return child;
	} catch (error) {
		await child.stop();
		throw error;
	}
}

/** The REST API answers later than n8n's health check. */
async function answers(url: string): Promise<boolean> {
	const reply = await fetch(`${url}/rest/settings`).catch(() => undefined);
	// While it starts, n8n answers every address with a page, or says that its database is not ready.
	return reply?.ok === true && reply.headers.get('content-type')?.includes('json') === true;
}
