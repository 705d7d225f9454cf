import { useLab } from './support';

const lab = useLab();
const getAll = async (parameters: Record<string, unknown> = {}) =>
	await lab.rows(
		'sharingGroup',
		'getAll',
		{ returnAll: true, ...parameters },
		{ key: 'user', access: 'read' },
	);

it('lists each group with what stands beside it in MISP', async () => {
	const groups = await getAll();
	const circle = groups.find(({ name }) => name === 'Alpha-Beta circle');
	expect(circle).toMatchObject({ active: true, Organisation: { name: 'LAB' }, editable: false });
	expect((circle?.SharingGroupOrg as unknown[]).length).toBeGreaterThan(1);
	expect(lab.sent).toEqual(['GET /sharing_groups/index']);
});

it('leaves the envelope on with "Raw MISP Reply"', async () => {
	const [group] = await getAll({ options: { raw: true } });
	expect(group).toMatchObject({ SharingGroup: { name: expect.any(String) } });
	expect(group).not.toHaveProperty('name');
});

it('stops at the limit, and leaves out inactive groups if asked', async () => {
	const [{ id: org } = { id: 2 }] = [lab.world.organisation('CERT-ALPHA')];
	lab.world.addSharingGroup({ name: 'Sleeping circle', orgId: org, active: false });
	lab.world.addSharingGroup({ name: 'Second circle', orgId: org });
	const names = async (parameters: Record<string, unknown>) =>
		(await getAll(parameters)).map(({ name }) => name);
	const all = await names({});
	expect(all).toEqual(expect.arrayContaining(['Sleeping circle', 'Second circle']));
	expect(await names({ activeOnly: true })).toEqual(
		all.filter((name) => name !== 'Sleeping circle'),
	);
	expect(await names({ returnAll: false, limit: 1 })).toEqual(all.slice(0, 1));
});
