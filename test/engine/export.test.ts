import { createHash } from 'node:crypto';
import type { INodeExecutionData } from 'n8n-workflow';

import { useLab, type Setting } from './support';

const lab = useLab();
const SETTING: Setting = { key: 'readonly', access: 'read' };

beforeAll(() => {
	const orgId = lab.world.organisation('CERT-ALPHA').id;
	const owner = { orgId, orgcId: orgId, distribution: 3 };
	const published = lab.world.addEvent({ ...owner, info: 'Exported', published: true });
	const draft = lab.world.addEvent({ ...owner, info: 'Draft', published: false });
	const tag = lab.world.addTag({ name: 'lab:export' });
	for (const event of [published, draft]) lab.world.link(event, tag, false);
	lab.world.addAttribute(published, { type: 'domain', value: 'shown.example.com', toIds: true });
	lab.world.addAttribute(published, { type: 'ip-dst', value: '192.0.2.81', toIds: false });
	lab.world.addAttribute(draft, { type: 'domain', value: 'draft.example.com', toIds: true });
});

const run = async (parameters: Record<string, unknown>, setting: Setting = {}) =>
	await lab.run(
		'export',
		'run',
		{ tags: ['lab:export'], ...parameters },
		{ ...SETTING, ...setting },
	);

async function textOf(parameters: Record<string, unknown>): Promise<string> {
	const { items, error } = await run({ output: 'text', ...parameters });
	expect(error).toBeUndefined();
	expect(items).toHaveLength(1);
	return String(items[0]?.json.text);
}

const domains = (text: string) => text.match(/\w+\.example\.com/g) ?? [];

it('writes a file with MISP’s bytes, its name and its type', async () => {
	const { items, error } = await run({ format: 'csv', additionalFields: { writtenBy: 'misp' } });
	expect(error).toBeUndefined();
	const { json, binary } = items[0] as INodeExecutionData;
	expect(json).toEqual({
		export: 'attributes',
		format: 'csv',
		sha256: createHash('sha256')
			.update(Buffer.from(binary?.data?.data ?? '', 'base64'))
			.digest('hex'),
		result_count: 3,
		file_name: 'misp-attributes.csv',
		size: expect.any(Number),
	});
	const { data, fileName, mimeType } = binary?.data ?? {};
	expect({ fileName, mimeType }).toEqual({ fileName: 'misp-attributes.csv', mimeType: 'text/csv' });
	const content = Buffer.from(data ?? '', 'base64');
	expect(content).toHaveLength(json.size as number);
	expect(content.toString()).toMatch(/^uuid,event_id,category,type,value,/);
	expect(lab.sent).toEqual(['POST /attributes/restSearch']);
	expect(lab.body()).toEqual({ tags: ['lab:export'], returnFormat: 'csv' });
});

it('leaves out what MISP leaves out, says so in the request, and takes everything if asked', async () => {
	expect(domains(await textOf({ format: 'text' }))).toEqual(['shown.example.com']);
	expect(lab.body()).toMatchObject({ to_ids: 1, published: 1 });
	const all = await textOf({ format: 'text', data: 'all' });
	expect(all).toContain('192.0.2.81');
	expect(domains(all)).toEqual(['shown.example.com', 'draft.example.com']);
	expect(lab.body(-1)).toMatchObject({ to_ids: [0, 1], published: [0, 1] });
	const drafts = await textOf({ format: 'text', attributeFilters: { published: 0 } });
	expect(domains(drafts)).toEqual(['draft.example.com']);
	expect(lab.body(-1)).toMatchObject({ to_ids: 1, published: 0 });
});

it('sends the settings of a zone and of a table', async () => {
	const rpz = { policy: 'DROP', ns: 'ns1.example.com.', email: 'root.example.com', ttl: '2h' };
	const zone = await textOf({ format: 'rpz', rpz });
	expect(zone).toContain('shown.example.com CNAME rpz-drop.');
	expect(lab.body()).toMatchObject(rpz);
	const csv = { requested_attributes: ['value', 'type'], headerless: true, includeContext: true };
	await textOf({ format: 'csv', csv });
	expect(lab.body(-1)).toMatchObject({ ...csv, headerless: 1, includeContext: 1 });
});

