import { byId, byUrl, isoOf, sorted, useLab } from './support';

/** Number and size of each page: pages that come fast become larger. */
const pagesAsked = () => lab.requests.map(({ body }) => [(body as Row).page, (body as Row).limit]);

const lab = useLab();

type Row = Record<string, unknown>;
const infos = (rows: Row[]) => rows.map(({ info }) => info);
const DAY = 86_400;

describe('event.get', () => {
	it.each([
		['id', () => byId(1)],
		['id as text with spaces', () => byId(' 1 ')],
		['UUID', () => byId(lab.world.event(1)?.uuid)],
		['UUID in capitals', () => byId(lab.world.event(1)?.uuid.toUpperCase())],
		['address', () => byUrl(`${lab.sandbox.url}/events/view/1`)],
		[
			'address of a part of the page',
			() => byUrl(`${lab.sandbox.url}/events/view/1/searchFor:x#tag`),
		],
		[
			'address with the UUID',
			() => byUrl(`${lab.sandbox.url}/events/view/${lab.world.event(1)?.uuid}`),
		],
		['plain number', () => 1],
	])('finds an event by %s', async (_, located) => {
		const row = await lab.row('event', 'get', { event: located() }, { access: 'read' });
		expect(row).toMatchObject({ id: '1', info: 'Phishing wave against mail accounts' });
		expect(lab.sent).toHaveLength(1);
		expect(lab.sent[0]).toMatch(/^GET \/events\/view\//);
	});

	it('gives the whole event without its envelope, with ISO dates', async () => {
		const row = await lab.row('event', 'get', { event: byId(1) });
		expect(row.Attribute).toHaveLength(4);
		expect((row.Tag as Row[]).map(({ name }) => name)).toEqual(['tlp:green', 'sandbox:reviewed']);
		expect(row.publish_timestamp_iso).toBe(isoOf(row.publish_timestamp));
	});

	it('gives MISP’s own reply when asked to', async () => {
		const row = await lab.row('event', 'get', { event: byId(1), options: { raw: true } });
		expect(Object.keys(row)).toEqual(['Event']);
	});

	it('asks for what was chosen, with MISP’s named parameters', async () => {
		const event = lab.world.addEvent({ orgId: 2 });
		const gone = lab.world.addAttribute(event, { type: 'domain', value: 'gone.example.com' });
		lab.world.setDeleted(gone, true);
		const row = await lab.row('event', 'get', {
			event: byId(event.id),
			additionalFields: { deleted: true, extended: false, includeAnalystData: true },
		});
		expect(lab.sent).toEqual([`GET /events/view/${event.id}/deleted:1/includeAnalystData:1`]);
		expect(row.Attribute).toHaveLength(1);
	});

	it('says in MISP’s words that there is no such event', async () => {
		const { message, description } = await lab.failure('event', 'get', { event: byId(99_999) });
		expect(message).toBe('Invalid event');
		expect(description).toContain('Request: GET /events/view/99999 (status 404)');
	});

	it('does not tell an event that this key may not see from one that is missing', async () => {
		const hidden = lab.world.addEvent({ orgId: 3, distribution: 0 });
		const { message } = await lab.failure('event', 'get', { event: byId(hidden.id) });
		expect(message).toBe('Invalid event');
	});

	it.each(['badGateway', 'reset'] as const)('reads again after %s', async (fault) => {
		lab.faults.set(fault, { times: 1 });
		const row = await lab.row('event', 'get', { event: byId(1) });
		expect(row.id).toBe('1');
		expect(lab.sent).toEqual(['GET /events/view/1', 'GET /events/view/1']);
	});

	it('says that MISP is in maintenance', async () => {
		lab.faults.set('maintenance');
		const { message, description } = await lab.failure('event', 'get', { event: byId(1) });
		expect(message).toContain('log-in page');
		expect(description).toContain('maintenance');
	});

	it('does not follow a redirect to somewhere else', async () => {
		lab.faults.set('foreignRedirect', { location: 'https://evil.example.net/' });
		const { message } = await lab.failure('event', 'get', { event: byId(1) });
		expect(message).toContain('https://evil.example.net');
		expect(message).toContain('The key was not sent there');
	});
});

describe('event.getAll', () => {
	it('lists the newest first, without attributes, up to the limit', async () => {
		const rows = await lab.rows('event', 'getAll', { limit: 3 }, { access: 'read' });
		const visible = [...lab.world.events.values()].filter(
			({ orgId, distribution }) => orgId === 2 || distribution > 0,
		);
		expect(rows.map(({ id }) => Number(id))).toEqual(
			visible
				.map(({ id }) => id)
				.sort((a, b) => b - a)
				.slice(0, 3),
		);
		expect(rows[0]).not.toHaveProperty('Attribute');
		expect(rows[0]).toHaveProperty('timestamp_iso');
		expect(lab.body()).toEqual({ sort: 'id', direction: 'desc', limit: 3, page: 1 });
	});

	it('filters and sorts', async () => {
		const rows = await lab.rows('event', 'getAll', {
			returnAll: true,
			filters: {
				tag: ['tlp:green', 'tlp:clear'],
				org: ['CERT-BETA'],
				published: 1,
				datefrom: '2020-01-01',
				dateuntil: '={{ $now }}',
			},
			result: { sort: 'info', direction: 'asc' },
		});
		expect(lab.body()).toMatchObject({
			tags: ['tlp:green', 'tlp:clear'],
			org: ['CERT-BETA'],
			published: 1,
			datefrom: '2020-01-01',
			dateuntil: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
			sort: 'info',
			direction: 'asc',
		});
		expect(infos(rows)).toEqual([
			'Credential stuffing sources',
			'Scanning of VPN gateways',
			'Shared infrastructure of two cases',
		]);
	});

	it('finds by a part of the title and by not being published', async () => {
		const rows = await lab.rows('event', 'getAll', {
			filters: { eventinfo: 'shop', published: 0 },
		});
		expect(infos(rows)).toEqual(['Typo domains of a shop']);
	});

	it('returns all over several pages, each once', async () => {
		for (let n = 0; n < 1100; n += 1) lab.world.addEvent({ orgId: 2, info: `Mass ${n}` });
		const rows = await lab.rows('event', 'getAll', {
			returnAll: true,
			filters: { eventinfo: 'Mass' },
		});
		expect(rows).toHaveLength(1100);
		expect(new Set(rows.map(({ id }) => id)).size).toBe(1100);
		expect(pagesAsked()).toEqual([
			[1, 500],
			[2, 500],
			[2, 1000],
		]);
	});
});

describe('event.search', () => {
	const search = async (parameters: Row) =>
		infos(await lab.rows('event', 'search', parameters, { access: 'read' }));

	it('finds by value and returns whole events', async () => {
		const rows = await lab.rows('event', 'search', { value: ['198.51.100.23'] });
		expect(sorted(infos(rows))).toEqual([
			'Loader delivered by e-mail attachment',
			'Shared infrastructure of two cases',
		]);
		expect(rows[0]?.Attribute).toBeInstanceOf(Array);
		expect(rows[0]).not.toHaveProperty('Event');
		expect(lab.body()).toEqual({
			value: ['198.51.100.23'],
			returnFormat: 'json',
			order: 'Event.id desc',
			limit: 50,
			page: 1,
		});
	});

	it('combines tags: any of these, all of these, none of these', async () => {
		const tag = lab.world.addTag({ name: 'sandbox:combined' });
		const make = (info: string, ...names: string[]) => {
			const event = lab.world.addEvent({ orgId: 2, info });
			lab.world.addAttribute(event, { type: 'domain', value: `${info}.example.com` });
			lab.world.link(event, tag);
			for (const name of names) lab.world.link(event, lab.world.tag(name) as never);
		};
		make('a', 'tlp:red', 'sandbox:reviewed');
		make('b', 'tlp:amber', 'sandbox:reviewed');
		make('c', 'tlp:amber', 'sandbox:needs-review');
		const all = { tagsAll: ['sandbox:combined'] };

		expect(sorted(await search({ filters: all }))).toEqual(['a', 'b', 'c']);
		expect(sorted(await search({ tags: ['tlp:red', 'tlp:amber'], filters: all }))).toEqual([
			'a',
			'b',
			'c',
		]);
		expect(lab.body(-1).tags).toEqual({ OR: ['tlp:red', 'tlp:amber'], AND: ['sandbox:combined'] });
		expect(
			sorted(
				await search({
					tags: ['tlp:red', 'tlp:amber'],
					filters: { ...all, tagsNot: ['sandbox:needs-review'] },
				}),
			),
		).toEqual(['a', 'b']);
		expect(lab.body(-1).tags).toEqual({
			OR: ['tlp:red', 'tlp:amber'],
			AND: ['sandbox:combined'],
			NOT: ['sandbox:needs-review'],
		});
		expect(await search({ filters: { tagsAll: ['sandbox:combined', 'tlp:red'] } })).toEqual(['a']);
		expect(sorted(await search({ filters: { event_tags: ['sandbox:combined'] } }))).toEqual([
			'a',
			'b',
			'c',
		]);
	});

	it('searches from a time, until a time, and between', async () => {
		const now = lab.world.now();
		for (const days of [100, 200, 300]) {
			lab.world.addEvent({
				orgId: 2,
				info: `changed ${days} days ago`,
				timestamp: now - days * DAY,
			});
		}
		const at = (days: number) => new Date((now - days * DAY) * 1000).toISOString();
		const filters = (more: Row) => ({ eventinfo: 'changed', filters: more });
		expect(sorted(await search(filters({ timestamp: '210d' })))).toEqual([
			'changed 100 days ago',
			'changed 200 days ago',
		]);
		expect(lab.body(-1)).toMatchObject({ timestamp: '210d', eventinfo: ['%changed%'] });
		expect(sorted(await search(filters({ timestampUntil: at(150) })))).toEqual([
			'changed 200 days ago',
			'changed 300 days ago',
		]);
		expect(lab.body(-1).timestamp).toEqual([100_000_000, now - 150 * DAY]);
		expect(await search(filters({ timestamp: at(250), timestampUntil: '150d' }))).toEqual([
			'changed 200 days ago',
		]);
		expect(
			await search(filters({ timestamp: `={{ DateTime.fromSeconds(${now - 150 * DAY}) }}` })),
		).toEqual(['changed 100 days ago']);
		expect(lab.body(-1).timestamp).toBe(now - 150 * DAY);
	});

	it('searches by the day of the event', async () => {
		lab.world.addEvent({ orgId: 2, info: 'long ago', date: '2001-02-03' });
		expect(
			await search({ filters: { from: '2001-02-03T23:00:00.000+01:00', to: '2001-02-03' } }),
		).toEqual(['long ago']);
		expect(lab.body(-1)).toMatchObject({ from: '2001-02-03', to: '2001-02-03' });
	});

	it('sends 0 for "not published", which MISP would ignore as false', async () => {
		const found = await search({ filters: { published: 0, org: ['CERT-ALPHA'] }, returnAll: true });
		expect(lab.body()).toMatchObject({ published: 0 });
		expect(found).toContain('Typo domains of a shop');
		expect(found).not.toContain('Phishing wave against mail accounts');
	});

	it.each([
		['{"published": false, "org": "CERT-ALPHA"}', 0],
		['{"published": "0", "org": "CERT-ALPHA"}', 0],
		['{"published": true, "org": "CERT-ALPHA"}', 1],
		['{"published": [true, false], "org": "CERT-ALPHA"}', [1, 0]],
	])('turns the flag in %s into what MISP reads', async (rawFilters, flag) => {
		await search({ filters: { rawFilters } });
		expect(lab.body().published).toEqual(flag);
	});

	it('finds deleted attributes, alone or with the others', async () => {
		const event = lab.world.addEvent({ orgId: 2, info: 'with deleted' });
		const [gone] = ['gone', 'there'].map((name) =>
			lab.world.addAttribute(event, { type: 'domain', value: `${name}.example.com` }),
		);
		if (gone) lab.world.setDeleted(gone, true);
		const values = async (deleted: string) => {
			const [row] = await lab.rows('event', 'search', {
				filters: { eventid: [String(event.id)], deleted },
			});
			return sorted((row?.Attribute as Row[]).map(({ value }) => String(value)));
		};
		expect(await values('only')).toEqual(['gone.example.com']);
		expect(lab.body(-1).deleted).toBe('only');
		expect(await values('include')).toEqual(['gone.example.com', 'there.example.com']);
		expect(lab.body(-1).deleted).toEqual([0, 1]);
	});

	it('orders by what was chosen, with the id as a tie-breaker', async () => {
		const rows = await search({
			filters: { org: ['CERT-BETA'] },
			result: { order: 'Event.info', direction: 'asc' },
		});
		expect(lab.body().order).toBe('Event.info asc, Event.id asc');
		expect(rows).toEqual([...rows].sort());
		await search({ filters: { org: ['CERT-BETA'] }, result: { direction: 'asc' } });
		expect(lab.body(-1).order).toBe('Event.id asc');
	});

	it('takes filters by MISP’s own names as text or object, and lets them win', async () => {
		const rows = await search({
			value: ['nothing.example.com'],
			filters: {
				rawFilters: {
					value: { OR: ['c2.example.net', 'ads.example.org'] },
					threat_level_id: [1, 2],
				},
			},
		});
		expect(sorted(rows)).toEqual([
			'Command and control of a remote access tool',
			'Malvertising on a news site',
		]);
		expect(lab.body().value).toEqual({ OR: ['c2.example.net', 'ads.example.org'] });
	});

	it('sends only those result options that are on', async () => {
		const [row] = await lab.rows('event', 'search', {
			filters: { eventid: ['1'] },
			result: { metadata: true, excludeGalaxy: false },
		});
		expect(lab.body()).toMatchObject({ metadata: 1 });
		expect(lab.body()).not.toHaveProperty('excludeGalaxy');
		expect(row).not.toHaveProperty('Attribute');
	});

	it('returns up to the limit, or all over several pages, each once', async () => {
		for (let n = 0; n < 120; n += 1) lab.world.addEvent({ orgId: 2, info: `Page ${n}` });
		expect(await search({ eventinfo: 'Page', limit: 7 })).toHaveLength(7);
		expect(lab.requests).toHaveLength(1);
		expect(lab.body()).toMatchObject({ limit: 7, page: 1 });
		lab.requests.length = 0;
		expect(await search({ eventinfo: 'Page', limit: 75 })).toHaveLength(75);
		expect(lab.requests).toHaveLength(2);
		lab.requests.length = 0;
		const all = await search({ eventinfo: 'Page', returnAll: true });
		expect(new Set(all).size).toBe(120);
		expect(all).toHaveLength(120);
		expect(pagesAsked()).toEqual([
			[1, 50],
			[2, 50],
			[2, 100],
		]);
	});

	it('gives a row once that slides to the next page because a new one came in', async () => {
		for (let n = 0; n < 60; n += 1) lab.world.addEvent({ orgId: 2, info: `Slide ${n}` });
		// Newest first: an event that is added after the first page pushes its last row onto the second.
		const adding = setInterval(() => {
			if (lab.requests.length === 1) {
				clearInterval(adding);
				lab.world.addEvent({ orgId: 2, info: 'Slide late' });
			}
		}, 1);
		lab.sandbox.setCost(50);
		const rows = await search({ eventinfo: 'Slide', returnAll: true }).finally(() => {
			clearInterval(adding);
			lab.sandbox.setCost(0);
		});
		expect(new Set(rows).size).toBe(rows.length);
		expect(rows.filter((info) => info !== 'Slide late')).toHaveLength(60);
	});

	it('gives no item when nothing is found', async () => {
		expect(await search({ value: ['nowhere.example.com'] })).toEqual([]);
	});

	it('pairs each row with the item that it was found for', async () => {
		const { items } = await lab.run(
			'event',
			'search',
			{ value: ['={{ $json.ioc }}'] },
			{
				input: [
					{ ioc: 'nowhere.example.com' },
					{ ioc: '198.51.100.23' },
					{ ioc: 'c2.example.net' },
				],
			},
		);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 1 },
			{ item: 1 },
			{ item: 2 },
		]);
	});

	it('waits for the rate limit when it ends soon', async () => {
		lab.faults.set('rateLimit', { times: 1, resetSeconds: 1 });
		expect(await search({ value: ['c2.example.net'] })).toHaveLength(1);
		expect(lab.requests).toHaveLength(2);
	});

	it('says how long the rate limit lasts when that is too long to wait', async () => {
		lab.faults.set('rateLimit', { resetSeconds: 700 });
		const { message, description } = await lab.failure('event', 'search', {
			value: ['c2.example.net'],
		});
		expect(message).toBe('Rate limit exceeded.');
		expect(description).toContain('it allows more in 700 s');
		expect(lab.requests).toHaveLength(1);
	});
});
