import { startSandbox } from '../sandbox/server';
import { byId, Lab, useLab } from './support';

const lab = useLab();

type Row = Record<string, unknown>;
const own = () => lab.world.addEvent({ orgId: 2, userId: 2 });
const paired = (items: Array<{ pairedItem?: unknown }>) =>
	items.map(({ pairedItem }) => (pairedItem as { item: number }).item);

/** Waits until the sandbox has got so many requests. */
async function requests(count: number): Promise<void> {
	while (lab.requests.length < count) await new Promise((resolve) => setTimeout(resolve, 2));
}

const attribute = {
	event: byId('={{ $json.event }}'),
	type: 'domain',
	value: '={{ $json.value }}',
};

describe('items and what comes out for them', () => {
	it('pairs every row of an operation that runs once for each item', async () => {
		const { items } = await lab.run(
			'event',
			'search',
			{ filters: { eventid: '={{ $json.ids }}' }, result: { direction: 'asc' } },
			{ input: [{ ids: ['3'] }, { ids: ['77777'] }, { ids: ['1', '2'] }] },
		);
		expect(items.map(({ json }) => json.id)).toEqual(['3', '1', '2']);
		expect(paired(items)).toEqual([0, 2, 2]);
	});

	it('keeps order and pairing of a batch that goes to two events, in few requests', async () => {
		const [a, b] = [own(), own()];
		const input = Array.from({ length: 1200 }, (_, n) => ({
			event: n % 2 === 0 ? a.id : b.uuid,
			value: `host-${n}.example.com`,
		}));
		const { items, error } = await lab.run('attribute', 'create', attribute, { input });
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json.value)).toEqual(input.map(({ value }) => value));
		expect(items.map(({ json }) => json.event_id)).toEqual(
			input.map((_, n) => String(n % 2 === 0 ? a.id : b.id)),
		);
		expect(paired(items)).toEqual(input.map((_, n) => n));
		expect(a.attributes).toHaveLength(600);
		expect(lab.sent).toEqual([
			...Array(2).fill(`POST /attributes/add/${a.id}`),
			...Array(2).fill(`POST /attributes/add/${b.uuid}`),
		]);
		expect(lab.requests.map(({ body }) => (body as unknown[]).length)).toEqual([
			500, 100, 500, 100,
		]);
	});

	it('lets bad items of a batch fail alone, in their places', async () => {
		const event = own();
		const input = Array.from({ length: 600 }, (_, n) => ({
			event: n === 33 ? 'nonsense' : event.id,
			value:
				n % 100 === 7 ? 'no domain' : n === 599 ? 'host-0.example.com' : `host-${n}.example.com`,
		}));
		const { items } = await lab.run('attribute', 'create', attribute, {
			input,
			onError: 'continueRegularOutput',
		});
		expect(items).toHaveLength(600);
		expect(paired(items)).toEqual(input.map((_, n) => n));
		const failed = items.flatMap(({ json }, n) => (json.error === undefined ? [] : [n]));
		expect(failed).toEqual([7, 33, 107, 207, 307, 407, 507, 599]);
		expect(items[7]?.json.error).toContain('Domain has an invalid format');
		expect(items[33]?.json.error).toContain(
			'"Event" must be an id (a number) or a UUID (got "nonsense")',
		);
		expect(items[599]?.json.error).toContain('A similar attribute already exists');
		expect(items[8]?.json.value).toBe('host-8.example.com');
		expect(event.attributes).toHaveLength(592);
	});

	it('says how many of a batch failed when the run stops for it', async () => {
		const event = own();
		const { message, description, itemIndex } = await lab.failure(
			'attribute',
			'create',
			attribute,
			{
				input: ['a.example.com', 'no domain', 'c.example.com'].map((value) => ({
					event: event.id,
					value,
				})),
			},
		);
		expect(message).toContain('Domain has an invalid format');
		expect(itemIndex).toBe(1);
		expect(description).toContain('1 of 3 items failed; the other 2 were done');
		expect(description).toContain('set On Error to "Continue"');
		expect(event.attributes).toHaveLength(2);
	});

	it('does nothing without items', async () => {
		const { items, error } = await lab.run('event', 'get', { event: byId(1) }, { input: [] });
		expect(error).toBeUndefined();
		expect(items).toEqual([]);
		expect(lab.sent).toEqual([]);
	});
});

