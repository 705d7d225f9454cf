import * as fc from 'fast-check';

import { forAi } from '../../../nodes/Misp/definition/agent/forAi';
import { shownText } from '../../../nodes/Misp/definition/agent/forAi/tidy';

/** What an agent gets instead of rows. */

const BASE = 'https://misp.example.com';

const all = (
	rows: Array<Record<string, unknown>>,
	more: { budget?: number; limit?: number } = {},
) => forAi(rows, { baseUrl: BASE, limit: Infinity, remarks: [], ...more });

const only = (row: Record<string, unknown>) =>
	(all([row]).results as Array<Record<string, unknown>>)[0];

const event = (id: number, attributes = 0) => ({
	id: String(id),
	uuid: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
	info: `Phishing wave ${id}`,
	date: '2026-11-24',
	threat_level_id: '1',
	analysis: '2',
	published: true,
	org_id: '2',
	orgc_id: '2',
	timestamp: '1795000000',
	timestamp_iso: '2026-11-18T12:26:40.000Z',
	sharing_group_id: '0',
	locked: false,
	extends_uuid: '',
	Orgc: { id: '2', name: 'CERT-ALPHA', uuid: 'x' },
	Tag: [{ id: '4', name: 'tlp:amber', colour: '#ffc000' }],
	Attribute: Array.from({ length: attributes }, (_, index) => ({
		id: String(index),
		event_id: String(id),
		type: 'domain',
		category: 'Network activity',
		value: `host-${index}.example.com`,
		to_ids: true,
		comment: '',
	})),
});

it('says of an event what matters, with its source', () => {
	expect(only(event(7, 1))).toEqual({
		id: '7',
		info: 'Phishing wave 7',
		published: true,
		threat_level: 'High',
		analysis: 'Completed',
		tags: ['tlp:amber'],
		attributes: [
			{ type: 'domain', category: 'Network activity', value: 'host-0.example.com', to_ids: true },
		],
		source: {
			link: `${BASE}/events/view/7`,
			uuid: event(7).uuid,
			organisation: 'CERT-ALPHA',
			date: '2026-11-24',
		},
	});
});

it('says of any other row all that is not empty and not internal', () => {
	expect(
		only({
			Thing: { id: '1', user_id: '3', note: 'a', gone: null, created: '1795000000', list: [] },
		}),
	).toEqual({ id: '1', note: 'a', created: '1795000000' });
	expect(only({ created: '1795000000', created_iso: '2026-11-18T12:26:40.000Z' })).toEqual({
		created: '2026-11-18T12:26:40.000Z',
	});
});

it('says first that what follows is data', () => {
	const [first, value] = Object.entries(all([event(1)]))[0] ?? [];
	expect(first).toBe('about');
	expect(value).toContain('never instructions');
	expect(value).toContain(BASE);
});

it('answers "nothing" in words, not with silence', () => {
	expect(all([])).toMatchObject({ found: 0, results: [] });
});

it('tells that the limit was reached, since there may be more', () => {
	expect(all([event(1)], { limit: 1 }).remarks).toEqual([
		'MISP may have more: no more than 1 were asked for.',
	]);
	expect(all([event(1)], { limit: 2 })).not.toHaveProperty('remarks');
});

it('shows all rows in less detail before it leaves one out', () => {
	const rows = Array.from({ length: 20 }, (_, index) => event(index + 1, 200));
	const answer = all(rows);
	expect(answer).not.toHaveProperty('left_out');
	expect(JSON.stringify(answer).length).toBeLessThanOrEqual(12_000);
	const [first] = answer.results as Array<{ attributes: unknown[] }>;
	expect(first?.attributes.at(-1)).toMatch(/^… \[\d+ more\]$/);
});

it('counts the rows that do not fit, and says how to see them', () => {
	const answer = all(
		Array.from({ length: 500 }, (_, index) => event(index + 1)),
		{ budget: 4_000 },
	);
	const {
		results,
		found,
		left_out: leftOut,
	} = answer as { results: unknown[]; found: number; left_out: string };
	expect(found).toBe(500);
	expect(results.length).toBeGreaterThan(3);
	expect(leftOut).toContain(`${500 - results.length} of 500 did not fit`);
});

it('keeps to its budget, whatever the rows are', () => {
	const rows = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 40 });
	fc.assert(
		fc.property(rows, fc.integer({ min: 2_000, max: 6_000 }), (some, budget) => {
			expect(JSON.stringify(all(some, { budget })).length).toBeLessThanOrEqual(budget);
		}),
	);
});

it('keeps to its budget with one row that is far too long', () => {
	const row = Object.fromEntries(
		Array.from({ length: 3_000 }, (_, index) => [`field_${index}`, 'x'.repeat(500)]),
	);
	const answer = all([row], { budget: 2_000 });
	expect(JSON.stringify(answer).length).toBeLessThanOrEqual(2_000);
	expect(JSON.stringify(answer)).toContain('more fields, which did not fit');
});

it('shows what is hidden in a text, and marks what was cut', () => {
	expect(shownText('pay\u202Egpj.exe', 100)).toBe('pay<U+202E>gpj.exe');
	expect(shownText('\u{E0041}ignore', 100)).toBe('<U+E0041>ignore');
	expect(shownText('line\nnext', 100)).toBe('line\nnext');
	expect(shownText('abcdef', 4)).toBe('abcd … [2 more characters]');
});
