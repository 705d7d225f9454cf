/**
 * What went wrong, so that callers can act on it without reading texts.
 *
 * - `input`: refused here, before anything was sent
 * - `scope`: the credential's access level does not allow the operation
 * - `authentication`: MISP does not accept the key (wrong, expired, other IP, user disabled)
 * - `permission`: MISP accepts the key, but its role may not do this
 * - `validation`: MISP refused the data
 * - `notFound`, `conflict`: the thing is missing or not visible, or exists already
 * - `rateLimited`: too many searches; `retryAfterSeconds` says when it ends
 * - `maintenance`: MISP answered with its log-in page
 * - `notMisp`: whatever answered is not a MISP API
 * - `tls`, `network`, `timeout`, `tooLarge`, `cancelled`: the connection
 * - `server`: MISP failed inside
 * - `heldBack`: MISP answered, and the TLP ceiling lets nothing of it through
 */
export type MispErrorKind =
	| 'input'
	| 'scope'
	| 'authentication'
	| 'permission'
	| 'validation'
	| 'notFound'
	| 'conflict'
	| 'rateLimited'
	| 'maintenance'
	| 'notMisp'
	| 'tls'
	| 'network'
	| 'timeout'
	| 'tooLarge'
	| 'cancelled'
	| 'server'
	| 'heldBack';

export interface MispErrorDetails {
	/** What the user can do about it. */
	hint?: string | undefined;
	/** HTTP status of MISP's reply, if there was one. */
	status?: number | undefined;
	/** Method and path of the request, never with the key. */
	request?: string | undefined;
	/** MISP's `errors`, as it sent them. */
	errors?: unknown;
	/** Seconds until a rate limit ends (`X-Rate-Limit-Reset`). */
	retryAfterSeconds?: number | undefined;
	/** Node.js' or axios' error code, such as `ECONNREFUSED`. */
	code?: string | undefined;
}

/** The one error that leaves the client. Its message is in MISP's own words where MISP said any. */
export class MispError extends Error {
	override readonly name = 'MispError';

	readonly hint: string | undefined;

	readonly status: number | undefined;

	readonly request: string | undefined;

	readonly errors: unknown;

	readonly retryAfterSeconds: number | undefined;

	readonly code: string | undefined;

	constructor(
		readonly kind: MispErrorKind,
		message: string,
		details: MispErrorDetails = {},
	) {
		super(message);
		this.hint = details.hint;
		this.status = details.status;
		this.request = details.request;
		this.errors = details.errors;
		this.retryAfterSeconds = details.retryAfterSeconds;
		this.code = details.code;
	}
}

/**
 * The result of `work`, or of `instead` when it fails in a way that `expected` recognises. Any
 * other failure goes on as it is.
 */
export async function recover<T, R>(
	work: Promise<T>,
	expected: (error: MispError) => boolean,
	instead: (error: MispError) => R | Promise<R>,
): Promise<T | R> {
	return await work.catch((error: unknown) => {
		if (error instanceof MispError && expected(error)) return instead(error);
		throw error;
	});
}

/** What to add when a request that changes something broke on its way. */
export const UNKNOWN_OUTCOME =
	' It is not known whether MISP made the change: look in MISP before you repeat it.';

/** Whether a change was sent and nothing tells what became of it. */
export const isUndecided = ({ message }: MispError): boolean => message.endsWith(UNKNOWN_OUTCOME);

/**
 * Whether something of what was sent may be done. MISP saves the parts of an event one after the
 * other, and may fail in the middle, or when it makes its reply.
 */
export const mayBeDone = (error: MispError): boolean =>
	isUndecided(error) || error.kind === 'server' || error.kind === 'notMisp';

/** The same failure as one after which nobody knows what became of the change. */
export const asUndecided = (error: MispError): MispError =>
	isUndecided(error) ? error : new MispError(error.kind, error.message + UNKNOWN_OUTCOME, error);

/** Input that is refused before anything is sent. */
export function inputError(message: string, hint?: string): MispError {
	return new MispError('input', message, { hint });
}
