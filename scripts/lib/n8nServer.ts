/** A full n8n on 127.0.0.1 with our package installed the way a user installs it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './freePort';
import type { N8nInstallation } from './n8nInstall';
import { N8nRest } from './n8nRest';
import { writeNpmStandIn } from './npmStandIn';
import type { PackedPackage } from './packPackage';

const START_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 15_000;
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

export interface N8nServer {
	url: string;
	/** Logged in as the owner. */
	rest: N8nRest;
	/** Everything that n8n has printed. */
	log: () => string;
	logFile: string;
	/** Resolves when n8n has ended, for whatever reason. */
	ended: Promise<unknown>;
	stop: () => Promise<void>;
	/** Ends n8n at once, in the middle of whatever it does. */
	kill: () => Promise<void>;
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

export async function startN8n(options: N8nOptions): Promise<N8nServer> {
	const { installation, packed, home } = options;
	const port = options.port ?? (await freePort());
	const url = `http://127.0.0.1:${port}`;
	await mkdir(home, { recursive: true });
	const standIn = await writeNpmStandIn(join(home, 'bin'), packed);

	const child = spawn(installation.node, [installation.bin, 'start'], {
		cwd: home,
		stdio: ['ignore', 'pipe', 'pipe'],
		env: {
			...inherited(),
			...settings(home, port, await freePort()),
			PATH: [standIn, dirname(installation.node), process.env.PATH].join(delimiter),
			...options.env,
		},
	});
	const ended = once(child, 'exit');
	// For when this process is ended while n8n is still starting.
	const abandon = () => child.kill('SIGKILL');
	process.once('exit', abandon);
	const logFile = join(home, 'n8n.log');
	const file = createWriteStream(logFile);
	let log = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			log += text;
			file.write(text);
		});
	}

	const kill = async () => {
		child.kill('SIGKILL');
		await ended;
		await stop();
	};
	const stop = async () => {
		if (child.exitCode === null && child.signalCode === null) {
			child.kill('SIGTERM');
			const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
			await ended;
			clearTimeout(force);
		}
		process.off('exit', abandon);
		file.end();
	};

	try {
		await isReady(url, () => child.exitCode === null && child.signalCode === null);
		const rest = new N8nRest(url);
		await rest.signIn();
		if (options.installed !== true) {
			await rest.installCommunityPackage(packed.name, packed.version);
		}
		return { url, rest, log: () => log, logFile, ended, stop, kill };
	} catch (error) {
		await stop();
		const end = log.trimEnd().split('\n').slice(-40).join('\n');
		throw new Error(`n8n did not start: ${(error as Error).message}\nIts last lines:\n${end}`);
	}
}

/** The REST API answers later than n8n's health check. */
async function isReady(url: string, isRunning: () => boolean): Promise<void> {
	for (const until = Date.now() + START_TIMEOUT_MS; ; await wait(300)) {
		if (!isRunning()) throw new Error('it ended');
		const reply = await fetch(`${url}/rest/settings`).catch(() => undefined);
		// While it starts, n8n answers every address with a page, or says that its database is not ready.
		if (reply?.ok && reply.headers.get('content-type')?.includes('json')) return;
		if (Date.now() > until)
			throw new Error(`no answer from ${url} in ${START_TIMEOUT_MS / 1000} s`);
	}
}
