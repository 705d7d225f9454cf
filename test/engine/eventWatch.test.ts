import { byId, useLab } from './support';
import { Watching } from './watch';

const lab = useLab();

const create = async (info: string, more: Record<string, unknown> = {}) =>
	await lab.row('event', 'create', { info, ...more });

const publish = async (id: unknown) =>
	await lab.row('event', 'publish', { event: byId(id) }, { access: 'publish' });

describe('Event Published', () => {
	it('starts when an event is published, and not again', async () => {
		const trigger = await new Watching(lab, 'eventPublished').begin();
		const { id } = await create('Phishing against example.com');
		expect(await trigger.next()).toEqual([]);

		await publish(id);
		expect(await trigger.next()).toMatchObject([{ id, info: 'Phishing against example.com' }]);
		expect(await trigger.drained()).toEqual([]);

		await publish(id);
		expect(await trigger.drained()).toMatchObject([{ id }]);
	});
});

describe('Event Created', () => {
	it('starts once for each event', async () => {
		const trigger = await new Watching(lab, 'eventCreated').begin();
		const a = await create('One');
		const b = await create('Two');
		expect(await trigger.next()).toMatchObject([{ id: a.id }, { id: b.id }]);
		expect(await trigger.drained()).toEqual([]);
	});
});

describe('Event Updated', () => {
	it('starts for each change', async () => {
		const trigger = await new Watching(lab, 'eventUpdated').begin();
		const { id } = await create('One');
		expect(await trigger.next()).toMatchObject([{ id, info: 'One' }]);
		await lab.row('event', 'update', { event: byId(id), updateFields: { info: 'Two' } });
		expect(await trigger.next()).toMatchObject([{ id, info: 'Two' }]);
		expect(await trigger.drained()).toEqual([]);
	});
});
