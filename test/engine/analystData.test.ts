import type { AttributeRow, EventRow } from '../sandbox/rows';
import { byId, byUrl, useLab } from './support';

const lab = useLab();

let event: EventRow;
let attribute: AttributeRow;

beforeEach(() => {
	lab.world.analystData.clear();
	const alpha = lab.world.organisation('CERT-ALPHA').id;
	event = lab.world.addEvent({ orgId: alpha, orgcId: alpha, distribution: 3, published: true });
	attribute = lab.world.addAttribute(event, { type: 'domain', value: 'a.example.com' });
});

const added = (type: 'Note' | 'Opinion' | 'Relationship', more: Record<string, unknown> = {}) =>
	lab.world.addAnalystData({
		type,
		objectUuid: event.uuid,
		orgId: event.orgcId,
		created: '2026-11-01 08:00:00',
		modified: '2026-11-02 08:00:00',
		said: type === 'Note' ? { note: 'old', language: 'en' } : { opinion: '10', comment: 'ok' },
		...more,
	});

describe('create', () => {
	it('adds a note with all fields; the event stays published', async () => {
		const row = await lab.row('analystData', 'create', {
			type: 'Note',
			target: 'event',
			event: byId(event.id),
			note: 'Seen on three days',
			additionalFields: {
				distribution: 0,
				language: 'de',
				authors: 'analyst@example.com',
				uuid: '5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b',
			},
		});
		expect(lab.sent).toEqual([
			'POST /events/index',
			`POST /analyst_data/add/Note/${event.uuid}/Event`,
		]);
		expect(lab.body(-1)).toEqual({
			note: 'Seen on three days',
			distribution: 0,
			language: 'de',
			authors: 'analyst@example.com',
			uuid: '5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b',
		});
		expect(row).toMatchObject({ object_uuid: event.uuid, note_type_name: 'Note', language: 'de' });
		expect(row.created_iso).toMatch(/^\d{4}-.*Z$/);
		expect(event.published).toBe(true);
	});

	it('adds an opinion about an attribute', async () => {
		const row = await lab.row('analystData', 'create', {
			type: 'Opinion',
			target: 'attribute',
			attribute: byId(attribute.id),
			opinion: 80,
			comment: 'trust',
		});
		expect(lab.sent.at(-1)).toBe(`POST /analyst_data/add/Opinion/${attribute.uuid}/Attribute`);
		expect(lab.body(-1)).toEqual({ opinion: 80, comment: 'trust' });
		expect(row).toMatchObject({ opinion: '80', comment: 'trust' });
	});

	it('adds a relationship between two things that exist', async () => {
		const row = await lab.row('analystData', 'create', {
			type: 'Relationship',
			target: 'event',
			event: byId(event.uuid),
			relationshipType: 'related-to',
			relatedType: 'Attribute',
			related: String(attribute.id),
		});
		expect(lab.body(-1)).toEqual({
			relationship_type: 'related-to',
			related_object_type: 'Attribute',
			related_object_uuid: attribute.uuid,
		});
		expect(row).toMatchObject({ related_object: { Attribute: { value: 'a.example.com' } } });
	});

	it('takes another note or a report as target', async () => {
		const { uuid, id } = added('Note');
		await lab.row('analystData', 'create', {
			type: 'Opinion',
			target: 'otherNote',
			otherNote: String(id),
			opinion: 0,
		});
		expect(lab.sent.at(-1)).toBe(`POST /analyst_data/add/Opinion/${uuid}/Note`);
		const report = lab.world.addReport(event, { name: 'Triage' });
		await lab.row('analystData', 'create', {
			type: 'Note',
			target: 'eventReport',
			eventReport: byId(report.id),
			note: 'x',
		});
		expect(lab.sent.at(-1)).toBe(`POST /analyst_data/add/Note/${report.uuid}/EventReport`);
	});

	it.each([
		['event', 'event', byId('5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b')],
		['attribute', 'attribute', byId(999999)],
		['report', 'eventReport', byId(999999)],
		['note', 'otherNote', '999999'],
		['object', 'object', '999999'],
	])('writes nothing about an %s that does not exist, which MISP would', async (_, kind, id) => {
		await lab.failure('analystData', 'create', {
			type: 'Note',
			target: kind,
			[kind]: id,
			note: 'x',
		});
		expect(lab.sent.filter((request) => request.includes('/add/'))).toEqual([]);
		expect(lab.world.analystData.size).toBe(0);
	});

	it.each([
		['an empty note', { type: 'Note', note: '={{ " " }}' }, /"Note" is required/],
		['an opinion above 100', { type: 'Opinion', opinion: 180 }, /"Opinion" must be at most 100/],
		['an opinion below 0', { type: 'Opinion', opinion: -1 }, /"Opinion" must be at least 0/],
		['an opinion in words', { type: 'Opinion', opinion: '={{ "abc" }}' }, /must be a number/],
		[
			'a relationship to nothing',
			{ type: 'Relationship', relationshipType: 'related-to', related: '={{ "" }}' },
			/"Related ID or UUID" is required/,
		],
	])('refuses %s, which MISP saves, before anything is sent', async (_what, input, message) => {
		const failed = await lab.failure('analystData', 'create', {
			target: 'event',
			event: byId(event.id),
			...input,
		});
		expect(failed.message).toMatch(message);
		expect(lab.requests).toHaveLength(0);
	});

	it('is refused to a role that may not, in MISP’s words', async () => {
		const { message } = await lab.failure(
			'analystData',
			'create',
			{ type: 'Note', target: 'event', event: byId(event.id), note: 'x' },
			{ key: 'readonly' },
		);
		expect(message).toBe('You do not have permission to use this functionality.');
	});
});

