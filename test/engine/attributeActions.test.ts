import { listEntries } from './editor';
import { byId, file, useLab, type Setting } from './support';

const lab = useLab();
const own = () => lab.world.addEvent({ orgId: 2, orgcId: 2, userId: 2 });
const attribute = (more: Record<string, unknown> = {}) =>
	lab.world.addAttribute(own(), { type: 'domain', value: 'action.example.com', ...more });

describe('attribute.restore', () => {
	const restore = async (id: unknown, setting: Setting = {}) =>
		await lab.run('attribute', 'restore', { attribute: byId(id) }, setting);

	it('takes a deletion back, by id and by UUID, and again', async () => {
		const row = attribute({ deleted: true });
		const id = String(row.id);
		expect((await restore(row.uuid)).items[0]?.json).toEqual({ attribute: id, restored: true });
		expect(row.deleted).toBe(false);
		expect(lab.sent).toEqual(['POST /attributes/restSearch', `POST /attributes/restore/${id}`]);
		expect((await restore(id)).items[0]?.json).toEqual({ attribute: id, restored: true });
	});

	it.each([
		['another organisation’s', 'beta_user', 'Invalid Attribute'],
		['with a role that may not', 'readonly', /permission to use this functionality/],
	] as const)('refuses one %s', async (_what, key, message) => {
		const { error } = await restore(attribute({ deleted: true }).id, { key });
		expect(error?.message).toMatch(message);
	});

	it('lists those that are deleted, and only when a value is searched for', async () => {
		const value = 'restorable.example.com';
		const [gone] = [attribute({ deleted: true, value }), attribute({ value })];
		const list = async (search?: string) =>
			await listEntries('searchDeletedAttributes', {}, lab.credential(), search);
		expect((await list(value)).map((entry) => entry.value)).toEqual([String(gone?.id)]);
		lab.requests.length = 0;
		expect(await list()).toEqual([]);
		expect(lab.sent).toEqual([]);
	});

	it('says that one is missing', async () => {
		const { error } = await restore('11111111-2222-4333-8444-555555555555');
		expect(error?.message).toMatch(/^MISP has no attribute 11111111/);
		expect(lab.sent).toEqual(['POST /attributes/restSearch']);
		expect((await restore(9999999)).error?.description).toMatch(/may restore/);
	});
});

