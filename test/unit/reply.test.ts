import { MispError, recover } from '../../nodes/Misp/client/errors';
import { errorTexts, type Expectation, type RawReply } from '../../nodes/Misp/client/rawReply';
import { readReply } from '../../nodes/Misp/client/reply';
import { proxyPage } from '../sandbox/faults';
import { failureOf, refusalOf } from './support';

const JSON_TYPE = 'application/json; charset=UTF-8';
const ORIGIN = 'https://misp.example.org';

const reply = (
	status: number,
	body: unknown,
	headers: Record<string, string> = { 'content-type': JSON_TYPE },
): RawReply => ({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) });

const page = (status: number, body: string, headers: Record<string, string> = {}): RawReply =>
	reply(status, body, { 'content-type': 'text/html; charset=UTF-8', ...headers });

const judge = (raw: RawReply, expectation: Partial<Expectation> = {}) =>
	readReply(raw, { request: 'GET /events/view/1', origin: ORIGIN, ...expectation });

const failed = (raw: RawReply, expectation: Partial<Expectation> = {}) =>
	refusalOf(() => judge(raw, expectation));

it('waits as long as a proxy asks where MISP does not say it', () => {
	const asked = failed(reply(429, '', { 'retry-after': '7' }));
	expect(asked).toMatchObject({ kind: 'rateLimited', retryAfterSeconds: 7 });
	const both = failed(reply(429, '', { 'retry-after': '7', 'x-rate-limit-reset': '5' }));
	expect(both.retryAfterSeconds).toBe(5);
	const dated = failed(reply(429, '', { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' }));
	expect(dated.retryAfterSeconds).toBeUndefined();
});

describe('After a change, nobody knows what became of it', () => {
	it.each<[string, RawReply, Partial<Expectation>]>([
		['when MISP redirects', reply(302, '', { location: '/events/index' }), {}],
		['when another server is meant', reply(302, '', { location: 'https://other.example' }), {}],
		['when the expected is missing', reply(200, { a: 1 }), { expect: 'Event' }],
		['when the reply is cut short', reply(200, '{"Event":'), {}],
	])('%s', (_what, raw, expectation) => {
		const unknown = /It is not known whether MISP made the change/;
		expect(failed(raw, { ...expectation, changes: true }).message).toMatch(unknown);
		expect(failed(raw, expectation).message).not.toMatch(unknown);
	});

	it('when MISP fails inside: a part of it may have been made', () => {
		const raw = reply(500, { message: 'An Internal Error Has Occurred.' });
		expect(failed(raw, { changes: true }).hint).toContain('A part of the change may have been');
		expect(failed(raw).hint).not.toContain('A part of the change');
	});
});

it('gives text that is JSON as it is, also when it comes as a page', () => {
	expect(judge(page(200, '{"a": 1}'), { text: true })).toBe('{"a": 1}');
});

it('reads MISP’s words out of an error in XML, which those get who asked for XML', () => {
	const xml =
		'<?xml version="1.0"?>\n<response><message>Not &amp;quot;yours&amp;quot;.</message></response>';
	const error = failed(reply(403, xml, { 'content-type': 'application/xml' }), { text: true });
	expect(error.message).toBe('Not "yours".');
});

describe('MISP’s error texts', () => {
	it.each<[string, unknown, string[]]>([
		['nothing', undefined, []],
		['null', null, []],
		['false', false, []],
		['an empty text', '', []],
		['an empty list', [], []],
		['a text', 'Info cannot be empty.', ['Info cannot be empty.']],
		['fields', { value: ['bad', 'worse'] }, ['value: bad', 'value: worse']],
		['a field with a text', { value: 'bad' }, ['value: bad']],
		['models', { Event: { info: ['valueNotEmpty'] } }, ['info: must not be empty']],
		['several attributes', { attribute_3: { value: ['bad'] } }, ['value: bad']],
		['lists of fields', [{ type: ['No type set.'] }, 'x'], ['type: No type set.', 'x']],
		['positions', { '0': { value: ['bad'] } }, ['value: bad']],
		['JSON as text', '{"name":["Name cannot be empty."]}', ['name: Name cannot be empty.']],
		['escaped JSON as text', '{&quot;name&quot;:[&quot;bad&quot;]}', ['name: bad']],
		['what looks like JSON', '[value]: bad', ['[value]: bad']],
		['escapes', 'It&#039;s &lt;b&gt; &amp; more', ["It's <b> & more"]],
		['a number', 5, ['5']],
		['true', true, ['true']],
	])('are found in %s', (_form, errors, expected) => {
		expect(errorTexts(errors)).toEqual(expected);
	});
});

describe('A reply is a success', () => {
	it.each<[string, RawReply, Partial<Expectation>, unknown]>([
		['as an object', reply(200, { Event: { id: '1' } }), {}, { Event: { id: '1' } }],
		['as a list', reply(200, []), {}, []],
		['as null', reply(200, 'null'), {}, null],
		['with the key', reply(200, { response: [] }), { expect: 'response' }, { response: [] }],
		['with status 201', reply(201, { id: '1' }), {}, { id: '1' }],
		[
			'saved',
			reply(200, { saved: true, success: 'Tag added.' }),
			{},
			{ saved: true, success: 'Tag added.' },
		],
		['with empty errors', reply(200, { saved: true, errors: [] }), {}, { saved: true, errors: [] }],
		[
			'that only says something',
			reply(200, { message: 'Attribute deleted.' }),
			{},
			{ message: 'Attribute deleted.' },
		],
		['as JSON called a page', page(200, '{"saved":true}'), {}, { saved: true }],
		[
			'as escaped JSON on a page',
			page(200, '{\n &quot;saved&quot;: true, &quot;m&quot;: &quot;it&#039;s&quot;}'),
			{},
			{ saved: true, m: "it's" },
		],
		['as text', reply(200, 'a,b\n', { 'content-type': 'text/csv' }), { text: true }, 'a,b\n'],
		['as no text at all', reply(200, '', {}), { text: true }, ''],
		[
			'in part',
			reply(200, { Attribute: [], errors: { attribute_0: { value: ['bad'] } } }),
			{ partial: true },
			{ Attribute: [], errors: { attribute_0: { value: ['bad'] } } },
		],
	])('%s', (_how, raw, expectation, expected) => {
		expect(judge(raw, expectation)).toEqual(expected);
	});
});

describe('A reply with status 200 is a failure', () => {
	it.each<[string, unknown, Partial<Expectation>, string, string]>([
		['saved: false', { saved: false, errors: 'Invalid Tag.' }, {}, 'notFound', 'Invalid Tag.'],
		['saved: false without words', { saved: false }, {}, 'validation', 'MISP did not save this.'],
		[
			'saved: false with a message',
			{ saved: false, name: 'n', message: 'Tag is already attached to this event.' },
			{},
			'conflict',
			'Tag is already attached to this event.',
		],
		['the key "false" alone', { false: true }, {}, 'validation', 'MISP did not save this.'],
		['success: false', { success: false, message: 'No.' }, {}, 'validation', 'No.'],
		[
			'the key "false"',
			{ false: true, errors: ['Invalid Attribute.'] },
			{},
			'notFound',
			'Invalid Attribute.',
		],
		[
			'errors beside data',
			{ Attribute: {}, errors: { attribute_1: { value: ['bad'] } } },
			{},
			'validation',
			'value: bad',
		],
		[
			'a sentence instead of the sighting',
			{
				message:
					'Could not add the Sighting. Reason: No valid attributes found that match the criteria.',
			},
			{ expect: 'Sighting' },
			'notFound',
			'Could not add the Sighting. Reason: No valid attributes found that match the criteria.',
		],
		[
			'a sentence, when nothing is expected',
			{ message: 'Could not add it' },
			{},
			'validation',
			'Could not add it',
		],
		['an error of a module', { error: 'upstream refused' }, {}, 'validation', 'upstream refused'],
		[
			'another key',
			{ other: 1 },
			{ expect: 'response' },
			'notMisp',
			'MISP’s reply has no "response".',
		],
		['a list', [], { expect: 'response' }, 'notMisp', 'MISP’s reply has no "response".'],
		['null', null, { expect: 'response' }, 'notMisp', 'MISP’s reply has no "response".'],
	])('with %s', (_what, body, expectation, kind, message) => {
		const error = failed(reply(200, body), expectation);
		expect(error).toMatchObject({ kind, message, status: 200, request: 'GET /events/view/1' });
	});

	it.each<[string, RawReply, RegExp]>([
		['a page', page(200, '<!DOCTYPE html><html></html>'), /a web page instead of MISP’s data/],
		['a page called JSON', reply(200, '<div class="form">'), /a web page instead of MISP’s data/],
		['cut JSON', reply(200, '{"response":[{"Event":{"id":'), /cut short or is not JSON/],
		['nothing', reply(200, ''), /cut short or is not JSON/],
		['text', reply(200, 'OK', { 'content-type': 'text/plain' }), /cut short or is not JSON/],
	])('as %s', (_what, raw, message) => {
		const error = failed(raw);
		expect(error.kind).toBe('notMisp');
		expect(error.message).toMatch(message);
		expect(error.hint).toBeDefined();
	});

	it('as a page where text was asked for', () => {
		expect(failed(page(200, '<html></html>'), { text: true }).kind).toBe('notMisp');
	});
});

describe('MISP’s words decide what kind of failure it is', () => {
	const wrongKey =
		'Authentication failed. Please make sure you pass the API key of an API enabled user along in the Authorization header.';

	it.each<[number, string, string]>([
		[403, wrongKey, 'authentication'],
		[403, 'Auth key is expired', 'authentication'],
		[403, 'It is not possible to use this Auth key from your IP address', 'authentication'],
		[403, 'Authentication failed. Your user account has been disabled.', 'authentication'],
		[403, 'You do not have permission to use this functionality.', 'permission'],
		[405, 'You do not have permission to use this functionality.', 'permission'],
		[405, 'You do not have the permission to do that.', 'permission'],
		[401, 'Unauthorized', 'permission'],
		[401, 'Something else', 'authentication'],
		[405, 'Invalid Collection or insuficient privileges', 'permission'],
		[405, 'Invalid Sharing Group or not authorised.', 'permission'],
		[405, 'Only the creator organisation can modify the galaxy cluster', 'permission'],
		[405, 'API searches are not allowed for this user role.', 'permission'],
		[
			404,
			'Event already exists, if you would like to edit it, use the url in the location header.',
			'conflict',
		],
		[405, 'You can&#039;t publish a galaxy cluster that is already published', 'conflict'],
		[404, 'Invalid event', 'notFound'],
		[405, 'Invalid Attribute', 'notFound'],
		[405, 'Invalid Feed.', 'notFound'],
		[403, 'Event was not deleted.', 'notFound'],
		[404, 'Not Found', 'notFound'],
		[404, 'Invalid output format.', 'validation'],
		[404, 'Could not save the proposal. Errors: [value]: bad', 'validation'],
		[405, 'Invalid JSON input. Make sure that it is correct.', 'validation'],
		[405, 'Invalid type.', 'validation'],
		[400, 'An ID or UUID must be provided if the context is set.', 'validation'],
		[403, 'Anything new', 'permission'],
		[405, 'Anything new', 'validation'],
		[418, 'Anything new', 'validation'],
		[500, 'An Internal Error Has Occurred.', 'server'],
		[500, wrongKey, 'server'],
	])('%i "%s" is %s', (status, message, kind) => {
		const error = failed(reply(status, { name: message, message, url: '/x' }));
		expect(error.kind).toBe(kind);
		expect(error.message).toBe(message.replace('&#039;', "'"));
		expect(error.status).toBe(status);
	});

	it('and what did not fit comes first', () => {
		const error = failed(
			reply(403, {
				saved: false,
				name: 'Could not add Attribute',
				message: 'Could not add Attribute',
				errors: { value: ['It&#039;s bad.'], type: ['Worse.'] },
			}),
		);
		expect(error).toMatchObject({
			kind: 'validation',
			message: "value: It's bad.; type: Worse.",
			errors: { value: ['It&#039;s bad.'], type: ['Worse.'] },
		});
	});

	it('or the status, when there are none', () => {
		expect(failed(reply(404, {})).message).toBe('MISP answered with status 404.');
		expect(failed(reply(404, '', {}), { text: true })).toMatchObject({ kind: 'notFound' });
		expect(failed(reply(403, { name: 5, message: [], errors: null }))).toMatchObject({
			kind: 'permission',
			message: 'MISP answered with status 403.',
		});
	});

	it('in the field where a cluster relation has them', () => {
		const error = failed(
			reply(403, {
				saved: false,
				message: 'Could not add GalaxyClusterRelation',
				errors: 'application/json',
				id: 'Relationship could not be added.Reasons: ["Relation already exists"]',
			}),
		);
		expect(error).toMatchObject({
			kind: 'conflict',
			message: 'Relationship could not be added.Reasons: ["Relation already exists"]',
		});
	});

	it.each<[string, RegExp]>([
		[wrongKey, /wrong, expired or deleted/],
		['Auth key is expired', /Create a new key/],
		['It is not possible to use this Auth key from your IP address', /Allowed IPs/],
		['Authentication failed. Your user account has been disabled.', /enable the user/],
		['You do not have permission to use this functionality.', /whose key may do this/],
	])('and what to do about "%s"', (message, hint) => {
		expect(failed(reply(403, { message })).hint).toMatch(hint);
	});
});

describe('A rate limit', () => {
	it('says when it ends', () => {
		const error = failed(
			reply(
				429,
				{ message: 'Rate limit exceeded.' },
				{ 'content-type': JSON_TYPE, 'x-rate-limit-reset': '42' },
			),
		);
		expect(error).toMatchObject({
			kind: 'rateLimited',
			message: 'Rate limit exceeded.',
			retryAfterSeconds: 42,
		});
		expect(error.hint).toContain('in 42 s');
	});

	it.each([undefined, 'soon'])('is one also when its end is "%s"', (reset) => {
		const headers = { 'content-type': 'text/html', ...(reset && { 'x-rate-limit-reset': reset }) };
		const error = failed(reply(429, '<html></html>', headers));
		expect(error).toMatchObject({ kind: 'rateLimited', retryAfterSeconds: undefined });
		expect(error.message).toBe('MISP’s rate limit is used up.');
		expect(error.hint).not.toContain('NaN');
	});
});

describe('What stands in front of MISP answers', () => {
	it.each<[413 | 502 | 503 | 504, string, RegExp]>([
		[413, 'tooLarge', /larger than the server accepts/],
		[502, 'network', /answered 502: MISP is down/],
		[503, 'network', /answered 503: MISP is down/],
		[504, 'timeout', /answered 504: MISP is down/],
	])('%i with a page: %s', (status, kind, message) => {
		const error = failed(page(status, proxyPage(status)));
		expect(error.kind).toBe(kind);
		expect(error.message).toMatch(message);
		expect(error.hint).toBeDefined();
	});

	it.each<[number, string, RegExp]>([
		[401, 'notMisp', /A proxy or a firewall/],
		[403, 'notMisp', /A proxy or a firewall/],
		[404, 'notMisp', /Check the MISP URL/],
		[500, 'server', /Check the MISP URL/],
	])('%i with a page: %s', (status, kind, hint) => {
		const error = failed(page(status, '<html><body>no</body></html>'));
		expect(error.kind).toBe(kind);
		expect(error.message).toBe(
			`The server answered ${status} with a web page instead of MISP’s data.`,
		);
		expect(error.hint).toMatch(hint);
	});
});

describe('A redirect', () => {
	it.each([
		'https://misp.example.org/users/login',
		'https://misp.example.org/misp/users/login/',
		'/users/login',
		'https://other.example.org/users/login',
	])('to the log-in page, %s, means maintenance', (location) => {
		expect(failed(page(302, '', { location }))).toMatchObject({
			kind: 'maintenance',
			message: 'MISP answered with its log-in page instead of data.',
		});
	});

	it.each([
		['https://evil.test/x?secret=1', 'https://evil.test'],
		['//evil.test/x', 'https://evil.test'],
		['http://misp.example.org/events', 'http://misp.example.org'],
		['https://misp.example.org:8443/events', 'https://misp.example.org:8443'],
		['https://', 'an unknown place'],
	])('to another place, %s, is named without its path', (location, named) => {
		const error = failed(page(301, '', { location }));
		expect(error.kind).toBe('notMisp');
		expect(error.message).toBe(
			`The server redirects to ${named}, which is not the MISP of this credential. The key was not sent there.`,
		);
	});

	it.each([302, 303, 307])('within MISP (%i) is not followed and not a success', (status) => {
		expect(failed(reply(status, '', { location: '/attributes/view/5' }))).toMatchObject({
			kind: 'server',
			message: 'MISP answered with a redirect to /attributes/view/5.',
			status,
		});
	});
});

describe('Recovering', () => {
	const missing = new MispError('notFound', 'Invalid event');

	it('replaces an expected failure', async () => {
		expect(
			await recover(
				Promise.reject(missing),
				({ kind }) => kind === 'notFound',
				({ message }) => `none: ${message}`,
			),
		).toBe('none: Invalid event');
	});

	it('lets other failures and results through', async () => {
		const never = () => 'instead';
		expect(await recover(Promise.resolve('good'), () => true, never)).toBe('good');
		expect(await failureOf(recover(Promise.reject(missing), () => false, never))).toBe(missing);
		const bug = new TypeError('bug');
		await expect(recover(Promise.reject(bug), () => true, never)).rejects.toBe(bug);
	});
});
