import { fieldsOf } from '../../nodes/Misp/definition/form';
import { catalogue } from '../../nodes/Misp/resources';
import { listEntries } from './editor';
import { byId, everythingIn, useLab, type Setting } from './support';
import { Watching } from './watch';

const lab = useLab();

const SECRET = 'mustnotleave';

type Row = Record<string, unknown>;

/** Events and what belongs to them, with the secret word in everything above TLP:GREEN. */
interface Scene {
	green: number;
	red: number;
	unmarked: number;
	shown: { id: number; uuid: string };
	hidden: { id: number; uuid: string };
	report: number;
	proposal: number;
	note: number;
	sighting: number;
	object: number;
}

let scene: Scene;

const tag = (name: string) => lab.world.tag(name) ?? lab.world.addTag({ name });

function makeScene(): Scene {
	const { world } = lab;
	const add = (info: string) =>
		world.addEvent({ info, orgId: 2, orgcId: 2, userId: 2, published: true, distribution: 1 });
	const green = add('May leave');
	const red = add(`Red title ${SECRET}`);
	const unmarked = add(`Unmarked title ${SECRET}`);
	world.link(green, tag('tlp:green'));
	world.link(red, tag('TLP: Red'));
	const attribute = (event: typeof green, value: string, more: Row = {}) =>
		world.addAttribute(event, { type: 'domain', value, toIds: true, ...more });
	const shown = attribute(green, 'shown.example.com');
	const hidden = attribute(green, `${SECRET}.green.example.com`, { comment: SECRET });
	world.link(hidden, tag('tlp:red'));
	attribute(red, `${SECRET}.red.example.com`);
	// Correlates the green event with the red one, which MISP then names in it.
	attribute(red, 'shared-value.example.com');
	attribute(green, 'shared-value.example.com');
	attribute(unmarked, `${SECRET}.unmarked.example.com`);
	const object = world.addObject(green, { name: 'domain-ip' });
	const inside = attribute(green, `${SECRET}.object.example.com`, {
		objectId: object.id,
		objectRelation: 'domain',
	});
	world.link(inside, tag('tlp:amber+strict'));
	const report = world.addReport(red, { name: `Report ${SECRET}`, content: SECRET });
	const proposal = world.addProposal(red, {
		type: 'domain',
		value: `${SECRET}.proposal.example.com`,
		orgId: 2,
		userId: 2,
	} as never);
	const note = world.addAnalystData({
		type: 'Note',
		objectUuid: red.uuid,
		objectType: 'Event',
		note: SECRET,
	} as never);
	const sighting = world.addSighting(hidden, { orgId: 2, source: SECRET });
	return {
		green: green.id,
		red: red.id,
		unmarked: unmarked.id,
		shown,
		hidden,
		report: report.id,
		proposal: proposal.id,
		note: note.id,
		sighting: sighting.id,
		object: object.id,
	};
}

beforeAll(() => {
	scene = makeScene();
});

const GREEN: Setting = { access: 'read', credential: { tlpCeiling: 'green' } as never };

const run = async (resource: string, operation: string, parameters: Row = {}, setting = GREEN) => {
	const result = await lab.run(resource, operation, parameters, setting);
	const out = everythingIn([result.items, result.errorItems, result.error, result.hints]);
	expect(out).not.toContain(SECRET);
	return result;
};

