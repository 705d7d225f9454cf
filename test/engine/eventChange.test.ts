import { byId, byUrl, useLab } from './support';

const lab = useLab();

const own = (fields: Parameters<typeof lab.world.addEvent>[0] = {}) =>
	lab.world.addEvent({ orgId: 2, userId: 2, info: 'Ours', ...fields });

describe('event.update', () => {
	it('changes what is filled in and leaves the rest', async () => {
		const event = own({ analysis: 1, threatLevelId: 2, date: '2026-01-01' });
		const row = await lab.row('event', 'update', {
			event: byId(event.id),
			updateFields: { info: 'Renamed', date: '2026-02-03', disableCorrelation: false },
		});
		expect(lab.sent).toEqual(['POST /events/index', `POST /events/edit/${event.id}`]);
		expect(lab.body(-1)).toEqual({
			info: 'Renamed',
			date: '2026-02-03',
			disable_correlation: false,
			published: 0,
		});
		expect(row).toMatchObject({ info: 'Renamed', analysis: '1', threat_level_id: '2' });
		expect(event).toMatchObject({ info: 'Renamed', date: '2026-02-03', analysis: 1 });
	});

	it('changes every field that it offers', async () => {
		const event = own();
		await lab.row('event', 'update', {
			event: byId(event.uuid.toUpperCase()),
			published: 'unpublish',
			updateFields: {
				info: 'All',
				date: '2026-02-03',
				threatLevel: 'High',
				analysis: '2',
				distribution: 4,
				sharingGroup: '1',
				disableCorrelation: true,
				extendsEvent: '7',
			},
		});
		expect(event).toMatchObject({
			info: 'All',
			date: '2026-02-03',
			threatLevelId: 1,
			analysis: 2,
			distribution: 4,
			sharingGroupId: 1,
			disableCorrelation: true,
			extendsUuid: '7',
		});
	});

	it('keeps a published event published', async () => {
		const event = own({ published: true, publishTimestamp: 1_700_000_000 });
		const row = await lab.row(
			'event',
			'update',
			{ event: byId(event.id), updateFields: { info: 'Still published' } },
			{ access: 'publish' },
		);
		expect(lab.body(-1)).toMatchObject({ published: 1 });
		expect(row).toMatchObject({ published: true, info: 'Still published' });
	});

	it('refuses to unpublish by accident with the access level Contribute', async () => {
		const event = own({ published: true });
		const { message, description } = await lab.failure('event', 'update', {
			event: byId(event.id),
			updateFields: { info: 'Oops' },
		});
		expect(message).toContain(
			'To keep it published, the credential needs the access level "Publish"',
		);
		expect(description).toContain('Choose to unpublish it, or use a credential of that level');
		expect(event).toMatchObject({ info: 'Ours', published: true });
		expect(lab.sent).toEqual(['POST /events/index']);
	});

	it('unpublishes on request, with the access level Contribute', async () => {
		const event = own({ published: true });
		const row = await lab.row('event', 'update', {
			event: byId(event.id),
			published: 'unpublish',
			updateFields: { info: 'Draft again' },
		});
		expect(row).toMatchObject({ published: false });
		expect(lab.sent).toEqual([`POST /events/edit/${event.id}`]);
	});

	it('publishes on request, and hints when the role may not', async () => {
		const event = own({ userId: 4 });
		const parameters = {
			event: byId(event.id),
			published: 'publish',
			updateFields: { info: 'Out' },
		};
		const byUser = await lab.run('event', 'update', parameters, { key: 'user', access: 'publish' });
		expect(byUser.items[0]?.json.published).toBe(false);
		expect(byUser.hints).toEqual([
			expect.stringMatching(/^This key cannot publish \(role User of user@alpha\.test\)/),
			`Event ${event.id} is not published after the edit: the role of this key’s user may not publish.`,
		]);
		const byPublisher = await lab.run('event', 'update', parameters, { access: 'publish' });
		expect(byPublisher.items[0]?.json.published).toBe(true);
		expect(byPublisher.hints).toEqual([]);
	});

	it('needs the access level Publish for publishing', async () => {
		const { message } = await lab.failure('event', 'update', {
			event: byId(own().id),
			published: 'publish',
			updateFields: { info: 'Out' },
		});
		expect(message).toContain('"Update an event" needs the access level "Publish"');
		expect(lab.sent).toEqual([]);
	});

	it('refuses an update that changes nothing', async () => {
		const { message, description } = await lab.failure('event', 'update', {
			event: byId(own().id),
		});
		expect(message).toBe('Nothing is to be changed.');
		expect(description).toContain('Fields to Update');
		expect(lab.sent).toEqual([]);
	});

	it('says that the event is missing or not visible', async () => {
		const hidden = lab.world.addEvent({ orgId: 3, distribution: 0 });
		const { message } = await lab.failure('event', 'update', {
			event: byId(hidden.id),
			updateFields: { info: 'x' },
		});
		expect(message).toBe(`MISP has no event ${hidden.id}, or this key may not see it.`);
	});

	it('says that the event belongs to somebody else', async () => {
		const foreign = lab.world.addEvent({ orgId: 3, distribution: 3, info: 'Theirs' });
		const { message, description } = await lab.failure('event', 'update', {
			event: byId(foreign.id),
			updateFields: { info: 'Mine' },
		});
		expect(message).toBe('You do not have permission to do that.');
		expect(description).toContain('belongs to another organisation');
		expect(foreign.info).toBe('Theirs');
	});
});

