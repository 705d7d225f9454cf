import { decodeHTML } from 'entities';

import { MispError, UNKNOWN_OUTCOME, type MispErrorDetails, type MispErrorKind } from './errors';

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

type Json = Record<string, unknown>;

const isRecord = (value: unknown): value is Json =>
	value !== null && typeof value === 'object' && !Array.isArray(value);

/** MISP escapes its exception messages for HTML. */
const plain = (value: unknown): string => decodeHTML(typeof value === 'string' ? value : '').trim();

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

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

const isPage = (reply: RawReply): boolean =>
	/text\/html/i.test(reply.headers['content-type'] ?? '');

/** A file for downloading, which may be a web page itself. */
const isDownload = (reply: RawReply): boolean =>
	/^\s*attachment/i.test(reply.headers['content-disposition'] ?? '');

const isHtml = (reply: RawReply): boolean =>
	isPage(reply) || /^\s*<(!doctype|html)/i.test(reply.body.slice(0, 100));

/** The body as JSON. MISP sends some of it as a page, escaped for HTML, and errors as XML if asked so. */
function bodyJson(reply: RawReply): unknown {
	const json = parseJson(reply.body);
	const xml = /^\s*<\?xml/.test(reply.body) && /<message>([^<]*)</.exec(reply.body);
	if (xml && reply.status >= 400) return { message: decodeHTML(xml[1] ?? '') };
	if (json !== undefined || !isHtml(reply) || !/^\s*[[{]/.test(reply.body)) return json;
	return parseJson(decodeHTML(reply.body));
}

/**
 * The one rule for success: 2xx, JSON when JSON was asked for, no `saved: false`, no unexpected
 * `errors`, and the expected key present.
 *
 * @returns the parsed body, or its text
 * @throws MispError in MISP's own words
 */
export function readReply(reply: RawReply, expectation: Expectation): unknown {
	const { request, expect } = expectation;
	const unknown = expectation.changes === true ? UNKNOWN_OUTCOME : '';
	if (reply.status >= 300 && reply.status < 400) throw redirectError(reply, expectation);

	if (expectation.bytes === true && reply.status < 300 && (!isPage(reply) || isDownload(reply)))
		return reply.body;
	if (expectation.text === true && reply.status < 300 && !isHtml(reply)) return reply.body;
	const json = bodyJson(reply);
	if (reply.status >= 400) throw statusError(reply, json, expectation);

	if (json === undefined) {
		if (isHtml(reply) || /^\s*<(?!\?xml)/.test(reply.body)) {
			throw new MispError(
				'notMisp',
				'The server answered with a web page instead of MISP’s data.',
				{
					hint: 'Check the MISP URL in the credential (with the path, if MISP is installed under one), and whether MISP is in maintenance or a proxy asks for a log-in.',
					status: reply.status,
					request,
				},
			);
		}
		throw new MispError('notMisp', `MISP’s reply was cut short or is not JSON.${unknown}`, {
			hint: 'A proxy may limit the size or the time of replies. Try again with a smaller limit.',
			status: reply.status,
			request,
		});
	}
	// PHP sends an empty list where there is no key.
	if (expectation.keyed === true) return Array.isArray(json) ? {} : json;
	const failure = hiddenFailure(json, expectation);
	if (failure !== undefined) {
		const errors = isRecord(json) ? json.errors : undefined;
		throw new MispError(kindOfFailure(failure), failure, { status: reply.status, request, errors });
	}
	if (expect !== undefined && !(isRecord(json) && expect in json)) {
		throw new MispError('notMisp', `MISP’s reply has no "${expect}".${unknown}`, {
			hint: 'Whatever answered may not be a MISP, or a version that this node does not know.',
			status: reply.status,
			request,
		});
	}
	// Text that is JSON, sent as if it were a page.
	return expectation.text === true ? reply.body : json;
}

/** A failure that MISP reports with status 200; undefined when there is none. */
function hiddenFailure(json: unknown, { expect, partial }: Expectation): string | undefined {
	if (!isRecord(json)) return undefined;
	const texts = errorTexts(json.errors);
	const failed = json.saved === false || json.success === false || 'false' in json;
	if (failed || (texts.length > 0 && partial !== true)) {
		return sentence(texts, plain(json.message) || plain(json.name) || 'MISP did not save this.');
	}
	// "Could not add the Sighting. Reason: …" or {error: "…"}, and nothing else.
	const lone = Object.keys(json).length === 1 ? plain(json.message) || plain(json.error) : '';
	if (lone !== '' && ('error' in json || /^Could not /.test(lone))) return lone;
	if (expect !== undefined && !(expect in json)) {
		return plain(json.message) || plain(json.error) || undefined;
	}
	return undefined;
}

function sentence(errors: string[], fallback: string): string {
	return errors.length > 0 ? errors.join('; ') : fallback;
}

function redirectError(reply: RawReply, { request, origin, changes }: Expectation): MispError {
	const location = reply.headers.location ?? '';
	const details = { status: reply.status, request };
	let target: URL | undefined;
	try {
		target = new URL(location, `${origin}/`);
	} catch {
		// An unusable target is as foreign as another origin.
	}
	if (target && /\/users\/login\/?$/.test(target.pathname)) {
		return new MispError('maintenance', 'MISP answered with its log-in page instead of data.', {
			...details,
			hint: 'MISP is in maintenance mode, or a proxy in front of it removes the Accept header. Try again later.',
		});
	}
	// MISP answers some changes that it has made with a redirect to their page.
	const unknown = changes === true ? UNKNOWN_OUTCOME : '';
	if (!target || target.origin !== origin) {
		return new MispError(
			'notMisp',
			`The server redirects to ${target ? target.origin : 'an unknown place'}, which is not the MISP of this credential. The key was not sent there.${unknown}`,
			{ ...details, hint: 'Enter the address that MISP really has in the credential.' },
		);
	}
	const message = `MISP answered with a redirect to ${target.pathname}.${unknown}`;
	return new MispError('server', message, details);
}

const NOT_FOUND =
	'It does not exist, was deleted, or the user of this key may not see it. Check the ID, and in MISP whether it is shared with your organisation.';

/** What MISP's words say beyond the status. The order matters: the first match counts. */
const BY_MESSAGE: Array<[RegExp, MispErrorKind, string?]> = [
	[
		/auth ?key is expired/i,
		'authentication',
		'Create a new key in MISP under My Profile > Auth keys and enter it in the credential.',
	],
	[
		/use this Auth key from your IP/i,
		'authentication',
		'The key is bound to other addresses. Add the address of your n8n to "Allowed IPs" of the key in MISP.',
	],
	[
		/account has been disabled/i,
		'authentication',
		'Ask an administrator of your MISP to enable the user of this key.',
	],
	[
		/Authentication failed/i,
		'authentication',
		'The key is wrong, expired or deleted, or its user may not use the API. Check the key in the credential, and in MISP under My Profile > Auth keys.',
	],
	[
		/already exists|is not unique|already has|is already (in|attached|assigned|published)|unpublish .* that is not published/i,
		'conflict',
	],
	[
		// "insuficient" and "dont" are MISP's own spelling.
		/do not have (the )?permission|not authori[sz]ed|insuff?icient privileges|dont have a permission|Unauthorized|Cannot alter the tags|only be added by users of the host|Only the creator organisation|Default galaxy cluster cannot|^Action not allowed/i,
		'permission',
		'The key is read-only, the role of its user does not allow it, or the data belongs to another organisation. Use a credential whose key may do this, or ask an administrator of your MISP.',
	],
	[/API searches are not allowed/i, 'permission'],
	[/not newer than the local copy/i, 'conflict'],
	[
		/No valid attributes found that match/i,
		'notFound',
		'No attribute that the user of this key may see has this value.',
	],
	[
		/^Invalid (JSON )?input|^Invalid output format|^No valid data received|^Could not save the proposal/i,
		'validation',
	],
	[
		/Event was not deleted/i,
		'notFound',
		'It is missing, deleted already, or of another organisation.',
	],
	[
		/^Invalid (event|attribute|object|tag|sharing group|organisation|target|sighting|page|feed|server|role|user|collection)\b|not found/i,
		'notFound',
		NOT_FOUND,
	],
	[
		/blocklist/i,
		'permission',
		'Something with this UUID was deleted or blocked on this MISP before. An administrator can take it off the blocklist.',
	],
];

/** The seconds until a rate limit ends: MISP's `X-Rate-Limit-Reset`, or `Retry-After` of a proxy. */
export function secondsLeft(headers: RawReply['headers']): number | undefined {
	const seconds = Number(headers['x-rate-limit-reset'] ?? headers['retry-after'] ?? NaN);
	return Number.isFinite(seconds) ? seconds : undefined;
}

function kindOfFailure(message: string): MispErrorKind {
	return BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1] ?? 'validation';
}

function statusError(reply: RawReply, json: unknown, { request, changes }: Expectation): MispError {
	const { status, headers } = reply;
	const body = isRecord(json) ? json : {};
	const said = plain(body.message) || plain(body.name);
	// A cluster relation has its arguments one off: the type of the reply in `errors`, those in `id`.
	const errors = body.errors === 'application/json' ? body.id : body.errors;
	const texts = errorTexts(errors);
	const details: MispErrorDetails = { status, request, errors };
	const make = (kind: MispErrorKind, message: string, hint?: string) =>
		new MispError(kind, message, { ...details, ...(hint === undefined ? {} : { hint }) });

	if (status === 429) {
		const seconds = secondsLeft(headers);
		return new MispError('rateLimited', said || 'MISP’s rate limit is used up.', {
			...details,
			...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
			hint: `MISP limits how many searches this user may make in 15 minutes${seconds === undefined ? '' : `; it allows more in ${seconds} s`}. Search for many values in one item, or ask an administrator for a higher limit.`,
		});
	}
	if (status === 413) {
		return make('tooLarge', 'The request is larger than the server accepts.', 'Send less at once.');
	}
	if (status === 502 || status === 503 || status === 504) {
		return make(
			status === 504 ? 'timeout' : 'network',
			`The server in front of MISP answered ${status}: MISP is down, restarting or too slow.${changes === true ? UNKNOWN_OUTCOME : ''}`,
			status === 504 ? 'Ask for less at once, or try again later.' : 'Try again later.',
		);
	}
	if (json === undefined && isHtml(reply)) {
		return make(
			status >= 500 ? 'server' : 'notMisp',
			`The server answered ${status} with a web page instead of MISP’s data.`,
			status === 401 || status === 403
				? 'A proxy or a firewall in front of MISP may have refused the request. Ask those who run it to let your n8n through.'
				: 'Check the MISP URL in the credential, with the path if MISP is installed under one.',
		);
	}
	const message = sentence(texts, said || `MISP answered with status ${status}.`);
	const known = BY_MESSAGE.find(([pattern]) => pattern.test(message) || pattern.test(said));
	if (known && status !== 500) return make(known[1], message, known[2]);
	if (status === 401) return make('authentication', message);
	if (status === 404) return make('notFound', message, NOT_FOUND);
	if (status === 400 || status === 405 || texts.length > 0 || body.saved === false) {
		return make('validation', message);
	}
	if (status === 403) return make('permission', message);
	if (status >= 500) {
		return make(
			'server',
			message,
			`MISP failed inside; its log (app/tmp/logs/error.log) says why. The data sent may be something it does not expect.${changes === true ? ' A part of the change may have been made: look in MISP before you repeat it.' : ''}`,
		);
	}
	return make('validation', message);
}