describe('a TLP ceiling in the credential', () => {
	it('lets an event through without the parts above it, and says how many are missing', async () => {
		const { items, hints } = await run('event', 'get', { event: byId(scene.green) });
		const event = items[0]?.json as Row & { Attribute: Row[]; RelatedEvent?: unknown[] };
		expect(event.info).toBe('May leave');
		expect(event.Attribute.map(({ value }) => value).sort()).toEqual([
			'shared-value.example.com',
			'shown.example.com',
		]);
		expect(event.RelatedEvent ?? []).toEqual([]);
		expect(hints).toEqual(['Held back by the TLP ceiling (TLP:GREEN): 2 attributes, 1 event.']);
	});

	it('gives no row for an event above it, and none for one without a marking', async () => {
		for (const event of [scene.red, scene.unmarked]) {
			const { items, hints, error } = await run('event', 'get', { event: byId(event) });
			expect(error).toBeUndefined();
			expect(items).toEqual([]);
			expect(hints).toEqual(['Held back by the TLP ceiling (TLP:GREEN): 1 event.']);
		}
	});

	it('counts what is unmarked as chosen', async () => {
		const credential = { tlpCeiling: 'green', tlpUnmarked: 'green' } as never;
		const setting: Setting = { access: 'read', credential };
		const { items } = await lab.run('event', 'get', { event: byId(scene.unmarked) }, setting);
		expect(items[0]?.json.info).toContain('Unmarked');
	});

	it('holds with raw replies, in lists and in searches', async () => {
		const raw = { options: { raw: true } };
		await run('event', 'get', { event: byId(scene.green), ...raw });
		for (const [operation, more] of [
			['getAll', {}],
			['search', { filters: { eventid: [scene.green, scene.red, scene.unmarked].map(String) } }],
		] as const) {
			const { items } = await run('event', operation, { returnAll: true, ...more, ...raw });
			const infos = items.map(({ json }) => ((json.Event ?? json) as Row).info);
			expect(infos).toContain('May leave');
		}
		const { items } = await run('attribute', 'search', {
			filters: { eventid: [scene.green, scene.red, scene.unmarked].map(String) },
			returnAll: true,
		});
		expect(items.map(({ json }) => json.value).sort()).toEqual([
			'shared-value.example.com',
			'shown.example.com',
		]);
	});

	it('reads the markings of a thousand rows with a handful of requests', async () => {
		const event = lab.world.addEvent({ orgId: 2, orgcId: 2 });
		lab.world.link(event, tag('tlp:clear'));
		for (let n = 0; n < 1000; n += 1)
			lab.world.addAttribute(event, { type: 'domain', value: `many-${n}.example.com` });
		lab.requests.length = 0;
		const { items } = await run('attribute', 'search', {
			filters: { eventid: [String(event.id)] },
			returnAll: true,
		});
		expect(items).toHaveLength(1000);
		expect(lab.sent).toEqual([
			'POST /attributes/restSearch',
			'POST /events/index',
			'POST /tags/search',
			'POST /attributes/restSearch',
		]);
	});

	it('goes on behind a page of which everything is held back', async () => {
		for (let n = 0; n < 3; n += 1) {
			const event = lab.world.addEvent({ info: `Paged ${SECRET}`, orgId: 2, orgcId: 2 });
			lab.world.link(event, tag('tlp:red'));
		}
		const { items } = await run('event', 'getAll', { returnAll: false, limit: 1 });
		expect(items).toHaveLength(1);
	});

	it('says of a value that its matches are held back, never that it is unknown', async () => {
		const values = [`${SECRET}.red.example.com`, 'shown.example.com', 'nowhere.example.com'];
		const { items, hints } = await lab.run('attribute', 'lookup', { values }, GREEN);
		expect(
			items.map(({ json: { status, verdict, match_count: n } }) => [status, verdict, n]),
		).toEqual([
			['held_back', 'held_back', 0],
			['found', 'malicious', 1],
			['unknown', 'unknown', 0],
		]);
		expect(items[0]?.json.verdict_reasons).toEqual(['held back by the TLP ceiling']);
		expect(items[0]?.json.matches).toEqual([]);
		expect(hints).toEqual(['Held back by the TLP ceiling (TLP:GREEN): 1 attribute.']);
	});

	it('judges sightings, proposals, reports, notes and objects by their event', async () => {
		const nothing: Array<[string, string, Row]> = [
			['sighting', 'get', { sighting: byId(scene.sighting) }],
			['proposal', 'get', { proposal: byId(scene.proposal) }],
			['eventReport', 'get', { report: byId(scene.report) }],
			['analystData', 'get', { type: 'Note', analystData: byId(scene.note) }],
			['attribute', 'get', { attribute: byId(scene.hidden.id) }],
			['attribute', 'get', { attribute: byId(scene.hidden.uuid) }],
		];
		for (const [resource, operation, parameters] of nothing) {
			const { items, hints, error } = await run(resource, operation, parameters);
			expect([resource, error]).toEqual([resource, undefined]);
			expect(items).toEqual([]);
			expect(hints.join()).toMatch(/^Held back by the TLP ceiling \(TLP:GREEN\): 1 /);
		}
		const { items } = await run('object', 'get', { object: byId(scene.object) });
		expect(items[0]?.json).toMatchObject({ name: 'domain-ip', Attribute: [] });
		for (const [resource, operation, parameters] of [
			['sighting', 'search', { context: 'all' }],
			['proposal', 'getAll', { filters: { all: true } }],
			['eventReport', 'getAll', {}],
			['analystData', 'getAll', { type: 'Note' }],
		] as const)
			await run(resource, operation, { returnAll: true, ...parameters });
	});

	it.each(['csv', 'text', 'json', 'suricata', 'xml'])(
		'exports %s of attributes that may leave only',
		async (format) => {
			const { items, error } = await run('export', 'run', {
				scope: 'attributes',
				format,
				data: 'all',
				output: 'text',
				attributeFilters: { eventid: [scene.green, scene.red].map(String) },
			});
			expect(error).toBeUndefined();
			expect(items[0]?.json.text).toContain('shown.example.com');
		},
	);

	it('exports no event of which a part may not leave', async () => {
		const { items, hints } = await run('export', 'run', {
			scope: 'events',
			format: 'json',
			output: 'text',
			eventFilters: { eventid: [scene.green, scene.red].map(String) },
		});
		expect(items).toEqual([]);
		expect(hints.join(' ')).toContain('1 event with parts above it');
	});

	it('has no side door in free requests', async () => {
		const { items } = await run('apiRequest', 'send', { path: `/events/view/${scene.green}` });
		expect((items[0]?.json.Event as Row).info).toBe('May leave');
		for (const [method, path, more] of [
			['GET', `/events/view/${scene.red}`, {}],
			['GET', `/events/view/${scene.red}.json`, {}],
			['GET', `/attributes/view/${scene.hidden.id}`, {}],
		] as const)
			expect((await run('apiRequest', 'send', { method, path, ...more })).items).toEqual([]);
		lab.requests.length = 0;
		for (const [method, path, more] of [
			['GET', `/events/view/${scene.red}`, { reply: 'text' }],
			['POST', '/events/restSearch', { body: { eventid: '1', returnFormat: 'stix2' } }],
			['GET', '/attributes/restSearch/returnFormat:csv', {}],
			['GET', `/attributes/download/${scene.hidden.id}`, {}],
			['GET', '/events/restSearch/stix2/eventid:1', {}],
		] as const) {
			const { error } = await run('apiRequest', 'send', { method, path, ...more });
			expect(error?.message).toContain('TLP ceiling (TLP:GREEN) cannot be kept');
		}
		lab.requests.length = 0;
		for (const [resource, operation, parameters] of [
			['statistics', 'get', { page: 'sightings' }],
			['tag', 'getStatistics', {}],
			['attribute', 'getStatistics', {}],
			['apiRequest', 'send', { path: '/users/statistics/data.json' }],
		] as const) {
			const failed = await run(resource, operation, parameters);
			expect(failed.error?.message).toBe(
				'Statistics count everything, also what is above the TLP ceiling (TLP:GREEN), so nothing was sent.',
			);
		}
		expect(lab.sent).toEqual([]);
		const administrator = { ...GREEN, access: 'administer' } as const;
		const { error } = await run('apiRequest', 'send', { path: '/admin/logs/index' }, administrator);
		expect(error?.message).toContain('cannot be kept');
		expect(lab.sent).toEqual([]);
	});

	it('judges what a change replies', async () => {
		const setting: Setting = { access: 'contribute', credential: GREEN.credential as never };
		const parameters = {
			event: byId(scene.red),
			published: 'unpublish',
			updateFields: { threatLevel: 1 },
		};
		const { items, hints, error } = await run('event', 'update', parameters, setting);
		expect(error).toBeUndefined();
		expect(items).toEqual([]);
		expect(hints).toContain('Held back by the TLP ceiling (TLP:GREEN): 1 event.');
		expect(lab.world.event(scene.red)?.threatLevelId).toBe(1);
	});

	it('holds in the lists of the editor', async () => {
		const names = async (method: string, options: Row = {}) => {
			const parameters = { resource: 'event', operation: 'get', options } as never;
			return (await listEntries(method, parameters, lab.credential(GREEN))).map(({ name }) => name);
		};
		expect((await names('searchEvents')).join()).toContain('May leave');
		for (const list of ['searchEvents', 'searchProposals', 'searchSightings', 'searchReports'])
			expect((await names(list)).join()).not.toContain(SECRET);
	});
});

