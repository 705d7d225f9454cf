import { randomUUID } from 'node:crypto';

import { byId, byUrl, isoOf, sorted, useLab } from './support';

const lab = useLab();

type Row = Record<string, unknown>;
const values = (rows: Row[]) => rows.map(({ value }) => value);
const own = () => lab.world.addEvent({ orgId: 2, userId: 2 });
const ownAttribute = (type = 'domain', value = `${randomUUID()}.example.com`) =>
	lab.world.addAttribute(own(), { type, value });

describe('attribute.create', () => {
	it('says which tags MISP dropped, for each attribute', async () => {
		const event = own();
		const { items, hints } = await lab.run(
			'attribute',
			'create',
			{
				event: byId(event.id),
				type: 'domain',
				value: '={{ $json.value }}',
				additionalFields: { tags: '={{ $json.tags }}' },
			},
			{
				key: 'user',
				input: [
					{ value: 'one.example.com', tags: ['tlp:green', 'no:such-tag'] },
					{ value: 'two.example.com', tags: ['tlp:green'] },
				],
			},
		);
		expect(items[0]?.json.dropped).toEqual([
			{ what: 'tag', name: 'no:such-tag', reason: expect.stringMatching(/does not exist/) },
		]);
		expect(items[1]?.json).not.toHaveProperty('dropped');
		expect(hints).toEqual([expect.stringContaining('without tag "no:such-tag"')]);
		expect(lab.requests).toHaveLength(2);
	});

	it('succeeds with a hint when the tags cannot be read back', async () => {
		const event = own();
		lab.faults.set('internalError', { times: 1, match: /restSearch/ });
		const { items, hints, error } = await lab.run('attribute', 'create', {
			event: byId(event.id),
			type: 'domain',
			value: 'three.example.com',
			additionalFields: { tags: ['tlp:green'] },
		});
		expect(error).toBeUndefined();
		expect(items[0]?.json.value).toBe('three.example.com');
		expect(hints).toEqual([expect.stringMatching(/could not be read back/)]);
	});

	it('sends every field of the form', async () => {
		const event = own();
		const uuid = randomUUID();
		const row = await lab.row('attribute', 'create', {
			event: byId(event.id),
			type: 'ip-dst',
			value: '198.51.100[.]7',
			category: 'Payload delivery',
			toIds: 'no',
			additionalFields: {
				comment: 'c2',
				distribution: 4,
				sharingGroup: '1',
				firstSeen: '2026-01-01',
				lastSeen: '={{ DateTime.fromISO("2026-01-02T08:00:00+01:00") }}',
				disableCorrelation: true,
				tags: ['tlp:red', 'sandbox:source="partner"'],
				uuid,
			},
		});
		// MISP's reply leaves the tags out, so they are read back.
		expect(lab.sent).toEqual([`POST /attributes/add/${event.id}`, 'POST /attributes/restSearch']);
		expect(lab.body()).toEqual([
			{
				type: 'ip-dst',
				value: '198.51.100.7',
				category: 'Payload delivery',
				to_ids: false,
				comment: 'c2',
				distribution: 4,
				sharing_group_id: '1',
				first_seen: '2026-01-01T00:00:00.000Z',
				last_seen: '2026-01-02T07:00:00.000Z',
				disable_correlation: true,
				Tag: [{ name: 'tlp:red' }, { name: 'sandbox:source="partner"' }],
				uuid,
			},
		]);
		expect((row.Tag as Array<{ name: string }>).map(({ name }) => name)).toEqual([
			'tlp:red',
			'sandbox:source="partner"',
		]);
		expect(row).not.toHaveProperty('dropped');
		expect(row).toMatchObject({
			uuid,
			value: '198.51.100.7',
			category: 'Payload delivery',
			to_ids: false,
			event_id: String(event.id),
		});
		expect(row.timestamp_iso).toBe(isoOf(row.timestamp));
		expect(event.attributes[0]).toMatchObject({
			comment: 'c2',
			sharingGroupId: 1,
			disableCorrelation: true,
		});
		expect(event.attributes[0]?.tags).toHaveLength(2);
	});

	it('leaves category and detection flag to MISP when they are not chosen', async () => {
		const event = own();
		const row = await lab.row('attribute', 'create', {
			event: byId(event.uuid),
			type: 'domain',
			value: 'usual.example.com',
		});
		expect(Object.keys(lab.body(0)[0 as never] as Row).sort()).toEqual(['type', 'uuid', 'value']);
		expect(row).toMatchObject({ category: 'Network activity', to_ids: true });
	});

	it('says in MISP’s words that the value is in the event already', async () => {
		const event = own();
		const parameters = { event: byId(event.id), type: 'domain', value: 'known.example.com' };
		await lab.row('attribute', 'create', parameters);
		const { message, description, itemIndex } = await lab.failure(
			'attribute',
			'create',
			parameters,
		);
		expect(message).toContain('A similar attribute already exists for this event.');
		expect(description).toContain('choose "Update It"');
		expect(itemIndex).toBe(0);
		expect(event.attributes).toHaveLength(1);
	});

	it('returns what was saved though the reply broke off, as it returns what was not', async () => {
		const event = own();
		const parameters = { event: byId(event.id), type: 'domain', value: '={{ $json.value }}' };
		const add = async (prefix: string) => {
			const input = ['a', 'b'].map((name) => ({ value: `${prefix}-${name}.example.com` }));
			return await lab.rows('attribute', 'create', parameters, { input });
		};
		const [usual] = await add('usual');
		lab.faults.set('resetMidReply', { match: /attributes\/add/ });
		const rows = await add('broken');
		expect(values(rows)).toEqual(['broken-a.example.com', 'broken-b.example.com']);
		expect(Object.keys(usual ?? {})).toEqual(expect.arrayContaining(['id', 'uuid', 'value']));
		expect(rows[0]).not.toHaveProperty('Event');
		expect(event.attributes).toHaveLength(4);
	});

	it('says of each that its outcome is unknown when it cannot be looked for either', async () => {
		const event = own();
		lab.faults.set('resetMidReply');
		const { items } = await lab.run(
			'attribute',
			'create',
			{ event: byId(event.id), type: 'domain', value: '={{ $json.value }}' },
			{
				input: [{ value: 'a.example.com' }, { value: 'b.example.com' }],
				onError: 'continueRegularOutput',
			},
		);
		const unknown = expect.stringContaining('It is not known whether MISP made the change');
		expect(items.map(({ json }) => json.error)).toEqual([unknown, unknown]);
		expect(event.attributes).toHaveLength(2);
	});

	it('updates a value that is there already when asked to, also when MISP stores it in another form', async () => {
		const event = own();
		const there = lab.world.addAttribute(event, { type: 'domain', value: 'known.example.com' });
		const rows = await lab.rows(
			'attribute',
			'create',
			{
				event: byId(event.id),
				type: 'domain',
				value: '={{ $json.value }}',
				additionalFields: { onDuplicate: 'update', comment: 'seen again' },
			},
			{ input: [{ value: 'new.example.com' }, { value: 'known[.]example[.]com' }] },
		);
		expect(lab.sent).toEqual([`POST /attributes/add/${event.id}/breakOnDuplicate:0`]);
		expect(values(rows)).toEqual(['new.example.com', 'known.example.com']);
		expect(rows[1]?.uuid).toBe(there.uuid);
		expect(there.comment).toBe('seen again');
		expect(event.attributes).toHaveLength(2);
	});

	it.each([
		['domain', 'not a domain', 'Domain has an invalid format'],
		['vulnerability', 'x', 'Invalid format. Expected: CVE-xxxx-xxxx'],
		['no-such-type', 'x', 'Options depend on the selected category.'],
	])('hands on what MISP says about %s "%s"', async (type, value, words) => {
		const { message, description } = await lab.failure('attribute', 'create', {
			event: byId(own().id),
			type,
			value,
		});
		expect(message).toContain(words);
		expect(description).toContain('(status 403)');
		if (type === 'no-such-type') expect(description).toContain('MISP does not know this type');
	});

	it('says that there is no such event, or that it is somebody else’s', async () => {
		const parameters = (id: number) => ({
			event: byId(id),
			type: 'domain',
			value: 'x.example.com',
		});
		const missing = await lab.failure('attribute', 'create', parameters(99_999));
		expect(missing.message).toBe('Invalid event');
		const foreign = lab.world.addEvent({ orgId: 3, distribution: 3 });
		const refused = await lab.failure('attribute', 'create', parameters(foreign.id));
		expect(refused.message).toBe('You do not have permission to do that.');
		expect(foreign.attributes).toHaveLength(0);
	});

	it('says that the UUID is taken', async () => {
		const { message } = await lab.failure('attribute', 'create', {
			event: byId(own().id),
			type: 'domain',
			value: 'x.example.com',
			additionalFields: { uuid: ownAttribute().uuid },
		});
		expect(message).toContain('The UUID provided is not unique');
	});
});

