import { randomUUID } from 'node:crypto';

import { byId, everythingIn, useLab } from './support';

const lab = useLab();

const own = (info: string) => lab.world.addEvent({ orgId: 2, info });

describe('the key in use', () => {
	it('is hidden where MISP’s data contains it', async () => {
		const event = own(`leaked ${lab.sandbox.keys.user}!`);
		const row = await lab.row('event', 'get', { event: byId(event.id) });
		expect(row.info).toBe('leaked [key hidden]!');
		const [listed] = await lab.rows('event', 'getAll', { limit: 1 });
		expect(listed?.info).toBe('leaked [key hidden]!');
		const text = await lab.row('apiRequest', 'send', {
			path: `/events/view/${event.id}`,
			reply: 'text',
		});
		expect(text.text).toContain('leaked [key hidden]!');
	});

	it('is hidden in the request that an error shows', async () => {
		const { description } = await lab.failure(
			'apiRequest',
			'send',
			{ path: '=/events/view/{{ $json.key }}' },
			{ input: [{ key: lab.sandbox.keys.user }] },
		);
		expect(description).toContain('GET /events/view/[key hidden]');
	});

	it('is hidden in an error about what was entered', async () => {
		const input = [{ key: lab.sandbox.keys.user }];
		const { message } = await lab.failure(
			'event',
			'create',
			{ info: 'x', threatLevel: '={{ $json.key }}' },
			{ input },
		);
		expect(message).toContain('(got "[key hidden]")');
		const { items } = await lab.run(
			'attribute',
			'create',
			{ event: byId(1), type: 'ip-dst', value: '={{ $json.key }}' },
			{ input, onError: 'continueRegularOutput' },
		);
		expect(items[0]?.json.error).toContain('"[key hidden]" is not a value for the type ip-dst');
	});

	it('is hidden when it stands in the place of the address', async () => {
		const key = lab.sandbox.keys.user;
		const { message } = await lab.failure(
			'event',
			'get',
			{ event: byId(1) },
			{ credential: { url: key } },
		);
		expect(message).not.toContain(key);
	});

	it('goes to MISP in one header and nowhere else', async () => {
		await lab.row('event', 'create', { info: 'x' });
		const [request] = lab.requests;
		const { authorization, ...others } = request?.headers ?? {};
		expect(authorization).toBe(lab.sandbox.keys.user);
		expect(everythingIn([others, request?.path, request?.body])).not.toContain(
			lab.sandbox.keys.user,
		);
	});

	it.each([
		'reset',
		'badGateway',
		'htmlPage',
		'malformedJson',
		'internalError',
		'foreignRedirect',
		'maintenance',
	] as const)('is in no part of the error after %s', async (fault) => {
		lab.faults.set(fault);
		const { error } = await lab.run('event', 'create', { info: randomUUID() });
		expect(error?.message).toBeTruthy();
		expect(everythingIn(error)).not.toContain(lab.sandbox.keys.user);
	});
});

it('is found by the check that every run of these tests passes through', async () => {
	const event = own(`of somebody else: ${lab.sandbox.keys.publisher}`);
	await expect(lab.run('event', 'get', { event: byId(event.id) })).rejects.toThrow(
		'The key "publisher" is in what came out of the node.',
	);
});
