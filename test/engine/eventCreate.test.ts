import { randomUUID } from 'node:crypto';

import { isoOf, sorted, useLab } from './support';

const lab = useLab();

type Row = Record<string, unknown>;
const attributesOf = (row: Row) => row.Attribute as Row[];
const tagsOf = (row: Row) => ((row.Tag ?? []) as Row[]).map(({ name }) => name);
const stored = (row: Row) => {
	const event = lab.world.event(row.id);
	if (!event) throw new Error(`The sandbox has no event ${String(row.id)}.`);
	return event;
};

describe('event.create', () => {
	it('sends every field of the form in one request', async () => {
		const uuid = randomUUID();
		const row = await lab.row('event', 'create', {
			info: 'Phishing against finance',
			distribution: 4,
			sharingGroup: '1',
			threatLevel: 1,
			analysis: 2,
			tags: ['tlp:amber', 'sandbox:reviewed'],
			attributes: {
				entries: [
					{
						type: 'domain',
						value: 'login.example.com',
						category: 'Payload delivery',
						toIds: 'no',
						comment: 'landing page',
						tags: ['tlp:green'],
					},
					{ type: 'ip-dst', value: '198.51.100.7' },
				],
			},
			additionalFields: {
				date: '2026-03-01',
				uuid,
				galaxyClusters: ['misp-galaxy:sandbox-actor="Quiet Otter"'],
				attributesJson: '[{"type": "url", "value": "https://login.example.com/a"}]',
				objects: [
					{
						name: 'file',
						Attribute: [{ object_relation: 'filename', type: 'filename', value: 'a.exe' }],
					},
				],
				extendsEvent: lab.world.event(1)?.uuid,
				disableCorrelation: true,
			},
		});

		expect(lab.sent).toEqual(['POST /events/add']);
		expect(lab.body()).toMatchObject({
			uuid,
			info: 'Phishing against finance',
			distribution: 4,
			sharing_group_id: '1',
			threat_level_id: 1,
			analysis: 2,
			date: '2026-03-01',
			disable_correlation: true,
			extends_uuid: lab.world.event(1)?.uuid,
		});
		expect(lab.body()).not.toHaveProperty('published');
		const event = stored(row);
		expect(event).toMatchObject({
			uuid,
			distribution: 4,
			sharingGroupId: 1,
			threatLevelId: 1,
			analysis: 2,
			date: '2026-03-01',
			published: false,
			disableCorrelation: true,
		});
		expect(tagsOf(row)).toEqual([
			'tlp:amber',
			'sandbox:reviewed',
			'misp-galaxy:sandbox-actor="Quiet Otter"',
		]);
		expect(event.attributes.map(({ value1 }) => value1)).toEqual([
			'login.example.com',
			'198.51.100.7',
			'https://login.example.com/a',
			'a.exe',
		]);
		expect(event.attributes[0]).toMatchObject({
			category: 'Payload delivery',
			toIds: false,
			comment: 'landing page',
		});
		expect(event.attributes[1]).toMatchObject({ category: 'Network activity', toIds: true });
		expect(event.objects).toHaveLength(1);
		expect(row).not.toHaveProperty('dropped');
	});

	it('takes the envelope off and puts ISO dates beside epoch numbers, at every depth', async () => {
		const row = await lab.row('event', 'create', {
			info: 'Dates',
			attributes: { entries: [{ type: 'domain', value: 'dates.example.com' }] },
		});
		expect(row).not.toHaveProperty('Event');
		expect(row.timestamp_iso).toBe(isoOf(row.timestamp));
		expect(row).not.toHaveProperty('publish_timestamp_iso'); // "0" is never
		const [attribute] = attributesOf(row);
		expect(attribute?.timestamp_iso).toBe(isoOf(attribute?.timestamp));
	});

	it.each([true, 'true', 1])(
		'returns the reply as MISP sent it when asked to with %p',
		async (raw) => {
			const row = await lab.row('event', 'create', {
				info: 'Raw',
				options: { raw: `={{ ${JSON.stringify(raw)} }}` },
			});
			expect(Object.keys(row)).toEqual(['Event']);
			expect(JSON.stringify(row)).not.toContain('_iso');
		},
	);

	it('creates an event with nothing but a title, for the own organisation only', async () => {
		const row = await lab.row('event', 'create', { info: 'Just a title' });
		expect(lab.body()).toEqual({
			info: 'Just a title',
			distribution: 0,
			threat_level_id: 4,
			analysis: 0,
		});
		expect(stored(row)).toMatchObject({ distribution: 0, threatLevelId: 4, analysis: 0 });
	});

	it('lists what MISP dropped, with the reason, and says so in a hint', async () => {
		const { items, hints } = await lab.run(
			'event',
			'create',
			{
				info: 'With bad parts',
				tags: ['tlp:green', 'nobody:knows'],
				attributes: {
					entries: [
						{ type: 'domain', value: 'good.example.com', tags: ['neither:this'] },
						{ type: 'domain', value: 'not a domain' },
						{ type: 'vulnerability', value: 'no CVE' },
					],
				},
			},
			{ key: 'user' },
		);
		const row = items[0]?.json as Row;
		expect(row.dropped).toEqual([
			{
				what: 'attribute',
				name: 'domain: not a domain',
				reason: expect.stringContaining('Domain has an invalid format'),
			},
			{
				what: 'attribute',
				name: 'vulnerability: no CVE',
				reason: expect.stringContaining('Invalid format. Expected: CVE-xxxx-xxxx'),
			},
			{ what: 'tag', name: 'nobody:knows', reason: expect.stringContaining('may not create tags') },
			{
				what: 'tag',
				name: 'neither:this on domain: good.example.com',
				reason: expect.stringContaining('does not exist'),
			},
		]);
		expect(hints).toHaveLength(1);
		expect(hints[0]).toContain(`MISP saved event ${String(row.id)} without 4 of its parts`);
		expect(hints[0]).toContain('Domain has an invalid format');
		expect(stored(row).attributes.map(({ value1 }) => value1)).toEqual(['good.example.com']);
		expect(lab.sent).toEqual(['POST /events/add', `POST /attributes/add/${String(row.id)}`]);
	});

	it('fails for what MISP dropped when asked to, and says where the event is', async () => {
		const { message, description } = await lab.failure(
			'event',
			'create',
			{
				info: 'All or nothing',
				tags: ['nobody:knows'],
				additionalFields: { onDropped: 'fail' },
			},
			{ key: 'user' },
		);
		const made = [...lab.world.events.values()].find(({ info }) => info === 'All or nothing');
		expect(message).toContain(
			`MISP saved event ${made?.id} without 1 of its parts: tag "nobody:knows"`,
		);
		expect(description).toContain(`/events/view/${made?.id}`);
	});

	it('reports an object of which MISP dropped attributes', async () => {
		const row = await lab.row('event', 'create', {
			info: 'Half an object',
			additionalFields: {
				objects: [
					{
						name: 'domain-ip',
						Attribute: [
							{ object_relation: 'domain', type: 'domain', value: 'o.example.com' },
							{ object_relation: 'ip', type: 'ip-dst', value: 'no address' },
						],
					},
					{ name: 'empty', Attribute: [] },
				],
			},
		});
		expect(row.dropped).toEqual([
			{ what: 'object', name: 'domain-ip', reason: 'without its attributes: ip' },
			{ what: 'object', name: 'empty', reason: 'MISP gave no reason' },
		]);
	});

	it('keeps one of two equal attributes without a complaint', async () => {
		const twice = { type: 'domain', value: 'twice.example.com' };
		const row = await lab.row('event', 'create', {
			info: 'Twice',
			attributes: { entries: [twice, twice] },
		});
		expect(attributesOf(row)).toHaveLength(1);
		expect(row).not.toHaveProperty('dropped');
	});

	it('publishes at once with the access level Publish', async () => {
		const row = await lab.row(
			'event',
			'create',
			{
				info: 'At once',
				attributes: { entries: [{ type: 'domain', value: 'at-once.example.com' }] },
				additionalFields: { published: true },
			},
			{ key: 'publisher', access: 'publish' },
		);
		expect(lab.body()).toMatchObject({ published: 1 });
		expect(row.published).toBe(true);
		expect(row.publish_timestamp_iso).toBe(isoOf(row.publish_timestamp));
	});

	it('does not publish at once with the access level Contribute, and sends nothing', async () => {
		const { message } = await lab.failure('event', 'create', {
			info: 'Too much',
			additionalFields: { published: true },
		});
		expect(message).toContain(
			'needs the access level "Publish", but this credential is "Contribute"',
		);
		expect(lab.sent).toEqual([]);
	});

	it('hands on what MISP says about publishing an empty event', async () => {
		const { message, description } = await lab.failure(
			'event',
			'create',
			{ info: 'Empty', additionalFields: { published: true } },
			{ access: 'publish' },
		);
		expect(message).toBe('published: An empty event cannot be published.');
		expect(description).toContain('Request: POST /events/add (status 403)');
	});

	it('says that an event with this UUID exists', async () => {
		const { message, description } = await lab.failure('event', 'create', {
			info: 'Again',
			additionalFields: { uuid: ` ${lab.world.event(1)?.uuid}\n` },
		});
		expect(message).toMatch(/^Event already exists/);
		expect(description).toContain('Use the operation Create or Update');
		expect(lab.body()).toMatchObject({ uuid: lab.world.event(1)?.uuid });
	});

	it('says that a role may not create events', async () => {
		const { message, description } = await lab.failure(
			'event',
			'create',
			{ info: 'Not allowed' },
			{ key: 'readonly' },
		);
		expect(message).toBe('You do not have permission to use this functionality.');
		expect(description).toContain('role');
	});

	it.each(['reset', 'resetMidReply'] as const)(
		'is not sent again after %s, and the error says that its outcome is unknown',
		async (fault) => {
			lab.faults.set(fault, { times: 1 });
			const { message } = await lab.failure('event', 'create', { info: 'Interrupted' });
			expect(message).toContain('It is not known whether MISP made the change');
			expect(lab.sent).toEqual(['POST /events/add']);
		},
	);
});

