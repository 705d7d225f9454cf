import { randomUUID } from 'node:crypto';

import { getGlobalState, setGlobalState } from 'n8n-workflow';

import { findObject, objectShelf } from '../sandbox/state/objectTemplates';
import { mappingFields } from './editor';
import { byId, useLab } from './support';

const lab = useLab();

type Row = Record<string, unknown>;

const own = () => lab.world.addEvent({ orgId: 2, userId: 2 });

/** A mapping as the form stores it. */
const mapped = (value: Row) =>
	({ mappingMode: 'defineBelow', value, matchingColumns: [], schema: [] }) as never;

const FILE = '688c46fb-5edb-40a3-8273-1af7923e2215';

/** A file object with these attributes, as [relation, type, value]. */
function ownFile(rows: Array<[string, string, string]>, event = own()) {
	const object = lab.world.addObject(event, {
		name: 'file',
		metaCategory: 'file',
		templateUuid: FILE,
		templateVersion: '24',
		comment: 'as it was',
		distribution: 1,
	});
	for (const [objectRelation, type, value] of rows) {
		const row = { type, value, objectRelation, objectId: object.id, comment: 'mine' };
		object.attributes.push(lab.world.addAttribute(event, row));
	}
	return object;
}

const liveValues = (id: unknown) =>
	findObject(lab.world, id)
		?.attributes.filter(({ deleted }) => !deleted)
		.map(({ objectRelation, value1 }) => `${objectRelation ?? ''}=${value1}`);

const LOOK_UPS = [
	'GET /objectTemplates/index',
	'GET /objectTemplates/view/401',
	'GET /attributes/describeTypes.json',
];

describe('the fields of a mapping, as n8n asks for them', () => {
	const fieldsFor = async (method: string, parameters: Row) =>
		(await mappingFields(method, parameters as never, lab.credential({ access: 'read' }))).fields;

	it('are those of the template', async () => {
		const fields = await fieldsFor('getTemplateFields', { template: 'sandbox-visit' });
		expect(fields).toEqual(
			[
				{ id: 'address', displayName: 'address (ip-dst)', type: 'string', required: false },
				{ id: 'door', displayName: 'door (text)', type: 'options', required: false },
				{ id: 'invited', displayName: 'invited (boolean)', type: 'options', required: false },
				{ id: 'remark', displayName: 'remark (comment, several)', type: 'string', required: false },
				{ id: 'visitor', displayName: 'visitor (text)', type: 'string', required: true },
				{ id: 'day', displayName: 'day (datetime)', type: 'dateTime', required: true },
			].map((field) => expect.objectContaining({ ...field, display: true, defaultMatch: false })),
		);
		expect(fields[1]?.options?.map(({ value }) => value)).toEqual(['front', 'back']);
		expect(fields[2]?.options).toEqual([
			{ name: 'Yes', value: '1' },
			{ name: 'No', value: '0' },
		]);
	});

	it('show what matters first, say which are alternatives, and leave files out', async () => {
		const fields = await fieldsFor('getTemplateFields', { template: 'domain-ip' });
		const shown = fields.filter(({ removed }) => removed !== true);
		expect(shown.map(({ displayName }) => displayName)).toEqual([
			'domain (several, one of these)',
			'hostname (one of these)',
			'ip (ip-dst, several, one of these)',
			'port (several)',
			'text',
		]);
		const ids = (await fieldsFor('getTemplateFields', { template: 'file' })).map(({ id }) => id);
		expect(ids).toContain('size-in-bytes');
		expect(ids).not.toContain('malware-sample');
	});

	it('come from the object where it is known, and are not required then', async () => {
		const object = ownFile([['md5', 'md5', 'd41d8cd98f00b204e9800998ecf8427e']]);
		for (const locator of [byId(object.id), { __rl: true, mode: 'list', value: object.uuid }]) {
			const fields = await fieldsFor('getObjectFields', { object: locator });
			expect(fields.map(({ id }) => id)).toContain('sha256');
			expect(fields.some(({ required }) => required)).toBe(false);
		}
	});

	it('are none as long as nothing is chosen', async () => {
		expect(await fieldsFor('getTemplateFields', { template: '' })).toEqual([]);
		expect(await fieldsFor('getTemplateFields', { template: '={{ $json.t }}' })).toEqual([]);
		expect(await fieldsFor('getObjectFields', { object: byId('={{ $json.id }}') })).toEqual([]);
		expect(lab.sent).toEqual([]);
	});
});

