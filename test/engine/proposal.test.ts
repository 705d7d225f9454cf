import type { AttributeRow, EventRow } from '../sandbox/rows';
import { byId, useLab, type Setting } from './support';

const lab = useLab();

/** An event of CERT-BETA that CERT-ALPHA sees, and one of CERT-ALPHA itself. */
let foreign: EventRow;
let own: EventRow;
let attribute: AttributeRow;

beforeEach(() => {
	const { world } = lab;
	const beta = world.organisation('CERT-BETA').id;
	const alpha = world.organisation('CERT-ALPHA').id;
	foreign = world.addEvent({ info: 'Of Beta', orgId: beta, orgcId: beta, distribution: 3 });
	attribute = world.addAttribute(foreign, { type: 'domain', value: 'old.example.com' });
	own = world.addEvent({
		info: 'Of Alpha',
		orgId: alpha,
		orgcId: alpha,
		userId: 2,
		distribution: 3,
		published: true,
	});
	world.proposals.clear();
});

const proposed = (more: Record<string, unknown> = {}) =>
	lab.world.addProposal(own, { type: 'domain', value: 'new.example.com', orgId: 3, ...more });

const BETA: Setting = { key: 'beta_publisher' };

describe('create', () => {
	it('sends all fields and returns the proposal; the event stays as it is', async () => {
		const published = foreign.published;
		const row = await lab.row('proposal', 'create', {
			event: byId(foreign.id),
			type: 'domain',
			value: 'login.example.com',
			category: 'External analysis',
			toIds: 'no',
			comment: 'seen',
			additionalFields: { firstSeen: '2026-11-01T08:00:00Z', lastSeen: '2026-11-02' },
		});
		expect(lab.sent).toEqual([`POST /shadow_attributes/add/${foreign.id}`]);
		expect(lab.body()).toEqual({
			type: 'domain',
			category: 'External analysis',
			value: 'login.example.com',
			to_ids: false,
			comment: 'seen',
			first_seen: '2026-11-01T08:00:00.000Z',
			last_seen: '2026-11-02T00:00:00.000Z',
		});
		expect(row).toMatchObject({ old_id: '0', event_id: String(foreign.id), deleted: false });
		expect(row.timestamp_iso).toMatch(/^20/);
		expect(foreign.published).toBe(published);
	});

	it('sends the usual category and flag of the type, which MISP does not fill in here', async () => {
		await lab.row('proposal', 'create', {
			event: byId(foreign.id),
			type: 'domain',
			value: 'login.example.com',
		});
		expect(lab.sent).toEqual([
			'GET /attributes/describeTypes.json',
			`POST /shadow_attributes/add/${foreign.id}`,
		]);
		expect(lab.body(-1)).toEqual({
			type: 'domain',
			category: 'Network activity',
			value: 'login.example.com',
			to_ids: true,
		});
	});

	it('reports what MISP refuses, in its words', async () => {
		const hidden = lab.world.addEvent({ distribution: 0 });
		const { message } = await lab.failure('proposal', 'create', {
			event: byId(hidden.id),
			type: 'domain',
			value: 'a.example.com',
		});
		expect(message).toBe('Invalid Event');
		const bad = await lab.failure('proposal', 'create', {
			event: byId(foreign.id),
			type: 'domain',
			value: 'no domain',
		});
		expect(bad.message).toMatch(/^Could not save the proposal\. Errors: \[value\]: /);
	});

	it.each([
		['a value that is none', { type: 'ip-dst', value: 'nope' }, /not a value for the type ip-dst/],
		['a file', { type: 'attachment', value: 'a.txt' }, /no proposal of the type attachment/],
		['no type', { type: '={{ "" }}', value: 'x' }, /"Type" is required/],
	])('refuses %s before anything is sent', async (_what, parameters, message) => {
		const failed = await lab.failure('proposal', 'create', {
			event: byId(foreign.id),
			...parameters,
		});
		expect(failed.message).toMatch(message);
		expect(lab.requests).toHaveLength(0);
	});

	it('is not for a credential that may only read', async () => {
		const { message } = await lab.failure(
			'proposal',
			'create',
			{ event: byId(foreign.id), type: 'domain', value: 'a.example.com' },
			{ access: 'read' },
		);
		expect(message).toMatch(/needs the access level "Contribute"/);
		expect(lab.requests).toHaveLength(0);
	});
});