describe('event.delete', () => {
	it.each([
		['id', (event: { id: number }) => byId(event.id)],
		['UUID', (event: { uuid: string }) => byId(event.uuid)],
		['address', (event: { id: number }) => byUrl(`${lab.sandbox.url}/events/view/${event.id}`)],
	])('deletes by %s', async (_, located) => {
		const event = own();
		const row = await lab.row('event', 'delete', { event: located(event) });
		expect(row).toMatchObject({ deleted: true });
		expect(lab.world.event(event.id)).toBeUndefined();
		expect(lab.sent).toHaveLength(1);
	});

	it('says that the event is somebody else’s, and deletes nothing', async () => {
		const foreign = lab.world.addEvent({ orgId: 3, distribution: 3 });
		const located = { event: byId(foreign.id) };
		const { message, description } = await lab.failure('event', 'delete', located);
		expect(message).toBe('Event was not deleted.');
		expect(description).toContain('of another organisation');
		expect(lab.world.event(foreign.id)).toBe(foreign);
	});

	it('may be repeated, and says that it is gone already', async () => {
		const event = own();
		const located = { event: byId(event.uuid) };
		expect(await lab.row('event', 'delete', located)).toMatchObject({ already_gone: false });
		const { items, hints } = await lab.run('event', 'delete', located);
		expect(items[0]?.json).toEqual({ event: event.uuid, deleted: false, already_gone: true });
		expect(hints.join()).toContain('nothing was deleted');
	});

	it('refuses the number of an event on another MISP, but takes a UUID from there', async () => {
		const event = own();
		const { message, description } = await lab.failure('event', 'delete', {
			event: byUrl(`https://other-misp.example.org/events/view/${event.id}`),
		});
		expect(message).toContain('https://other-misp.example.org/events/view/');
		expect(message).toContain(`this credential is for ${lab.sandbox.url}`);
		expect(description).toContain('something else on another MISP');
		expect(lab.sent).toEqual([]);
		await lab.row('event', 'delete', {
			event: byUrl(`https://other-misp.example.org/events/view/${event.uuid}`),
		});
		expect(lab.world.event(event.id)).toBeUndefined();
	});
});