describe('get and get many', () => {
	it('returns one by id or UUID', async () => {
		const { id, uuid } = added('Opinion');
		const row = await lab.row(
			'analystData',
			'get',
			{ type: 'Opinion', analystData: byId(uuid) },
			{ access: 'read' },
		);
		expect(row).toMatchObject({ id: String(id), opinion: '10' });
		expect(row.modified_iso).toBe('2026-11-02T08:00:00.000Z');
		const { message } = await lab.failure('analystData', 'get', {
			type: 'Note',
			analystData: byId(9999),
		});
		expect(message).toBe('Invalid Note.');
	});

	it('lists the newest first, and filters what MISP does not', async () => {
		const old = added('Note');
		const fresh = added('Note', {
			objectType: 'Attribute',
			objectUuid: attribute.uuid,
			modified: '2026-11-20 08:00:00',
		});
		added('Opinion');
		const ids = async (filters: Record<string, unknown>) =>
			(await lab.rows('analystData', 'getAll', { type: 'Note', filters })).map(({ id }) =>
				Number(id),
			);
		expect(await ids({})).toEqual([fresh.id, old.id]);
		expect(lab.sent).toEqual(['GET /analyst_data/index/Note']);
		expect(await ids({ targetUuid: event.uuid })).toEqual([old.id]);
		expect(await ids({ targetType: 'Attribute' })).toEqual([fresh.id]);
		expect(await ids({ changedSince: '2026-11-10' })).toEqual([fresh.id]);
	});
});

describe('update', () => {
	it('sends only what is to change', async () => {
		const { id } = added('Note');
		const row = await lab.row('analystData', 'update', {
			type: 'Note',
			analystData: byId(id),
			updateFields: { note: 'edited', distribution: 1 },
		});
		expect(lab.sent).toEqual([`POST /analyst_data/edit/Note/${id}`]);
		expect(lab.body()).toEqual({ note: 'edited', distribution: 1 });
		expect(row).toMatchObject({ note: 'edited', language: 'en' });
	});

	it.each([
		['nothing', 'Note', {}, /^Nothing is to be changed/],
		['a distribution that is none', 'Note', { distribution: 77 }, /Distribution" must be one of/],
		['an opinion above 100', 'Opinion', { opinion: 101 }, /must be at most 100/],
	])('refuses %s before anything is sent', async (_what, type, updateFields, message) => {
		const failed = await lab.failure('analystData', 'update', {
			type,
			analystData: byId(1),
			updateFields,
		});
		expect(failed.message).toMatch(message);
		expect(lab.requests).toHaveLength(0);
	});

	it('is refused to another organisation, in MISP’s words', async () => {
		const { id } = added('Note');
		const { message } = await lab.failure(
			'analystData',
			'update',
			{ type: 'Note', analystData: byId(id), updateFields: { note: 'x' } },
			{ key: 'beta_user' },
		);
		expect(message).toBe('Invalid Note.');
	});
});

describe('delete', () => {
	it('deletes, and says when there was nothing to delete', async () => {
		const { id } = added('Note');
		const parameters = { type: 'Note', analystData: byId(id) };
		expect(await lab.row('analystData', 'delete', parameters)).toEqual({
			type: 'Note',
			analystData: String(id),
			deleted: true,
			already_gone: false,
		});
		const { items, hints } = await lab.run('analystData', 'delete', parameters);
		expect(items[0]?.json).toMatchObject({ deleted: false, already_gone: true });
		expect(hints).toEqual([expect.stringMatching(/^MISP had no Note/)]);
	});

	it('fails for what belongs to another organisation', async () => {
		const { id } = added('Opinion');
		const { message } = await lab.failure(
			'analystData',
			'delete',
			{ type: 'Opinion', analystData: byId(id) },
			{ key: 'beta_user' },
		);
		expect(message).toBe('You are not authorised to do that.');
	});
});

describe('an address of MISP', () => {
	const at = (kind: string, id: unknown) =>
		byUrl(`${lab.sandbox.url}/analystData/view/${kind}/${String(id)}`);

	it('names one of its own type', async () => {
		const opinion = added('Opinion');
		const row = await lab.row('analystData', 'get', {
			type: 'Opinion',
			analystData: at('Opinion', opinion.id),
		});
		expect(row).toMatchObject({ id: String(opinion.id), opinion: '10' });
	});

	it.each(['get', 'update', 'delete'])(
		'is refused where it is of another: %s',
		async (operation) => {
			const note = added('Note');
			const { message } = await lab.failure('analystData', operation, {
				type: 'Note',
				analystData: at('Opinion', note.id),
				...(operation === 'update' ? { updateFields: { note: 'new' } } : {}),
			});
			expect(message).toBe('The address is one of the type Opinion, but "Type" is Note.');
			expect(lab.sent).toEqual([]);
		},
	);
});
