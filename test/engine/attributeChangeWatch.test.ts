import { byId, useLab } from './support';
import { Watching } from './watch';

const lab = useLab();

const ALPHA = { orgId: 2, orgcId: 2 };
const HOUR = 3600;

const domain = (value: string, more: Record<string, unknown> = {}) => ({
	type: 'domain',
	value,
	...more,
});

/** A draft of CERT-ALPHA. */
const event = (info = 'Campaign') => lab.world.addEvent({ ...ALPHA, info });

const values = (rows: Array<Record<string, unknown>>) => rows.map(({ value }) => value);

describe('Attribute Added or Updated', () => {
	const begin = async (parameters: Record<string, unknown> = {}) =>
		await new Watching(lab, 'attributeUpdated', parameters).begin();

	it('starts for a new one and for each change, and not for a publication', async () => {
		const trigger = await begin();
		const campaign = event();
		const row = lab.world.history.add(campaign, domain('a.example.com'));
		expect(values(await trigger.next())).toEqual(['a.example.com']);
		lab.world.history.edit(row, { comment: 'seen' });
		expect(await trigger.next()).toMatchObject([{ value: 'a.example.com', comment: 'seen' }]);
		lab.world.history.tag(row, 'tlp:red');
		expect(await trigger.next()).toMatchObject([{ Tag: [{ name: 'tlp:red' }] }]);
		lab.world.history.tag(row, 'tlp:green', true);
		lab.world.publish(campaign);
		expect(await trigger.drained()).toEqual([]);
	});

	it('starts when one is restored, not when it is deleted', async () => {
		const trigger = await begin();
		const row = lab.world.history.add(event(), domain('a.example.com'));
		await trigger.drained();
		lab.world.history.softDelete(row);
		expect(await trigger.drained()).toEqual([]);
		lab.world.history.softDelete(row, false);
		expect(values(await trigger.drained())).toEqual(['a.example.com']);
	});

	it('finds what arrives with old times, and what was changed there lately', async () => {
		const trigger = await begin();
		const pulled = lab.world.history.pull({}, [domain('old.example.com')]);
		expect(values(await trigger.drained())).toEqual(['old.example.com']);
		const [row] = pulled.attributes;
		const changed = lab.world.now() - 600;
		lab.world.history.pullEdit(pulled, { timestamp: changed }, [
			{ uuid: row?.uuid ?? '', type: 'domain', value: 'old.example.com', comment: 'edited there' },
		]);
		expect(await trigger.drained()).toMatchObject([{ comment: 'edited there' }]);
	});

	it('hands on many of one second in parts, each once', async () => {
		const trigger = await begin({ options: { limit: 100 } });
		lab.world.history.attributes(event(), 250);
		const rows = await trigger.drained();
		expect(new Set(rows.map(({ id }) => id)).size).toBe(250);
		expect(rows).toHaveLength(250);
	});

	it('starts when the event is published, where only published data is wanted', async () => {
		const trigger = await begin({ filters: { published: 1 } });
		const campaign = event();
		lab.world.history.add(campaign, domain('a.example.com'));
		expect(await trigger.drained()).toEqual([]);
		lab.world.publish(campaign);
		expect(values(await trigger.drained())).toEqual(['a.example.com']);
		lab.world.publish(campaign);
		expect(await trigger.drained()).toEqual([]);
	});

	it('asks MISP once when nothing happens, one clock after the other', async () => {
		const trigger = await begin({ type: ['domain'] });
		await trigger.drained();
		lab.requests.length = 0;
		expect(await trigger.next()).toEqual([]);
		expect(await trigger.next()).toEqual([]);
		expect(lab.sent).toEqual(['POST /attributes/restSearch', 'POST /attributes/restSearch']);
		const now = lab.world.now();
		const clocks = [lab.body(0), lab.body(1)].map(({ order }) => order);
		expect(clocks.sort()).toEqual([
			'Attribute.timestamp asc, Attribute.id asc',
			'Event.publish_timestamp asc, Attribute.id asc',
		]);
		expect(lab.body(1)).toMatchObject({ type: ['domain'], returnFormat: 'json', page: 1 });
		const window = lab.body(1).attribute_timestamp ?? lab.body(1).publish_timestamp;
		expect((window as number[])[1]).toBeLessThanOrEqual(now - 5);
	});

	it('goes on from an old state after a restart', async () => {
		const trigger = await begin();
		const row = lab.world.history.add(event(), domain('a.example.com'));
		expect(await trigger.next()).toHaveLength(1);
		lab.world.advance(7 * 24 * HOUR);
		lab.world.history.edit(row, { comment: 'a week later' });
		trigger.restart();
		expect(await trigger.drained()).toMatchObject([{ comment: 'a week later' }]);
	});

	it('fetches a recent one in the editor', async () => {
		const trigger = await begin();
		lab.world.history.add(event(), domain('a.example.com'));
		expect(await trigger.fetchTestEvent()).toHaveLength(1);
		expect(values(await trigger.next())).toEqual(['a.example.com']);
	});
});

