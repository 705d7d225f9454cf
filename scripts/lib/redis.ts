/** A Redis of its own on 127.0.0.1, which keeps nothing. */
import { ensureProgram, inPath } from './debian';
import { freePort } from './freePort';
import { startProcess, untilReady } from './ownProcess';

export interface Redis {
	port: number;
	stop: () => Promise<void>;
}

/** @param folder for its log */
export async function startRedis(folder: string): Promise<Redis> {
	const command = await ensureProgram({
		title: 'Redis',
		package: 'redis-server',
		find: () => inPath('redis-server', 'valkey-server'),
		otherwise: 'Install Redis.',
	});
	const port = await freePort();
	const only = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'];
	const child = startProcess({
		command,
		args: only,
		cwd: folder,
		env: process.env,
		logFile: `${folder}/redis.log`,
	});
	const isReady = async () => child.log().includes('Ready to accept connections');
	await untilReady('Redis', child, isReady, 30_000);
	return { port, stop: child.stop };
}