describe('propose an update', () => {
	it('sends only what is to change', async () => {
		const row = await lab.row('proposal', 'proposeUpdate', {
			attribute: byId(attribute.uuid),
			updateFields: { value: 'new.example.com', comment: 'moved' },
		});
		expect(lab.sent).toEqual([
			`GET /attributes/view/${attribute.uuid}`,
			`POST /shadow_attributes/edit/${attribute.id}`,
		]);
		expect(lab.body(-1)).toEqual({ value: 'new.example.com', comment: 'moved' });
		expect(row).toMatchObject({ old_id: String(attribute.id), value: 'new.example.com' });
		expect(attribute.value1).toBe('old.example.com');
	});

	it('says what a refusal without a reason usually means', async () => {
		const { message, description } = await lab.failure('proposal', 'proposeUpdate', {
			attribute: byId(attribute.id),
			updateFields: { value: 'no domain' },
		});
		expect(message).toBe('An Internal Error Has Occurred.');
		expect(description).toMatch(/the value does not fit the type/);
	});

	it('refuses a proposal without a change before anything is sent', async () => {
		const { message } = await lab.failure('proposal', 'proposeUpdate', {
			attribute: byId(attribute.id),
		});
		expect(message).toMatch(/^Nothing is to be changed/);
		expect(lab.requests).toHaveLength(0);
	});

	it('judges a new value by the type that the attribute has', async () => {
		const ip = lab.world.addAttribute(foreign, { type: 'ip-dst', value: '198.51.100.1' });
		const { message } = await lab.failure('proposal', 'proposeUpdate', {
			attribute: byId(ip.id),
			updateFields: { value: 'x.example.com' },
		});
		expect(message).toMatch(/not a value for the type ip-dst/);
		expect(lab.sent).toEqual([`GET /attributes/view/${ip.id}`]);
	});
});

describe('propose to delete', () => {
	it('leaves the attribute and says what MISP said', async () => {
		const row = await lab.row('proposal', 'proposeDelete', { attribute: byId(attribute.id) });
		expect(row).toMatchObject({ attribute: String(attribute.id), proposed: 'delete' });
		expect(row.message).toMatch(/^The proposal to delete the attribute has been saved/);
		expect(attribute.deleted).toBe(false);
		expect([...lab.world.proposals.values()]).toMatchObject([{ toDelete: true }]);
	});

	it('fails for an attribute that is not there, which MISP reports with status 200', async () => {
		const { message } = await lab.failure('proposal', 'proposeDelete', { attribute: byId(999999) });
		expect(message).toBe('Invalid Attribute.');
	});
});

describe('get', () => {
	it('returns an open proposal by id, and by UUID', async () => {
		const { id, uuid } = proposed();
		const row = await lab.row('proposal', 'get', { proposal: byId(id) }, { access: 'read' });
		expect(row).toMatchObject({ id: String(id), uuid, value: 'new.example.com' });
		expect(lab.sent).toEqual([`GET /shadow_attributes/view/${id}`]);
		expect(await lab.row('proposal', 'get', { proposal: byId(uuid) })).toEqual(row);
	});

	it('does not guess which of several proposals about one attribute is meant', async () => {
		const { uuid } = proposed();
		proposed({ uuid, value: 'other.example.com' });
		const { message } = await lab.failure('proposal', 'get', { proposal: byId(uuid) });
		expect(message).toMatch(
			/^There are 2 open proposals with the UUID .*: #\d+ \(event #\d+\), #\d+ \(event #\d+\)\./,
		);
	});

	it('says when there is none', async () => {
		const gone = await lab.failure('proposal', 'get', { proposal: byId(999) });
		expect(gone.message).toBe('Invalid proposal.');
		const uuid = '5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b';
		const { message } = await lab.failure('proposal', 'get', { proposal: byId(uuid) });
		expect(message).toMatch(/no open proposal with the UUID 5e1f2a3b/);
	});
});

