import { byId, useLab } from './support';

const lab = useLab({ publishDelayMs: 20 });

const own = (fields: Parameters<typeof lab.world.addEvent>[0] = {}) =>
	lab.world.addEvent({ orgId: 2, userId: 2, info: 'Ours', distribution: 1, ...fields });

const foreign = () => lab.world.addEvent({ orgId: 3, userId: 6, info: 'Theirs', distribution: 1 });

describe('event.protect and event.unprotect', () => {
	it('switch the protected mode and return the event', async () => {
		const event = own({ published: true });
		const { items, hints } = await lab.run('event', 'protect', { event: byId(event.uuid) });
		expect(lab.sent).toEqual([
			'POST /events/index',
			`POST /events/protect/${event.id}`,
			'POST /events/index',
		]);
		expect(items[0]?.json).toMatchObject({ protected: true, published: false });
		expect(hints).toEqual([expect.stringContaining('MISP unpublished event')]);
		const row = await lab.row('event', 'unprotect', { event: byId(event.id) });
		expect(row).toMatchObject({ id: String(event.id), protected: false });
		expect(event.protected).toBe(false);
	});

	it('leave an event as it is that is so already, and published', async () => {
		const event = own({ published: true, protected: true });
		const row = await lab.row('event', 'protect', { event: byId(event.id) });
		expect(row).toMatchObject({ protected: true, published: true });
		const plain = own({ published: true });
		await lab.row('event', 'unprotect', { event: byId(plain.id) });
		expect(lab.sent).toEqual(['POST /events/index', 'POST /events/index']);
	});

	it('say in MISP’s words why not', async () => {
		const { message } = await lab.failure('event', 'protect', { event: byId(foreign().id) });
		expect(message).toBe('Invalid event');
		const refused = await lab.failure(
			'event',
			'unprotect',
			{ event: byId(own({ protected: true }).id) },
			{ key: 'readonly' },
		);
		expect(refused.message).toContain('do not have permission');
	});
});

describe('event.merge', () => {
	it('copies the source into the target, by uuids too, and returns it as events look everywhere', async () => {
		const target = own({ info: 'Target' });
		lab.world.addAttribute(target, { type: 'domain', value: 'target.example.com' });
		const source = own({ info: 'Source' });
		const copied = lab.world.addAttribute(source, { type: 'domain', value: 'from.example.com' });
		const green = lab.world.tag('tlp:green');
		if (green) lab.world.link(copied, green);
		const row = await lab.row('event', 'merge', {
			event: byId(target.uuid),
			source: byId(source.id),
		});
		expect(lab.sent).toEqual([
			'POST /events/index',
			`POST /events/merge/${target.id}/${source.id}`,
		]);
		expect(row).toMatchObject({ id: String(target.id), info: 'Target', Tag: [] });
		expect(row.timestamp_iso).toEqual(expect.any(String));
		const attributes = row.Attribute as Array<Record<string, unknown>>;
		expect(attributes.map(({ value }) => value)).toEqual([
			'target.example.com',
			'from.example.com',
		]);
		expect(attributes[1]).toMatchObject({ Tag: [{ name: 'tlp:green' }] });
		expect(attributes[1]).not.toHaveProperty('AttributeTag');
		expect(lab.world.event(source.id)).toBeDefined();
	});

	it('hands on what MISP sent, on request', async () => {
		const row = await lab.row('event', 'merge', {
			event: byId(own().id),
			source: byId(own().id),
			options: { raw: true },
		});
		expect(row).toMatchObject({ Event: { info: 'Ours' }, EventTag: [], Attribute: [] });
	});

	it('refuses an event with itself before anything is sent, by id and by uuid', async () => {
		const event = own();
		const same = await lab.failure('event', 'merge', {
			event: byId(event.id),
			source: byId(event.id),
		});
		expect(same.message).toContain('cannot be merged into itself');
		expect(lab.sent).toEqual([]);
		await lab.failure('event', 'merge', { event: byId(event.id), source: byId(event.uuid) });
		expect(lab.sent).toEqual(['POST /events/index']);
	});

	it('says in MISP’s words what is missing', async () => {
		const { id } = own();
		const source = await lab.failure('event', 'merge', { event: byId(id), source: byId(77777) });
		expect(source.message).toBe('Invalid Event.');
		const target = await lab.failure('event', 'merge', { event: byId(77777), source: byId(id) });
		expect(target.message).toBe('Invalid target event.');
	});
});

