import fc from 'fast-check';

import { redact, redactText } from '../../nodes/Misp/client/redact';
import { KEY } from './support';

describe('The key is hidden', () => {
	it.each([
		['in a text', `key ${KEY} and ${KEY}`, 'key [key hidden] and [key hidden]'],
		['in a list', ['a', KEY], ['a', '[key hidden]']],
		['deep inside', { a: [{ b: `x${KEY}y` }] }, { a: [{ b: 'x[key hidden]y' }] }],
		['as the name of a field', { [KEY]: 1 }, { '[key hidden]': 1 }],
	])('%s', (_where, value, expected) => {
		expect(redact(value, KEY)).toEqual(expected);
	});

	it('in anything that holds it', () => {
		const holder = fc.letrec((tie) => ({
			node: fc.oneof(
				{ depthSize: 'small' },
				fc.string().map((text) => text + KEY + text),
				fc.string(),
				fc.integer(),
				fc.constant(null),
				fc.array(tie('node'), { maxLength: 3 }),
				fc.dictionary(fc.oneof(fc.string(), fc.constant(KEY)), tie('node'), { maxKeys: 3 }),
			),
		})).node;
		fc.assert(
			fc.property(holder, (value) => {
				expect(JSON.stringify(redact(value, KEY))).not.toContain(KEY);
			}),
		);
	});
});

describe('What MISP returns as a secret is hidden', () => {
	it.each([
		'authkey',
		'authkey_raw',
		'auth_key',
		'password',
		'Authorization',
		'X-MISP-AUTH',
		'external_auth_key',
	])('in the field %s', (name) => {
		expect(redact({ User: { [name]: 'something else', email: 'a@example.org' } }, KEY)).toEqual({
			User: { [name]: '[hidden]', email: 'a@example.org' },
		});
	});

	it('but not that there is none', () => {
		const user = { authkey: '', password: null, auth_key: 0 };
		expect(redact(user, KEY)).toEqual(user);
	});

	it('and not what is no secret, such as the ends of a key or an attribute of type authentihash', () => {
		const reply = { authkey_start: 'aB3d', authkey_end: 'kL9o', type: 'password', value: 'x' };
		expect(redact(reply, KEY)).toEqual(reply);
	});
});

it('What holds no secret is handed on as it is, not copied', () => {
	const reply = { response: [{ Event: { info: 'x', Tag: [{ name: 'tlp:red' }] } }] };
	expect(redact(reply, KEY)).toBe(reply);
});

it('A field called __proto__ stays a field', () => {
	const reply = JSON.parse(`{"__proto__": {"x": "${KEY}"}, "value": "${KEY}"}`) as object;
	const clean = redact(reply, KEY);
	expect(Object.keys(clean)).toEqual(['__proto__', 'value']);
	expect(JSON.stringify(clean)).not.toContain(KEY);
	expect((clean as { x?: unknown }).x).toBeUndefined();
});

it('Without a key a text stays what it is', () => {
	expect(redactText('abc', '')).toBe('abc');
});