describe('object.create', () => {
	it.each([
		['the form', (values: object) => mapped(values as never)],
		['the bare values', (values: object) => values],
	])('takes a time without a zone for one of the workflow’s, from %s', async (_from, given) => {
		const before = getGlobalState();
		setGlobalState({ defaultTimezone: 'Asia/Kolkata' });
		const { items } = await lab.run('object', 'create', {
			event: byId(own().id),
			template: 'sandbox-visit',
			attributes: given({
				visitor: '2026-11-01T13:30:00',
				day: '2026-11-01T13:30:00',
				address: '198.51.100.7',
			}),
		});
		setGlobalState(before);
		const { Attribute: stored } = items[0]?.json as { Attribute: Array<Record<string, string>> };
		const valueOf = (name: string) =>
			stored.find(({ object_relation: relation }) => relation === name)?.value;
		expect(valueOf('day')).toMatch(/^2026-11-01T08:00:00/);
		expect(valueOf('visitor')).toBe('2026-11-01T13:30:00');
	});

	it('sends every field of the form, with what the template says', async () => {
		const event = own();
		const uuid = randomUUID();
		const row = await lab.row('object', 'create', {
			event: byId(event.id),
			template: 'sandbox-visit',
			attributes: mapped({
				visitor: 'Quiet Otter',
				day: '={{ DateTime.fromISO("2026-11-24T08:00:00Z", { zone: "utc" }) }}',
				door: 'front',
				invited: '0',
				address: '198.51.100.7',
				remark: '["one, two", "three"]',
			}),
			additionalFields: {
				comment: 'seen by the camera',
				distribution: 4,
				sharingGroup: '1',
				firstSeen: '2026-11-24',
				lastSeen: '2026-11-25',
				uuid,
				moreAttributes: [
					{
						object_relation: 'remark',
						value: 'four',
						comment: 'by hand',
						Tag: [{ name: 'tlp:red' }],
					},
				],
				onDuplicate: 'fail',
			},
		});
		expect(lab.sent).toEqual([
			...LOOK_UPS,
			`POST /objects/add/${event.id}/401/breakOnDuplicate:1`,
			'POST /attributes/restSearch',
		]);
		const { Object: head, Attribute: attributes } = lab.body(3) as {
			Object: Row;
			Attribute: Row[];
		};
		expect(head).toEqual({
			distribution: 4,
			sharing_group_id: '1',
			comment: 'seen by the camera',
			first_seen: '2026-11-24T00:00:00.000Z',
			last_seen: '2026-11-25T00:00:00.000Z',
			uuid,
		});
		const by = (relation: string) =>
			attributes.filter(({ object_relation: name }) => name === relation);
		// The usual category of ip-dst is not among those of the template.
		expect(by('address')).toEqual([
			{
				object_relation: 'address',
				type: 'ip-dst',
				value: '198.51.100.7',
				category: 'Payload delivery',
				to_ids: true,
				uuid: expect.any(String),
			},
		]);
		expect(by('invited')[0]).toMatchObject({ type: 'boolean', disable_correlation: true });
		expect(by('visitor')[0]).toMatchObject({ type: 'text', to_ids: false });
		expect(by('day')[0]?.value).toMatch(/^2026-11-24T08:00:00/);
		expect(by('remark').map(({ value }) => value)).toEqual(['one, two', 'three', 'four']);
		expect(by('remark')[2]).toMatchObject({ type: 'comment', comment: 'by hand' });
		expect(row).toMatchObject({ name: 'sandbox-visit', uuid, event_id: String(event.id) });
		expect(row.Attribute).toHaveLength(8);
		expect(row).toHaveProperty('timestamp_iso');
	});

	it('inherits the distribution of the event unless another is chosen', async () => {
		const event = own();
		await lab.row('object', 'create', {
			event: byId(event.id),
			template: 'domain-ip',
			attributes: mapped({ domain: 'a.example.com\nb.example.com', ip: '' }),
		});
		expect(lab.body(-1)).toMatchObject({ Object: { distribution: 5 } });
		expect((lab.body(-1).Attribute as Row[]).map(({ value }) => value)).toEqual([
			'a.example.com',
			'b.example.com',
		]);
	});

	it('reads a template once for all items, and takes lists from expressions', async () => {
		const event = own();
		const rows = await lab.rows(
			'object',
			'create',
			{
				event: byId(event.id),
				template: '={{ $json.t }}',
				attributes: mapped({ domain: '={{ $json.domain }}', ip: '={{ $json.ip }}' }),
				additionalFields: { moreAttributes: '={{ $json.more }}' },
			},
			{
				input: [
					{ t: 'domain-ip', domain: 'a.example.com', ip: ['192.0.2.1', '192.0.2.2'] },
					{ t: 'domain-ip', more: [{ object_relation: 'hostname', value: 'b.example.com' }] },
				],
			},
		);
		expect(rows.map(({ Attribute }) => (Attribute as Row[]).length)).toEqual([3, 1]);
		expect(lab.sent.filter((line) => line.startsWith('GET'))).toHaveLength(3);
	});

	it('keeps the lines of a value that has some', async () => {
		await lab.row('object', 'create', {
			event: byId(own().id),
			template: 'file',
			attributes: mapped({ text: 'line one\nline two', filename: 'x.exe' }),
		});
		expect(lab.body(-1).Attribute).toContainEqual(
			expect.objectContaining({ object_relation: 'text', value: 'line one\nline two' }),
		);
	});

	it.each([
		['sandbox-visit', { visitor: 'x' }, /requires "day"/],
		['domain-ip', { port: '80' }, /requires at least one of "ip", "domain", "hostname"/],
		[
			'domain-ip',
			{ hostname: ['a.example.com', 'b.example.com'] },
			/"hostname" takes one value.*but 2/,
		],
		['domain-ip', { colour: 'red', ip: '192.0.2.1' }, /has no attribute "colour"/],
		['domain-ip', { ip: 'not an address' }, /not a value for the type ip-dst/],
		['file', { filename: 'x', state: 'Odd' }, /must be one of "Malicious", "Harmless"/],
		['no-such', { ip: '192.0.2.1' }, /no object template "no-such"/],
	])('refuses what does not fit the template %s: %j', async (template, value, words) => {
		const { message, name } = await lab.failure('object', 'create', {
			event: byId(own().id),
			template,
			attributes: mapped(value),
		});
		expect(message).toMatch(words);
		expect(name).toBe('NodeOperationError');
		expect(lab.sent.filter((line) => line.startsWith('POST'))).toEqual([]);
	});

	it('sends nothing without attributes', async () => {
		for (const attributes of [
			mapped({}),
			mapped({ ip: '' }),
			{ mappingMode: 'defineBelow', value: null },
		]) {
			const { message } = await lab.failure('object', 'create', {
				event: byId(own().id),
				template: 'domain-ip',
				attributes,
			});
			expect(message).toBe('The object has no attributes.');
		}
		expect(lab.sent).toEqual([]);
	});

	it('shows MISP’s words for what it refuses', async () => {
		const attributes = mapped({ domain: 'a.example.com' });
		const refused = await lab.failure('object', 'create', {
			event: byId(own().id),
			template: 'domain-ip',
			attributes: mapped({ domain: 'no domain' }),
		});
		expect(refused.message).toMatch(/at least one attribute has failed validation \(domain\)/);
		const missing = await lab.failure('object', 'create', {
			event: byId(777_777),
			template: 'domain-ip',
			attributes,
		});
		expect(missing.message).toMatch(/Invalid event/);
		const event = own();
		const again = async (onDuplicate: string) =>
			await lab.run('object', 'create', {
				event: byId(event.id),
				template: 'domain-ip',
				attributes,
				additionalFields: { onDuplicate },
			});
		await again('add');
		expect((await again('add')).error).toBeUndefined();
		expect((await again('fail')).error?.message).toMatch(/Duplicate object found/);
	});

	it('names the tags that MISP dropped', async () => {
		const { items, hints } = await lab.run(
			'object',
			'create',
			{
				event: byId(lab.world.addEvent({ orgId: 2, userId: 4 }).id),
				template: 'file',
				attributes: mapped({ filename: 'x.exe' }),
				additionalFields: {
					moreAttributes:
						'[{"object_relation": "text", "value": "x", "Tag": [{"name": "no:such"}]}]',
				},
			},
			{ key: 'user' },
		);
		expect(items[0]?.json.dropped).toEqual([
			expect.objectContaining({ what: 'tag', name: 'no:such' }),
		]);
		expect(hints[0]).toMatch(/without tag "no:such"/);
	});

	it('needs a key that may write', async () => {
		const input = {
			event: byId(own().id),
			template: 'file',
			attributes: mapped({ filename: 'x.exe' }),
		};
		const level = await lab.failure('object', 'create', input, { access: 'read' });
		expect(level.message).toMatch(/needs the access level/);
		expect(lab.sent).toEqual([]);
		const role = await lab.failure('object', 'create', input, { key: 'readonly' });
		expect(role.message).toMatch(/do not have permission/);
	});
});

