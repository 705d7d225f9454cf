import { MispError, UNKNOWN_OUTCOME, type MispErrorDetails, type MispErrorKind } from './errors';
import {
	errorTexts,
	isHtml,
	isRecord,
	plain,
	sentence,
	type Expectation,
	type RawReply,
} from './rawReply';

/** What a reply that is no success means, in MISP's own words, and what to do about it. */

export function redirectError(
	reply: RawReply,
	{ request, origin, changes }: Expectation,
): MispError {
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

export function kindOfFailure(message: string): MispErrorKind {
	return BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1] ?? 'validation';
}

export function statusError(
	reply: RawReply,
	json: unknown,
	{ request, changes }: Expectation,
): MispError {
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
