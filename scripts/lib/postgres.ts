/** A PostgreSQL of its own on 127.0.0.1, whose data is gone when it stops. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ensureProgram, inPath } from './debian';
import { freePort } from './freePort';
import { startProcess, untilReady } from './ownProcess';

const run = promisify(execFile);

/** Debian keeps the programs of each version out of PATH. */
const DEBIAN = '/usr/lib/postgresql';
const USER = 'n8n';
const DATABASE = 'postgres';

export interface Postgres {
	port: number;
	user: string;
	password: string;
	database: string;
	/** The rows that a query gives, their columns as text. */
	query: (sql: string) => Promise<string[][]>;
	stop: () => Promise<void>;
}

function findPostgres(): string | undefined {
	const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => +b - +a) : [];
	const debians = versions.map((version) => join(DEBIAN, version, 'bin', 'postgres'));
	return debians.find((file) => existsSync(file)) ?? inPath('postgres');
}

/** PostgreSQL refuses to run as root: Debian's package has made a user for it. */
async function ownUser(): Promise<{ uid: number; gid: number } | undefined> {
	if (process.getuid?.() !== 0) return undefined;
	const id = async (what: '-u' | '-g') => Number((await run('id', [what, 'postgres'])).stdout);
	return { uid: await id('-u'), gid: await id('-g') };
}

export async function startPostgres(): Promise<Postgres> {
	const server = await ensureProgram({
		title: 'PostgreSQL',
		package: 'postgresql',
		find: findPostgres,
		otherwise: 'Install PostgreSQL 13 or newer.',
	});
	const bin = dirname(server);
	const user = await ownUser();
	const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-misp-postgres-'));
	const removed = async () => await rm(folder, { recursive: true, force: true });
	const password = randomBytes(16).toString('hex');
	const passwordFile = join(folder, 'password');
	const data = join(folder, 'data');
	const port = await freePort();
	try {
		await writeFile(passwordFile, password);
		await chmod(passwordFile, 0o600);
		if (user) for (const path of [folder, passwordFile]) await chown(path, user.uid, user.gid);
		const made = [`--pgdata=${data}`, `--username=${USER}`, `--pwfile=${passwordFile}`];
		const form = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync'];
		await run(join(bin, 'initdb'), [...made, ...form], { cwd: folder, ...user });
	} catch (error) {
		await removed();
		throw error;
	}
	const child = startProcess({
		command: server,
		// Not synced to disk: nobody cuts the power of a test.
		args: ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder, '-c', 'fsync=off'],
		cwd: folder,
		env: process.env,
		logFile: join(folder, 'postgres.log'),
		// "Fast": it does not wait for clients that are still connected.
		stopSignal: 'SIGINT',
		...(user ? { user } : {}),
	});
	const stop = async () => {
		await child.stop();
		await removed();
	};
	const query = async (sql: string) => {
		const where = ['-h', '127.0.0.1', '-p', String(port), '-U', USER, '-d', DATABASE];
		const { stdout } = await run(join(bin, 'psql'), [...where, '-AtX', '-F', '\t', '-c', sql], {
			env: { ...process.env, PGPASSWORD: password },
			maxBuffer: 64 * 1024 * 1024,
		});
		return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')]));
	};
	try {
		const isReady = async () => (await query('select 1').catch(() => [])).length === 1;
		await untilReady('PostgreSQL', child, isReady, 60_000);
	} catch (error) {
		await stop();
		throw error;
	}
	return { port, user: USER, password, database: DATABASE, query, stop };
}