describe('ten thousand items', () => {
	it('adds them as attributes, in order', async () => {
		const event = own();
		const input = Array.from({ length: 10_000 }, (_, n) => ({
			event: event.id,
			value: `m${n}.example.com`,
		}));
		const { items, error } = await lab.run('attribute', 'create', attribute, { input });
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json.value)).toEqual(input.map(({ value }) => value));
		// 11 where the sandbox is quick.
		expect(lab.requests.length).toBeLessThan(40);
	}, 90_000);

	it('are all checked before the first request of an operation that runs once for each', async () => {
		const input = Array.from({ length: 10_000 }, (_, n) => ({ id: n === 9_999 ? 'last' : '1' }));
		const { message, itemIndex } = await lab.failure(
			'event',
			'get',
			{ event: byId('={{ $json.id }}') },
			{ input },
		);
		expect(message).toContain('(got "last")');
		expect(itemIndex).toBe(9_999);
		expect(lab.sent).toEqual([]);
	}, 90_000);
});

describe('an item that fails', () => {
	const parameters = { event: byId('={{ $json.id }}') };
	const input = [{ id: '1' }, { id: '../users' }, { id: '77777' }, { id: '3' }];

	it('stops everything before anything is sent when its input is bad', async () => {
		const { message, itemIndex } = await lab.failure('event', 'get', parameters, { input });
		expect(message).toContain('"../users"');
		expect(itemIndex).toBe(1);
		expect(lab.sent).toEqual([]);
	});

	it('stops the run where MISP refuses it', async () => {
		const { message, itemIndex } = await lab.failure('event', 'get', parameters, {
			input: [{ id: '1' }, { id: '77777' }, { id: '3' }],
		});
		expect(message).toBe('Invalid event');
		expect(itemIndex).toBe(1);
		expect(lab.sent).toEqual(['GET /events/view/1', 'GET /events/view/77777']);
	});

	it('becomes an item with an error when the node continues', async () => {
		const { items, error } = await lab.run('event', 'get', parameters, {
			input,
			onError: 'continueRegularOutput',
		});
		expect(error).toBeUndefined();
		expect(paired(items)).toEqual([0, 1, 2, 3]);
		expect(items.map(({ json }) => json.id ?? json.error)).toEqual([
			'1',
			'"Event" must be an id (a number) or a UUID (got "../users").',
			'Invalid event',
			'3',
		]);
		expect(lab.sent).toEqual([
			'GET /events/view/1',
			'GET /events/view/77777',
			'GET /events/view/3',
		]);
	});

	it('goes to the error output, with the index of what came in', async () => {
		const { items, errorItems, error } = await lab.run('event', 'get', parameters, {
			input,
			onError: 'continueErrorOutput',
		});
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json.id)).toEqual(['1', '3']);
		expect(paired(items)).toEqual([0, 3]);
		expect(errorItems.map(({ json }) => json.error)).toEqual([
			'"Event" must be an id (a number) or a UUID (got "../users").',
			'Invalid event',
		]);
		expect(paired(errorItems)).toEqual([1, 2]);
	});

	it('goes to the error output from a batch, too', async () => {
		const event = own();
		const { items, errorItems } = await lab.run('attribute', 'create', attribute, {
			input: ['a.example.com', 'no domain', 'c.example.com'].map((value) => ({
				event: event.id,
				value,
			})),
			onError: 'continueErrorOutput',
		});
		expect(paired(items)).toEqual([0, 2]);
		expect(paired(errorItems)).toEqual([1]);
		expect(errorItems[0]?.json.error).toContain('Domain has an invalid format');
	});
});

