/** A long line to a server: everything arrives late, in both directions, and in order. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface Link {
	/** Where the server is reached over it, on 127.0.0.1. */
	port: number;
	stop(): Promise<void>;
}

/** Hands on what arrives after `ms`, and nothing before `firstMs` have passed. */
function delay(from: Socket, to: Socket, ms: number, firstMs: number): void {
	const first = performance.now() + firstMs;
	let before: Promise<unknown> = Promise.resolve();
	/** One after the other: timers alone may change places. */
	const later = (act: () => void) => {
		const due = Math.max(first, performance.now() + ms);
		before = before.then(async () => await wait(due - performance.now())).then(act);
	};
	from.on('data', (piece) => later(() => void (to.destroyed || to.write(piece))));
	from.on('end', () => later(() => void (to.destroyed || to.end())));
	from.on('error', () => to.destroy());
	from.on('close', () => later(() => void to.destroy()));
}

/**
 * @param target the port of the server
 * @param roundTripMs there and back. A new connection also takes one before its first byte, as the
 *   greeting of TCP does, and those of TLS come of themselves.
 */
export async function longLink(target: number, roundTripMs: number): Promise<Link> {
	const sockets = new Set<Socket>();
	const server = createServer((near) => {
		const far = connect(target, '127.0.0.1');
		for (const socket of [near, far]) {
			socket.setNoDelay(true);
			sockets.add(socket);
			socket.on('close', () => sockets.delete(socket));
		}
		delay(near, far, roundTripMs / 2, 1.5 * roundTripMs);
		delay(far, near, roundTripMs / 2, 0);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		port: (server.address() as AddressInfo).port,
		stop: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