describe('event.createOrUpdate', () => {
	it('leaves what was not chosen as it is in an existing event', async () => {
		const uuid = randomUUID();
		const chosen = { uuid, info: 'First', threatLevel: 1, analysis: 2, distribution: 3 };
		await lab.row('event', 'createOrUpdate', chosen);
		const row = await lab.row('event', 'createOrUpdate', { uuid, info: 'Second' });
		expect(row).toMatchObject({
			info: 'Second',
			threat_level_id: '1',
			analysis: '2',
			distribution: '3',
		});
		expect(lab.body(-1)).not.toHaveProperty('threat_level_id');
	});

	const whole = (uuid: string) => ({
		uuid,
		info: 'Repeatable',
		distribution: 1,
		tags: ['tlp:green'],
		attributes: {
			entries: [
				{ type: 'domain', value: 'again.example.com', tags: ['tlp:amber'] },
				{ type: 'ip-dst', value: '198.51.100.9', comment: 'c2' },
			],
		},
		additionalFields: {
			attributesJson: [{ type: 'url', value: 'https://again.example.com/' }],
			objects: [
				{
					name: 'file',
					Attribute: [
						{ object_relation: 'filename', type: 'filename', value: 'again.exe' },
						{ object_relation: 'size-in-bytes', type: 'size-in-bytes', value: '7' },
					],
				},
			],
		},
	});

	it('adds nothing when it is repeated', async () => {
		const uuid = randomUUID();
		const first = await lab.row('event', 'createOrUpdate', whole(uuid));
		expect(lab.sent).toEqual(['POST /events/add']);
		const event = stored(first);
		const before = {
			attributes: sorted(
				event.attributes.map((row) => `${row.id} ${row.value1} ${row.tags.length}`),
			),
			tags: event.tags.map(({ tagId }) => tagId),
			objects: event.objects.map(({ id }) => id),
		};
		expect(before.attributes).toHaveLength(5);

		const second = await lab.row('event', 'createOrUpdate', whole(uuid));
		const third = await lab.row('event', 'createOrUpdate', whole(uuid));

		expect(second.id).toBe(first.id);
		for (const row of [second, third]) expect(row).not.toHaveProperty('dropped');
		expect({
			attributes: sorted(
				event.attributes.map((row) => `${row.id} ${row.value1} ${row.tags.length}`),
			),
			tags: event.tags.map(({ tagId }) => tagId),
			objects: event.objects.map(({ id }) => id),
		}).toEqual(before);
	});

	it('adds what is new and leaves the rest', async () => {
		const uuid = randomUUID();
		const first = await lab.row('event', 'createOrUpdate', {
			uuid,
			info: 'Old title',
			attributes: { entries: [{ type: 'domain', value: 'old.example.com' }] },
		});
		const second = await lab.row('event', 'createOrUpdate', {
			uuid,
			info: 'New title',
			tags: ['tlp:red'],
			attributes: { entries: [{ type: 'domain', value: 'new.example.com' }] },
		});
		expect(second).toMatchObject({ id: first.id, info: 'New title' });
		expect(tagsOf(second)).toEqual(['tlp:red']);
		expect(sorted(stored(first).attributes.map(({ value1 }) => value1))).toEqual([
			'new.example.com',
			'old.example.com',
		]);
	});

	it('keeps a published event published with the access level Publish', async () => {
		const uuid = randomUUID();
		const first = await lab.row('event', 'createOrUpdate', { uuid, info: 'Published' });
		lab.world.publish(stored(first));
		const row = await lab.row(
			'event',
			'createOrUpdate',
			{ uuid, info: 'Published and changed' },
			{ access: 'publish' },
		);
		expect(row).toMatchObject({ info: 'Published and changed', published: true });
	});

	it('leaves a published event alone with the access level Contribute', async () => {
		const uuid = randomUUID();
		const first = await lab.row('event', 'createOrUpdate', { uuid, info: 'Published' });
		lab.world.publish(stored(first));
		const { message, description } = await lab.failure('event', 'createOrUpdate', {
			uuid,
			info: 'Changed',
		});
		expect(message).toContain(
			`Event ${String(first.id)} is published, and an edit would unpublish it`,
		);
		expect(message).toContain('Nothing was changed');
		expect(description).toContain('Choose to unpublish it');
		expect(stored(first)).toMatchObject({ info: 'Published', published: true });
	});

	it('unpublishes when asked to', async () => {
		const uuid = randomUUID();
		const first = await lab.row('event', 'createOrUpdate', { uuid, info: 'Published' });
		lab.world.publish(stored(first));
		const row = await lab.row('event', 'createOrUpdate', {
			uuid,
			info: 'Changed',
			keepPublished: false,
		});
		expect(row).toMatchObject({ info: 'Changed', published: false });
	});

	it('says that another organisation’s event cannot be changed', async () => {
		const foreign = lab.world.addEvent({ orgId: 3, info: 'Theirs', distribution: 1 });
		const { message } = await lab.failure('event', 'createOrUpdate', {
			uuid: foreign.uuid,
			info: 'Mine',
		});
		expect(message).toBe('You do not have permission to do that.');
		expect(foreign.info).toBe('Theirs');
	});

	it('does not bring back a deleted event', async () => {
		const event = lab.world.addEvent({ orgId: 2 });
		lab.world.removeEvent(event);
		const { message } = await lab.failure('event', 'createOrUpdate', {
			uuid: event.uuid,
			info: 'Back',
		});
		expect(message).toBe('Event blocked by event blocklist.');
	});
});
