import { MispError } from '../../nodes/Misp/client/errors';
import { transportError, type TransportContext } from '../../nodes/Misp/client/transportError';

const context: TransportContext = {
	request: 'GET /events/view/1',
	changes: false,
	timeoutMs: 30_000,
	cancelled: false,
	host: 'misp.example.org',
};

const failure = (code: string, message = 'something technical') =>
	Object.assign(new Error(message), { code });

describe('A failure of the connection is told apart', () => {
	it.each<[string, string, RegExp]>([
		['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', /is not trusted/],
		['SELF_SIGNED_CERT_IN_CHAIN', 'tls', /is not trusted/],
		['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls', /is not trusted/],
		['CERT_HAS_EXPIRED', 'tls', /has expired/],
		['CERT_NOT_YET_VALID', 'tls', /is not valid yet/],
		['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', /another name/],
		['INVALID_PURPOSE', 'tls', /cannot be used/],
		['UNABLE_TO_GET_CRL', 'tls', /cannot be used/],
		['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', /does not speak https/],
		['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls', /No safe connection/],
		['EPROTO', 'tls', /No safe connection/],
		['CERT_REVOKED', 'tls', /No safe connection/],
		['ENOTFOUND', 'network', /was not found/],
		['EAI_AGAIN', 'network', /was not found/],
		['ECONNREFUSED', 'network', /refused the connection/],
		['ECONNRESET', 'network', /broke/],
		['EPIPE', 'network', /broke/],
		['ECONNABORTED', 'timeout', /within 30 s/],
		['ETIMEDOUT', 'timeout', /within 30 s/],
		['EHOSTUNREACH', 'network', /No connection to misp\.example\.org: something technical\./],
	])('%s is %s', (code, kind, message) => {
		// As it comes, and as axios wraps it.
		const wrapped = Object.assign(new Error('wrapped'), {
			code: 'ERR_NETWORK',
			message: 'something technical',
			cause: failure(code),
		});
		for (const error of [failure(code), wrapped]) {
			const told = transportError(error, context);
			expect(told).toBeInstanceOf(MispError);
			expect(told).toMatchObject({ kind, code, request: context.request, status: undefined });
			expect(told.message).toMatch(message);
			expect(told.hint).not.toBe('');
		}
	});

	it.each(['text', {}, new Error('')])('%s is a failure of the network', (thrown) => {
		expect(transportError(thrown, context)).toMatchObject({ kind: 'network' });
	});
});

it.each(['ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH'])(
	'After %s the outcome of a change is unknown, and that of a read does not matter',
	(code) => {
		const unknown = /It is not known whether MISP made the change/;
		expect(transportError(failure(code), { ...context, changes: true }).message).toMatch(unknown);
		expect(transportError(failure(code), context).message).not.toMatch(unknown);
	},
);

it.each(['DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED', 'ECONNREFUSED', 'ENOTFOUND'])(
	'After %s nothing was sent, so the outcome of a change is known',
	(code) => {
		const told = transportError(failure(code), { ...context, changes: true });
		expect(told.message).not.toMatch(/not known/);
	},
);

it('Cancelling comes before what it breaks', () => {
	expect(transportError(failure('ECONNRESET'), { ...context, cancelled: true })).toMatchObject({
		kind: 'cancelled',
		message: 'The execution was cancelled.',
	});
});

it('An error of our own is kept, with the request added', () => {
	const own = new MispError('tls', 'Not the pinned one.', { hint: 'Look.', code: 'PIN_MISMATCH' });
	const wrapped = Object.assign(new Error('wrapped'), { cause: own });
	for (const error of [own, wrapped]) {
		expect(transportError(error, context)).toMatchObject({
			kind: 'tls',
			message: 'Not the pinned one.',
			hint: 'Look.',
			code: 'PIN_MISMATCH',
			request: 'GET /events/view/1',
		});
	}
});