describe('get many', () => {
	const ids = async (parameters: Record<string, unknown>, setting: Setting = { access: 'read' }) =>
		(await lab.rows('proposal', 'getAll', parameters, setting)).map(({ id }) => Number(id));

	it('lists the open ones on events of the organisation, the newest first', async () => {
		const first = proposed();
		proposed({ deleted: true });
		const last = proposed();
		expect(await ids({ returnAll: true })).toEqual([last.id, first.id]);
		expect(lab.sent).toEqual([
			'GET /shadow_attributes/index/all:0/deleted:0/sort:id/direction:desc/limit:500/page:1',
		]);
		expect(await ids({ limit: 1 })).toEqual([last.id]);
	});

	it('filters in the path, since MISP reads no body', async () => {
		const old = proposed({ timestamp: 1_700_000_000 });
		const closed = proposed({ deleted: true });
		const filters = { event: byId(own.uuid), changedSince: '2026-01-01' };
		expect(await ids({ state: 'any', filters })).toEqual([closed.id]);
		expect(lab.sent.at(-1)).toBe(
			`GET /shadow_attributes/index/${own.id}/all:1/timestamp:1767225600/sort:id/direction:desc/limit:50/page:1`,
		);
		expect(await ids({ state: 'open', filters: { event: byId(own.id) } })).toEqual([old.id]);
		expect(await ids({ state: 'closed' })).toEqual([closed.id]);
	});

	it('shows those on other organisations’ events when asked to', async () => {
		const { id } = proposed();
		expect(await ids({}, { ...BETA, access: 'read' })).toEqual([]);
		expect(await ids({ filters: { all: true } }, { ...BETA, access: 'read' })).toEqual([id]);
	});
});

describe('accept and discard', () => {
	it('accepts: the attribute is there, the event no longer published', async () => {
		const { id, uuid } = proposed();
		const row = await lab.row('proposal', 'accept', { proposal: byId(id) });
		expect(row).toEqual({ proposal: String(id), accepted: true, message: 'Proposal accepted.' });
		expect(lab.world.attribute(uuid)).toMatchObject({ value1: 'new.example.com' });
		expect(own.published).toBe(false);
	});

	it('discards: the event stays as it is', async () => {
		const { id, uuid } = proposed();
		const row = await lab.row('proposal', 'discard', { proposal: byId(uuid) });
		expect(row).toEqual({ proposal: String(id), discarded: true, message: 'Proposal discarded.' });
		expect(own).toMatchObject({ published: true, attributes: [] });
	});

	it('takes the redirect by which MISP refuses for what it is', async () => {
		const { id } = proposed();
		const { message, description } = await lab.failure(
			'proposal',
			'accept',
			{ proposal: byId(id) },
			BETA,
		);
		expect(message).toBe(
			`The user of this key may not accept proposal ${id}. Nothing was changed.`,
		);
		expect(description).toMatch(/credential of its organisation/);
		expect(lab.world.proposals.get(id)?.deleted).toBe(false);
	});

	it('says why a proposal may be gone', async () => {
		const { id } = proposed({ deleted: true });
		const { message, description } = await lab.failure('proposal', 'accept', {
			proposal: byId(id),
		});
		expect(message).toBe('Proposal not found or you are not authorised to accept it.');
		expect(description).toMatch(/accepted or discarded before/);
		const discard = await lab.failure('proposal', 'discard', { proposal: byId(id) });
		expect(discard.description).toMatch(/accepted or discarded before/);
	});

	it('is sent once, whatever breaks', async () => {
		const { id } = proposed();
		lab.faults.set('badGateway', { times: 5 });
		await lab.failure('proposal', 'accept', { proposal: byId(id) });
		expect(lab.sent).toEqual([`POST /shadow_attributes/accept/${id}`]);
	});
});
