import type { MispErrorKind } from '../../../nodes/Misp/client/errors';
import type { ClassName } from './classes';
import {
	clock,
	http,
	large,
	refusal,
	slow,
	TIMEOUT_SECONDS,
	transport,
	type Strike,
} from './strikes';

/**
 * Everything that may go wrong between n8n and MISP, and what becomes of each class of operation
 * then. `matrix.test.ts` makes each of it happen, `docs/reliability.md` shows it.
 */

export interface Failure {
	kind: MispErrorKind;
	/** `{host}` stands for host and port of the MISP. */
	message: string;
}

export interface Fault {
	/** What happens, for the table. */
	name: string;
	/** Makes it happen. */
	strike: Strike;
	/** What a person gets to read. Without it everything works. */
	failure?: Failure;
	/** Reads are tried again. */
	retried?: true;
	/** It is over after the first request. */
	passes?: true;
	/** No request arrives at MISP. */
	unheard?: true;
	/** MISP has done what it was asked for. */
	done?: true;
	/** Whoever asked for a change cannot know whether it was made. */
	undecided?: true;
	/** Much is read, so that each class is looked at alone. */
	large?: true;
	/** Where a class reads something else. */
	instead?: Partial<Record<ClassName, Failure>>;
}

const network = (message: string): Failure => ({ kind: 'network', message });
const tls = (message: string): Failure => ({ kind: 'tls', message });
const notMisp = (message: string): Failure => ({ kind: 'notMisp', message });

const front = (status: number): Failure => ({
	kind: status === 504 ? 'timeout' : 'network',
	message: `The server in front of MISP answered ${status}: MISP is down, restarting or too slow.`,
});

const WRONG_KEY =
	'Authentication failed. Please make sure you pass the API key of an API enabled user along in the Authorization header.';
const TIMEOUT: Failure = {
	kind: 'timeout',
	message: `MISP did not answer within ${TIMEOUT_SECONDS} s.`,
};
const BROKE = network('The connection to {host} broke.');
const PAGE = notMisp('The server answered with a web page instead of MISP’s data.');
const EXPORT_TOO_LARGE: Failure = {
	kind: 'tooLarge',
	message: 'The export is larger than 20 MiB, too much for a field of an item.',
};

const TOO_LARGE: Failure = {
	kind: 'tooLarge',
	message: 'MISP’s reply is larger than 200 MiB and was not read to the end.',
};

/** What says no, and each time in MISP's own words. */
const spoken = (name: string, status: number, kind: MispErrorKind, message: string): Fault => ({
	name: `${status}: ${name}`,
	strike: refusal(status, message),
	failure: { kind, message },
});

