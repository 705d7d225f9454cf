import { isNumericId, isUuid } from '../client/path';

/** What names an event, as text; nothing for what cannot. */
export function eventIdIn(value: unknown): string | undefined {
	const id = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
	return isNumericId(id) || isUuid(id) ? id : undefined;
}

/**
 * The page of MISP that shows an event, for a person to follow.
 *
 * @param baseUrl of the credential
 * @returns nothing for what is no id or UUID of an event
 */
export function eventPage(baseUrl: string, event: unknown): string | undefined {
	const id = eventIdIn(event);
	return id === undefined ? undefined : `${encodeURI(baseUrl)}/events/view/${id}`;
}