describe('object.get and object.search', () => {
	it('returns an object with its attributes and its event', async () => {
		const object = ownFile([['filename', 'filename', 'a.exe']]);
		const row = await lab.row('object', 'get', { object: byId(object.uuid) }, { access: 'read' });
		expect(row).toMatchObject({ id: String(object.id), Attribute: [{ value: 'a.exe' }] });
		expect(lab.sent).toEqual([`GET /objects/view/${object.uuid}`]);
	});

	it('says that there is none', async () => {
		const { message } = await lab.failure('object', 'get', { object: byId(777_777) });
		expect(message).toMatch(/Invalid object/);
	});

	it('finds objects by value, template and age', async () => {
		const value = `${randomUUID()}.exe`;
		const object = ownFile([['filename', 'filename', value]]);
		const rows = await lab.rows(
			'object',
			'search',
			{
				value: [value],
				object_name: ['file'],
				filters: { timestamp: '1h', to_ids: 1, object_relation: ['filename'] },
				result: { includeEventUuid: true },
				limit: 5,
			},
			{ access: 'read' },
		);
		expect(rows).toMatchObject([{ id: String(object.id), Attribute: [{ value }] }]);
		expect(lab.sent[0]).toBe('POST /objects/restSearch');
		expect(lab.body()).toEqual({
			value: [value],
			object_name: ['file'],
			timestamp: '1h',
			to_ids: 1,
			object_relation: ['filename'],
			includeEventUuid: 1,
			returnFormat: 'json',
			limit: 5,
			page: 1,
		});
	});

	it('does not search without a filter', async () => {
		const { message } = await lab.failure('object', 'search', { returnAll: true });
		expect(message).toMatch(/no filter/);
		expect(lab.sent).toEqual([]);
	});
});

