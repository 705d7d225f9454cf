import { byId, useLab, type Setting } from './support';

const lab = useLab();

const sighted = (more: Record<string, unknown> = {}) => {
	const event = lab.world.addEvent({ info: 'Seen', orgId: 2, orgcId: 2, distribution: 1 });
	const attribute = lab.world.addAttribute(event, { type: 'domain', value: 'seen.example.com' });
	return { event, attribute, sighting: lab.world.addSighting(attribute, { orgId: 2, ...more }) };
};

const NOBODY = '11111111-2222-4333-8444-555555555555';

describe('sighting.get', () => {
	it('returns one by id or UUID', async () => {
		const { sighting } = sighted({ source: 'proxy' });
		for (const id of [sighting.id, sighting.uuid]) {
			const row = await lab.row('sighting', 'get', { sighting: byId(id) }, { access: 'read' });
			expect(row).toMatchObject({
				id: String(sighting.id),
				source: 'proxy',
				Organisation: { name: 'CERT-ALPHA' },
			});
			expect(row).toHaveProperty('date_sighting_iso');
		}
	});

	it('says that one is missing, or not visible', async () => {
		const hidden = sighted().sighting;
		for (const [id, key] of [
			[NOBODY, 'user'],
			[hidden.id, 'beta_user'],
		] as const) {
			const { message } = await lab.failure('sighting', 'get', { sighting: byId(id) }, { key });
			expect(message).toBe(`MISP has no sighting ${id}, or this key may not see it.`);
		}
	});
});

describe('sighting.search', () => {
	const search = async (parameters: Record<string, unknown>, setting: Setting = {}) =>
		await lab.rows('sighting', 'search', parameters, { access: 'read', ...setting });

	it('finds those of an event or an attribute, whose number MISP wants', async () => {
		const { event, attribute, sighting } = sighted();
		const rows = await search({ context: 'event', event: byId(event.uuid) });
		expect(rows.map(({ id }) => id)).toEqual([String(sighting.id)]);
		expect(lab.body(-1)).toMatchObject({ context: 'event', id: event.id, last: '30d' });
		await search({ context: 'attribute', attribute: byId(attribute.id) });
		expect(lab.body(-1)).toMatchObject({ context: 'attribute', id: attribute.id });
		expect(rows[0]).toMatchObject({ value: 'seen.example.com' });
	});

	it('filters, newest first, up to the limit, with what was seen', async () => {
		const now = lab.world.now();
		sighted({ source: 'ids', type: 1, date: now - 500 });
		sighted({ source: 'ids', type: 1, date: now - 100 });
		sighted({ source: 'ids', type: 0 });
		const organisation = lab.world.organisation('CERT-ALPHA').uuid;
		const parameters = {
			include: ['attribute', 'event'],
			filters: { source: 'ids', type: ['1'], from: now - 1000, org_id: organisation },
		};
		const rows = await search(parameters);
		expect(rows.map(({ date_sighting: date }) => date)).toEqual([
			String(now - 100),
			String(now - 500),
		]);
		expect(rows[0]).toMatchObject({ Attribute: { type: 'domain' }, Event: { info: 'Seen' } });
		expect(lab.body(-1)).toMatchObject({ from: now - 1000, to: expect.any(Number), type: ['1'] });
		expect(await search({ ...parameters, limit: 1 })).toHaveLength(1);
	});

	it.each([
		['two kinds of time', { filters: { last: '7d', from: '2026-01-01' } }, /^Use either/],
		[
			'a period that ends before it begins',
			{ filters: { from: '2026-02-01', to: '2026-01-01' } },
			/later than/,
		],
		['no event', { context: 'event', event: byId('={{ "" }}') }, '"Event" is required.'],
	])('refuses %s before anything is sent', async (_what, parameters, message) => {
		expect((await lab.failure('sighting', 'search', parameters)).message).toMatch(message);
		expect(lab.requests).toHaveLength(0);
	});
});

describe('sighting.delete', () => {
	const remove = async (id: unknown, setting: Setting = {}) =>
		await lab.run('sighting', 'delete', { sighting: byId(id) }, setting);

	it('deletes one, and says so when it is gone already', async () => {
		const { sighting } = sighted();
		const id = String(sighting.id);
		expect((await remove(id)).items[0]?.json).toEqual({
			sighting: id,
			deleted: true,
			already_gone: false,
		});
		expect(lab.world.sightings.has(sighting.id)).toBe(false);
		expect((await remove(id)).items[0]?.json).toMatchObject({ already_gone: true });
	});

	it('refuses one that this key may see but not delete', async () => {
		const { sighting } = sighted({ orgId: 3 });
		const { error } = await remove(sighting.id, { key: 'user' });
		expect(error?.message).toMatch(/Invalid sighting/);
		expect(lab.world.sightings.has(sighting.id)).toBe(true);
	});

	it('is refused to a role that may not', async () => {
		const { error } = await remove(sighted().sighting.id, { key: 'readonly' });
		expect(error?.message).toBe('You do not have permission to use this functionality.');
	});
});
