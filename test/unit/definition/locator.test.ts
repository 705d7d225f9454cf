import { locator, required } from '../../../nodes/Misp/definition';

const UUID = '5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b';
const MISP = 'https://misp.example.org/tenant';

const field = (page: string, kinds?: string[]) => {
	const load = async () => await Promise.resolve([]);
	const texts = { loader: 'searchThings', load, page, ...(kinds ? { kinds } : {}) };
	return required(locator('Thing', texts));
};

const read = (page: string, value: string, kinds?: string[]) =>
	field(page, kinds).schema().safeParse({ __rl: true, mode: 'url', value }).data;

it.each([
	['events/view', '/events/view/12', '12'],
	['events/view', `/events/view/${UUID.toUpperCase()}#x`, UUID],
	['events/view', '/events/view/12/searchFor:x', '12'],
	['events/view', '/events/view/12.json', '12'],
	['eventReports/view', '/eventReports/view/3', '3'],
	['eventReports/view', '/event_reports/view/3', '3'],
	['sharing_groups/view', '/sharingGroups/view/3', '3'],
	['events/view', '/events/index/12', undefined],
	['events/view', '/old_events/view/12', undefined],
	['events/view', '/events/view/12x', undefined],
])('an address of %s: %s is %s', (page, address, id) => {
	expect(read(page, MISP + address)).toBe(id);
});

it.each([
	['/analystData/view/Note/5', 'Note/5'],
	['/analyst_data/view/Opinion/5', 'Opinion/5'],
	[`/analystData/view/Note/${UUID}`, `Note/${UUID}`],
	['/analystData/view/5', undefined],
	['/analystData/view/Event/5', undefined],
])('an address where there are several kinds: %s is %s', (address, id) => {
	expect(read('analystData/view', MISP + address, ['Note', 'Opinion'])).toBe(id);
});

it('shows an address as MISP has it', () => {
	const places = (page: string, kinds?: string[]) =>
		field(page, kinds).property.modes?.map(({ placeholder }) => placeholder)[2];
	expect(places('events/view')).toBe('e.g. https://misp.example.org/events/view/1234');
	expect(places('analystData/view', ['Note'])).toBe(
		'e.g. https://misp.example.org/analystData/view/Note/1234',
	);
});
