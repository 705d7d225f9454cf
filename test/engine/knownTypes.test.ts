import { useLab } from './support';
import { Watching } from './watch';

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

it('asks for the types once in a run also behind a TLP ceiling', async () => {
	const credential = { tlpCeiling: 'green' };
	const input = [{ type: 'ip-dst' }, { type: 'domain' }];
	const parameters = { type: '={{ $json.type }}', limit: 1 };
	await lab.rows('attribute', 'search', parameters, { ...READ, input, credential });
	expect(lab.sent.filter((request) => request === TYPES)).toHaveLength(1);
});

it('a look-up refuses a misspelt type for the items that ask for it', async () => {
	const { items } = await lab.run(
		'attribute',
		'lookup',
		{ values: ['198.51.100.7'], filters: { types: '={{ $json.type }}' } },
		{ ...READ, input: [{ type: 'ip-dts' }, { type: 'ip-dst' }], onError: 'continueRegularOutput' },
	);
	expect(items).toHaveLength(2);
	expect(items[0]?.json.error).toContain('This MISP has no attribute type "ip-dts"');
	expect(items[1]?.json.status).toBe('unknown');
});

it('warninglists for a type are asked for by a type that exists, in any case', async () => {
	const many = async (forTypes: string[]) =>
		await lab.run('warninglist', 'getAll', { returnAll: true, filters: { forTypes } }, READ);
	const { error } = await many(['ip-scr']);
	expect(error?.message).toContain('Did you mean "ip-src"?');
	const [lower, upper] = [await many(['ip-src']), await many(['IP-SRC'])];
	expect(lower.items.length).toBeGreaterThan(0);
	expect(upper.items).toHaveLength(lower.items.length);
});

describe.each([
	['attributeAdded', { type: ['domian'] }],
	['attributeUpdated', { filters: { category: ['Network activty'] } }],
	['attributeDeleted', { deletion: 'hard', type: ['domian'] }],
	['eventCreated', { filters: { type: ['domian'] } }],
	['eventUpdated', { filters: { type: ['domian'] } }],
	['eventPublished', { filters: { type: ['domian'] } }],
	['objectAdded', { filters: { type: ['domian'] } }],
	['proposalAdded', { filters: { type: ['domian'] } }],
	[
		'tagApplied',
		{ tag: 'tlp:red', on: 'attributes', attributeFilters: { category: ['Network activty'] } },
	],
])('the trigger %s with %j', (watch, parameters) => {
	it('is not activated, since it would wait for ever', async () => {
		const trigger = new Watching(lab, watch, parameters, READ);
		await expect(trigger.begin()).rejects.toThrow(/This MISP has no (attribute type|category)/);
		await expect(trigger.fetchTestEvent()).rejects.toThrow(/Did you mean/);
	});
});

it('a trigger asks for the types once, not in each poll', async () => {
	const trigger = await new Watching(lab, 'attributeAdded', { type: ['yara'] }, READ).begin();
	expect(lab.sent.filter((request) => request === TYPES)).toHaveLength(1);
	lab.requests.length = 0;
	await trigger.drained();
	expect(lab.sent).not.toContain(TYPES);
});