describe('the access level of the credential', () => {
	it.each([
		['event', 'create', { info: 'x' }, 'read', 'Contribute', 'Read Only'],
		['event', 'delete', { event: byId(1) }, 'read', 'Contribute', 'Read Only'],
		['event', 'publish', { event: byId(1) }, 'contribute', 'Publish', 'Contribute'],
		['tag', 'attach', { event: byId(1), tags: ['tlp:red'] }, 'read', 'Contribute', 'Read Only'],
		[
			'attribute',
			'update',
			{ attribute: byId(1), updateFields: { comment: 'x' } },
			'read',
			'Contribute',
			'Read Only',
		],
	] as const)(
		'stops %s.%s before anything is sent, and names both levels',
		async (resource, operation, parameters, access, needed, granted) => {
			const { message, description } = await lab.failure(resource, operation, parameters, {
				access,
				key: 'admin',
			});
			expect(message).toContain(
				`needs the access level "${needed}", but this credential is "${granted}". Nothing was sent.`,
			);
			expect(description).toContain('MISP Scoped API');
			expect(lab.sent).toEqual([]);
		},
	);

	it('stops only those items that need more, when it depends on the input', async () => {
		const { items } = await lab.run(
			'apiRequest',
			'send',
			{ method: 'GET', path: '={{ $json.path }}' },
			{
				access: 'read',
				onError: 'continueRegularOutput',
				input: [{ path: '/events/view/1' }, { path: '/events/delete/1' }],
			},
		);
		expect(items[0]?.json).toHaveProperty('Event');
		expect(items[1]?.json.error).toContain('needs the access level "Contribute"');
		expect(lab.sent).toEqual(['GET /events/view/1']);
	});

	it('is "Read Only" when the credential does not say', async () => {
		const { message } = await lab.failure(
			'event',
			'create',
			{ info: 'x' },
			{ credential: { accessLevel: undefined as never } },
		);
		expect(message).toContain('this credential is "Read Only"');
	});
});

describe('a failure that every other item would meet too', () => {
	const input = Array.from({ length: 20 }, () => ({ id: '1' }));
	const get = { event: byId('={{ $json.id }}') };
	const setting = { input, onError: 'continueRegularOutput' } as const;

	it('is not tried again for each of them when the key is refused', async () => {
		const { items } = await lab.run('event', 'get', get, { ...setting, key: 'wrong' });
		expect(lab.requests).toHaveLength(1);
		expect(items).toHaveLength(20);
		expect(items[0]?.json.error).toMatch(/^Authentication failed/);
		expect(items[19]?.json.error).toMatch(
			/^Not tried, since the items before failed: Authentication failed/,
		);
		expect(paired(items)).toEqual(input.map((_, index) => index));
	});

	it('is tried three times when MISP is away', async () => {
		lab.faults.set('reset');
		const { items } = await lab.run('event', 'delete', get, setting);
		expect(lab.requests).toHaveLength(3);
		expect(items.map(({ json }) => /^Not tried/.test(String(json.error)))).toEqual(
			input.map((_, index) => index >= 3),
		);
	});

	it('is forgotten when an item succeeds in between', async () => {
		const good = [own(), own()].map(({ id }) => String(id));
		lab.faults.set('reset', { match: /delete\/1$/ });
		const { items } = await lab.run('event', 'delete', get, {
			...setting,
			input: ['1', '1', good[0], '1', '1', good[1]].map((id) => ({ id })),
		});
		expect(lab.requests).toHaveLength(6);
		expect(items.map(({ json }) => json.deleted ?? false)).toEqual([
			false,
			false,
			true,
			false,
			false,
			true,
		]);
	});
});

