/** What MISP finds in the text of a report. */
import type { Viewer } from '../http';
import type { EventRow, ReportRow } from '../rows';
import type { World } from '../state';
import { joinValue } from '../values';
import { saveAttribute } from './attributes';

const INDICATORS: Array<[type: string, pattern: RegExp]> = [
	['ip-dst', /\b\d{1,3}(?:\.\d{1,3}){3}\b/g],
	['md5', /\b[0-9a-f]{32}\b/g],
	['domain', /\b(?:[a-z0-9-]+\.)+(?:org|com|net)\b/g],
];

/** Adds what is found as attributes, or takes those that are there, and links them in the text. */
export function extract(world: World, viewer: Viewer, event: EventRow, report: ReportRow): void {
	// What is linked already stays as it is.
	const parts = report.content.split(/(@\[\w+\]\([^)]*\))/);
	report.content = parts
		.map((part, index) => (index % 2 === 1 ? part : linked(world, viewer, event, part)))
		.join('');
	report.timestamp = world.now();
	world.touch(event);
}

function linked(world: World, viewer: Viewer, event: EventRow, part: string): string {
	let text = part;
	for (const [type, pattern] of INDICATORS) {
		text = text.replace(pattern, (value) => {
			const known = event.attributes.find((one) => !one.deleted && joinValue(one) === value);
			const row = known ?? save(world, viewer, event, type, value);
			return row === undefined ? value : `@[attribute](${row.uuid})`;
		});
	}
	for (const { name } of world.tags.values()) text = text.replaceAll(name, `@[tag](${name})`);
	return text;
}

function save(world: World, viewer: Viewer, event: EventRow, type: string, value: string) {
	const result = saveAttribute(world, viewer, event, { type, value });
	return result.errors === undefined ? result.row : undefined;
}
