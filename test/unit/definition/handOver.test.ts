import { decodeHTML } from 'entities';
import * as fc from 'fast-check';

import { escaped, FORMATS } from '../../../nodes/Misp/definition/handOver/chatText';
import { defang, undefang } from '../../../nodes/Misp/definition/handOver/defang';
import { handOver } from '../../../nodes/Misp/definition/handOver';
import { summaryOf } from '../../../nodes/Misp/definition/handOver/summary';
import { refang } from '../../../nodes/Misp/definition/handOver/refang';

describe('defang', () => {
	it.each([
		['https://login.example.com/a.php?x=1', 'hxxps[:]//login[.]example[.]com/a[.]php?x=1'],
		['HTTP://evil.example', 'HXXP[:]//evil[.]example'],
		['ftp://files.example', 'fxp[:]//files[.]example'],
		['ssh://host.example:22', 'ssh[:]//host[.]example:22'],
		['login.example.com', 'login[.]example[.]com'],
		['198.51.100.7', '198[.]51[.]100[.]7'],
		['198.51.100.0/24', '198[.]51[.]100[.]0/24'],
		['2001:db8::1', '2001[:]db8[:][:]1'],
		['2001:db8::/32', '2001[:]db8[:][:]/32'],
		['user@mail.example.com', 'user[@]mail[.]example[.]com'],
		['bücher.example', 'bücher[.]example'],
		['198.51.100.7|8443', '198[.]51[.]100[.]7|8443'],
	])('%s is %s', (value, safe) => {
		expect(defang(value)).toBe(safe);
		expect(undefang(safe)).toBe(value);
		// And as people restore it by hand, in a look-up.
		expect(refang(safe).toLowerCase()).toBe(value.toLowerCase());
	});

	it.each([
		'A title: nothing to follow here. Or e.g. there...',
		'd41d8cd98f00b204e9800998ecf8427e',
		'CVE-2024-99999',
		'12:30',
		'hxxp://',
		'',
	])('leaves %j', (text) => {
		expect(defang(text)).toBe(text);
	});

	it('takes an address for one only as a whole', () => {
		expect(defang('2001:db8::1/32')).toBe('2001[:]db8[:][:]1/32');
		expect(undefang(defang(':://hxxp://'))).toBe(':://hxxp://');
	});

	it('can be taken back exactly, whatever the text', () => {
		const piece = fc.constantFrom(
			...['http', 'https', 'hxxp', 'hXxPs', 'HTTP', 'ftp', 'fxp', '://', '[:]//', ':', '//'],
			...['.', '[.]', '[[.]]', '[', ']', '@', '[@]', 'a', 'example', '1', '::', ' ', 'ü', '😀'],
		);
		const pieces = fc.array(piece, { maxLength: 14 }).map((parts) => parts.join(''));
		const text = fc.oneof(
			pieces,
			fc.string({ unit: 'binary' }),
			fc.webUrl({ withQueryParameters: true, withFragments: true }),
			fc.emailAddress(),
			fc.domain(),
			fc.ipV4Extended(),
			fc.ipV6(),
		);
		fc.assert(
			fc.property(text, (value) => {
				expect(undefang(defang(value))).toBe(value);
				// Twice is one more layer, not something else.
				expect(undefang(undefang(defang(defang(value))))).toBe(value);
			}),
			{ numRuns: 2000 },
		);
	});

	it('leaves no address that a chat would link', () => {
		const address = fc.oneof(fc.webUrl(), fc.emailAddress(), fc.domain(), fc.ipV4());
		fc.assert(
			fc.property(address, (value) => {
				const safe = defang(value);
				expect(safe).not.toMatch(/(https?|ftp):\/\//i);
				expect(safe).not.toMatch(/[\p{L}\p{N}]\.(\p{L}{2,}|\d+)$/u);
				expect(safe).not.toMatch(/[^\s[]@[^\s\]]/);
			}),
		);
	});
});

const HOSTILE = [
	'<!channel> <!here> <@U012AB3CD> @everyone @here',
	'</b><script>alert(1)</script><img src=x onerror=alert(1)>',
	'[click](https://evil.example.com) ![x](https://evil.example.com/x.png) <https://evil.example.com|bank>',
	'# Title\n> quote\n- list\n1. one\n```code```\n| a | b |',
	'*bold* _it_ ~no~ `code` ||spoiler|| $x$ ^up^',
	'\u202eevil\u2066 \u200b&lt; &amp;',
];

/** Rows of each kind in which everything that somebody can write is this text. */
const ROWS: Record<string, (text: string) => Record<string, unknown>> = {
	event: (info) => ({ id: '7', info, date: '2026-11-24', published: true }),
	attribute: (value) => ({ value, type: value, event_id: '7', event_info: value }),
	object: (value) => ({
		name: value,
		'meta-category': 'file',
		event_id: '7',
		event_info: value,
		Attribute: [{ value }, { value }],
	}),
	sighting: (value) => ({
		date_sighting: '1',
		sighting_type: 'Sighting',
		value,
		source: value,
		event_id: '7',
		event_info: value,
	}),
	report: (name) => ({ name, content: name, event_id: '7', event_info: name }),
	note: (note) => ({ note, object_uuid: note, object_type: 'Event' }),
};

const CASES = HOSTILE.flatMap((text) => Object.keys(ROWS).map((kind) => [kind, text] as const));

describe('texts of MISP in a message', () => {
	it.each(CASES)('neither format nor link nor call people: %s, %s', (kind, hostile) => {
		const row = ROWS[kind]?.(hostile) ?? {};
		for (const format of FORMATS) {
			const summary = summaryOf(row, format) ?? '';
			expect(summary).not.toMatch(/[\n\r\u202a-\u202e\u2066-\u2069]/);
			expect(summary).not.toMatch(/@(?!\u200b|\])/);
			expect(summary).not.toMatch(/<[!@]/);
			expect(summary).not.toContain('https://');
		}
		expect(summaryOf(row, 'html')?.replace(/<\/?strong>/g, '')).not.toMatch(/[<>"]/);
		const slack = summaryOf(row, 'slack') ?? '';
		expect(slack).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
		expect(slack.replace(/^\*|\*(?= (\(|in |on ))/g, '')).not.toMatch(/[*_~`](?!\u200b)/);
		const markdown = (summaryOf(row, 'markdown') ?? '').replaceAll('**', '');
		expect(markdown.replace(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/[`*_{}[\]#!|<>~&$^]/);
		const jira = (summaryOf(row, 'jira') ?? '').replace(/^\*|\*(?= (\(|in |on ))/g, '');
		expect(jira.replace(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/[*_?+^~{}[\]|!#-]/);
	});

	it('come back as the same words from HTML and from Slack', () => {
		const words = (text: string) => decodeHTML(text).replaceAll('\u200b', '');
		fc.assert(
			fc.property(fc.string(), (text) => {
				const plain = escaped(text, 'text').replaceAll('\u200b', '');
				expect(words(escaped(text, 'html'))).toBe(plain);
				expect(words(escaped(text, 'slack'))).toBe(plain);
			}),
		);
	});
});

describe('summaryOf', () => {
	it('says what an event is about', () => {
		const event = {
			id: '12',
			info: 'Phishing from login.example.com',
			date: '2026-11-24',
			Orgc: { name: 'CERT-ALPHA' },
			published: true,
			attribute_count: '4',
			Tag: [{ name: 'type:osint' }, { name: 'tlp:green' }],
		};
		expect(summaryOf(event, 'text')).toBe(
			'#12 Phishing from login[.]example[.]com (2026-11-24, CERT-ALPHA, tlp:green, published, 4 attributes)',
		);
		expect(summaryOf({ Event: event }, 'slack')).toMatch(/^\*#12 Phishing from .*\* \(2026/);
	});

	it('says what a look-up answered, and names the first events', () => {
		const answer = {
			value: '198.51.100.7',
			verdict: 'known_good',
			verdict_reasons: ['to_ids'],
			matches: [1, 2, 3, 4, 5].map((id) => ({ event: { id, info: `Case ${id}` } })),
		};
		expect(summaryOf(answer, 'text')).toBe(
			'198[.]51[.]100[.]7 known good (to_ids), in #1 Case 1; #2 Case 2; #3 Case 3 and 2 more',
		);
		expect(summaryOf({ ...answer, matches: [] }, 'text')).toBe(
			'198[.]51[.]100[.]7 known good (to_ids)',
		);
	});

	it.each([
		[
			{
				name: 'file',
				'meta-category': 'file',
				event_id: '12',
				Event: { info: 'Case' },
				Attribute: ['a.exe', 'b.exe', 'c.exe', 'd.exe'].map((value) => ({ value })),
			},
			'file: a[.]exe, b[.]exe, c[.]exe and 1 more in #12 Case',
		],
		[
			{
				date_sighting: '1795500205',
				type: '1',
				sighting_type: 'False Positive',
				value: '198.51.100.7',
				source: 'soc',
				event_id: '12',
				event_info: 'Case',
			},
			'198[.]51[.]100[.]7 (False Positive by soc) in #12 Case',
		],
		[
			{ name: 'Findings', content: '# All', event_id: '12', event_info: 'Case' },
			'Findings (report) in #12 Case',
		],
		[{ note: 'Seen twice', object_uuid: 'u', object_type: 'Event' }, 'Seen twice on Event u'],
		[
			{ opinion: '80', comment: 'good', object_uuid: 'u', object_type: 'Attribute' },
			'80 of 100, good on Attribute u',
		],
		[{ Attribute: { value: 'x', type: 'text', event_id: '3' } }, 'x (text) in #3'],
		[{ id: '3', info: 'Case', date: '2026-01-02' }, '#3 Case (2026-01-02)'],
	])('says what else there is: %j', (row, line) => {
		expect(summaryOf(row, 'text')).toBe(line);
	});

	it('is none for other rows', () => {
		expect(summaryOf({ id: '1', name: 'tlp:red' }, 'text')).toBeUndefined();
	});
});

describe('handOver', () => {
	const row = { value: 'a.example.com', type: 'domain', Tag: [{ name: 'www.example.com' }] };

	it('changes nothing unless it is asked for', () => {
		expect(handOver(row, {})).toBe(row);
	});

	it('defangs values and titles at any depth, and nothing else', () => {
		const nested = { Event: { info: 'See evil.example.com', Attribute: [row], uuid: 'a.bc' } };
		expect(handOver(nested, { defang: 'replace' })).toEqual({
			Event: {
				info: 'See evil[.]example[.]com',
				Attribute: [{ ...row, value: 'a[.]example[.]com' }],
				uuid: 'a.bc',
			},
		});
	});

	it('sums up in all forms at once when it is asked for', () => {
		const event = { id: '7', info: '[~admin] <b>', published: false };
		expect(handOver(event, { summary: 'all' }).summary).toEqual({
			text: '#7 [~admin] <\u200bb> (not published)',
			markdown: '**\\#7 \\[\\~admin\\] \\<\u200bb\\>** (not published)',
			slack: '*#7 [~\u200badmin] &lt;b&gt;* (not published)',
			html: '<strong>#7 [~admin] &lt;b&gt;</strong> (not published)',
			jira: '*\\#7 \\[\\~admin\\] <\u200bb>* (not published)',
		});
		expect(handOver({ id: '1', name: 'tlp:red' }, { summary: 'all' })).not.toHaveProperty(
			'summary',
		);
	});

	it('keeps the original of what it changed when it is asked for', () => {
		expect(handOver({ ...row, comment: 'plain' }, { defang: 'keep' })).toEqual({
			...row,
			value: 'a[.]example[.]com',
			value_original: 'a.example.com',
			comment: 'plain',
		});
	});
});
