import { decodeHTML } from 'entities';

/** An HTTP reply before anybody has judged it. Header names are lower-case. */
export interface RawReply {
	status: number;
	headers: Record<string, string | undefined>;
	body: string;
}

export interface Expectation {
	/** Method and path, for error texts. */
	request: string;
	/** MISP's origin: where a redirect may not lead away from. */
	origin: string;
	/** Whether the request changes something: then a broken reply leaves open what became of it. */
	changes?: boolean | undefined;
	/** A key that a good reply has: MISP reports some failures as 200 with another one. */
	expect?: string | undefined;
	/** The reply's `errors` beside what was saved is a partial success that the caller reads. */
	partial?: boolean | undefined;
	/** The reply's keys are data, such as the values that were asked for: none of them is a verdict. */
	keyed?: boolean | undefined;
	/** Text instead of JSON (exports). */
	text?: boolean | undefined;
	/** A file, which may well be a web page if MISP does not send it as one. */
	bytes?: boolean | undefined;
}

export type Json = Record<string, unknown>;

export const isRecord = (value: unknown): value is Json =>
	value !== null && typeof value === 'object' && !Array.isArray(value);

/** MISP escapes its exception messages for HTML. */
export const plain = (value: unknown): string =>
	decodeHTML(typeof value === 'string' ? value : '').trim();

/** MISP's validation messages, from `{field: [messages]}`, nested, as JSON text or as text. */
export function errorTexts(errors: unknown, field = ''): string[] {
	if (errors === null || errors === undefined || errors === false) return [];
	if (typeof errors === 'string') {
		const text = plain(errors);
		const json = /^[[{]/.test(text) ? parseJson(text) : undefined;
		if (json !== undefined) return errorTexts(json, field);
		// MISP's own key for a missing column instead of a sentence.
		const words = text === 'valueNotEmpty' ? 'must not be empty' : text;
		return words === '' ? [] : [field === '' ? words : `${field}: ${words}`];
	}
	if (Array.isArray(errors)) return errors.flatMap((entry) => errorTexts(entry, field));
	if (isRecord(errors)) {
		return Object.entries(errors).flatMap(([name, entry]) => {
			// "Event", "attribute_3" and list positions say where, not which field.
			const label = /^(\d+|[A-Z]\w*|attribute_\d+)$/.test(name) ? field : name;
			return errorTexts(entry, label);
		});
	}
	return [plain(String(errors))];
}

/** `undefined` for what is no JSON. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

export const isPage = (reply: RawReply): boolean =>
	/text\/html/i.test(reply.headers['content-type'] ?? '');

export const isHtml = (reply: RawReply): boolean =>
	isPage(reply) || /^\s*<(!doctype|html)/i.test(reply.body.slice(0, 100));

/** All that MISP said, or what to say where it said nothing. */
export function sentence(errors: string[], fallback: string): string {
	return errors.length > 0 ? errors.join('; ') : fallback;
}
