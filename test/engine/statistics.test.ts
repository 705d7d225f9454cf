import { useLab } from './support';

const lab = useLab();
const SETTING = { key: 'readonly', access: 'read' } as const;
const rows = async (page: string, more: Record<string, unknown> = {}) =>
	await lab.rows('statistics', 'get', { page, ...more }, SETTING);

it('gives the totals as one row', async () => {
	const [row, ...others] = await rows('data');
	expect(others).toEqual([]);
	expect(row).toMatchObject({
		event_count: String(lab.world.events.size),
		org_count: expect.stringMatching(/^[1-9]\d*$/),
	});
	expect(lab.sent).toEqual(['GET /users/statistics/data']);
});

it('gives a row for each organisation, with its days', async () => {
	const local = await rows('orgs');
	expect(local.map(({ name }) => name)).toEqual(['LAB', 'CERT-ALPHA', 'CERT-BETA']);
	const { days } = local[0]?.orgActivity as { days: unknown[] };
	expect(days).toHaveLength(365);
	expect(days[0]).toEqual({
		date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
		events: expect.any(Number),
	});
	expect(await rows('orgs', { scope: 'all' })).toHaveLength(lab.world.organisations.size);
	expect(lab.sent).toEqual(['GET /users/statistics/orgs', 'GET /users/statistics/orgs/scope:all']);
});

it('gives a row for each tag and each source of sightings', async () => {
	const event = lab.world.addEvent({ info: 'Counted' });
	lab.world.link(event, lab.world.addTag({ name: 'counted:yes' }), false);
	const attribute = lab.world.addAttribute(event, { type: 'domain', value: 'counted.example.com' });
	lab.world.addSighting(attribute, { orgId: 1, source: 'honeypot' });
	expect(await rows('tags')).toContainEqual({
		taxonomy: 'counted',
		name: 'counted:yes',
		size: '1',
	});
	expect(await rows('sightings')).toContainEqual(
		expect.objectContaining({ source: 'honeypot', count: 1 }),
	);
});

it.each(['users', 'attributehistogram', 'galaxyMatrix'])(
	'gives %s as MISP sends it',
	async (page) => {
		expect(await rows(page)).toHaveLength(1);
		expect(lab.sent).toEqual([`GET /users/statistics/${page}`]);
	},
);

it('refuses another page before anything is sent', async () => {
	const failure = await lab.failure('statistics', 'get', { page: '={{ "nonsense" }}' }, SETTING);
	expect(failure.message).toMatch(/"Statistics" must be one of/);
	expect(lab.sent).toEqual([]);
});
