/** Rules of MISP that the sandbox keeps and no recording shows. */
import { startSandbox, type Sandbox } from '../sandbox/server';
import { ask, type Asked } from './ask';

let sandbox: Sandbox;

afterEach(async () => {
	await sandbox.stop();
});

describe('rules of MISP that no recording shows', () => {
	beforeEach(async () => {
		sandbox = await startSandbox();
	});

	const countOf = async (path: string, body: unknown, key: Asked['key'] = 'admin') =>
		Number((await ask(sandbox, path, { key, body })).headers['x-result-count']);

	test('a nested event is saved whole, and edited by merging', async () => {
		const added = await ask(sandbox, '/events/add', {
			body: {
				Event: {
					info: 'nested',
					Attribute: [
						{ type: 'domain', value: 'Nested.Example.COM.' },
						{ type: 'domain', value: 'nested.example.com' },
					],
					Object: [
						{
							name: 'file',
							Attribute: [{ object_relation: 'md5', type: 'md5', value: 'a'.repeat(32) }],
						},
					],
					EventReport: [{ name: 'report', content: '# text' }],
					Galaxy: [{ GalaxyCluster: [{ tag_name: 'misp-galaxy:sandbox-actor="Paper Heron"' }] }],
				},
			},
		});
		const event = added.json().Event as Record<string, Array<Record<string, unknown>>>;
		expect(event.Attribute?.map((row) => row.value)).toEqual(['nested.example.com']);
		expect(event.Object?.[0]?.Attribute).toMatchObject([{ value: 'a'.repeat(32) }]);
		expect(event.EventReport).toMatchObject([{ name: 'report', content: '# text' }]);
		expect(event.Galaxy).toMatchObject([{ GalaxyCluster: [{ value: 'Paper Heron' }] }]);
		expect(event.attribute_count).toBe('2');
		const [first] = event.Attribute ?? [];
		const edited = await ask(sandbox, `/events/edit/${String(event.id)}`, {
			body: {
				Attribute: [
					{ uuid: first?.uuid, comment: 'changed' },
					{ type: 'ip-dst', value: '198.51.100.9' },
				],
			},
		});
		const after = edited.json().Event as typeof event;
		expect(after.Attribute?.map(({ value, comment }) => [value, comment])).toEqual([
			['nested.example.com', 'changed'],
			['198.51.100.9', ''],
		]);
		expect(after.info).toBe('nested');
	});

	test('a deleted event cannot come back, and an existing one is pointed to', async () => {
		const event = sandbox.world.addEvent({ orgId: 2, orgcId: 2 });
		const again = { body: { info: 'again', uuid: event.uuid } };
		const known = await ask(sandbox, '/events/add', again);
		expect([known.status, known.headers.location]).toEqual([
			404,
			`${sandbox.url}/events/${event.id}`,
		]);
		await ask(sandbox, `/events/delete/${event.id}`, { method: 'POST' });
		expect((await ask(sandbox, '/events/add', again)).status).toBe(403);
	});

	test('false is no filter, zero is', async () => {
		const all = sandbox.world.events.size;
		const hidden = [...sandbox.world.events.values()].filter((event) => !event.published).length;
		expect(await countOf('/events/restSearch', { published: false })).toBe(all);
		expect(await countOf('/events/restSearch', { published: 0 })).toBe(hidden);
		expect(hidden).toBeLessThan(all);
	});

	test('a negated value excludes nothing, a negated type does', async () => {
		const all = sandbox.world.attributes.size;
		expect(await countOf('/attributes/restSearch', { value: '!c2.example.net' })).toBe(all);
		const domains = [...sandbox.world.attributes.values()].filter((row) => row.type === 'domain');
		expect(await countOf('/attributes/restSearch', { type: '!domain' })).toBe(all - domains.length);
	});

	test('each organisation sees what it may', async () => {
		const seen = async (key: Asked['key']) =>
			await countOf('/events/restSearch', { limit: 50 }, key);
		const world = sandbox.world;
		const own = (orgId: number) =>
			[...world.events.values()].filter((event) => event.distribution > 0 || event.orgId === orgId)
				.length;
		expect(await seen('admin')).toBe(world.events.size);
		expect(await seen('user')).toBe(own(2));
		expect(await seen('beta_user')).toBe(own(3));
		const group = world.sharingGroups.get(1);
		if (group !== undefined) group.members = group.members.filter(({ orgId }) => orgId !== 3);
		expect(await seen('beta_user')).toBe(own(3) - 1);
	});

	test('a named parameter may stand in the path', async () => {
		const got = await ask(sandbox, '/attributes/restSearch/type:domain/limit:2.json', {
			key: 'admin',
		});
		const { Attribute } = got.json().response as { Attribute: Array<{ type: string }> };
		expect(Attribute.map((row) => row.type)).toEqual(['domain', 'domain']);
	});

	test('a key that expires says when', async () => {
		const { world, keys } = sandbox;
		const row = [...world.authKeys.values()].find((key) => key.value === keys.user);
		if (row !== undefined) row.expiration = Date.parse('2099-01-02T03:04:05Z') / 1000;
		const got = await ask(sandbox, '/servers/getVersion', { key: 'user' });
		expect(got.headers['x-auth-key-expiration']).toBe('2099-01-02T03:04:05+00:00');
	});
});
