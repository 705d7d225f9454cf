import type { Readable } from 'node:stream';

import type { MispPath } from './path';

export interface RequestOptions {
	/** A POST that changes nothing, such as a search: it may be repeated. */
	read?: boolean | undefined;
	/** A key that a good reply has; with it, a 200 that only says why it failed is an error. */
	expect?: string | undefined;
	/** A key that a good reply has, and whose value `get` and `post` return. */
	unwrap?: string | undefined;
	/** The reply's keys are data, such as the values that were asked for: none of them is a verdict. */
	keyed?: boolean | undefined;
	/** `errors` beside what was saved are read by the caller. */
	partial?: boolean | undefined;
	/** Return the body as text. */
	text?: boolean | undefined;
	/** Return the body as bytes, for files. */
	bytes?: boolean | undefined;
	/** Ask as a page's script does: MISP then answers some actions with a verdict instead of a redirect. */
	xhr?: boolean | undefined;
	/** The media type of a body that is sent as it is, such as `application/xml`. JSON without it. */
	contentType?: string | undefined;
	/** The caller has made sure that a reply which is no JSON holds nothing above the TLP ceiling. */
	judged?: boolean | undefined;
	/** Stops this request alone. */
	signal?: AbortSignal | undefined;
	/** The media type to ask for; JSON without it. MISP makes STIX 1 as XML only for those who ask so. */
	accept?: string | undefined;
}

export interface MispRequest extends RequestOptions {
	method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
	path: MispPath;
	body?: unknown;
}

/** Judges requests before they are sent, and replies before anybody sees them. */
export interface Gate {
	/** @throws MispError for a request whose reply could not be judged */
	check(request: MispRequest): void;
	/** The reply, or what may be seen of it. @throws MispError when nothing may be */
	pass(reply: MispReply, request: MispRequest): Promise<MispReply>;
}

export interface MispReply {
	status: number;
	/** Header names in lower case. */
	headers: Record<string, string | undefined>;
	data: unknown;
}

/** A reply that is handed on while it arrives. */
export interface MispStream {
	status: number;
	/** Header names in lower case. */
	headers: Record<string, string | undefined>;
	/** Its beginning, up to some kilobytes. */
	head: string;
	/** Whether the beginning is all there is. */
	isWhole: boolean;
	/** All of it, unpacked and without the key. Breaks off with a `MispError`. */
	body: Readable;
}
