/** What a route gets and what it answers; MISP's two ways of saying no. */
import type { Permission, Role } from './roles';
import type { AuthKeyRow, UserRow } from './rows';
import type { World } from './state';

export type Json = Record<string, unknown>;
export type Named = Record<string, string>;

export interface Viewer {
	user: UserRow;
	role: Role;
	/** What the key may do, not what the role may. */
	grants: ReadonlySet<Permission>;
	key: AuthKeyRow;
}

export interface Call {
	method: string;
	/** Path as sent, without the base path and the query: MISP repeats it in `url`. */
	url: string;
	controller: string;
	action: string;
	/** Ordered path arguments after controller and action. */
	args: string[];
	/** `/key:value` path arguments. */
	named: Named;
	/** Parsed JSON body; undefined when there was none or its type was not JSON. */
	body: unknown;
	/** The body as it arrived. */
	raw: Buffer;
	/** Whether a body arrived at all, understood or not. */
	bodySent: boolean;
	headers: Record<string, string | undefined>;
	format: 'json' | 'xml' | 'csv';
	world: World;
	viewer: Viewer;
	baseUrl: string;
}

export interface Answer {
	status: number;
	headers: Record<string, string>;
	/** An object is sent as JSON, text and bytes as they are, undefined as no body. */
	body: unknown;
}

export const JSON_TYPE = 'application/json; charset=UTF-8';

export function answer(body: unknown, headers: Record<string, string> = {}, status = 200): Answer {
	return { status, headers: { 'Content-Type': JSON_TYPE, ...headers }, body };
}

export function redirect(location: string): Answer {
	return answer(undefined, { Location: location }, 302);
}

/** An exception of MISP: name, message and the URL asked. */
export class Refusal extends Error {
	constructor(
		readonly status: number,
		message: string,
		readonly headers: Record<string, string> = {},
	) {
		super(message);
	}
}

export const refuse = {
	badRequest: (message: string) => new Refusal(400, message),
	forbidden: (message = 'You do not have permission to do that.') => new Refusal(403, message),
	noFunction: () => new Refusal(403, 'You do not have permission to use this functionality.'),
	notFound: (message: string) => new Refusal(404, message),
	notAllowed: (message: string) => new Refusal(405, message),
	broken: () => new Refusal(500, 'An Internal Error Has Occurred.'),
};

function escapeHtml(text: string): string {
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;')
		.replaceAll("'", '&#039;');
}

export function refusalAnswer(refusal: Refusal, url: string): Answer {
	const message = escapeHtml(refusal.message);
	return answer({ name: message, message, url }, refusal.headers, refusal.status);
}

export function saved(message: string, url: string, id?: number): Answer {
	return answer({
		saved: true,
		success: true,
		name: message,
		message,
		url,
		...(id === undefined ? {} : { id: String(id) }),
	});
}

export function notSaved(message: string, url: string, errors: unknown, id?: number): Answer {
	const body = { saved: false, name: message, message, url, errors };
	return answer({ ...body, ...(id === undefined ? {} : { id: String(id) }) }, {}, 403);
}

export function isRecord(value: unknown): value is Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Most endpoints take `{Model:{...}}`, `{request:{...}}` or the bare fields. */
export function unwrap(body: unknown, model: string): unknown {
	if (!isRecord(body)) return body;
	const request = isRecord(body.request) ? body.request : body;
	return model in request ? request[model] : request;
}

export function without<Row extends object, Key extends keyof Row>(
	row: Row,
	...keys: Key[]
): Omit<Row, Key> {
	const copy = { ...row };
	for (const key of keys) delete copy[key];
	return copy;
}

export function truthy(value: unknown): boolean {
	return value === true || value === 1 || value === '1' || value === 'true';
}
