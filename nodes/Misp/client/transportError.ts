import { TOO_LARGE } from './body';
import { MispError, UNKNOWN_OUTCOME } from './errors';

export interface TransportContext {
	/** Method and path. */
	request: string;
	/** Whether the request changes something: then its outcome is unknown when the connection breaks. */
	changes: boolean;
	timeoutMs: number;
	cancelled: boolean;
	/** Host and port, for the texts. */
	host: string;
	/** Whether the credential names a CA of its own. */
	privateCa?: boolean;
}

const UNTRUSTED = new Set([
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	'UNABLE_TO_GET_ISSUER_CERT',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'CERT_UNTRUSTED',
]);

/** Node.js' and axios' failures as a `MispError`: what happened, and what to do. */
export function transportError(error: unknown, context: TransportContext): MispError {
	const { host, request, changes } = context;
	const cause = error as { code?: string; message?: string; cause?: unknown };
	const own = error instanceof MispError ? error : cause.cause;
	if (own instanceof MispError) {
		const { kind, message, hint, code } = own;
		return new MispError(kind, message, { hint, code, request });
	}
	const code = codeOf(error);
	const message = cause.message ?? String(error);
	const make = (kind: MispError['kind'], text: string, hint: string) =>
		new MispError(kind, text, { hint, request, code });
	const unknownOutcome = changes ? UNKNOWN_OUTCOME : '';

	if (context.cancelled)
		return new MispError('cancelled', 'The execution was cancelled.', { request });
	if (UNTRUSTED.has(code)) {
		return context.privateCa === true
			? make(
					'tls',
					`The certificate of ${host} is not trusted: it was not issued by the CA in the credential (${code}). Nothing was sent.`,
					'Paste the certificate of the CA that issued it, with all intermediate ones, into CA Certificate. Those who run your MISP have it.',
				)
			: make(
					'tls',
					`The certificate of ${host} is not trusted: it was not issued by a public authority (${code}). Nothing was sent.`,
					'In the credential, set Server Certificate to "From a Private CA" and paste your CA’s certificate, or to "Pinned" and enter the SHA-256 fingerprint of the server’s certificate.',
				);
	}
	if (code === 'CERT_HAS_EXPIRED') {
		return make(
			'tls',
			`The certificate of ${host} has expired. Nothing was sent.`,
			'Renew the certificate on the MISP server. If it is new, check the clock of your n8n.',
		);
	}
	if (code === 'CERT_NOT_YET_VALID') {
		return make(
			'tls',
			`The certificate of ${host} is not valid yet. Nothing was sent.`,
			'Check the clocks of your n8n and of the MISP server.',
		);
	}
	if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
		return make(
			'tls',
			`The certificate of ${host} was issued for another name. Nothing was sent.`,
			'Enter the MISP URL with the name that stands in the certificate.',
		);
	}
	if (/^(INVALID_|PATH_LENGTH_|ERROR_IN_CERT_|UNABLE_TO_)/.test(code)) {
		return make(
			'tls',
			`The certificate of ${host} cannot be used: ${message}. Nothing was sent.`,
			'The MISP server needs a certificate that was issued for servers. Ask those who run it.',
		);
	}
	if (
		code === 'ERR_SSL_WRONG_VERSION_NUMBER' ||
		/wrong version number|packet length too long/i.test(message)
	) {
		return make(
			'tls',
			`${host} does not speak https. Nothing was sent.`,
			'Check the port in the MISP URL: this one may be for plain http.',
		);
	}
	if (
		/alert certificate required|alert bad certificate|CERTIFICATE_REQUIRED|handshake failure/i.test(
			message,
		)
	) {
		return make(
			'tls',
			`${host} refused the TLS handshake; it may ask for a client certificate. Nothing was sent.`,
			'In the credential, switch on Client Certificate and enter certificate and key.',
		);
	}
	if (
		/bad decrypt|bad password|interrupted or cancelled|key values mismatch|PEM routines|unsupported/i.test(
			message,
		) &&
		/^ERR_(OSSL|SSL)/.test(code)
	) {
		return make(
			'tls',
			`The client certificate cannot be used: ${message}.`,
			'Check the certificate, its key and the passphrase in the credential.',
		);
	}
	if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
		return make(
			'network',
			`The name ${host} was not found.`,
			'Check the MISP URL in the credential and the name resolution of your n8n.',
		);
	}
	if (code === 'ECONNREFUSED') {
		return make(
			'network',
			`${host} refused the connection.`,
			'Check the port in the MISP URL, and whether MISP is running.',
		);
	}
	if (code === 'ECONNABORTED' || code === 'ETIMEDOUT' || isAbort(error)) {
		return make(
			'timeout',
			`MISP did not answer within ${Math.round(context.timeoutMs / 1000)} s.${unknownOutcome}`,
			'Ask for less at once, or raise the timeout in the credential.',
		);
	}
	if (code === TOO_LARGE) {
		return make(
			'tooLarge',
			`MISP’s reply is larger than 200 MiB and was not read to the end.${unknownOutcome}`,
			'Set a limit, or filter more.',
		);
	}
	if (code.startsWith('Z_') || code.startsWith('ERR__ERROR_')) {
		return make(
			'notMisp',
			`The reply of ${host} cannot be unpacked: it was cut short or damaged on its way.${unknownOutcome}`,
			'A proxy may limit the size or the time of replies. Ask for less at once.',
		);
	}
	if (code === 'HPE_HEADER_OVERFLOW') {
		return make(
			'tooLarge',
			`The headers of the reply are larger than Node.js reads.${unknownOutcome}`,
			'A proxy in front of MISP may add them, such as cookies or policies. Ask those who run it.',
		);
	}
	if (code.startsWith('HPE_')) {
		return make(
			'notMisp',
			`${host} answered with something that is not HTTP (${code}).${unknownOutcome}`,
			'Check the port in the MISP URL, and what stands between your n8n and MISP.',
		);
	}
	if (
		['ECONNRESET', 'EPIPE', 'ERR_BAD_RESPONSE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code) ||
		/socket hang up|aborted/i.test(message)
	) {
		return make(
			'network',
			`The connection to ${host} broke.${unknownOutcome}`,
			'MISP or a proxy in between may have restarted. Try again.',
		);
	}
	if (
		code.startsWith('ERR_SSL') ||
		code.startsWith('ERR_TLS') ||
		code === 'EPROTO' ||
		code.startsWith('CERT_')
	) {
		return make('tls', `No safe connection to ${host}: ${message}.`, 'TLS 1.2 or newer is needed.');
	}
	return make(
		'network',
		`No connection to ${host}: ${message}.${unknownOutcome}`,
		'Check the network between your n8n and MISP.',
	);
}

function codeOf(error: unknown): string {
	for (let at = error, depth = 0; at !== null && typeof at === 'object' && depth < 4; depth += 1) {
		const { code, cause } = at as { code?: unknown; cause?: unknown };
		if (
			typeof code === 'string' &&
			!['ERR_NETWORK', 'ERR_CANCELED', 'ERR_BAD_RESPONSE'].includes(code)
		) {
			return code;
		}
		at = cause;
	}
	const { code } = error as { code?: unknown };
	return typeof code === 'string' ? code : '';
}

function isAbort(error: unknown): boolean {
	const { name, code } = error as { name?: string; code?: string };
	return name === 'CanceledError' || name === 'AbortError' || code === 'ERR_CANCELED';
}
