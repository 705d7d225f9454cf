import { indicatorsIn } from '../../../nodes/Misp/fields/indicators';

describe('indicatorsIn', () => {
	it('finds each kind once, in order', () => {
		const text = `From <bad@mail[.]example>, to: user@example.com; see
			hxxps://evil[.]example/path?a=1,2 (again: https://evil.example/path?a=1,2) and
			[198.51.100[.]7], 198.51.100.8:8443, 192.0.2.0/24, 2001:db8::1
			sha256:${'a'.repeat(64)} | md5=${'B'.repeat(32)} host.example/dir CVE-2024-99999.
			Not these: 1.2.3, e.g., 12345, a/b, ${'c'.repeat(33)}`;
		expect(indicatorsIn(text)).toEqual([
			'bad@mail.example',
			'user@example.com',
			'https://evil.example/path?a=1,2',
			'198.51.100.7',
			'198.51.100.8',
			'192.0.2.0/24',
			'2001:db8::1',
			'a'.repeat(64),
			'B'.repeat(32),
			'host.example',
			'CVE-2024-99999',
		]);
	});

	it.each([['a'], ['a.'], ['[.'], [' [']])('finds none in a long text of %j', (part) => {
		expect(indicatorsIn(part.repeat(100_000))).toEqual([]);
	});
});
