import { escapeText } from 'entities';
import type { NodeExecutionHint } from 'n8n-workflow';

import { eventIdIn, eventPage } from './eventPage';

/** n8n shows hints as HTML, and what MISP says in them anybody may have written. */
const hintOf =
	(type: NodeExecutionHint['type']) =>
	(text: string): NodeExecutionHint => ({
		message: escapeText(text),
		type,
		location: 'outputPane',
	});

export const warning = hintOf('warning');

/** Something that is good to know, and nothing to worry about. */
export const note = hintOf('info');

const MAX_LINKS = 3;

type Row = Record<string, unknown>;

/** The event that a row is, or is in; of one that says nothing, the event that was entered. */
export function eventOf(row: Row, input: Row): string | undefined {
	if (row.deleted === true || 'error' in row) return undefined;
	if ('info' in row && 'uuid' in row) return eventIdIn(row.id);
	return eventIdIn(row.event_id) ?? eventIdIn(input.event);
}

/** Links to events in MISP; the first ones of many. Nothing without an event. */
export function eventLinks(
	baseUrl: string,
	events: ReadonlySet<string>,
): NodeExecutionHint | undefined {
	if (events.size === 0) return undefined;
	const links = [...events]
		.slice(0, MAX_LINKS)
		.map((id) => `<a href="${eventPage(baseUrl, id)}" target="_blank">event ${id}</a>`);
	const others = events.size - links.length;
	const more = others > 0 ? ` and ${others.toLocaleString('en')} more` : '';
	return { message: `In MISP: ${links.join(', ')}${more}`, type: 'info', location: 'outputPane' };
}
