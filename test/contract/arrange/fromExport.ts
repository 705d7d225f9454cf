/** States taken from replies in text, and large ones. */
import { type EventRow } from '../../sandbox/rows';
import { entries, importAttribute, importHead, isRow } from '../import';
import { type Arrange, EXACT, type Stage, tag } from './stage';

// --- attributes known only by value, from exports as text

export function guessType(value: string): string {
	if (value.startsWith('rule ')) return 'yara';
	if (/\|[0-9a-f]{32}$/.test(value)) return 'filename|md5';
	if (/\|[0-9a-f]{64}$/.test(value)) return 'filename|sha256';
	if (/^[0-9.]+\|\d+$/.test(value)) return 'ip-dst|port';
	if (/^[0-9.]+$/.test(value)) return 'ip-dst';
	if (/^[0-9a-f]{32}$/.test(value)) return 'md5';
	if (/^[0-9a-f]{40}$/.test(value)) return 'sha1';
	if (/^[0-9a-f]{64}$/.test(value)) return 'sha256';
	if (value.includes('@')) return 'email-src';
	return value.endsWith('.exe') ? 'filename' : 'domain';
}

export function importText({ world, one }: Stage): void {
	const values = (one.response_text ?? '').split('\n').filter((line) => line !== '');
	const events = [7, 8, 9, 10].map((id) =>
		world.addEvent({ id, orgId: 1, orgcId: 1, published: true, distribution: 1 }),
	);
	values.forEach((value, index) => {
		const event = events[index < 10 ? 0 : 1] as EventRow;
		world.addAttribute(event, { type: guessType(value), value, toIds: true });
		// Neither for IDS nor published: must not show up.
		world.addAttribute(event, { type: 'comment', value: `not for machines ${index}` });
	});
	const hidden = world.addEvent({ id: 11, orgId: 1, orgcId: 1, published: false });
	world.addAttribute(hidden, { type: 'domain', value: 'unpublished.example.com' });
}

export function csvCells(line: string): string[] {
	const cells = line.match(/"(?:[^"]|"")*"|[^,]+/g) ?? [];
	return cells.map((cell) => cell.replace(/^"|"$/g, '').replaceAll('""', '"'));
}

export function importCsv({ world, one }: Stage): void {
	const [, ...lines] = (one.response_text ?? '').split('\n');
	const limit = isRow(one.request.body) ? Number(one.request.body.limit) : 0;
	let count = 0;
	for (const line of lines.filter((text) => text !== '')) {
		const [uuid, eventId, category, type, value, comment, toIds, date, , tagName] = csvCells(line);
		const event = world.event(eventId ?? 7) ?? world.addEvent({ id: Number(eventId) });
		if (tagName === undefined || toIds === undefined) {
			// The line at which the text was cut.
			if (uuid !== undefined) {
				world.addAttribute(event, { uuid: uuid.padEnd(36, '0'), type: 'text', value: 'cut' });
				count += 1;
			}
			continue;
		}
		const row = world.addAttribute(event, {
			uuid,
			category,
			type: type ?? '',
			value: value ?? '',
			comment,
			toIds: toIds === '1',
			timestamp: Number(date),
		});
		if (tagName !== '') tag(world, row, tagName);
		count += 1;
	}
	// The end of the recorded text is missing; the page was full.
	const filled = world.event(7);
	for (; filled !== undefined && count < limit + 3; count += 1) {
		world.addAttribute(filled, { type: 'text', value: `filler ${count}` });
	}
}

/** Many attributes in one event, of which the first ones shown are those of the recording. */
export function importLarge(total: number, offset: number): Arrange {
	return (stage) => {
		const response = isRow(stage.shown) ? stage.shown.response : undefined;
		const rows = entries(isRow(response) ? response.Attribute : undefined);
		const first = rows[0];
		if (first === undefined || !isRow(first.Event)) throw new Error('No attribute in the reply');
		const event = importHead(stage.world, first.Event);
		const firstId = Number(first.id);
		for (let index = 0; index < total; index += 1) {
			const row = rows.find((one) => Number(one.id) === firstId - offset + index);
			if (row === undefined) {
				stage.world.addAttribute(event, {
					id: firstId - offset + index,
					type: 'domain',
					value: `host${index}.example.com`,
				});
			} else importAttribute(stage.world, event, row);
		}
		return EXACT;
	};
}