describe('cancelling the execution', () => {
	afterEach(() => lab.sandbox.setCost(0));

	it.each([undefined, 'continueRegularOutput', 'continueErrorOutput'] as const)(
		'stops an operation that runs for each item, with On Error %s',
		async (onError) => {
			lab.sandbox.setCost(30);
			const input = Array.from({ length: 100 }, () => ({}));
			const { run } = await lab.run(
				'event',
				'get',
				{ event: byId(1) },
				{
					input,
					...(onError ? { onError } : {}),
					onStart: (cancel) => void requests(3).then(cancel),
				},
			);
			const sent = lab.requests.length;
			expect(sent).toBeLessThan(6);
			expect(run?.status).toBe('canceled');
			await new Promise((resolve) => setTimeout(resolve, 150));
			expect(lab.requests).toHaveLength(sent);
		},
	);

	it.each([undefined, 'continueRegularOutput'] as const)(
		'stops a batch between its requests, with On Error %s',
		async (onError) => {
			lab.sandbox.setCost(100);
			const event = own();
			const input = Array.from({ length: 3000 }, (_, n) => ({
				event: event.id,
				value: `c${n}.example.com`,
			}));
			await lab.run('attribute', 'create', attribute, {
				input,
				...(onError ? { onError } : {}),
				onStart: (cancel) => void requests(2).then(cancel),
			});
			await new Promise((resolve) => setTimeout(resolve, 300));
			expect(lab.requests.length).toBeLessThan(4); // of 6
		},
	);

	it('stops a search between its pages', async () => {
		lab.sandbox.setCost(30);
		for (let n = 0; n < 300; n += 1) lab.world.addEvent({ orgId: 2, info: `Cancel ${n}` });
		await lab.run(
			'event',
			'search',
			{ eventinfo: 'Cancel', returnAll: true },
			{ onStart: (cancel) => void requests(2).then(cancel) },
		);
		await new Promise((resolve) => setTimeout(resolve, 150));
		expect(lab.requests.length).toBeLessThan(4); // of 6
	});

	it('stops waiting for a publication', async () => {
		lab.world.settings.workersRunning = false;
		const started = Date.now();
		await lab
			.run(
				'event',
				'publish',
				{ event: byId(own().id), timeout: 60 },
				{ access: 'publish', onStart: (cancel) => void requests(3).then(cancel) },
			)
			.finally(() => {
				lab.world.settings.workersRunning = true;
			});
		expect(Date.now() - started).toBeLessThan(10_000);
		expect(lab.requests.length).toBeLessThan(5);
	});
});

describe('MISP going away in the middle', () => {
	/** A sandbox of its own that stops after some requests. */
	/** The port may be another server's by then. */
	const GONE = /refused the connection|The connection to .* broke|is not trusted/;

	async function dying(after: number) {
		const mortal = new Lab();
		mortal.sandbox = await startSandbox();
		await mortal.savedCredential();
		const { requests: log } = mortal;
		const stopped = (async () => {
			while (log.filter(({ status }) => status !== 0).length < after) {
				await new Promise((resolve) => setTimeout(resolve, 1));
			}
			await mortal.sandbox.stop();
		})();
		mortal.sandbox.setCost(20);
		return { mortal, stopped };
	}

	const input = [{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }];
	const parameters = { event: byId('={{ $json.id }}') };

	it('stops the run with the item that it happened to', async () => {
		const { mortal, stopped } = await dying(2);
		const { message, description, itemIndex } = await mortal.failure('event', 'get', parameters, {
			input,
		});
		await stopped;
		expect(itemIndex).toBe(2);
		expect(message).toMatch(GONE);
		expect(description).toMatch(/MISP/);
	});

	it('keeps what was done before, when the node continues', async () => {
		const { mortal, stopped } = await dying(2);
		const { items, error } = await mortal.run('event', 'get', parameters, {
			input,
			onError: 'continueRegularOutput',
		});
		await stopped;
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json.id)).toEqual(['1', '2', undefined, undefined]);
		expect(items[3]?.json.error).toMatch(GONE);
		expect(paired(items)).toEqual([0, 1, 2, 3]);
	});

	it('says that it is not known whether a write was done that broke twice, and still answers every item', async () => {
		const event = own();
		lab.faults.set('reset', { match: /attributes\/add/, times: 2 });
		const { items } = await lab.run('attribute', 'create', attribute, {
			input: Array.from({ length: 700 }, (_, n) => ({
				event: event.id,
				value: `w${n}.example.com`,
			})),
			onError: 'continueRegularOutput',
		});
		expect(items).toHaveLength(700);
		const errors = items.map(({ json }) => (json as Row).error);
		expect(
			errors
				.slice(0, 500)
				.every((text) => String(text).includes('It is not known whether MISP made the change')),
		).toBe(true);
		expect(errors.slice(500)).toEqual(Array(200).fill(undefined));
		expect(event.attributes).toHaveLength(200);
	});
});