it.each([
	'attack-sightings',
	'hashes',
	'hosts',
	'json',
	'kunai',
	'netfilter',
	'openioc',
	'rpz',
	'snort',
	'stix2',
	'suricata',
	'xml',
	'yara',
	'yara-json',
])('exports attributes as %s', async (format) => {
	expect(await textOf({ format })).not.toBe('');
	expect(lab.body()).toMatchObject({ returnFormat: format });
});

it.each(['attack', 'cache', 'context', 'context-markdown', 'stix', 'stix-json', 'stix2', 'xml'])(
	'exports events as %s',
	async (format) => {
		const { items, error } = await run({ scope: 'events', format, eventFilters: { published: 1 } });
		expect(error).toBeUndefined();
		expect(items[0]?.binary?.data?.fileName).toMatch(/^misp-events\.(html|txt|md|xml|json)$/);
		expect(lab.sent).toEqual(['POST /events/restSearch']);
	},
);

it('asks for STIX 1 as XML, which MISP gives only then', async () => {
	expect(await textOf({ scope: 'events', format: 'stix' })).toMatch(/^<\?xml/);
	expect(lab.requests[0]?.headers.accept).toBe('application/xml');
	expect(await textOf({ scope: 'events', format: 'stix-json' })).toMatch(/^\{/);
});

it('counts, and says that nothing was found', async () => {
	expect((await run({ format: 'count', output: 'text' })).items[0]?.json).toMatchObject({
		count: 3,
	});
	const [none] = (await run({ format: 'csv', output: 'text', value: ['nowhere.example.net'] }))
		.items;
	expect(none?.json).toMatchObject({ result_count: 0 });
	expect(String(none?.json.text).trim().split('\n')).toHaveLength(1);
});

it('stops at a limit, and then does not repeat MISP’s count, which is one too high', async () => {
	const { items } = await run({
		format: 'csv',
		additionalFields: { limit: 2, fileName: 'list.csv', writtenBy: 'misp' },
	});
	expect(lab.body()).toMatchObject({ limit: 2, page: 1 });
	expect(items[0]?.json).not.toHaveProperty('result_count');
	expect(items[0]?.binary?.data?.fileName).toBe('list.csv');
});

it('counts by itself what it writes by itself, also at a limit', async () => {
	const limited = await run({ format: 'csv', additionalFields: { limit: 2 } });
	expect(limited.items[0]?.json).toMatchObject({ result_count: 2 });
	expect(lab.body()).toMatchObject({ limit: 2, page: 1, order: 'Attribute.id asc' });
	const all = await run({ format: 'text', data: 'all' });
	expect(all.items[0]?.json).toMatchObject({ result_count: 3 });
});

it.each([
	['no filter', { tags: [] }, /has no filter/],
	['an empty value', { value: '={{ "" }}' }, /gives nothing/],
	['no filter but what the format restricts', { tags: [], format: 'text' }, /has no filter/],
	['an unknown format', { format: '={{ "opendata" }}' }, /"Format" must be one of/],
	['a format of events', { format: 'context' }, /of events only/],
	[
		'a format through the other filters',
		{ tags: [], attributeFilters: { rawFilters: { returnFormat: 'opendata' } } },
		/has no filter/,
	],
])('refuses %s before anything is sent', async (_case, parameters, message) => {
	expect((await run(parameters)).error?.message).toMatch(message);
	expect(lab.sent).toEqual([]);
});

it('keeps the format that was chosen, whatever the other filters say', async () => {
	const attributeFilters = { rawFilters: { returnFormat: 'opendata' } };
	await textOf({ format: 'csv', additionalFields: { writtenBy: 'misp' }, attributeFilters });
	expect(lab.body()).toMatchObject({ returnFormat: 'csv' });
	await textOf({ format: 'csv', attributeFilters });
	expect(lab.body(1)).toMatchObject({ returnFormat: 'json' });
});

it('explains what MISP cannot convert', async () => {
	const failure = await lab.failure('export', 'run', {
		tags: ['lab:export'],
		format: 'stix-json',
	});
	expect(failure.message).toBe('An Internal Error Has Occurred.');
	expect(failure.description).toMatch(/Try to export events/);
});

it('does not take an error page for an export', async () => {
	lab.faults.set('htmlPage', { times: 1 });
	expect((await run({ format: 'text' })).error?.message).toMatch(/log-in page|web page/);
	lab.faults.set('internalError', { times: 1 });
	expect((await run({ format: 'text' })).error?.message).toMatch(/Internal Error/);
});
