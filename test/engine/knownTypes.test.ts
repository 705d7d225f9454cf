import { useLab } from './support';

/** Of a type that it does not know, MISP answers that it found nothing. */

const lab = useLab();
const READ = { key: 'user', access: 'read' } as const;
const TYPES = 'GET /attributes/describeTypes.json';

describe.each([
	['attribute', { type: ['ip-dts'] }, 'attribute type "ip-dts"', 'ip-dst'],
	['attribute', { type: ['!domian'] }, 'attribute type "domian"', 'domain'],
	['event', { filters: { type: ['sha265'] } }, 'attribute type "sha265"', 'sha256'],
	['object', { filters: { type: ['filname'] } }, 'attribute type "filname"', 'filename'],
	[
		'attribute',
		{ filters: { category: ['Network activty'] } },
		'category "Network activty"',
		'Network activity',
	],
])('a search of %ss with %j', (resource, parameters, what, right) => {
	it('is refused before it is sent, with the right spelling', async () => {
		const { message } = await lab.failure(resource, 'search', parameters, READ);
		expect(message).toContain(`This MISP has no ${what}`);
		expect(message).toContain(`Did you mean "${right}"?`);
		expect(lab.sent).toEqual([TYPES]);
	});
});

it('takes wildcards, exclusions and any case, and asks for the types once in a run', async () => {
	const type = '={{ $json.type }}';
	const input = [{ type: 'IP-DST' }, { type: ['ip%', '!domain'] }, { type: 'sha%' }];
	await lab.rows('attribute', 'search', { type, limit: 1 }, { ...READ, input });
	const search = 'POST /attributes/restSearch';
	expect(lab.sent).toEqual([TYPES, search, search, search]);
});

it('asks for nothing without such a filter', async () => {
	await lab.rows('attribute', 'search', { value: ['192.0.2.1'] }, READ);
	expect(lab.sent).toEqual(['POST /attributes/restSearch']);
});
