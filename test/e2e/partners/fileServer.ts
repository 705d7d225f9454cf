import type { AddressInfo } from 'node:net';
import { Server, utils, type Attributes, type SFTPWrapper } from 'ssh2';

export const FILE_SERVER_LOGIN = { username: 'misp', password: 'sftp-password-of-the-test' };

const { OPEN_MODE, STATUS_CODE } = utils.sftp;

const DIRECTORY: Attributes = { mode: 0o040755, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };

/** An SFTP server that files can be put on. */
export interface FileServer {
	port: number;
	/** What lies on it, by path. */
	files: Map<string, string>;
	/** The paths that were written, each time that they were. */
	written: string[];
	stop: () => Promise<void>;
}

function serve(sftp: SFTPWrapper, files: Map<string, string>, written: string[]): void {
	const open = new Map<string, { path: string; content: Buffer }>();
	const folders = new Set(['/']);
	const attributes = (path: string): Attributes | undefined => {
		const file = files.get(path);
		if (file !== undefined) return { ...DIRECTORY, mode: 0o100644, size: file.length };
		return folders.has(path) ? DIRECTORY : undefined;
	};
	const stat = (id: number, path: string) => {
		const found = attributes(path);
		if (found) sftp.attrs(id, found);
		else sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
	};
	sftp.on('REALPATH', (id, path) =>
		sftp.name(id, [{ filename: path, longname: path, attrs: DIRECTORY }]),
	);
	sftp.on('STAT', stat).on('LSTAT', stat);
	sftp.on('MKDIR', (id, path) => {
		folders.add(path);
		sftp.status(id, STATUS_CODE.OK);
	});
	sftp.on('OPEN', (id, path, flags) => {
		const folder = path.slice(0, path.lastIndexOf('/')) || '/';
		if ((flags & OPEN_MODE.WRITE) === 0 || !folders.has(folder)) {
			sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
			return;
		}
		const handle = String(open.size);
		open.set(handle, { path, content: Buffer.alloc(0) });
		sftp.handle(id, Buffer.from(handle));
	});
	sftp.on('WRITE', (id, handle, offset, data) => {
		const file = open.get(handle.toString());
		if (!file) return sftp.status(id, STATUS_CODE.FAILURE);
		file.content = Buffer.concat([file.content.subarray(0, offset), data]);
		sftp.status(id, STATUS_CODE.OK);
	});
	sftp.on('FSETSTAT', (id) => sftp.status(id, STATUS_CODE.OK));
	sftp.on('CLOSE', (id, handle) => {
		const file = open.get(handle.toString());
		if (file) {
			files.set(file.path, file.content.toString());
			written.push(file.path);
		}
		sftp.status(id, STATUS_CODE.OK);
	});
}

export async function startFileServer(): Promise<FileServer> {
	const files = new Map<string, string>();
	const written: string[] = [];
	const { username, password } = FILE_SERVER_LOGIN;
	const hostKeys = [utils.generateKeyPairSync('ed25519').private];
	const server = new Server({ hostKeys }, (client) => {
		client.on('authentication', (attempt) => {
			const isRight = attempt.method === 'password' && attempt.password === password;
			if (isRight && attempt.username === username) attempt.accept();
			else attempt.reject(['password']);
		});
		client.on('session', (accept) => {
			accept().on('sftp', (acceptSftp) => serve(acceptSftp(), files, written));
		});
		client.on('error', () => undefined); // a client that goes without a word
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		port: (server.address() as AddressInfo).port,
		files,
		written,
		stop: async () => await new Promise<void>((resolve) => server.close(() => resolve())),
	};
}
