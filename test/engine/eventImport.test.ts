import { createHash } from 'node:crypto';

import { byId, file, useLab } from './support';

const lab = useLab({ publishDelayMs: 20 });

const own = (fields: Parameters<typeof lab.world.addEvent>[0] = {}) =>
	lab.world.addEvent({ orgId: 2, userId: 2, info: 'Ours', distribution: 1, ...fields });

const TEXT =
	'C2 at 203.0.113.66 and hxxp://bad[.]example[.]org/a.exe, resolver 8.8.8.8, from evil@example.org';

describe('event.importFreetext', () => {
	it('adds what it finds and says of each value that it is saved', async () => {
		const event = own();
		const rows = await lab.rows('event', 'importFreetext', {
			event: byId(event.uuid),
			value: TEXT,
		});
		expect(lab.sent[0]).toBe(`POST /events/freeTextImport/${event.uuid}`);
		expect(lab.body()).toEqual({ value: TEXT, distribution: 5 });
		expect(rows.map(({ value, type, state }) => [value, type, state])).toEqual([
			['203.0.113.66', 'ip-dst', 'saved'],
			['http://bad.example.org/a.exe', 'url', 'saved'],
			['8.8.8.8', 'ip-dst', 'saved'],
			['evil@example.org', 'email-src', 'saved'],
		]);
		expect(rows[1]).toMatchObject({
			original_value: 'hxxp://bad[.]example[.]org/a.exe',
			to_ids: true,
			event_id: String(event.id),
			id: String(event.attributes[1]?.id),
			uuid: event.attributes[1]?.uuid,
		});
		expect(rows[1]).not.toHaveProperty('comment');
	});

	it('heeds warninglists, distribution and sharing group', async () => {
		const event = own();
		const { items, hints } = await lab.run('event', 'importFreetext', {
			event: byId(event.id),
			value: 'bad.example.com 8.8.8.8',
			warninglists: 'hard',
			distribution: 4,
			sharingGroup: '1',
			timeout: 2,
		});
		expect(lab.body()).toEqual({
			value: 'bad.example.com 8.8.8.8',
			adhereToWarninglists: true,
			distribution: 4,
			sharing_group_id: '1',
		});
		expect(items.map(({ json }) => [json.value, json.state])).toEqual([
			['bad.example.com', 'saved'],
			['8.8.8.8', 'pending'],
		]);
		expect(hints).toEqual([expect.stringContaining('1 of 2 values are not in event')]);
		expect(event.attributes).toMatchObject([{ distribution: 4, sharingGroupId: 1 }]);
		await lab.rows('event', 'importFreetext', {
			event: byId(event.id),
			value: '8.8.8.8',
			warninglists: 'soft',
		});
		expect(event.attributes[1]).toMatchObject({ value1: '8.8.8.8', toIds: false });
	});

	it('proposes to an event of others', async () => {
		const event = lab.world.addEvent({ orgId: 3, userId: 6, distribution: 1 });
		const rows = await lab.rows('event', 'importFreetext', {
			event: byId(event.id),
			value: 'proposed.example.com',
			timeout: 3,
		});
		expect(rows).toMatchObject([{ value: 'proposed.example.com', state: 'proposed' }]);
		expect(event.attributes).toEqual([]);
		expect(event.proposals).toMatchObject([{ value1: 'proposed.example.com' }]);
	});

	it('only shows what it finds, on request', async () => {
		const event = own();
		const rows = await lab.rows('event', 'importFreetext', {
			event: byId(event.id),
			value: '203.0.113.66',
			parseOnly: true,
		});
		expect(lab.body()).toMatchObject({ returnMetaAttributes: true });
		expect(rows).toEqual([
			{
				value: '203.0.113.66',
				original_value: '203.0.113.66',
				type: 'ip-dst',
				types: ['ip-dst', 'ip-src', 'ip-src/ip-dst'],
				to_ids: true,
			},
		]);
		expect(lab.requests).toHaveLength(1);
		expect(event.attributes).toEqual([]);
	});

	it('does not wait when told so, and says when there is nothing', async () => {
		const event = own();
		const rows = await lab.rows('event', 'importFreetext', {
			event: byId(event.id),
			value: 'later.example.com',
			wait: false,
		});
		expect(rows).toMatchObject([{ value: 'later.example.com', state: 'pending' }]);
		expect(lab.requests).toHaveLength(1);
		const { items, hints } = await lab.run('event', 'importFreetext', {
			event: byId(event.id),
			value: 'nothing to see here',
		});
		expect([items, hints]).toEqual([[], ['MISP recognised no value in the text.']]);
	});

	it('does not fail once the text is with MISP', async () => {
		lab.faults.set('internalError', { match: /restSearch/ });
		const rows = await lab.rows('event', 'importFreetext', {
			event: byId(own().id),
			value: 'blind.example.com',
			timeout: 1,
		});
		expect(rows).toMatchObject([{ value: 'blind.example.com', state: 'pending' }]);
		expect(lab.sent.filter((one) => one.includes('freeTextImport'))).toHaveLength(1);
	});

	it('refuses bad input, and passes on what MISP says', async () => {
		const group = await lab.failure('event', 'importFreetext', {
			event: byId(1),
			value: 'x',
			distribution: 4,
		});
		expect(group.message).toContain('no "Sharing Group" is chosen');
		expect(lab.sent).toEqual([]);
		const missing = await lab.failure('event', 'importFreetext', {
			event: byId(77777),
			value: 'x',
		});
		expect(missing.message).toMatch(/^Invalid event/);
	});
});

