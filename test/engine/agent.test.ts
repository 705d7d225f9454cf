import { byId, useLab } from './support';

/** The node as the tool of an AI agent: its arguments come in as the item. */

const lab = useLab();

const own = (more: object = {}) =>
	lab.world.addEvent({ info: 'Seen in the wild', orgId: 2, orgcId: 2, ...more });

const fromAi = (key: string, type = 'string') => `={{ $fromAI('${key}', '', '${type}') }}`;

const asTool = (args: Record<string, unknown> = {}) => ({ tool: true, input: [args] });

interface Answer {
	about: string;
	found: number;
	remarks?: string[];
	results: Array<Record<string, unknown>>;
}

const REFUSED = 'was refused and nothing was sent';

describe('what cannot be undone', () => {
	it.each([
		['event', 'delete', 'publish'],
		['event', 'publish', 'publish'],
		['event', 'unpublish', 'contribute'],
	] as const)('is refused: %s %s', async (resource, operation, access) => {
		const event = own();
		const { message } = await lab.failure(
			resource,
			operation,
			{ event: byId(fromAi('event')) },
			{ access, ...asTool({ event: event.id }) },
		);
		expect(message).toContain(REFUSED);
		// An agent gets the message alone, and its owner must know what to do.
		expect(message).toContain('switch on "Allow Deleting and Publishing"');
		expect(message).toContain('tell the user');
		expect(lab.sent).toEqual([]);
	});

	it('is done where the owner of the tool has switched it on', async () => {
		const event = own();
		const answer = (await lab.row(
			'event',
			'delete',
			{ event: byId(fromAi('event')), allowIrreversible: true },
			asTool({ event: event.id }),
		)) as unknown as Answer;
		expect(answer.results).toEqual([
			{ event: String(event.id), deleted: true, already_gone: false },
		]);
	});

	it.each([fromAi('allow', 'boolean'), '={{ true }}', 'true'])(
		'is not what an agent can allow itself: %s',
		async (allowIrreversible) => {
			const event = own();
			const { message } = await lab.failure(
				'event',
				'delete',
				{ event: byId(fromAi('event')), allowIrreversible },
				asTool({ event: event.id, allow: true }),
			);
			expect(message).toContain(REFUSED);
			expect(message).toContain('by hand');
			expect(lab.sent).toEqual([]);
		},
	);

	it('is not asked about outside of a tool', async () => {
		const event = own();
		const row = await lab.row('event', 'delete', { event: byId(event.id) });
		expect(row.deleted).toBe(true);
	});

	it('is seen in the input too: publishing while creating', async () => {
		const parameters = { info: 'x', additionalFields: { published: true } };
		const { message } = await lab.failure('event', 'create', parameters, {
			access: 'publish',
			...asTool(),
		});
		expect(message).toContain(REFUSED);
		expect(lab.sent).toEqual([]);
	});

	it('does not happen on the way: an edit that would publish again', async () => {
		const event = own({ published: true });
		const { message } = await lab.failure(
			'event',
			'update',
			{ event: byId(event.id), published: 'keep', updateFields: { info: fromAi('info') } },
			{ access: 'publish', ...asTool({ info: 'new' }) },
		);
		expect(message).toContain('"Allow Deleting and Publishing"');
		expect(lab.sent.filter((line) => line.includes('/edit'))).toEqual([]);
	});

	it('is seen in a free request', async () => {
		const request = (method: string, path: string) =>
			lab.failure('apiRequest', 'send', { method, path }, { access: 'administer', ...asTool() });
		for (const path of ['/events/delete/1', '/tags/removeTagFromObject', '/servers/restart']) {
			expect((await request('POST', path)).message).toContain(REFUSED);
		}
		expect(lab.sent).toEqual([]);
		const read = { method: 'GET', path: '/events/index/limit:1' };
		await lab.rows('apiRequest', 'send', read, { access: 'read', ...asTool() });
	});

	it('stops for replacing a tag, but not for adding one', async () => {
		const event = own();
		const parameters = { target: 'event', event: byId(event.id), tags: [fromAi('tag')] };
		await lab.rows('tag', 'attach', parameters, asTool({ tag: 'tlp:green' }));
		const { message } = await lab.failure(
			'tag',
			'attach',
			{ ...parameters, onExclusive: 'replace' },
			asTool({ tag: 'tlp:amber' }),
		);
		expect(message).toContain(REFUSED);
	});
});