describe('a TLP ceiling in the node', () => {
	it('makes that of the credential stricter, and never wider', async () => {
		const none: Setting = { access: 'read' };
		const get = async (options: Row, setting: Setting) =>
			(await lab.run('event', 'get', { event: byId(scene.red), options }, setting)).items.length;
		expect(await get({}, none)).toBe(1);
		expect(await get({ tlpCeiling: 'amber' }, none)).toBe(0);
		expect(await get({ tlpCeiling: 'red' }, GREEN)).toBe(0);
		expect(await get({ tlpCeiling: 'red', tlpUnmarked: 'clear' }, GREEN)).toBe(0);
	});

	it('may differ by item, also in a batch', async () => {
		const input = ['green', 'red'].map((ceiling) => ({ ceiling }));
		const options = { tlpCeiling: '={{ $json.ceiling }}' };
		const values = [`${SECRET}.red.example.com`];
		const { items } = await lab.run(
			'attribute',
			'lookup',
			{ values, options },
			{ access: 'read', input },
		);
		expect(items.map(({ json }) => json.status)).toEqual(['held_back', 'found']);
	});

	it('is offered where events or parts of them come out, and nowhere else', () => {
		const offering = Object.entries(catalogue)
			.filter(([, { operations }]) =>
				Object.values(operations).some(
					(operation) => 'tlpCeiling' in (fieldsOf(operation).options?.children ?? {}),
				),
			)
			.map(([name]) => name);
		expect(offering).toEqual(
			expect.arrayContaining(['apiRequest', 'attribute', 'event', 'export', 'object', 'sighting']),
		);
		for (const free of ['warninglist', 'taxonomy', 'organisation', 'currentUser', 'noticelist'])
			expect(offering).not.toContain(free);
	});
});