const UUID = '7a1c2f7e-31f5-4b7e-9d3a-2f6f0b8f7d11';
const bundle = (uuid = UUID) => ({
	type: 'bundle',
	id: `bundle--${uuid}`,
	objects: [
		{
			type: 'indicator',
			spec_version: '2.1',
			id: 'indicator--2f6efa6e-7927-4308-8113-47136bfeb96a',
			created: '2026-11-01T00:00:00.000Z',
			pattern: "[ipv4-addr:value = '198.51.100.3']",
			pattern_type: 'stix',
		},
	],
});
const XML = `<?xml version="1.0"?>
<stix:STIX_Package id="example:Package-${UUID.replace('7a', '7b')}"><stix:Title>Old style</stix:Title>
<DomainNameObj:Value>stix.example.com</DomainNameObj:Value></stix:STIX_Package>`;

describe('event.importStix', () => {
	afterEach(() => {
		for (const event of [...lab.world.events.values()]) {
			if (/STIX|Old style/.test(event.info)) lab.world.removeEvent(event);
		}
	});

	it('imports STIX 2 from a file, with a byte order mark, as it is', async () => {
		const content = JSON.stringify(bundle());
		const row = await lab.row(
			'event',
			'importStix',
			{ distribution: 1, additionalFields: { galaxiesAsTags: true, clusterDistribution: 0 } },
			{ files: [{ data: file(`\uFEFF${content}\n`, 'bundle.json', 'application/json') }] },
		);
		expect(lab.sent).toEqual([
			'POST /events/upload_stix/2/distribution:1/galaxies_as_tags:1/cluster_distribution:0',
		]);
		expect(lab.requests[0]?.headers['content-type']).toBe('application/json');
		expect(lab.body()).toEqual(bundle());
		expect(row).toMatchObject({ uuid: UUID, published: false, Tag: [] });
		expect(row.Attribute).toMatchObject([{ type: 'ip-dst', value: '198.51.100.3', Tag: [] }]);
		expect(row.Object).toMatchObject([
			{ name: 'original-imported-file', Attribute: [{ type: 'attachment' }, { value: '2.1' }] },
		]);
	});

	it('imports STIX 1 as XML, from text', async () => {
		const row = await lab.row('event', 'importStix', {
			source: 'text',
			stix: XML,
			distribution: 4,
			sharingGroup: '1',
		});
		expect(lab.sent).toEqual(['POST /events/upload_stix/distribution:4/sharing_group_id:1']);
		expect(lab.requests[0]?.headers['content-type']).toBe('application/xml');
		expect(lab.body()).toBe(XML);
		expect(row).toMatchObject({ info: 'Old style', distribution: '4', sharing_group_id: '1' });
		expect(row.Attribute).toMatchObject([{ value: 'stix.example.com' }]);
	});

	it('takes a bundle that an expression gives as an object, and publishes with that level', async () => {
		const parameters = {
			source: 'text',
			stix: '={{ $json }}',
			additionalFields: { publish: true },
		};
		const refused = await lab.failure('event', 'importStix', parameters, { input: [bundle()] });
		expect(refused.message).toContain('needs the access level "Publish"');
		expect(lab.sent).toEqual([]);
		const { items, hints } = await lab.run('event', 'importStix', parameters, {
			input: [bundle()],
			access: 'publish',
		});
		expect(lab.sent).toEqual(['POST /events/upload_stix/2/distribution:0/publish:1']);
		expect(items[0]?.json).toMatchObject({ uuid: UUID });
		expect(hints).toEqual([expect.stringContaining('publishes in the background')]);
	});

	it('says in MISP’s words what is wrong with a document', async () => {
		const noStix = await lab.failure('event', 'importStix', { source: 'text', stix: '{"a": 1}' });
		expect(noStix.message).toContain("Can't parse object with no 'type' property");
		await lab.row('event', 'importStix', { source: 'text', stix: JSON.stringify(bundle()) });
		const twice = await lab.failure('event', 'importStix', {
			source: 'text',
			stix: JSON.stringify(bundle()),
		});
		expect(twice.message).toBe('Event with the same UUID already exists.');
		const role = await lab.failure(
			'event',
			'importStix',
			{ source: 'text', stix: XML },
			{ key: 'readonly' },
		);
		expect(role.message).toContain('do not have permission');
	});

	it.each([
		['text of another kind', { source: 'text', stix: 'hello' }, 'neither like JSON nor like XML'],
		['broken JSON', { source: 'text', stix: '{"type": ' }, 'is not valid JSON'],
		['a list', { source: 'text', stix: '[1]' }, 'must be a JSON object'],
		['nothing', { source: 'text', stix: '={{ "" }}' }, '"STIX" is required'],
		['no file', { source: 'file' }, 'no file in the field "data"'],
		['no group', { source: 'text', stix: '{}', distribution: 4 }, 'no "Sharing Group" is chosen'],
	])('refuses %s before anything is sent', async (_name, parameters, words) => {
		const { message } = await lab.failure('event', 'importStix', parameters);
		expect(message).toContain(words);
		expect(lab.sent).toEqual([]);
	});
});