describe('files of attributes', () => {
	const upload = async (
		parameters: Record<string, unknown>,
		setting: Setting = { files: [{ data: file('hello world', 'note.txt', 'text/plain') }] },
	) => await lab.run('attribute', 'create', { event: byId(own().id), ...parameters }, setting);

	it('uploads an attachment and gets it back', async () => {
		const { items, error } = await upload({ type: 'attachment', category: 'External analysis' });
		expect(error).toBeUndefined();
		expect(lab.body()).toEqual([
			{
				type: 'attachment',
				category: 'External analysis',
				value: 'note.txt',
				data: 'aGVsbG8gd29ybGQ=',
				uuid: items[0]?.json.uuid,
			},
		]);
		const { items: got } = await lab.run(
			'attribute',
			'download',
			{ attribute: byId(items[0]?.json.uuid) },
			{ access: 'read' },
		);
		expect(got[0]?.json).toMatchObject({
			value: 'note.txt',
			file_name: 'note.txt',
			mime_type: 'text/plain',
			size: 11,
		});
		expect(got[0]?.json).not.toHaveProperty('password');
		expect(got[0]?.binary?.data).toMatchObject({
			fileName: 'note.txt',
			mimeType: 'text/plain',
			data: 'aGVsbG8gd29ybGQ=',
		});
	});

	it('has MISP encrypt a malware sample, which comes back as an archive', async () => {
		const files = [{ sample: file(Buffer.from([0, 255, 1, 254]), 'evil.exe') }];
		const { items } = await upload(
			{ type: 'malware-sample', file: 'sample', fileName: 'renamed.exe' },
			{ files },
		);
		const [body] = lab.body() as unknown as Array<Record<string, unknown>>;
		expect(body).toMatchObject({ value: 'renamed.exe', data: 'AP8B/g==', encrypt: 1 });
		expect(items[0]?.json.value).toMatch(/^renamed\.exe\|[0-9a-f]{32}$/);
		const { items: got } = await lab.run('attribute', 'download', {
			attribute: byId(items[0]?.json.id),
		});
		expect(got[0]?.json).toMatchObject({ file_name: 'renamed.exe.zip', password: 'infected' });
		const bytes = Buffer.from(got[0]?.binary?.data?.data ?? '', 'base64');
		expect(bytes.subarray(0, 2).toString()).toBe('PK');
	});

	it('downloads a web page as a file', async () => {
		const { id } = attribute({
			type: 'attachment',
			value: 'page.html',
			data: Buffer.from('<html></html>').toString('base64'),
		});
		const { items, error } = await lab.run('attribute', 'download', { attribute: byId(id) });
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({ file_name: 'page.html', size: 13 });
	});

	it.each([
		['no file', [{}], /no file in the field "data"/],
		['an empty file', [{ data: file('', 'empty.txt') }], /"empty.txt" is empty/],
		['a file without a name', [{ data: file('x', '') }], /has no name/],
	])('sends nothing for %s', async (_what, files, message) => {
		const { error } = await upload({ type: 'attachment' }, { files });
		expect(error?.message).toMatch(message);
		expect(lab.requests).toHaveLength(0);
	});

	it('goes on with the other items', async () => {
		const { items } = await upload(
			{ type: 'attachment' },
			{
				input: [{}, {}, {}],
				files: [{ data: file('a', 'a.txt') }, {}, { data: file('c', 'c.txt') }],
				onError: 'continueRegularOutput',
			},
		);
		expect(items.map(({ json }) => json.value ?? 'failed')).toEqual(['a.txt', 'failed', 'c.txt']);
	});

	it('says that an attribute has no file', async () => {
		const { error } = await lab.run('attribute', 'download', { attribute: byId(attribute().id) });
		expect(error?.message).toMatch(/of the type domain and has no file/);
	});
});

describe('attribute.enrich', () => {
	const enrich = async (modules: unknown, setting: Setting = {}) =>
		await lab.run('attribute', 'enrich', { attribute: byId(attribute().id), modules }, setting);

	it('queues a job for modules that MISP has', async () => {
		const { items, error } = await enrich(['dns_sandbox', 'quiet_sandbox']);
		expect(error).toBeUndefined();
		expect(items[0]?.json).toMatchObject({
			modules: ['dns_sandbox', 'quiet_sandbox'],
			queued: true,
			job_id: expect.stringMatching(/^\d+$/),
		});
		expect(lab.body(-1)).toEqual({ dns_sandbox: true, quiet_sandbox: true });
	});

	it('queues nothing for one that it does not have', async () => {
		const { error } = await enrich(['nope']);
		expect(error?.message).toMatch(/no enabled enrichment module "nope"/);
		expect(lab.sent).toEqual(['GET /modules/index']);
	});

	it('is refused to a role that may not', async () => {
		const { error } = await enrich(['dns_sandbox'], { key: 'readonly' });
		expect(error?.message).toBe('You do not have permission to use this functionality.');
	});
});

it('counts attributes by type and by category', async () => {
	const types = await lab.rows('attribute', 'getStatistics', {}, { access: 'read' });
	expect(types.find(({ type }) => type === 'AS')).toEqual({ type: 'AS', count: 1 });
	const shares = await lab.rows('attribute', 'getStatistics', { by: 'category', percentage: true });
	const sum = shares.reduce((total, { percentage }) => total + Number(percentage), 0);
	expect(Math.round(sum)).toBe(100);
	expect(lab.sent).toEqual([
		'GET /attributes/attributeStatistics/type',
		'GET /attributes/attributeStatistics/category/true',
	]);
});
