/** An operation of n8n's built-in MISP node, tried in one way. */

export interface Request {
	method: string;
	path: string;
	body?: Record<string, unknown>;
}

export interface Case {
	/** `event: create`, or more for another way to fill in the form. */
	name: string;
	parameters: Record<string, unknown>;
	sends: Request;
	/** What of that body MISP ignores, so that leaving it out changes nothing. */
	ignored?: string[];
	/** What is sent otherwise on purpose; the report tells the user. */
	mended?: Record<string, unknown>;
}

/** What must exist for the requests to succeed. */
export interface Things {
	event: string;
	attribute: string;
	tag: string;
	/** One that is on the event. */
	attachedTag: string;
	galaxy: string;
	noticelist: string;
	organisation: string;
	warninglist: string;
}

export const get = (path: string): Request => ({ method: 'GET', path });
export const post = (path: string, body?: Request['body']): Request => ({
	method: 'POST',
	path,
	...(body ? { body } : {}),
});
export const put = (path: string, body: Request['body'] = {}): Request => ({
	method: 'PUT',
	path,
	body,
});
export const remove = (path: string): Request => ({ method: 'DELETE', path });
