/** Replies that are larger than anybody should read. */
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Faults } from './faults';

const MEBIBYTE = Buffer.alloc(1024 * 1024, ' ');
const HUGE = 1024 * MEBIBYTE.length;
const TYPE = { 'Content-Type': 'application/json' };

let bomb: Buffer | undefined;

/** 201 MiB of blanks, packed. */
export function sendBomb(raw: ServerResponse): number {
	if (bomb === undefined) {
		const packed = gzipSync(MEBIBYTE, { level: 9 });
		bomb = Buffer.concat(Array.from({ length: 201 }, () => packed));
	}
	raw.writeHead(200, { ...TYPE, 'Content-Encoding': 'gzip', 'Content-Length': bomb.length });
	raw.end(bomb);
	return 200;
}

/** 1 GiB of blanks, as fast as they are read; `faults.bytesSent` counts them. */
export function sendHuge(raw: ServerResponse, faults: Faults): number {
	raw.writeHead(200, { ...TYPE, 'Content-Length': HUGE });
	let left = HUGE;
	const more = (): void => {
		while (!raw.destroyed && left > 0) {
			left -= MEBIBYTE.length;
			faults.bytesSent += MEBIBYTE.length;
			if (!raw.write(MEBIBYTE)) return;
		}
		if (left === 0) raw.end();
	};
	raw.on('drain', more);
	raw.on('error', () => undefined);
	more();
	return 200;
}
