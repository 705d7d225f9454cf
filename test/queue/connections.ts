/** Whose connections the sandbox has: Linux tells which process holds which socket. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const EVERY_MS = 100;
const ESTABLISHED = '01';

const portOf = (address: string): number => parseInt(address.split(':')[1] ?? '', 16);

/** The inodes of the sockets that a process holds. */
function socketsOf(pid: number): string[] {
	const links = readdirSync(`/proc/${pid}/fd`).map((fd) => {
		try {
			return readlinkSync(`/proc/${pid}/fd/${fd}`);
		} catch {
			return ''; // closed meanwhile
		}
	});
	return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}

export class Connections {
	private readonly owners = new Map<string, number>();
	private readonly ports = new Map<number, number>();
	private readonly peaks = new Map<number, number>();
	private readonly timer: NodeJS.Timeout;

	/** @param pids the processes to tell apart, as they are at each look */
	constructor(
		private readonly serverPort: number,
		private readonly pids: () => number[],
	) {
		this.timer = setInterval(() => this.look(), EVERY_MS);
	}

	/** The process at the other end of a connection; undefined for one that was not seen. */
	ownerOf(port: number | undefined): number | undefined {
		return port === undefined ? undefined : this.ports.get(port);
	}

	/** The most connections that a process had at a time since `forgetPeaks`. */
	peakOf(pid: number): number {
		return this.peaks.get(pid) ?? 0;
	}

	forgetPeaks(): void {
		this.peaks.clear();
	}

	stop(): void {
		clearInterval(this.timer);
	}

	private look(): void {
		const counts = new Map<number, number>();
		for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)) {
			const [, local = '', remote = '', state, , , , , , inode = ''] = line.trim().split(/\s+/);
			if (state !== ESTABLISHED || portOf(remote) !== this.serverPort) continue;
			if (!this.owners.has(inode)) this.learn();
			const pid = this.owners.get(inode);
			if (pid === undefined) continue;
			this.ports.set(portOf(local), pid);
			counts.set(pid, (counts.get(pid) ?? 0) + 1);
		}
		for (const [pid, count] of counts) this.peaks.set(pid, Math.max(count, this.peakOf(pid)));
	}

	private learn(): void {
		for (const pid of this.pids()) {
			try {
				for (const inode of socketsOf(pid)) this.owners.set(inode, pid);
			} catch {
				// one that has ended
			}
		}
	}
}
