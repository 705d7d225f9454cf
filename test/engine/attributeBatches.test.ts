import { randomUUID } from 'node:crypto';

import { byId, useLab } from './support';

/** Many items of attribute operations: how they share requests, and what becomes of each. */

const lab = useLab();

const own = () => lab.world.addEvent({ orgId: 2, userId: 2 });

const domains = (count: number) =>
	Array.from({ length: count }, (_, at) => ({ value: `host${at}.example.com` }));

/** How many attributes each request brought. */
const sizes = () =>
	lab.requests
		.filter(({ path }) => path.startsWith('/attributes/add/'))
		.map(({ body }) => (body as unknown[]).length);

describe('attribute.create', () => {
	const create = async (count: number) => {
		const event = own();
		const rows = await lab.rows(
			'attribute',
			'create',
			{ event: byId(event.id), type: 'domain', value: '={{ $json.value }}' },
			{ input: domains(count) },
		);
		expect(rows.map(({ value }) => value)).toEqual(domains(count).map(({ value }) => value));
		expect(event.attributes).toHaveLength(count);
		return event;
	};

	it('takes a few requests, and keeps the order', async () => {
		await create(1700);
		// 500, 1000 and 200 where the sandbox is quick; `unit/definition/pace.test.ts` has the clock.
		expect(sizes()[0]).toBe(500);
		expect(sizes().length).toBeLessThan(6);
		expect(lab.requests).toHaveLength(sizes().length);
	});

	it('sends half as many when that is too much for a proxy', async () => {
		lab.faults.set('refusalPage', { status: 413, times: 1, match: /attributes\/add/ });
		await create(60);
		expect(sizes()).toEqual([60, 30, 30]);
	});

	it('sends what is missing once more under the same UUIDs when the connection broke', async () => {
		lab.faults.set('reset', { times: 1, match: /attributes\/add/ });
		const event = await create(40);
		expect(lab.sent).toEqual([
			`POST /attributes/add/${event.id}`,
			'POST /attributes/restSearch',
			`POST /attributes/add/${event.id}`,
		]);
		expect(lab.body(2)).toEqual(lab.body(0));
	});

	it('sends nothing twice that MISP saved before a proxy lost patience', async () => {
		lab.faults.set('gatewayTimeout', { times: 1, match: /attributes\/add/ });
		await create(40);
		expect(sizes()).toEqual([40]);
	});

	it('gives up after the second break, and says of each that nobody knows', async () => {
		lab.faults.set('reset', { match: /attributes\/add/ });
		const { items } = await lab.run(
			'attribute',
			'create',
			{ event: byId(own().id), type: 'domain', value: '={{ $json.value }}' },
			{ input: domains(3), onError: 'continueRegularOutput' },
		);
		const unknown = expect.stringContaining('It is not known whether MISP made the change');
		expect(items.map(({ json }) => json.error)).toEqual([unknown, unknown, unknown]);
		expect(sizes()).toEqual([3, 3]);
	});
});

describe('attribute.lookup', () => {
	it('asks for fewer at once when that is too much for a proxy', async () => {
		const known = ['known0.example.com', 'known1.example.com'];
		for (const value of known) lab.world.addAttribute(own(), { type: 'domain', value });
		const asked = [...known, ...domains(48).map(({ value }) => `never-${value}`)];
		lab.faults.set('refusalPage', { status: 413, times: 1, match: /attributes\/restSearch/ });
		const rows = await lab.rows(
			'attribute',
			'lookup',
			{ from: 'values', values: ['={{ $json.value }}'] },
			{ input: asked.map((value) => ({ value })), access: 'read' },
		);
		expect(rows.map(({ value }) => value)).toEqual(asked);
		expect(rows.filter(({ status }) => status === 'found').map(({ value }) => value)).toEqual(
			known,
		);
		const searches = lab.requests.filter(({ path }) => path === '/attributes/restSearch');
		expect(searches).toHaveLength(3);
	});
});

