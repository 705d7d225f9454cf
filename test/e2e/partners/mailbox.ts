import type { AddressInfo, Socket } from 'node:net';
import createServer from 'hoodiecrow-imap';

export const MAILBOX_LOGIN = { user: 'phishing', password: 'imap-password-of-the-test' };

/** An IMAP server with one mailbox. */
export interface Mailbox {
	port: number;
	/** A new mail arrives. */
	deliver: (mail: string) => void;
	stop: () => Promise<void>;
}

export async function startMailbox(): Promise<Mailbox> {
	const { user, password } = MAILBOX_LOGIN;
	const imap = createServer({
		plugins: ['ID', 'IDLE', 'LITERALPLUS', 'UIDPLUS', 'NAMESPACE', 'SPECIAL-USE'],
		users: { [user]: { password } },
		storage: { INBOX: {} },
	});
	const sockets = new Set<Socket>();
	imap.server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
	});
	await new Promise<void>((resolve) => imap.listen(0, '127.0.0.1', resolve));
	return {
		port: (imap.server.address() as AddressInfo).port,
		deliver: (mail) => void imap.appendMessage('INBOX', [], undefined, mail),
		stop: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise<void>((resolve) => imap.server.close(() => resolve()));
		},
	};
}
