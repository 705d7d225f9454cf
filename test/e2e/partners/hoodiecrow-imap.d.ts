declare module 'hoodiecrow-imap' {
	import type { Server } from 'node:net';

	interface ImapServer {
		server: Server;
		listen: (port: number, host: string, listening: () => void) => void;
		close: (closed: () => void) => void;
		appendMessage: (
			mailbox: string,
			flags: string[],
			internalDate: string | undefined,
			raw: string | Buffer,
		) => unknown;
	}

	const create: (options: {
		plugins?: string[];
		users?: Record<string, { password: string }>;
		storage?: Record<string, unknown>;
	}) => ImapServer;
	export = create;
}