describe('Attribute Deleted', () => {
	const begin = async (parameters: Record<string, unknown> = {}, setting = {}) =>
		await new Watching(lab, 'attributeDeleted', parameters, setting).begin();

	it('starts for each deletion, and not for a restoration', async () => {
		const campaign = event();
		const row = lab.world.history.add(campaign, domain('a.example.com'));
		lab.world.history.add(campaign, domain('kept.example.com'));
		const trigger = await begin();
		expect(await trigger.next()).toEqual([]);
		lab.world.history.softDelete(row);
		expect(await trigger.drained()).toMatchObject([
			{ value: 'a.example.com', deleted: true, Event: { info: 'Campaign' } },
		]);
		lab.world.history.softDelete(row, false);
		expect(await trigger.drained()).toEqual([]);
		lab.world.history.softDelete(row);
		expect(values(await trigger.drained())).toEqual(['a.example.com']);
		lab.world.publish(campaign);
		expect(await trigger.drained()).toEqual([]);
	});

	it('starts for a deletion that is synchronised', async () => {
		const pulled = lab.world.history.pull({}, [domain('a.example.com')]);
		const trigger = await begin();
		const [row] = pulled.attributes;
		lab.world.advance(HOUR);
		const gone = { ...domain('a.example.com'), uuid: row?.uuid ?? '', deleted: true };
		lab.world.history.pullEdit(pulled, { timestamp: lab.world.now() - 600 }, [gone]);
		expect(await trigger.drained()).toMatchObject([{ value: 'a.example.com', deleted: true }]);
	});

	it('asks MISP once when nothing happens, for deleted ones only', async () => {
		const trigger = await begin({ filters: { to_ids: 1 } });
		await trigger.drained();
		lab.requests.length = 0;
		expect(await trigger.next()).toEqual([]);
		expect(lab.sent).toEqual(['POST /attributes/restSearch']);
		expect(lab.body()).toMatchObject({ deleted: 'only', to_ids: 1, returnFormat: 'json' });
	});

	it('reads those for good in the audit log', async () => {
		const admin = { key: 'admin' } as const;
		const campaign = event();
		const trigger = await begin({ deletion: 'hard', type: ['domain'] }, admin);
		const add = (value: string, type = 'domain') =>
			lab.world.history.add(campaign, { type, value });
		const soft = add('soft.example.com');
		const remove = async (id: number, hard: boolean) =>
			await lab.rows('attribute', 'delete', { attribute: byId(String(id)), hard }, admin);
		await remove(soft.id, false);
		await remove(add('other', 'text').id, true);
		const gone = add('gone.example.com');
		await remove(gone.id, true);
		expect(await trigger.next()).toMatchObject([
			{
				id: String(gone.id),
				event_id: String(campaign.id),
				value: 'gone.example.com',
				type: 'domain',
				deleted_for_good: true,
				User: { email: 'admin@admin.test' },
			},
		]);
		expect(await trigger.drained()).toEqual([]);
		lab.requests.length = 0;
		await trigger.next();
		expect(lab.sent[0]).toMatch(
			/^GET \/admin\/audit_logs\/index\/model:Attribute\/action:delete\/page:1\/limit:\d+$/,
		);
		expect(lab.sent).toHaveLength(1);
		expect(await trigger.fetchTestEvent()).toMatchObject([{ json: { value: 'gone.example.com' } }]);
	});

	it('says which permission is missing for the audit log', async () => {
		const { roleId } = lab.world.user('user@alpha.test');
		const role = lab.world.roles.get(roleId);
		if (!role) throw new Error('There is no such role.');
		const grants = new Set([...role.grants].filter((grant) => grant !== 'perm_audit'));
		lab.world.roles.set(roleId, { ...role, grants });
		const trigger = new Watching(lab, 'attributeDeleted', { deletion: 'hard' }, { key: 'user' });
		await lab.savedCredential({ credential: trigger.credential });
		await expect(trigger.activate()).rejects.toMatchObject({
			description: expect.stringContaining('permission "Audit"') as unknown,
		});
		lab.world.roles.set(roleId, role);
	});
});