describe('event.uploadSample', () => {
	const md5 = (text: string) => createHash('md5').update(text).digest('hex');
	const files = [{ data: file('MZ one', 'a.exe'), other: file('MZ two', 'b.exe') }];

	it('uploads several files and says of each that it is saved', async () => {
		const event = own();
		const rows = await lab.rows(
			'event',
			'uploadSample',
			{
				event: byId(event.uuid),
				files: 'data, other',
				additionalFields: {
					comment: 'from a mail',
					category: 'Payload delivery',
					toIds: false,
					distribution: 5,
					advanced: true,
				},
			},
			{ files },
		);
		expect(lab.sent).toEqual([
			'POST /events/index',
			`POST /events/upload_sample/${event.id}`,
			'POST /attributes/restSearch',
		]);
		expect(lab.body(1)).toEqual({
			files: [
				{ filename: 'a.exe', data: Buffer.from('MZ one').toString('base64') },
				{ filename: 'b.exe', data: Buffer.from('MZ two').toString('base64') },
			],
			comment: 'from a mail',
			category: 'Payload delivery',
			distribution: 5,
			to_ids: 0,
			advanced: 1,
		});
		const [first] = event.objects;
		expect(rows).toMatchObject([
			{
				event_id: String(event.id),
				field: 'data',
				filename: 'a.exe',
				md5: md5('MZ one'),
				size: 6,
				saved: true,
				attribute_id: String(first?.attributes[0]?.id),
				attribute_uuid: first?.attributes[0]?.uuid,
				object_id: String(first?.id),
			},
			{ field: 'other', filename: 'b.exe', md5: md5('MZ two'), saved: true },
		]);
	});

	it('makes an event for the sample', async () => {
		const [row] = await lab.rows(
			'event',
			'uploadSample',
			{
				target: 'newEvent',
				newEvent: 'Malware of the day',
				additionalFields: { eventDistribution: 1, threatLevel: 2, analysis: 1 },
			},
			{ files },
		);
		expect(lab.sent[0]).toBe('POST /events/upload_sample');
		expect(lab.body()).toMatchObject({
			info: 'Malware of the day',
			distribution: 1,
			threat_level_id: 2,
			analysis: 1,
		});
		expect(lab.world.event(row?.event_id)).toMatchObject({ info: 'Malware of the day' });
	});

	it('reports a file that MISP left out', async () => {
		const event = own();
		const { items, hints, error } = await lab.run(
			'event',
			'uploadSample',
			{ event: byId(event.id), files: 'data,odd' },
			{ files: [{ data: file('MZ good', 'good.exe'), odd: file('MZ odd', '../odd.exe') }] },
		);
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => [json.filename, json.saved])).toEqual([
			['good.exe', true],
			['../odd.exe', false],
		]);
		expect(hints).toEqual([
			expect.stringMatching(/did not save all .*Not in event \d+: "\.\.\/odd/),
		]);
	});

	it('fails when MISP saved none', async () => {
		const { message } = await lab.failure(
			'event',
			'uploadSample',
			{ event: byId(own().id) },
			{ files: [{ data: file('MZ odd', '../odd.exe') }] },
		);
		expect(message).toBe('Filename not allowed.');
	});

	it('does not take an older upload of the same file for this one', async () => {
		const event = own();
		const old = createHash('md5').update('MZ odd').digest('hex');
		lab.world.addAttribute(event, {
			type: 'malware-sample',
			value: `x|${old}`,
			timestamp: 1_700_000_000,
		});
		const { items } = await lab.run(
			'event',
			'uploadSample',
			{ event: byId(event.id), files: 'data,odd' },
			{ files: [{ data: file('MZ good', 'good.exe'), odd: file('MZ odd', '../odd.exe') }] },
		);
		expect(items[1]?.json).toMatchObject({ saved: false });
	});

	it('does not fail once the samples are with MISP', async () => {
		lab.faults.set('internalError', { match: /restSearch/ });
		const { items, hints } = await lab.run(
			'event',
			'uploadSample',
			{ event: byId(own().id), files: 'data' },
			{ files },
		);
		expect(items[0]?.json).toMatchObject({ saved: null, attribute_id: null });
		expect(hints).toEqual([expect.stringContaining('could not be read back')]);
	});

	it.each([
		['a field without a file', { files: 'nope' }, 'no file in the field "nope"'],
		['an empty file', { files: 'empty' }, 'The file in the field "empty" is empty'],
		['no field', { files: ' , ' }, 'names no field'],
		[
			'a new event that inherits',
			// A fixed choice hides the field, and n8n leaves it out.
			{ target: '={{ "newEvent" }}', newEvent: 'x', additionalFields: { distribution: 5 } },
			'in an event that is there already',
		],
		[
			'a threat level for an event that is there',
			{ target: '={{ "event" }}', additionalFields: { threatLevel: 1 } },
			'for a new event only',
		],
		[
			'the distribution of a new event for one that is there',
			{ target: '={{ "event" }}', additionalFields: { eventDistribution: 1 } },
			'for a new event only',
		],
	])('refuses %s before anything is sent', async (_name, parameters, words) => {
		const { message } = await lab.failure(
			'event',
			'uploadSample',
			{ event: byId(1), ...parameters },
			{ files: [{ data: file('x'), empty: file('') }] },
		);
		expect(message).toContain(words);
		expect(lab.sent).toEqual([]);
	});

	it('passes on that an event is of others, or missing', async () => {
		const event = lab.world.addEvent({ orgId: 3, userId: 6, distribution: 1 });
		const theirs = await lab.failure('event', 'uploadSample', { event: byId(event.id) }, { files });
		expect(theirs.message).toBe('Event not found.');
		const missing = await lab.failure('event', 'uploadSample', { event: byId(77777) }, { files });
		expect(missing.message).toBe('Event not found');
	});
});