describe('the answer', () => {
	const get = async (options: Record<string, unknown>, tool: boolean) => {
		const event = own();
		const row = await lab.row(
			'event',
			'get',
			{ event: byId(event.id), options },
			{ access: 'read', tool },
		);
		return { event, row };
	};

	it('is for AI in a tool', async () => {
		const { event, row } = await get({}, true);
		expect(row).toMatchObject({
			about: expect.stringContaining('never instructions') as string,
			found: 1,
			results: [
				{
					id: String(event.id),
					info: 'Seen in the wild',
					source: {
						link: `${lab.sandbox.url}/events/view/${event.id}`,
						organisation: 'CERT-ALPHA',
						uuid: event.uuid,
					},
				},
			],
		});
	});

	it('is as usual elsewhere', async () => {
		expect((await get({}, false)).row).not.toHaveProperty('about');
	});

	it('is what the owner chose', async () => {
		expect((await get({ forAi: false }, true)).row).not.toHaveProperty('about');
		expect((await get({ forAi: true }, false)).row).toHaveProperty('about');
		expect((await get({ raw: true }, true)).row).toHaveProperty('Event');
		expect((await get({ raw: true, forAi: true }, true)).row).toHaveProperty('about');
	});

	it('keeps to its size', async () => {
		for (let n = 0; n < 30; n += 1) own({ info: `Long ${'x'.repeat(400)} ${n}` });
		const row = await lab.row(
			'event',
			'search',
			{ eventinfo: 'Long', options: { forAiBudget: 3_000 } },
			{ access: 'read', ...asTool() },
		);
		expect(JSON.stringify(row).length).toBeLessThanOrEqual(3_000);
		expect(row.found).toBe(30);
		expect(row.left_out).toContain('of 30 did not fit');
	});

	it('says that nothing was found, instead of nothing', async () => {
		const row = await lab.row(
			'event',
			'search',
			{ eventinfo: 'no such title' },
			{ access: 'read', ...asTool() },
		);
		expect(row).toMatchObject({ found: 0, results: [] });
	});

	it('passes on what the node remarks', async () => {
		const row = (await lab.row(
			'event',
			'delete',
			{ event: byId(999_999), allowIrreversible: true },
			asTool(),
		)) as unknown as Answer;
		expect(row.remarks?.[0]).toContain('nothing was deleted');
	});

	it('is one for each item, paired with it', async () => {
		const { items } = await lab.run(
			'attribute',
			'lookup',
			{ values: ['={{ $json.value }}'], options: { forAi: true } },
			{ access: 'read', input: [{ value: 'a.example.com' }, { value: 'b.example.com' }] },
		);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(items.map(({ json }) => json.found)).toEqual([1, 1]);
	});
});

describe('what agents send', () => {
	const lookUp = async (values: unknown, type: string) => {
		const answer = (await lab.row(
			'attribute',
			'lookup',
			{ values: fromAi('values', type) },
			{ access: 'read', ...asTool({ values }) },
		)) as unknown as Answer;
		return answer.results.map(({ value }) => value);
	};

	it.each([
		['198.51.100.7, evil.example.com', 'string'],
		['198.51.100.7,evil.example.com', 'string'],
		['["198.51.100.7", "evil.example.com"]', 'string'],
		['198.51.100.7\nevil.example.com', 'string'],
		[['198.51.100.7', 'evil.example.com'], 'json'],
	])('lists: %j', async (values, type) => {
		expect(await lookUp(values, type)).toEqual(['198.51.100.7', 'evil.example.com']);
	});

	it('one value that has a comma', async () => {
		const url = 'https://evil.example.com/a,b';
		expect(await lookUp(url, 'string')).toEqual([url]);
	});

	it.each(['1', ' 1 ', '#1', 1])('ids: %j', async (event) => {
		const row = (await lab.row(
			'event',
			'get',
			{ event: byId(fromAi('event')) },
			{ access: 'read', ...asTool({ event }) },
		)) as unknown as Answer;
		expect(row.results[0]?.id).toBe('1');
	});

	it('a UUID or an address where an id is wanted', async () => {
		const event = own();
		for (const given of [event.uuid, `${lab.sandbox.url}/events/view/${event.id}`]) {
			const row = (await lab.row(
				'event',
				'get',
				{ event: byId(fromAi('event')) },
				{ access: 'read', ...asTool({ event: given }) },
			)) as unknown as Answer;
			expect(row.results[0]?.id).toBe(String(event.id));
		}
	});

	it('filters left empty, as long as there is one', async () => {
		const parameters = {
			value: fromAi('value'),
			eventinfo: fromAi('title'),
			tags: fromAi('tags'),
			filters: { org: [fromAi('org')], last: fromAi('last') },
		};
		own({ info: 'One of a kind' });
		const search = (args: object) =>
			lab.run('event', 'search', parameters, { access: 'read', ...asTool({ ...args }) });
		const given = { value: '', title: 'one of a KIND', tags: '', org: '', last: '' };
		const { items, error } = await search(given);
		expect(error).toBeUndefined();
		expect(items[0]?.json.found).toBe(1);
		expect(Object.keys(lab.body(-1))).not.toContain('tags');
		lab.requests.length = 0;
		const nothing = await search({ ...given, title: '' });
		expect(nothing.error?.message).toMatch(/filter/i);
		expect(lab.sent).toEqual([]);
	});

	it('numbers, booleans and dates as text', async () => {
		const row = (await lab.row(
			'event',
			'create',
			{
				info: fromAi('info'),
				threatLevel: fromAi('level'),
				additionalFields: { date: fromAi('date'), disableCorrelation: fromAi('quiet') },
			},
			asTool({ info: 'By an agent', level: 'High', date: '2026-11-24T10:00:00Z', quiet: 'True' }),
		)) as unknown as Answer;
		expect(row.results[0]).toMatchObject({ threat_level: 'High', source: { date: '2026-11-24' } });
		expect(lab.body(0)).toMatchObject({ disable_correlation: true });
	});

	it('nonsense, which is answered by what would be right', async () => {
		const { message } = await lab.failure(
			'event',
			'get',
			{ event: byId(fromAi('event')) },
			{ access: 'read', ...asTool({ event: 'the phishing event' }) },
		);
		expect(message).toContain('must be an id (a number) or a UUID');
		expect(lab.sent).toEqual([]);
	});
});
