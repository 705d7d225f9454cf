import { present } from '../../../nodes/Misp/definition/output';
import { eventPage } from '../../../nodes/Misp/definition/eventPage';
import { besideEnvelope, fieldIn, shape, wordFor } from '../../../nodes/Misp/definition/shape';

const MISP = 'https://misp.example.org/tenant';

const row = shape({
	kind: 'Thing',
	flat: 'Thing',
	columns: {
		id: 'Number',
		maker: { description: 'Name of who made it', from: ({ Org }) => fieldIn(Org) },
		timestamp_iso: 'When it was changed',
	},
});

it('puts what a person looks at first in front and keeps everything that MISP sent', () => {
	const sent = { Thing: { uuid: 'u', timestamp: '1795500205', Org: { name: 'CERT' }, id: '7' } };
	const shown = present(sent, row, false, MISP);
	expect(Object.keys(shown)).toEqual(['id', 'maker', 'timestamp_iso', 'uuid', 'timestamp', 'Org']);
	expect(shown).toMatchObject({ ...sent.Thing, maker: 'CERT' });
	expect(shown.timestamp_iso).toBe('2026-11-24T06:03:25.000Z');
});

it('leaves a field of MISP alone that is called as an added one', () => {
	const shown = present({ id: '7', maker: 'MISP says', Org: { name: 'CERT' } }, row, false, MISP);
	expect(shown.maker).toBe('MISP says');
});

it('adds nothing that the reply does not tell, and nothing to raw replies', () => {
	expect(present({ id: '7', Org: [] }, row, false, MISP)).toEqual({ id: '7', Org: [] });
	const sent = { Thing: { uuid: 'u', id: '7', Org: { name: 'CERT' } } };
	expect(present(sent, row, true, MISP)).toBe(sent);
});

it.each([null, 'text', 4, [], [null], { Thing: null }, { Thing: [], Org: null }])(
	'takes %j as a reply that nobody expects',
	(sent) => {
		expect(() => present(sent, row, false, MISP)).not.toThrow();
	},
);

it('makes one row of an envelope and what stands beside it', () => {
	expect(besideEnvelope('Group')({ Group: { id: '1' }, Members: [] })).toEqual({
		id: '1',
		Members: [],
	});
});

it('finds the word for a number that comes as text, and none for others', () => {
	const words = [{ value: 1, name: 'High' }];
	expect(wordFor(words, '1')).toBe('High');
	expect(wordFor(words, '9')).toBeUndefined();
});

it('knows where MISP shows an event, and makes no address of anything else', () => {
	expect(eventPage(MISP, '12')).toBe(`${MISP}/events/view/12`);
	expect(eventPage(MISP, 12)).toBe(`${MISP}/events/view/12`);
	for (const none of [undefined, null, '', '0x1', '../../users', '1?a', {}, [1]])
		expect(eventPage(MISP, none)).toBeUndefined();
});
