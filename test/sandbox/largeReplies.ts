/** Replies that are larger than anybody should read. */
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
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

/** An attribute as a search gives it, without a world behind it. */
const rowOf = (id: number) =>
	JSON.stringify({
		id: String(id),
		event_id: '1',
		object_id: '0',
		object_relation: null,
		category: 'Network activity',
		type: 'domain',
		to_ids: true,
		uuid: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
		timestamp: '1795500000',
		distribution: '5',
		sharing_group_id: '0',
		comment: '',
		deleted: false,
		disable_correlation: false,
		first_seen: null,
		last_seen: null,
		value: `host${id}.example.com`,
		Event: { id: '1', org_id: '1', orgc_id: '1', distribution: '3', info: 'Many rows' },
	});

const ROWS_AT_ONCE = 1000;

/** A search reply of as many rows as were asked for, made while it is read. */
export async function sendRows(raw: ServerResponse, rows: number): Promise<number> {
	raw.writeHead(200, { ...TYPE, 'X-Result-Count': String(rows) });
	async function* parts() {
		yield '{"response": {"Attribute": [';
		for (let id = 1; id <= rows; id += ROWS_AT_ONCE) {
			const count = Math.min(ROWS_AT_ONCE, rows - id + 1);
			const some = Array.from({ length: count }, (_, at) => rowOf(id + at));
			yield `${id === 1 ? '' : ','}${some.join(',')}`;
		}
		yield ']}}\n';
	}
	await pipeline(parts(), raw);
	return 200;
}
