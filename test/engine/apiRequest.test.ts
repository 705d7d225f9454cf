import { useLab } from './support';

const lab = useLab();

describe('apiRequest.send', () => {
	it('sends a GET and gives one item for each entry of a list', async () => {
		const rows = await lab.rows(
			'apiRequest',
			'send',
			{ method: 'GET', path: 'events/index/limit:2' },
			{ access: 'read' },
		);
		expect(lab.sent).toEqual(['GET /events/index/limit:2']);
		expect(rows).toHaveLength(2);
		expect(rows[0]).toHaveProperty('timestamp_iso');
	});

	it('sends a POST with its body, from text or from an expression', async () => {
		for (const body of ['{"eventinfo": "Loader"}', '={{ ({ eventinfo: "Loader" }) }}']) {
			const rows = await lab.rows(
				'apiRequest',
				'send',
				{ method: 'POST', path: '/events/index', body },
				{ access: 'read' },
			);
			expect(lab.body(-1)).toEqual({ eventinfo: 'Loader' });
			expect(rows.map(({ info }) => info)).toEqual(['Loader delivered by e-mail attachment']);
		}
	});

	it('leaves the envelope on', async () => {
		const row = await lab.row('apiRequest', 'send', { path: '/events/view/1' }, { access: 'read' });
		expect(Object.keys(row)).toEqual(['Event']);
	});

	it('gives an export as text', async () => {
		const row = await lab.row(
			'apiRequest',
			'send',
			{
				method: 'POST',
				path: '/attributes/restSearch',
				body: { returnFormat: 'text', eventid: '3', to_ids: [0, 1], published: [0, 1] },
				reply: 'text',
			},
			{ access: 'read' },
		);
		expect(row.text).toContain('c2.example.net');
	});

	it('does not send a body with GET and DELETE', async () => {
		const event = lab.world.addEvent({ orgId: 2 });
		const attribute = lab.world.addAttribute(event, { type: 'domain', value: 'del.example.com' });
		await lab.run('apiRequest', 'send', {
			method: 'DELETE',
			path: `/attributes/delete/${attribute.id}`,
			body: '{"a": 1}',
		});
		expect(lab.requests[0]).toMatchObject({ method: 'DELETE', body: undefined });
	});

	it('takes no notice of a body that an expression leaves without a use', async () => {
		const method = '={{ $json.method }}';
		const parameters = { method, path: '/events/view/1', body: '{"a": ' };
		const row = await lab.row('apiRequest', 'send', parameters, { input: [{ method: 'GET' }] });
		expect(row).toHaveProperty('Event');
		const failure = await lab.failure('apiRequest', 'send', parameters, {
			input: [{ method: 'POST' }],
		});
		expect(failure.message).toContain('"Body (JSON)" is not valid JSON');
	});

	it.each([
		['read', 'POST', '/events/add', '{"info": "x"}', 'Contribute'],
		['contribute', 'POST', '/events/publish/1', '', 'Publish'],
		['contribute', 'POST', '/events/add', '{"Event": {"info": "x", "published": 1}}', 'Publish'],
		['publish', 'GET', '/servers/serverSettings', '', 'Administer'],
		['publish', 'POST', '/admin/users/add', '{}', 'Administer'],
		['publish', 'GET', '/unheard/of', '', 'Administer'],
	] as const)(
		'with the level %s refuses %s %s, which needs more, and sends nothing',
		async (access, method, path, body, needed) => {
			const { message } = await lab.failure(
				'apiRequest',
				'send',
				{ method, path, body },
				{ access },
			);
			expect(message).toContain(`needs the access level "${needed}"`);
			expect(message).toContain('Nothing was sent');
			expect(lab.sent).toEqual([]);
		},
	);

	it.each([
		['https://evil.example.net/events', 'names another host'],
		['//evil.example.net/events', 'names another host'],
		['/events/../users/view/1', 'climbs out'],
		['/events/%2e%2e/users/view/1', 'climbs out'],
		['/events/view/1%2f..%2f..%2fusers', 'encoded slash'],
		['/events/view/1?x=1', 'query'],
		['/events/view/1#x', 'fragment'],
		['/events/view/1 2', 'a space'],
		['/events\\..\\users', 'control character'],
		['/', 'is empty'],
	])('refuses the path %s and sends nothing', async (path, words) => {
		const { message, description } = await lab.failure(
			'apiRequest',
			'send',
			{ path },
			{ access: 'administer' },
		);
		expect(message).toContain(words);
		expect(description).toContain('like /events/view/1');
		expect(lab.sent).toEqual([]);
	});

	it.each([
		['{"a": ', 'is not valid JSON'],
		['"text"', 'must be a JSON object or list'],
		['5', 'must be a JSON object or list'],
	])('refuses the body %s and sends nothing', async (body, words) => {
		const { message } = await lab.failure('apiRequest', 'send', {
			method: 'POST',
			path: '/events/index',
			body,
		});
		expect(message).toContain('"Body (JSON)"');
		expect(message).toContain(words);
		expect(lab.sent).toEqual([]);
	});

	it('hands on MISP’s error', async () => {
		const { message, description } = await lab.failure(
			'apiRequest',
			'send',
			{ path: '/unheard/of' },
			{ access: 'administer' },
		);
		expect(message).toBe('Not Found');
		expect(description).toContain('Request: GET /unheard/of (status 404)');
	});

	it('tries a read again, but not a write', async () => {
		lab.faults.set('badGateway', { times: 1 });
		await lab.run('apiRequest', 'send', {
			method: 'POST',
			path: '/events/index',
			body: '{"limit": 1}',
		});
		expect(lab.requests).toHaveLength(2);
		lab.requests.length = 0;
		lab.faults.set('badGateway', { times: 1 });
		const { message } = await lab.failure('apiRequest', 'send', {
			method: 'POST',
			path: '/events/add',
			body: '{"info": "x"}',
		});
		expect(message).toContain('502');
		expect(lab.requests).toHaveLength(1);
	});
});
