import { byId, useLab } from './support';

const lab = useLab();
const SETTING = { key: 'readonly', access: 'read' } as const;

it('lists models with their parameters, those in use alone, or those for a type', async () => {
	const all = await lab.rows('decayingModel', 'getAll', { returnAll: true }, SETTING);
	expect(all.map(({ name }) => name)).toEqual(['Sandbox model', 'Voice model']);
	expect(all[0]).toMatchObject({
		id: '1',
		parameters: { threshold: 30 },
		DecayingModelMapping: [],
	});
	const enabled = await lab.rows('decayingModel', 'getAll', { enabledOnly: true }, SETTING);
	expect(enabled.map(({ id }) => id)).toEqual(['1']);
	const filters = { attributeType: 'phone-number' };
	const voice = await lab.rows('decayingModel', 'getAll', { filters }, SETTING);
	expect(voice.map(({ id }) => id)).toEqual(['2']);
	expect(new Set(lab.sent)).toEqual(new Set(['GET /decayingModel/index']));
});

it('returns one model', async () => {
	const row = await lab.row('decayingModel', 'get', { model: byId(2) }, SETTING);
	expect(row).toMatchObject({ name: 'Voice model', enabled: false, isEditable: false });
	const raw = await lab.row(
		'decayingModel',
		'get',
		{ model: byId(2), options: { raw: true } },
		SETTING,
	);
	expect(raw).toMatchObject({ DecayingModel: { name: 'Voice model' } });
});

it('says what MISP says about a model that is missing', async () => {
	const failure = await lab.failure('decayingModel', 'get', { model: byId(99) }, SETTING);
	expect(failure.message).toBe('No Decaying Model with the provided ID exists');
});

it('computes the score and the curve of an attribute, by its UUID too', async () => {
	const event = lab.world.addEvent({ info: 'Decays', distribution: 3 });
	const attribute = lab.world.addAttribute(event, { type: 'ip-dst', value: '192.0.2.91' });
	lab.world.addSighting(attribute, { orgId: 1 });
	for (const id of [String(attribute.id), attribute.uuid]) {
		const row = await lab.row(
			'decayingModel',
			'simulate',
			{ model: byId(1), attribute: byId(id) },
			SETTING,
		);
		expect(row).toMatchObject({ decayed: false, Model: { id: '1', name: 'Sandbox model' } });
		expect(row.current_score).toBeGreaterThan(60);
		expect(row.sightings).toMatchObject([{ rounded_timestamp: expect.any(Number) }]);
		expect(row.last_sighting).toHaveProperty('date_sighting_iso');
		const curve = row.curve as Array<{ date: string; score: number }>;
		expect(curve).toHaveLength(30 * 24 + 1);
		expect(curve[0]).toEqual({ date: expect.stringMatching(/^\d{4}-.*:00:00$/), score: 80 });
		expect(curve.at(-1)?.score).toBe(0);
	}
	const simulation = `GET /decayingModel/decayingToolComputeSimulation/1/${attribute.id}`;
	expect(lab.sent).toEqual([simulation, `GET /attributes/view/${attribute.uuid}`, simulation]);
});

it('knows what has decayed, and an attribute that is missing', async () => {
	const event = lab.world.addEvent({ info: 'Old', distribution: 3 });
	const timestamp = lab.world.now() - 29 * 86_400;
	const { id } = lab.world.addAttribute(event, {
		type: 'domain',
		value: 'old.example.com',
		timestamp,
	});
	const simulate = { model: byId(1), attribute: byId(id) };
	expect(await lab.row('decayingModel', 'simulate', simulate, SETTING)).toMatchObject({
		decayed: true,
		sightings: [],
	});
	const failure = await lab.failure(
		'decayingModel',
		'simulate',
		{ ...simulate, attribute: byId(9_999_999) },
		SETTING,
	);
	expect(failure.message).toBe('Attribute not found');
});

it('refuses what is no id before anything is sent', async () => {
	const failure = await lab.failure('decayingModel', 'get', { model: byId('1/../2') }, SETTING);
	expect(failure.message).toMatch(/must be an id \(a number\)/);
	expect(lab.sent).toEqual([]);
});