describe('attribute.get', () => {
	it.each([
		['id', (row: { id: number }) => byId(row.id)],
		['UUID', (row: { uuid: string }) => byId(row.uuid)],
		['address', (row: { id: number }) => byUrl(`${lab.sandbox.url}/attributes/view/${row.id}`)],
	])('finds an attribute by %s', async (_, located) => {
		const attribute = ownAttribute();
		lab.world.link(attribute, lab.world.tag('tlp:red') as never);
		const row = await lab.row(
			'attribute',
			'get',
			{ attribute: located(attribute) },
			{ access: 'read' },
		);
		expect(row).toMatchObject({ uuid: attribute.uuid, value: attribute.value1 });
		expect(row.timestamp_iso).toBe(isoOf(row.timestamp));
		expect((row.Tag as Row[])[0]?.name).toBe('tlp:red');
		expect(lab.sent[0]).toMatch(/^GET \/attributes\/view\//);
	});

	it('says that there is none, where MISP answers with a misleading 405', async () => {
		const { message, description } = await lab.failure('attribute', 'get', {
			attribute: byId(99_999),
		});
		expect(message).toBe('MISP has no attribute 99999, or this key may not see it.');
		expect(description).toContain('It may have been deleted');
	});
});

describe('attribute.search', () => {
	const search = async (parameters: Row) =>
		values(await lab.rows('attribute', 'search', parameters, { access: 'read' }));

	it('finds by value and gives one item for each attribute with its event', async () => {
		const rows = await lab.rows('attribute', 'search', { value: ['198.51.100.23'] });
		expect(rows).toHaveLength(2);
		expect(rows[0]).toMatchObject({ value: '198.51.100.23', Event: { info: expect.any(String) } });
		expect(lab.body()).toEqual({
			value: ['198.51.100.23'],
			returnFormat: 'json',
			order: 'Attribute.id desc',
			limit: 50,
			page: 1,
		});
	});

	it.each([
		['one text per line', '={{ "c2.example.net\\n203.0.113.77" }}'],
		['a list', '={{ ["c2.example.net", "203.0.113.77"] }}'],
		['a JSON list', '={{ JSON.stringify(["c2.example.net", "203.0.113.77"]) }}'],
	])('takes several values as %s', async (_, value) => {
		expect(sorted(await search({ value }))).toEqual(['203.0.113.77', 'c2.example.net']);
		expect(lab.body().value).toEqual(['c2.example.net', '203.0.113.77']);
	});

	it('filters by type, tags, detection flag and event', async () => {
		const event = own();
		const add = (type: string, value: string, tag?: string) => {
			const row = lab.world.addAttribute(event, { type, value });
			if (tag) lab.world.link(row, lab.world.tag(tag) as never);
		};
		add('domain', 'f1.example.com', 'tlp:red');
		add('domain', 'f2.example.com', 'tlp:amber');
		add('text', 'f3');
		const inEvent = (more: Row = {}) => ({ eventid: [event.uuid], ...more });
		expect(sorted(await search({ type: ['domain'], filters: inEvent() }))).toEqual([
			'f1.example.com',
			'f2.example.com',
		]);
		expect(await search({ tags: ['tlp:red'], filters: inEvent() })).toEqual(['f1.example.com']);
		expect(sorted(await search({ filters: inEvent({ tagsNot: ['tlp:red'] }) }))).toEqual([
			'f2.example.com',
			'f3',
		]);
		expect(await search({ filters: inEvent({ to_ids: 0 }) })).toEqual(['f3']);
		expect(lab.body(-1)).toMatchObject({ to_ids: 0 });
	});

	it('searches between two times of each of its clocks', async () => {
		const event = lab.world.addEvent({
			orgId: 2,
			timestamp: 1_600_000_000,
			publishTimestamp: 1_600_000_100,
			published: true,
		});
		lab.world.addAttribute(event, {
			type: 'domain',
			value: 'clock.example.com',
			timestamp: 1_500_000_000,
		});
		const filters = {
			timestamp: '1499999999',
			timestampUntil: '1500000001',
			event_timestamp: '1599999999',
			event_timestampUntil: '1600000001',
			publish_timestamp: '1600000099',
			publish_timestampUntil: '1600000101',
		};
		expect(await search({ filters })).toEqual(['clock.example.com']);
		expect(lab.body()).toMatchObject({
			timestamp: [1_499_999_999, 1_500_000_001],
			event_timestamp: [1_599_999_999, 1_600_000_001],
			publish_timestamp: [1_600_000_099, 1_600_000_101],
		});
		expect(await search({ filters: { ...filters, timestampUntil: '1499999999' } })).toEqual([]);
	});

	it('goes on over short pages that a warninglist made', async () => {
		const event = own();
		for (let n = 1; n <= 40; n += 1) {
			const known = n % 2 === 0;
			lab.world.addAttribute(event, {
				type: 'ip-dst',
				value: known ? `10.0.0.${n}` : `100.64.0.${n}`,
			});
		}
		const rows = await search({
			filters: { eventid: [String(event.id)] },
			result: { enforceWarninglist: true },
			limit: 15,
		});
		expect(rows).toHaveLength(15);
		expect(rows.every((value) => String(value).startsWith('100.64.'))).toBe(true);
	});

	it('returns all over several pages, each once', async () => {
		const event = own();
		for (let n = 0; n < 4500; n += 1) {
			lab.world.addAttribute(event, { type: 'text', value: `all ${n}` });
		}
		const rows = await search({ filters: { eventid: [String(event.id)] }, returnAll: true });
		expect(rows).toHaveLength(4500);
		expect(new Set(rows).size).toBe(4500);
		// A page may be larger than the one before it, when that came fast: each begins where it ended.
		let end = 0;
		for (const { body } of lab.requests) {
			const { page, limit } = body as { page: number; limit: number };
			expect((page - 1) * limit).toBe(end);
			end = page * limit;
		}
		expect(end).toBeGreaterThanOrEqual(4500);
		expect(lab.requests.length).toBeLessThanOrEqual(3);
	});

	it('orders by what was chosen', async () => {
		const rows = await search({
			filters: { eventid: ['1'] },
			result: { order: 'Attribute.value', direction: 'asc' },
		});
		expect(lab.body().order).toBe('Attribute.value asc, Attribute.id asc');
		expect(rows).toEqual([...rows].sort());
	});
});

describe('attribute.update', () => {
	it('changes what is filled in and leaves the rest', async () => {
		const attribute = ownAttribute('domain', 'old.example.com');
		attribute.comment = 'stays';
		const row = await lab.row('attribute', 'update', {
			attribute: byId(attribute.id),
			updateFields: { value: 'changed.example.com', toIds: 'no' },
		});
		expect(lab.sent).toEqual([`POST /attributes/edit/${attribute.id}`]);
		expect(lab.body()).toEqual({ value: 'changed.example.com', to_ids: false });
		expect(row).toMatchObject({ value: 'changed.example.com', to_ids: false, comment: 'stays' });
		expect(row).not.toHaveProperty('Attribute');
		expect(row.timestamp_iso).toBe(isoOf(row.timestamp));
	});

	it('changes every field that it offers', async () => {
		const attribute = ownAttribute();
		await lab.row('attribute', 'update', {
			attribute: byId(attribute.uuid),
			updateFields: {
				value: '192.0.2.1',
				type: 'ip-src',
				category: 'Payload delivery',
				toIds: 'yes',
				comment: 'all',
				distribution: 4,
				sharingGroup: '1',
				firstSeen: '2026-01-01T00:00:00Z',
				lastSeen: '2026-01-02T00:00:00Z',
				disableCorrelation: true,
			},
		});
		expect(attribute).toMatchObject({
			value1: '192.0.2.1',
			type: 'ip-src',
			category: 'Payload delivery',
			toIds: true,
			comment: 'all',
			distribution: 4,
			sharingGroupId: 1,
			disableCorrelation: true,
		});
		expect(attribute.firstSeen).toMatch(/^2026-01-01T00:00:00/);
	});

	it('refuses an update that changes nothing', async () => {
		const { message } = await lab.failure('attribute', 'update', {
			attribute: byId(ownAttribute().id),
			updateFields: {},
		});
		expect(message).toBe('Nothing is to be changed.');
		expect(lab.sent).toEqual([]);
	});

	it('hands on MISP’s words for a bad value and for a missing attribute', async () => {
		const bad = await lab.failure('attribute', 'update', {
			attribute: byId(ownAttribute().id),
			updateFields: { value: 'no domain' },
		});
		expect(bad.message).toContain('Domain has an invalid format');
		const missing = await lab.failure('attribute', 'update', {
			attribute: byId(99_999),
			updateFields: { comment: 'x' },
		});
		expect(missing.message).toBe('Invalid attribute');
	});
});

describe('attribute.delete', () => {
	it('marks as deleted, which can be taken back', async () => {
		const attribute = ownAttribute();
		const row = await lab.row('attribute', 'delete', { attribute: byId(attribute.id) });
		expect(row).toEqual({
			attribute: String(attribute.id),
			deleted: true,
			already_gone: false,
			for_good: false,
		});
		expect(attribute.deleted).toBe(true);
		expect(lab.sent).toEqual([`POST /attributes/delete/${attribute.id}`]);
	});

	it('deletes for good when asked to', async () => {
		const attribute = ownAttribute();
		const row = await lab.row('attribute', 'delete', {
			attribute: byId(attribute.uuid),
			hard: true,
		});
		expect(row).toMatchObject({ deleted: true, for_good: true });
		expect(lab.world.attribute(attribute.id)).toBeUndefined();
		expect(lab.sent).toEqual([`POST /attributes/delete/${attribute.uuid}/1`]);
	});

	it('may be repeated, and says that it is gone already, but not of somebody else’s', async () => {
		const attribute = ownAttribute();
		lab.world.setDeleted(attribute, true);
		for (const id of [attribute.id, 99_999]) {
			const { items, hints } = await lab.run('attribute', 'delete', { attribute: byId(id) });
			expect(items[0]?.json).toMatchObject({ deleted: false, already_gone: true });
			expect(hints.join()).toContain(`MISP has no attribute ${id}`);
		}
		const foreign = lab.world.addAttribute(lab.world.addEvent({ orgId: 3, distribution: 3 }), {
			type: 'domain',
			value: 'theirs.example.com',
		});
		const refused = await lab.failure('attribute', 'delete', { attribute: byId(foreign.id) });
		expect(refused.message).toBe('You do not have permission to do that.');
		expect(foreign.deleted).toBe(false);
	});
});

describe('attribute.getTypes', () => {
	it('lists the types of the instance, each with its usual category', async () => {
		const rows = await lab.rows('attribute', 'getTypes', {}, { access: 'read' });
		expect(lab.sent).toEqual(['GET /attributes/describeTypes.json']);
		expect(rows.length).toBeGreaterThan(150);
		expect(rows.find(({ type }) => type === 'ip-dst')).toEqual({
			type: 'ip-dst',
			default_category: 'Network activity',
			to_ids: true,
			categories: ['Payload delivery', 'Network activity', 'External analysis'],
		});
	});
});
