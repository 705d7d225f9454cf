import { useLab } from './support';

const lab = useLab();
const reader = { key: 'readonly', access: 'read' } as const;

describe('objectTemplate.get', () => {
	it('finds a template by name, and gives the version in use', async () => {
		const row = await lab.row('objectTemplate', 'get', { template: 'Sandbox-Visit' }, reader);
		expect(row).toMatchObject({
			id: '401',
			name: 'sandbox-visit',
			version: '2',
			requirements: { required: ['visitor', 'day'] },
		});
		expect(row.ObjectTemplateElement).toHaveLength(6);
		expect(lab.sent).toEqual(['GET /objectTemplates/index', 'GET /objectTemplates/view/401']);
	});

	it('takes an id and a UUID', async () => {
		for (const template of ['401', '0F6D2E9A-31C4-4B58-9D27-6A1E8C5B7F01']) {
			const row = await lab.row('objectTemplate', 'get', { template }, reader);
			expect(row.id).toBe('401');
		}
	});

	it('says what to do about a template that is not there', async () => {
		const { message, description } = await lab.failure(
			'objectTemplate',
			'get',
			{ template: 'no-such' },
			reader,
		);
		expect(message).toBe('This MISP has no object template "no-such".');
		expect(description).toMatch(/Choose one from the list/);
	});
});

describe('objectTemplate.getAll', () => {
	it('lists those in use, without their envelope', async () => {
		const rows = await lab.rows('objectTemplate', 'getAll', { returnAll: true }, reader);
		expect(rows.map(({ name }) => name)).toEqual([
			'domain-ip',
			'file',
			'url',
			'email',
			'sandbox-visit',
		]);
		expect(lab.sent).toEqual(['GET /objectTemplates/index']);
	});

	it('narrows by name and group', async () => {
		const named = await lab.rows('objectTemplate', 'getAll', { nameContains: 'IP' }, reader);
		expect(named.map(({ name }) => name)).toEqual(['domain-ip']);
		const group = await lab.rows('objectTemplate', 'getAll', { metaCategory: 'misc' }, reader);
		expect(group.map(({ name }) => name)).toEqual(['sandbox-visit']);
	});
});