describe('event.contactReporter', () => {
	const mails = () => [...lab.world.mails].map(({ to, text }) => [to, text]);
	beforeEach(() => lab.world.mails.clear());

	it('writes to the organisation, or to the creator alone', async () => {
		const event = foreign();
		const row = await lab.row('event', 'contactReporter', {
			event: byId(event.id),
			message: 'Who saw this?',
		});
		expect(lab.sent).toEqual([`POST /events/contact/${event.id}`]);
		expect(lab.body()).toEqual({ message: 'Who saw this?', person: false });
		expect(row).toMatchObject({ event: String(event.id), sent: true, recipients: 'organisation' });
		const everybody = mails().length;
		expect(everybody).toBeGreaterThan(1);
		await lab.row('event', 'contactReporter', {
			event: byId(event.id),
			message: 'Only you',
			recipients: 'creator',
		});
		expect(mails()).toHaveLength(everybody + 1);
	});

	it('wants a message, and an event that the user sees', async () => {
		const empty = await lab.failure('event', 'contactReporter', {
			event: byId(1),
			message: '={{ "" }}',
		});
		expect(empty.message).toContain('"Message" is required');
		expect(lab.sent).toEqual([]);
		const missing = await lab.failure('event', 'contactReporter', {
			event: byId(77777),
			message: 'x',
		});
		expect(missing.message).toBe('Invalid event');
	});
});

describe('event.enrich', () => {
	it('counts what was added, although MISP answers 500', async () => {
		const event = own();
		lab.world.addAttribute(event, { type: 'domain', value: 'look.example.com', timestamp: 1 });
		event.timestamp = 1_700_000_000;
		const { items, hints, error } = await lab.run('event', 'enrich', {
			event: byId(event.uuid),
			modules: ['dns_sandbox', 'quiet_sandbox'],
		});
		expect(error).toBeUndefined();
		expect(lab.sent.slice(0, 3)).toEqual([
			'POST /events/index',
			'GET /modules/index',
			`POST /events/enrichEvent/${event.id}`,
		]);
		expect(lab.body(2)).toEqual({ dns_sandbox: true, quiet_sandbox: true });
		expect(items[0]?.json).toMatchObject({
			id: String(event.id),
			modules: ['dns_sandbox', 'quiet_sandbox'],
			attributes_added: 1,
			attribute_count: '2',
		});
		expect(hints).toEqual([]);
	});

	it('says so when nothing was added in time, and does not wait when told so', async () => {
		const event = own();
		const { items, hints } = await lab.run('event', 'enrich', {
			event: byId(event.id),
			modules: ['quiet_sandbox'],
			timeout: 1,
		});
		expect(items[0]?.json).toMatchObject({ attributes_added: 0 });
		expect(hints).toEqual([expect.stringContaining('Nothing was added')]);
		const quick = await lab.run('event', 'enrich', {
			event: byId(event.id),
			modules: ['quiet_sandbox'],
			wait: false,
		});
		expect(quick.hints).toEqual([]);
	});

	it('names modules that MISP does not have, and those it has', async () => {
		const { message, description } = await lab.failure('event', 'enrich', {
			event: byId(own().id),
			modules: ['nonsense', 'csv_sandbox'],
		});
		expect(message).toBe('MISP has no enabled enrichment module "nonsense", "csv_sandbox".');
		expect(description).toContain('Enabled are: dns_sandbox, quiet_sandbox.');
		expect(lab.sent).toEqual(['POST /events/index', 'GET /modules/index']);
	});

	it('says what to do when MISP does not reach its modules', async () => {
		lab.world.settings.modulesRunning = false;
		const { message, description } = await lab.failure('event', 'enrich', {
			event: byId(own().id),
			modules: ['dns_sandbox'],
		});
		lab.world.settings.modulesRunning = true;
		expect(message).toBe('MISP does not reach its modules.');
		expect(description).toContain('misp-modules may be stopped');
	});

	it('is refused to a role that may not', async () => {
		const { message } = await lab.failure(
			'event',
			'enrich',
			{ event: byId(own().id), modules: ['dns_sandbox'] },
			{ key: 'readonly' },
		);
		expect(message).toContain('do not have permission');
	});
});
