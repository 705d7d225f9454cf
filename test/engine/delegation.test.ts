import { byId, useLab, type Setting } from './support';

const lab = useLab();
const ASKING: Setting = { key: 'org_admin' };
const ASKED: Setting = { key: 'beta_publisher' };

function draft(more: Record<string, unknown> = {}) {
	const { id: orgId } = lab.world.organisation('CERT-ALPHA');
	return lab.world.addEvent({ info: 'Take me', orgId, orgcId: orgId, distribution: 0, ...more });
}

const beta = () => lab.world.organisation('CERT-BETA');

const ask = async (event: number | string, more: Record<string, unknown> = {}) =>
	await lab.row(
		'delegation',
		'create',
		{ event: byId(event), organisation: beta().uuid, ...more },
		ASKING,
	);

it('asks an organisation, with what was entered', async () => {
	const event = draft();
	const row = await ask(event.id, { distribution: 1, message: 'please' });
	expect(row).toMatchObject({ event_id: String(event.id), org_id: String(beta().id) });
	expect(lab.body()).toEqual({ org_id: beta().uuid, message: 'please', distribution: 1 });
	await ask(draft().uuid);
	expect(lab.body(-1)).toEqual({ org_id: beta().uuid, message: '', distribution: -1 });
});

it('lists requests on either side, and hands the event over under a new ID', async () => {
	const event = draft();
	const { id } = await ask(event.id);
	const issued = await lab.rows('delegation', 'getAll', { context: 'issued' }, ASKING);
	expect(issued.map((row) => row.id)).toContain(id);
	const pending = await lab.rows('delegation', 'getAll', {}, ASKED);
	expect(pending.find((row) => row.id === id)).toMatchObject({ Event: { info: 'Take me' } });
	const row = await lab.row('delegation', 'accept', { delegation: byId(id) }, ASKED);
	expect(row).toMatchObject({ delegation: id, accepted: true, event_uuid: event.uuid });
	expect(row.event_id).not.toBe(String(event.id));
	expect(lab.world.event(event.uuid)?.orgcId).toBe(beta().id);
});

it('does not fail when what it has done cannot be looked up', async () => {
	const { id } = await ask(draft().id);
	lab.faults.set('internalError', { match: /events\/index/ });
	const { items, error, hints } = await lab.run(
		'delegation',
		'accept',
		{ delegation: byId(id) },
		ASKED,
	);
	expect(error).toBeUndefined();
	expect(items[0]?.json).toMatchObject({ accepted: true });
	expect(hints).toEqual([expect.stringMatching(/new ID/)]);
});

it('discards a request', async () => {
	const event = draft();
	const { id } = await ask(event.id);
	const row = await lab.row('delegation', 'discard', { delegation: byId(id) }, ASKING);
	expect(row).toEqual({ delegation: id, discarded: true });
	expect(lab.world.event(event.id)).toBeDefined();
});

it('reports what MISP refuses, in its words', async () => {
	const open = draft({ distribution: 1 });
	const parameters = { event: byId(open.id), organisation: beta().uuid };
	const shared = await lab.failure('delegation', 'create', parameters, ASKING);
	expect(shared.message).toBe(
		'Only events with the distribution setting "Your Organisation Only" can be delegated.',
	);
	const without = await lab.failure('delegation', 'create', parameters, { key: 'user' });
	expect(without.message).toBe('You do not have permission to use this functionality.');
	expect(without.description).toMatch(/switched off/);
	const missing = await lab.failure('delegation', 'discard', { delegation: byId(999) }, ASKING);
	expect(missing.message).toBe('You are not authorised to do that.');
});

it.each([
	['an organisation by name', { organisation: 'CERT-BETA' }, /must be an id or a UUID/],
	['a sharing group without one', { distribution: 4 }, /no "Sharing Group" is chosen/],
])('refuses %s before anything is sent', async (_case, more, message) => {
	const parameters = { event: byId(1), organisation: '3', ...more };
	expect((await lab.failure('delegation', 'create', parameters, ASKING)).message).toMatch(message);
	expect(lab.sent).toEqual([]);
});