export const FAULTS: Fault[] = [
	{
		name: 'The name is not found (DNS)',
		strike: ({ credential }) => void (credential.url = 'https://misp.invalid'),
		failure: network('The name misp.invalid was not found.'),
		unheard: true,
	},
	{
		name: 'Connection refused',
		strike: transport('refused'),
		failure: network('{host} refused the connection.'),
		unheard: true,
	},
	{
		name: 'Connection reset before the reply',
		strike: http('reset'),
		failure: BROKE,
		retried: true,
		undecided: true,
	},
	{
		name: 'Connection reset in the middle of the reply',
		strike: http('resetMidReply'),
		failure: BROKE,
		retried: true,
		done: true,
		undecided: true,
	},
	{
		name: 'The reply does not begin in time',
		strike: slow('slowHeader'),
		failure: TIMEOUT,
		done: true,
		undecided: true,
	},
	{
		name: 'The reply does not end in time',
		strike: slow('slowBody'),
		failure: TIMEOUT,
		done: true,
		undecided: true,
	},
	{
		name: 'JSON cut short under a matching length',
		strike: http('malformedJson'),
		failure: notMisp('MISP’s reply was cut short or is not JSON.'),
		done: true,
		undecided: true,
		instead: { export: notMisp('The export was cut short: it is not a whole document.') },
	},
	{ name: 'JSON under the wrong content type (HTML)', strike: http('wrongType'), done: true },
	{ name: '200 with a web page', strike: http('htmlPage'), failure: PAGE },
	{
		name: 'Redirect to MISP’s log-in (maintenance)',
		strike: http('maintenance'),
		failure: {
			kind: 'maintenance',
			message: 'MISP answered with its log-in page instead of data.',
		},
	},
	{
		name: 'Redirect to another host',
		strike: http('foreignRedirect'),
		failure: notMisp(
			'The server redirects to https://misp.example.org, which is not the MISP of this credential. The key was not sent there.',
		),
		undecided: true,
	},
	spoken('the key is wrong, expired or deleted', 403, 'authentication', WRONG_KEY),
	spoken(
		'the key is bound to other addresses',
		403,
		'authentication',
		'It is not possible to use this Auth key from your IP address',
	),
	spoken(
		'the user is disabled',
		403,
		'authentication',
		'Authentication failed. Your user account has been disabled.',
	),
	spoken(
		'the role does not allow it',
		403,
		'permission',
		'You do not have permission to use this functionality.',
	),
	spoken(
		'it belongs to another organisation',
		403,
		'permission',
		'You do not have permission to do that.',
	),
	{
		name: '403: the page of a proxy or firewall',
		strike: http('refusalPage', { status: 403 }),
		failure: notMisp('The server answered 403 with a web page instead of MISP’s data.'),
	},
	spoken('it does not exist, or must not be seen', 404, 'notFound', 'Invalid event'),
	spoken(
		'MISP does not take the request',
		405,
		'validation',
		'This functionality is not available for this.',
	),
	{
		name: '413',
		strike: http('refusalPage', { status: 413 }),
		failure: { kind: 'tooLarge', message: 'The request is larger than the server accepts.' },
	},
	{
		name: '429 that ends within a minute (`X-Rate-Limit-Reset`)',
		strike: http('rateLimit', { resetSeconds: 1, times: 1, each: true }),
		failure: { kind: 'rateLimited', message: 'Rate limit exceeded.' },
		retried: true,
		passes: true,
	},
	{
		name: '429 that lasts longer',
		strike: http('rateLimit'),
		failure: { kind: 'rateLimited', message: 'Rate limit exceeded.' },
	},
	{
		name: '429 without headers',
		strike: http('proxyRateLimit'),
		failure: { kind: 'rateLimited', message: 'MISP’s rate limit is used up.' },
		retried: true,
	},
	spoken('MISP fails inside', 500, 'server', 'An Internal Error Has Occurred.'),
	{
		name: '502',
		strike: http('badGateway'),
		failure: front(502),
		retried: true,
		undecided: true,
	},
	{
		name: '503',
		strike: http('unavailable'),
		failure: front(503),
		retried: true,
		undecided: true,
	},
	{
		name: '504',
		strike: http('gatewayTimeout'),
		failure: front(504),
		retried: true,
		done: true,
		undecided: true,
	},
	{
		name: 'MISP restarts: 503, then it is back',
		strike: http('unavailable', { times: 1, each: true }),
		failure: front(503),
		retried: true,
		passes: true,
		undecided: true,
	},
	{
		name: 'MISP restarts: it breaks the connection, then it is back',
		strike: http('reset', { times: 1, each: true }),
		failure: BROKE,
		retried: true,
		passes: true,
		undecided: true,
	},
	{
		name: '200 KiB that unpack to more than 200 MiB (gzip bomb)',
		strike: large('gzipBomb'),
		failure: TOO_LARGE,
		instead: { export: EXPORT_TOO_LARGE },
		done: true,
		undecided: true,
		large: true,
	},
	{
		name: 'A reply of 1 GiB',
		strike: large('hugeReply'),
		failure: TOO_LARGE,
		instead: { export: EXPORT_TOO_LARGE },
		done: true,
		undecided: true,
		large: true,
	},
	{
		name: 'The certificate has expired',
		strike: transport('expired'),
		failure: tls('The certificate of {host} has expired. Nothing was sent.'),
		unheard: true,
	},
	{
		name: 'The certificate is for another host',
		strike: transport('wrongHost'),
		failure: tls('The certificate of {host} was issued for another name. Nothing was sent.'),
		unheard: true,
	},
	{
		name: 'The certificate is self-signed',
		strike: transport('selfSigned'),
		failure: tls(
			'The certificate of {host} is not trusted: it was not issued by the CA in the credential (DEPTH_ZERO_SELF_SIGNED_CERT). Nothing was sent.',
		),
		unheard: true,
	},
	{
		name: 'TLS 1.0 alone',
		strike: transport('oldTls'),
		failure: tls('No safe connection to {host}'),
		unheard: true,
	},
	{
		name: 'A client certificate is asked for',
		strike: transport('clientCertificate'),
		failure: tls(
			'{host} refused the TLS handshake; it may ask for a client certificate. Nothing was sent.',
		),
		unheard: true,
	},
	{ name: 'MISP’s clock is a day ahead', strike: clock(86_400), done: true },
	{ name: 'MISP’s clock is a day behind', strike: clock(-86_400), done: true },
];