describe('event.publish', () => {
	it('waits until MISP’s worker has published the event', async () => {
		const event = own();
		lab.world.addAttribute(event, { type: 'domain', value: 'publish.example.com' });
		const row = await lab.row('event', 'publish', { event: byId(event.id) }, { access: 'publish' });
		expect(row).toMatchObject({ id: String(event.id), published: true });
		expect(row).toHaveProperty('publish_timestamp_iso');
		expect(event.published).toBe(true);
		expect(lab.sent[1]).toBe(`POST /events/publish/${event.id}`);
		expect(lab.sent.length).toBeGreaterThan(3); // the queue takes 0.6 s
		expect(new Set(lab.sent.slice(2))).toEqual(new Set(['POST /events/index']));
	});

	it('waits for the new publication of an event that was published before', async () => {
		const event = own({ published: true, publishTimestamp: 1_700_000_000 });
		const row = await lab.row('event', 'publish', { event: byId(event.id) }, { access: 'publish' });
		expect(Number(row.publish_timestamp)).toBeGreaterThan(1_700_000_000);
	});

	it('tells the users by e-mail when asked to', async () => {
		const event = own();
		await lab.row(
			'event',
			'publish',
			{ event: byId(event.id), alert: true },
			{ access: 'publish' },
		);
		expect(lab.sent[1]).toBe(`POST /events/alert/${event.id}`);
	});

	it('does not wait when told not to', async () => {
		const event = own();
		const row = await lab.row(
			'event',
			'publish',
			{ event: byId(event.id), wait: false },
			{ access: 'publish' },
		);
		expect(row.published).toBe(false);
		expect(lab.sent).toEqual([`POST /events/publish/${event.id}`, 'POST /events/index']);
	});

	it('says after the time-out that the workers may be stopped', async () => {
		const event = own();
		lab.world.settings.workersRunning = false;
		const { message, description } = await lab
			.failure('event', 'publish', { event: byId(event.id), timeout: 1 }, { access: 'publish' })
			.finally(() => {
				lab.world.settings.workersRunning = true;
			});
		expect(message).toBe(
			`MISP took the order to publish event ${event.id}, but had not published it after 1 s.`,
		);
		expect(description).toContain('background workers may be stopped or busy');
	});

	it('needs a role that may publish', async () => {
		const event = own();
		const { message } = await lab.failure(
			'event',
			'publish',
			{ event: byId(event.id) },
			{ key: 'user', access: 'publish' },
		);
		expect(message).toBe('You do not have permission to use this functionality.');
		expect(event.published).toBe(false);
	});

	it('does not publish another organisation’s event', async () => {
		const foreign = lab.world.addEvent({ orgId: 3, distribution: 3 });
		const { message } = await lab.failure(
			'event',
			'publish',
			{ event: byId(foreign.id) },
			{ access: 'publish' },
		);
		expect(message).toBe('You do not have the permission to do that.');
	});

	it('says that there is no such event', async () => {
		const { message } = await lab.failure(
			'event',
			'publish',
			{ event: byId(99_999) },
			{ access: 'publish' },
		);
		expect(message).toBe('MISP has no event 99999, or this key may not see it.');
	});
});

describe('event.unpublish', () => {
	it('takes the mark off, with the access level Contribute', async () => {
		const event = own({ published: true, publishTimestamp: 1_700_000_000 });
		const row = await lab.row('event', 'unpublish', { event: byId(event.id) });
		expect(row).toMatchObject({ id: String(event.id), published: false });
		expect(event.published).toBe(false);
		expect(lab.sent).toEqual([`POST /events/unpublish/${event.id}`, 'POST /events/index']);
	});

	it('does not unpublish another organisation’s event', async () => {
		const foreign = lab.world.addEvent({ orgId: 3, distribution: 3, published: true });
		const { message } = await lab.failure('event', 'unpublish', { event: byId(foreign.id) });
		expect(message).toBe('You do not have permission to do that.');
		expect(foreign.published).toBe(true);
	});
});
