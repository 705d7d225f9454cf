/** Large things that are installed once and shared by all clones: a folder outside of them. */
import { existsSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const DONE = '.done';

export function cacheRoot(): string {
	return (
		process.env.N8N_NODES_MISP_CACHE ??
		join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'n8n-nodes-misp')
	);
}

export interface Recipe {
	/** Folder name, with the version in it. */
	name: string;
	/** Brings the folder into its wanted state; may find the rest of an interrupted attempt there. */
	install: (folder: string) => Promise<void>;
	/** Whether what is in the folder works. */
	works: (folder: string) => Promise<boolean>;
}

/** The finished folder of a recipe. Only one process installs it; others wait. */
export async function ensureInCache({ name, install, works }: Recipe): Promise<string> {
	const folder = join(cacheRoot(), name);
	const marker = join(folder, DONE);
	if (existsSync(marker)) return folder;
	await mkdir(folder, { recursive: true });
	return await withLock(join(cacheRoot(), `${name}.lock`), async () => {
		if (existsSync(marker)) return folder;
		if (!(await works(folder))) {
			await install(folder);
			if (!(await works(folder)))
				throw new Error(`${name} was installed but does not work: ${folder}`);
		}
		await writeFile(marker, `${new Date().toISOString()}\n`);
		return folder;
	});
}

/** Runs `work` while holding a lock file, which is taken over when its owner is gone. */
async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
	for (let announced = false; !(await take(file)); await wait(1000)) {
		const owner = await ownerOf(file);
		if (owner !== undefined && !isAlive(owner)) await discard(file, owner);
		else if (!announced) {
			announced = true;
			console.log(`waiting for process ${owner ?? '?'}, which holds ${file}`);
		}
	}
	try {
		return await work();
	} finally {
		await rm(file, { force: true });
	}
}

async function take(file: string): Promise<boolean> {
	try {
		await writeFile(file, String(process.pid), { flag: 'wx' });
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
		throw error;
	}
}

async function ownerOf(file: string): Promise<number | undefined> {
	const text = await readFile(file, 'utf8').catch(() => '');
	return text === '' ? undefined : Number(text);
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

/** Removes the lock of a dead owner, unless another process has just replaced it by its own. */
async function discard(file: string, owner: number): Promise<void> {
	const aside = `${file}.${process.pid}`;
	await rename(file, aside).catch(() => undefined);
	const found = await ownerOf(aside);
	if (found !== undefined && found !== owner) await link(aside, file).catch(() => undefined);
	await rm(aside, { force: true });
}