describe('object.update', () => {
	it('changes one value and keeps everything else', async () => {
		const object = ownFile([
			['filename', 'filename', 'a.exe'],
			['md5', 'md5', 'd41d8cd98f00b204e9800998ecf8427e'],
		]);
		const [, md5] = object.attributes;
		const row = await lab.row('object', 'update', {
			object: byId(object.id),
			attributes: mapped({ md5: '0123456789abcdef0123456789abcdef', 'size-in-bytes': 12 }),
		});
		expect(lab.sent).toEqual([
			`GET /objects/view/${object.id}`,
			'GET /objectTemplates/index',
			'GET /objectTemplates/view/89',
			'GET /attributes/describeTypes.json',
			`POST /objects/edit/${object.id}`,
		]);
		const { Object: head, Attribute: list } = lab.body(-1) as { Object: Row; Attribute: Row[] };
		expect(head).toEqual({ comment: 'as it was', distribution: '1' });
		expect(list).toHaveLength(3);
		expect(list[1]).toMatchObject({ uuid: md5?.uuid, comment: 'mine', object_relation: 'md5' });
		expect(list[2]).toEqual({
			object_relation: 'size-in-bytes',
			type: 'size-in-bytes',
			value: '12',
			category: 'Other',
			to_ids: false,
			disable_correlation: true,
		});
		expect(liveValues(object.id)).toEqual([
			'filename=a.exe',
			'md5=0123456789abcdef0123456789abcdef',
			'size-in-bytes=12',
		]);
		expect(row).toMatchObject({ id: String(object.id), comment: 'as it was' });
	});

	it('adds to several values, or replaces them', async () => {
		const object = ownFile([
			['filename', 'filename', 'a.exe'],
			['filename', 'filename', 'b.exe'],
			['filename', 'filename', 'c.exe'],
			['sha1', 'sha1', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
		]);
		const change = async (filename: string[], updateFields = {}) =>
			await lab.row('object', 'update', {
				object: byId(object.id),
				template: 'file',
				attributes: mapped({ filename: filename.join('\n') }),
				updateFields,
			});
		await change(['A.EXE', 'd.exe']);
		expect(liveValues(object.id)).toHaveLength(5);
		await change(['b.exe', 'e.exe'], { several: 'replace' });
		expect(liveValues(object.id)?.sort()).toEqual([
			'filename=b.exe',
			'filename=e.exe',
			'sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709',
		]);
	});

	it('changes details alone, with the list as it is', async () => {
		const object = ownFile([['filename', 'filename', 'a.exe']]);
		await lab.row('object', 'update', {
			object: byId(object.id),
			updateFields: { comment: 'new', distribution: 4, sharingGroup: '1', firstSeen: '2026-01-01' },
		});
		expect(lab.sent).toEqual([`GET /objects/view/${object.id}`, `POST /objects/edit/${object.id}`]);
		expect(lab.body(-1).Object).toEqual({
			comment: 'new',
			distribution: 4,
			sharing_group_id: '1',
			first_seen: '2026-01-01T00:00:00.000Z',
		});
		expect(liveValues(object.id)).toEqual(['filename=a.exe']);
		await lab.row('object', 'update', {
			object: byId(object.id),
			updateFields: { comment: 'newer' },
		});
		expect(lab.body(-1).Object).toMatchObject({ distribution: '4', sharing_group_id: '1' });
	});

	it('refuses another template, nothing, and an object without a template', async () => {
		const object = ownFile([['filename', 'filename', 'a.exe']]);
		const other = await lab.failure('object', 'update', {
			object: byId(object.id),
			template: 'url',
			attributes: mapped({ url: 'https://example.com/' }),
		});
		expect(other.message).toMatch(/not of the template "url" but of "file"/);
		const nothing = await lab.failure('object', 'update', { object: byId(object.id) });
		expect(nothing.message).toBe('Nothing is to be changed.');
		const bare = lab.world.addObject(own(), { name: 'loose' });
		const loose = await lab.failure('object', 'update', {
			object: byId(bare.id),
			attributes: mapped({ any: 'x' }),
		});
		expect(loose.message).toMatch(/has no template/);
		expect(lab.sent.filter((line) => line.startsWith('POST'))).toEqual([]);
	});
});

describe('object.delete', () => {
	it('marks an object as deleted, or deletes it for good', async () => {
		const object = ownFile([['filename', 'filename', 'a.exe']]);
		const row = await lab.row('object', 'delete', { object: byId(object.id) });
		expect(row).toEqual({
			object: String(object.id),
			deleted: true,
			already_gone: false,
			for_good: false,
		});
		expect(findObject(lab.world, object.id)?.deleted).toBe(true);
		await lab.row('object', 'delete', { object: byId(object.id), hard: true });
		expect(lab.sent.at(-1)).toBe(`POST /objects/delete/${object.id}/1`);
		expect(findObject(lab.world, object.id)).toBeUndefined();
	});

	it('says that it is gone already', async () => {
		const { items, hints } = await lab.run('object', 'delete', { object: byId(777_777) });
		expect(items[0]?.json).toMatchObject({ deleted: false, already_gone: true });
		expect(hints[0]).toMatch(/nothing was deleted/);
	});

	it('fails for an object of others', async () => {
		const event = lab.world.addEvent({ orgId: 3, userId: 6, distribution: 1 });
		const object = ownFile([['filename', 'filename', 'a.exe']], event);
		const { message } = await lab.failure('object', 'delete', { object: byId(object.id) });
		expect(message).toMatch(/permission/);
	});
});

describe('object.addReference and object.removeReference', () => {
	it('refers to an object and to an attribute, by uuid', async () => {
		const event = own();
		const from = ownFile([['filename', 'filename', 'a.exe']], event);
		const to = ownFile([['filename', 'filename', 'b.exe']], event);
		const attribute = lab.world.addAttribute(event, { type: 'domain', value: 'a.example.com' });
		const first = await lab.row('object', 'addReference', {
			object: byId(from.id),
			target: 'referencedObject',
			referencedObject: byId(to.id),
			relationship: 'drops',
			comment: 'seen in the sandbox',
		});
		expect(lab.sent).toEqual([
			`GET /objects/view/${to.id}`,
			`GET /objects/view/${from.id}`,
			'POST /objectReferences/add',
		]);
		expect(lab.body(-1)).toEqual({
			object_uuid: from.uuid,
			referenced_uuid: to.uuid,
			relationship_type: 'drops',
			comment: 'seen in the sandbox',
		});
		expect(first).toMatchObject({ relationship_type: 'drops', referenced_type: '1' });
		const second = await lab.row('object', 'addReference', {
			object: byId(from.uuid),
			target: 'referencedAttribute',
			referencedAttribute: byId(attribute.uuid),
			relationship: 'connects-to',
		});
		expect(second).toMatchObject({ referenced_uuid: attribute.uuid, referenced_type: '0' });
		expect(lab.sent.slice(3)).toEqual(['POST /objectReferences/add']);
	});

	it('says why MISP takes no target of another event', async () => {
		const { message, description } = await lab.failure('object', 'addReference', {
			object: byId(ownFile([['filename', 'filename', 'a.exe']]).uuid),
			target: 'referencedObject',
			referencedObject: byId(ownFile([['filename', 'filename', 'b.exe']]).uuid),
			relationship: 'drops',
		});
		expect(message).toMatch(/^Invalid target/);
		expect(description).toMatch(/its own event only/);
	});

	it('needs a relationship', async () => {
		const { message } = await lab.failure('object', 'addReference', {
			object: byId(1),
			target: 'referencedObject',
			referencedObject: byId(2),
			relationship: '={{ "" }}',
		});
		expect(message).toBe('"Relationship" is required.');
		expect(lab.sent).toEqual([]);
	});

	it('removes a reference, and says when it is gone already', async () => {
		const event = own();
		const from = ownFile([['filename', 'filename', 'a.exe']], event);
		const to = ownFile([['filename', 'filename', 'b.exe']], event);
		const { id } = await lab.row('object', 'addReference', {
			object: byId(from.uuid),
			target: 'referencedObject',
			referencedObject: byId(to.uuid),
			relationship: 'drops',
		});
		const row = await lab.row('object', 'removeReference', { reference: id });
		expect(row).toMatchObject({ reference: id, deleted: true, for_good: false });
		expect(objectShelf(lab.world).references.get(Number(id))?.deleted).toBe(true);
		await lab.row('object', 'removeReference', { reference: id, hard: true });
		expect(lab.sent.at(-1)).toBe(`POST /objectReferences/delete/${String(id)}/1`);
		const gone = await lab.row('object', 'removeReference', { reference: id });
		expect(gone).toMatchObject({ deleted: false, already_gone: true });
		const wrong = await lab.failure('object', 'removeReference', { reference: '={{ "a/b" }}' });
		expect(wrong.message).toMatch(/must be an id/);
	});
});
