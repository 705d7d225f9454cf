import { byId, useLab } from './support';

/** What the table view shows: the order of the keys is the order of its columns. */

const lab = useLab();

const EVENT = 'id info date organisation threat_level published tags attribute_count'.split(' ');
const ATTRIBUTE = 'id type value category to_ids event_id event_info comment tags'.split(' ');

const READS: Array<[string, string, Record<string, unknown>, string[]]> = [
	['event', 'getAll', {}, EVENT],
	['event', 'search', { filters: { from: '2000-01-01' } }, EVENT],
	['attribute', 'search', { type: ['domain', 'url', 'ip-dst'] }, ATTRIBUTE],
	['tag', 'getAll', {}, ['id', 'name']],
	['galaxy', 'getAll', {}, ['id', 'name', 'type', 'description']],
	['organisation', 'getAll', {}, ['id', 'name', 'sector']],
	['sharingGroup', 'getAll', {}, ['id', 'name', 'releasability', 'active', 'organisation']],
	['warninglist', 'getAll', {}, ['id', 'name', 'type', 'category', 'enabled']],
	['taxonomy', 'getAll', {}, ['id', 'namespace', 'description', 'enabled']],
	['objectTemplate', 'getAll', {}, ['id', 'name', 'meta-category', 'description']],
];

it.each(READS)('%s %s shows what a person looks at first', async (resource, name, input, first) => {
	const [row] = await lab.rows(resource, name, { returnAll: true, ...input }, { access: 'read' });
	expect(Object.keys(row ?? {}).slice(0, first.length)).toEqual(first);
});

it.each(READS)('%s %s keeps every field of MISP', async (resource, name, input) => {
	const settings = { access: 'read' } as const;
	const all = { returnAll: true, ...input };
	const rows = await lab.rows(resource, name, all, settings);
	const raw = await lab.rows(resource, name, { ...all, options: { raw: true } }, settings);
	expect(rows).toHaveLength(raw.length);
	for (const [index, sent] of raw.entries()) {
		const inside = Object.values(sent).find((one) => isFlatRow(one)) ?? sent;
		expect(rows[index]).toMatchObject('id' in sent ? sent : inside);
	}
});

const isFlatRow = (value: unknown): value is Record<string, unknown> =>
	value !== null && typeof value === 'object' && 'id' in value;

it('an event says its organisation, threat level and tags in words', async () => {
	const created = await lab.row('event', 'create', {
		info: 'Phishing against finance',
		threatLevel: 2,
		tags: ['tlp:amber', 'tlp:clear'].slice(0, 1),
	});
	expect(created).toMatchObject({
		organisation: 'CERT-ALPHA',
		threat_level: 'Medium',
		threat_level_id: '2',
		tags: ['tlp:amber'],
		published: false,
	});
	const [listed] = await lab.rows('event', 'getAll', { limit: 1 });
	expect(listed).toMatchObject({ id: created.id, threat_level: 'Medium', tags: ['tlp:amber'] });
});

it('a sighting says its type in words', async () => {
	const created = await lab.rows('sighting', 'create', {
		target: 'value',
		value: (await lab.rows('attribute', 'search', { type: ['domain'], limit: 1 }))[0]?.value,
		type: '1',
	});
	expect(created[0]).toMatchObject({ sighting_type: 'False Positive', type: '1' });
});

it('an attribute that is updated claims no tags, since MISP’s reply leaves them out', async () => {
	const event = await lab.row('event', 'create', {
		info: 'Phishing',
		attributes: { entries: [{ type: 'domain', value: 'login.example.com', tags: ['tlp:amber'] }] },
	});
	const [attribute] = event.Attribute as Array<{ id: string }>;
	const changed = await lab.row('attribute', 'update', {
		attribute: byId(attribute?.id),
		updateFields: { comment: 'seen again' },
	});
	expect(changed).not.toHaveProperty('tags');
	expect(Object.keys(changed).slice(0, 5)).toEqual(ATTRIBUTE.slice(0, 5));
});

it('an event report names its event', async () => {
	const event = await lab.row('event', 'create', { info: 'Phishing wave' });
	const report = await lab.row('eventReport', 'create', {
		event: byId(event.id),
		title: 'Analysis',
		reportName: 'Analysis',
		content: '# Summary',
	});
	expect(Object.keys(report).slice(0, 4)).toEqual(['id', 'name', 'event_id', 'event_info']);
	expect(report.event_info).toBe('Phishing wave');
});

it('rows that are in an event say on which page MISP shows it, and raw ones do not', async () => {
	const event = lab.world.addEvent({ orgId: 2, userId: 2 });
	lab.world.addAttribute(event, { type: 'domain', value: 'linked.example.com' });
	const url = `${lab.sandbox.url}/events/view/${event.id}`;
	const add = async (resource: string, operation: string, input: Record<string, unknown>) =>
		await lab.row(resource, operation, { event: byId(event.id), ...input });
	const rows = [
		await lab.row('event', 'get', { event: byId(event.uuid) }),
		await add('attribute', 'create', { type: 'text', value: 'x' }),
		await add('object', 'create', { template: 'file', attributes: { filename: 'a.exe' } }),
		await add('eventReport', 'create', { reportName: 'Report', content: 'x' }),
		...(await lab.rows('sighting', 'create', { target: 'value', value: 'linked.example.com' })),
		...(await lab.rows('attribute', 'search', { value: 'linked.example.com' })),
	];
	expect(rows.map(({ event_url: page }) => page)).toEqual(Array(rows.length).fill(url));
	const answer = await lab.row('attribute', 'lookup', {
		from: 'values',
		values: ['linked.example.com'],
	});
	expect(answer.matches).toEqual([expect.objectContaining({ event_url: url })]);
	const raw = await lab.row('event', 'get', {
		event: byId(event.id),
		options: { raw: true },
	});
	expect(JSON.stringify(raw)).not.toContain('event_url');
});