describe('attribute.delete', () => {
	const remove = async (attributes: unknown[], more: Record<string, unknown> = {}) =>
		await lab.run(
			'attribute',
			'delete',
			{ attribute: byId('={{ $json.id }}'), ...more },
			{ input: attributes.map((id) => ({ id })), onError: 'continueRegularOutput' },
		);

	const outcomes = ({ items }: Awaited<ReturnType<typeof remove>>) =>
		items.map(({ json, pairedItem }, at) => {
			expect(pairedItem).toEqual({ item: at });
			return json.error ?? (json.deleted === true ? 'deleted' : 'gone');
		});

	it('deletes those of an event together, and answers each in its place', async () => {
		const [first, second] = [own(), own()];
		const rows = [
			...lab.world.history.attributes(first, 2),
			...lab.world.history.attributes(second, 2),
		];
		const [a, b, c, d] = rows.map(({ uuid }) => uuid);
		const missing = randomUUID();
		const result = await remove([c, a, missing, d, b, a]);
		expect(outcomes(result)).toEqual(['deleted', 'deleted', 'gone', 'deleted', 'deleted', 'gone']);
		expect(lab.sent).toEqual([
			'POST /attributes/restSearch',
			`POST /attributes/deleteSelected/${second.id}`,
			`POST /attributes/deleteSelected/${first.id}`,
		]);
		expect(rows.every(({ deleted }) => deleted)).toBe(true);
		expect(result.hints).toEqual([
			expect.stringContaining(missing),
			expect.stringContaining(String(a)),
		]);
	});

	it('spares what else is in the event, though an item names the event by mistake', async () => {
		const event = own();
		const rows = lab.world.history.attributes(event, 4);
		const result = await remove([rows[0]?.uuid, event.uuid, rows[1]?.uuid]);
		expect(outcomes(result)).toEqual(['deleted', 'gone', 'deleted']);
		expect(rows.map(({ deleted }) => deleted)).toEqual([true, true, false, false]);
	});

	it('leaves somebody else’s alone, which fails alone', async () => {
		const rows = lab.world.history.attributes(own(), 2);
		const foreign = lab.world.addAttribute(lab.world.addEvent({ orgId: 3, distribution: 3 }), {
			type: 'domain',
			value: 'theirs.example.com',
		});
		const result = await remove([rows[0]?.uuid, foreign.uuid, rows[1]?.uuid]);
		expect(outcomes(result)).toEqual([
			'deleted',
			'You do not have permission to do that.',
			'deleted',
		]);
		expect(foreign.deleted).toBe(false);
	});

	it('asks for each alone when MISP refuses some without saying which', async () => {
		const event = own();
		const rows = lab.world.history.attributes(event, 3);
		lab.faults.set('refusal', {
			times: 1,
			status: 404,
			message: 'No matching attributes found.',
			match: /deleteSelected/,
		});
		expect(outcomes(await remove(rows.map(({ uuid }) => uuid)))).toEqual([
			'deleted',
			'deleted',
			'deleted',
		]);
		expect(lab.sent.slice(-3)).toEqual(rows.map(({ uuid }) => `POST /attributes/delete/${uuid}`));
	});

	it('looks what was deleted when the reply broke off', async () => {
		const rows = lab.world.history.attributes(own(), 3);
		lab.faults.set('resetMidReply', { times: 1, match: /deleteSelected/ });
		const result = await remove(rows.map(({ uuid }) => uuid));
		expect(outcomes(result)).toEqual(['deleted', 'deleted', 'deleted']);
		expect(lab.sent.map((request) => request.split('/')[2])).toEqual([
			'restSearch',
			`deleteSelected`,
			'restSearch',
		]);
	});

	it('says that the outcome is unknown where nothing was deleted and the connection broke', async () => {
		const rows = lab.world.history.attributes(own(), 3);
		lab.faults.set('reset', { times: 1, match: /deleteSelected/ });
		const unknown = expect.stringContaining('It is not known whether MISP made the change');
		expect(outcomes(await remove(rows.map(({ uuid }) => uuid)))).toEqual([
			unknown,
			unknown,
			unknown,
		]);
	});

	it('deletes one by one for good, and by ids', async () => {
		const rows = lab.world.history.attributes(own(), 3);
		const result = await remove(
			rows.map(({ uuid }) => uuid),
			{ hard: true },
		);
		expect(outcomes(result)).toEqual(['deleted', 'deleted', 'deleted']);
		expect(lab.sent).toEqual(rows.map(({ uuid }) => `POST /attributes/delete/${uuid}/1`));
		lab.requests.length = 0;
		const others = lab.world.history.attributes(own(), 3);
		expect(outcomes(await remove(others.map(({ id }) => id)))).toEqual([
			'deleted',
			'deleted',
			'deleted',
		]);
		expect(lab.sent).toEqual(others.map(({ id }) => `POST /attributes/delete/${id}`));
	});
});

it('does not try one event after the other when MISP has gone away', async () => {
	const events = Array.from({ length: 6 }, own);
	lab.faults.set('badGateway', { match: /attributes\/add/ });
	const { items } = await lab.run(
		'attribute',
		'create',
		{ event: byId('={{ $json.event }}'), type: 'domain', value: '={{ $json.value }}' },
		{
			input: events.flatMap(({ id }) => domains(2).map((one) => ({ ...one, event: id }))),
			onError: 'continueRegularOutput',
		},
	);
	expect(items.slice(0, 6).every(({ json }) => /502/.test(String(json.error)))).toBe(true);
	const notTried = expect.stringContaining('Not tried, since the items before failed');
	expect(items.slice(6).map(({ json }) => json.error)).toEqual(Array(6).fill(notTried));
});