describe('a TLP ceiling and the trigger', () => {
	afterAll(() => lab.world.startClock());

	it('starts with what may leave, and says what was held back', async () => {
		const trigger = await new Watching(lab, 'eventCreated', {}, GREEN).begin();
		const create = async (info: string, tlp: string) =>
			await lab.row('event', 'create', { info, tags: [tlp] });
		await create(`New ${SECRET}`, 'tlp:red');
		await create('New for many', 'tlp:clear');
		const rows = await trigger.drained();
		expect(rows.map(({ info }) => info)).toEqual(['New for many']);
		expect(trigger.remarks.join()).toContain('Held back by the TLP ceiling (TLP:GREEN): 1 event.');
		expect(everythingIn([rows, trigger.remarks, trigger.memory])).not.toContain(SECRET);
	});
});

describe('a TLP ceiling in the options of the trigger', () => {
	afterAll(() => lab.world.startClock());

	it('holds for what is handed on, and for the test event', async () => {
		const options = { tlpCeiling: 'green' };
		const trigger = await new Watching(lab, 'eventCreated', { options }).begin();
		await lab.row('event', 'create', { info: `Test ${SECRET}`, tags: ['tlp:red'] });
		const test = await trigger.fetchTestEvent();
		expect(test).toEqual([]);
		expect(await trigger.drained()).toEqual([]);
		expect(trigger.remarks.join()).toContain('Held back by the TLP ceiling (TLP:GREEN): 1 event.');
	});
});

describe('without a ceiling', () => {
	it('sends the same requests as ever', async () => {
		await lab.rows('attribute', 'search', { value: ['shown.example.com'] }, { access: 'read' });
		await lab.rows('event', 'get', { event: byId(scene.red) }, { access: 'read' });
		const red = { access: 'read', credential: { tlpCeiling: 'red' } as never } as const;
		await lab.rows('event', 'get', { event: byId(scene.red) }, red);
		expect(lab.sent).toEqual([
			'POST /attributes/restSearch',
			`GET /events/view/${scene.red}`,
			`GET /events/view/${scene.red}`,
		]);
	});
});

it('a ceiling in the credential that nobody knows is an error, and nothing is sent', async () => {
	const { error } = await lab.run(
		'event',
		'getAll',
		{},
		{ access: 'read', credential: { tlpCeiling: 'purple' } as never },
	);
	expect(error?.message).toContain('Unknown choice for TLP Ceiling: "purple"');
	expect(lab.sent).toEqual([]);
});
