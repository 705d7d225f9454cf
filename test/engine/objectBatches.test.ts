import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

import { byId, useLab, type Setting } from './support';

/** Many items of object.create: how they share requests, and what becomes of each. */

const lab = useLab();

const own = () => lab.world.addEvent({ orgId: 2, userId: 2 });

type Item = { domain: string; event?: unknown; more?: unknown; uuid?: string };

const create = async (
	event: unknown,
	items: Item[],
	additionalFields: Record<string, unknown> = { moreAttributes: '={{ $json.more ?? [] }}' },
	setting: Setting = {},
) =>
	await lab.run(
		'object',
		'create',
		{
			event: byId('={{ $json.event ?? ' + JSON.stringify(event) + ' }}'),
			template: 'domain-ip',
			attributes: { domain: '={{ $json.domain }}', ip: ['192.0.2.1', '192.0.2.2'] },
			additionalFields,
		},
		{ input: items, onError: 'continueRegularOutput', ...setting },
	);

const domains = (count: number): Item[] =>
	Array.from({ length: count }, (_, at) => ({ domain: `host${at}.example.com` }));

type Row = { object_relation: string; value: string };

/** The domain of each object, or why there is none, in the order of the items. */
const outcomes = ({ items }: Awaited<ReturnType<typeof create>>) =>
	items.map(({ json, pairedItem }, at) => {
		expect(pairedItem).toEqual({ item: at });
		const rows = (json.Attribute ?? []) as Row[];
		return json.error ?? rows.find(({ object_relation: name }) => name === 'domain')?.value;
	});

/** What was sent after the template was read. */
const sent = () => lab.sent.filter((line) => !/objectTemplates|describeTypes/.test(line));

it('adds those of an event together, and answers each in its place', async () => {
	const [first, second] = [own(), own()];
	const items = domains(11).map((item, at) => ({
		...item,
		event: at % 2 === 0 ? first.id : second.id,
	}));
	expect(outcomes(await create(0, items))).toEqual(items.map(({ domain }) => domain));
	expect([first.objects.length, second.objects.length]).toEqual([6, 5]);
	expect(sent()).toEqual([
		'POST /events/index',
		`POST /events/edit/${first.id}`,
		'POST /events/index',
		`POST /events/edit/${second.id}`,
	]);
});

it('is a handful of requests for a thousand', async () => {
	const event = own();
	const items = domains(1000);
	expect(outcomes(await create(event.id, items))).toEqual(items.map(({ domain }) => domain));
	expect(event.objects).toHaveLength(1000);
	expect(lab.sent.length).toBeLessThanOrEqual(12);
});

it('stores what a single one stores, and gives the same row', async () => {
	const event = own();
	const details = {
		comment: 'seen',
		distribution: 1,
		firstSeen: '2026-01-01T00:00:00Z',
		lastSeen: '2026-01-02T00:00:00Z',
		moreAttributes: [
			{ object_relation: 'text', value: 'x', comment: 'c', Tag: [{ name: 'tlp:green' }] },
		],
	};
	const { items } = await create(event.id, domains(5), details);
	const alone = await create(event.id, [{ domain: 'alone.example.com' }], details);
	const single = alone.items[0]?.json as Record<string, unknown>;
	expect(sent()).toContain(`POST /events/edit/${event.id}`);
	expect(sent().filter((line) => line.startsWith('POST /objects/add/'))).toHaveLength(1);
	const varying = { id: 0, uuid: 0, timestamp: 0, timestamp_iso: 0, Attribute: 0 };
	expect({ ...items[0]?.json, ...varying }).toEqual({ ...single, ...varying });
	const inside = (row: unknown) => Object.keys((row as { Attribute: object[] }).Attribute[0] ?? {});
	expect(inside(items[0]?.json).sort()).toEqual(
		expect.arrayContaining(inside(single).filter((name) => !/^value\d/.test(name))),
	);
	const [batched, plain] = [event.objects[0], event.objects[5]];
	const apart = { id: 0, uuid: 0, timestamp: 0, attributes: 0 };
	expect({ ...batched, ...apart }).toEqual({ ...plain, ...apart });
	const stored = (at: number) =>
		event.objects[at]?.attributes.map((row) => ({
			...row,
			...{ id: 0, uuid: 0, timestamp: 0, objectId: 0, value1: 0, tags: row.tags.length },
		}));
	expect(stored(0)).toEqual(stored(5));
});

it('names the tags that MISP dropped', async () => {
	const event = lab.world.addEvent({ orgId: 2, userId: 4 });
	const more = [{ object_relation: 'text', value: 'x', Tag: [{ name: 'no:such' }] }];
	const items = domains(5).map((item, at) => (at === 3 ? { ...item, more } : item));
	const { items: rows } = await create(event.id, items, undefined, { key: 'user' });
	const lost = [expect.objectContaining({ what: 'tag', name: 'no:such' })];
	expect(rows.map(({ json }) => json.dropped)).toEqual([
		undefined,
		undefined,
		undefined,
		lost,
		undefined,
	]);
});

it('lets a bad one fail alone, in MISP’s words, and leaves nothing of it', async () => {
	const event = own();
	const items = domains(6);
	items[1] = { domain: 'no domain' };
	items[4] = { domain: 'b.example.com', more: [{ object_relation: 'nonsense', value: 'x' }] };
	const expected: unknown[] = items.map(({ domain }) => domain);
	expected[1] = expect.stringContaining('at least one attribute has failed validation (domain)');
	expected[4] = expect.stringContaining('has no attribute "nonsense"');
	expect(outcomes(await create(event.id, items))).toEqual(expected);
	expect(event.objects.filter(({ deleted }) => !deleted)).toHaveLength(4);
	expect(event.attributes.filter(({ deleted }) => !deleted)).toHaveLength(12);
});

it('sends those alone that name UUIDs, bring a file or must be new: an edit would change others', async () => {
	const event = own();
	const there = lab.world.addObject(event, { name: 'domain-ip' });
	const mine = lab.world.addAttribute(event, { type: 'text', value: 'mine' });
	const items: Item[] = [
		...domains(5),
		{ domain: 'a.example.com', uuid: there.uuid },
		{ domain: 'b.example.com', uuid: randomUUID() },
		{ domain: 'c.example.com', more: [{ object_relation: 'text', value: 'x', uuid: mine.uuid }] },
	];
	const result = await create(event.id, items, {
		uuid: '={{ $json.uuid ?? "" }}',
		moreAttributes: '={{ $json.more ?? [] }}',
	});
	expect(outcomes(result).slice(0, 5)).toEqual(items.slice(0, 5).map(({ domain }) => domain));
	expect(outcomes(result)[6]).toBe('b.example.com');
	expect([there.attributes.length, mine.value1]).toEqual([0, 'mine']);
	expect(sent().filter((line) => line.startsWith('POST /objects/add/'))).toHaveLength(3);
	lab.requests.length = 0;
	const again = await create(event.id, domains(5), { onDuplicate: 'fail' });
	expect(outcomes(again)).toEqual(Array(5).fill(expect.stringContaining('Duplicate object found')));
	expect(sent()).toHaveLength(5);
});

it('sends nothing when one does not fit its template and the run ends at errors', async () => {
	const event = own();
	const items = domains(6);
	items[3] = { domain: 'x.test', more: [{ object_relation: 'nonsense', value: 'x' }] };
	const { error } = await create(event.id, items, undefined, { onError: 'stopWorkflow' });
	expect(error?.message).toContain('has no attribute "nonsense"');
	expect(error?.context?.itemIndex).toBe(3);
	expect(sent()).toEqual([]);
});

it('keeps the order where it decides which of two is refused', async () => {
	const event = own();
	const items = domains(6).map(() => ({ domain: 'same.example.com' }));
	const result = await create(event.id, items, {
		onDuplicate: '={{ $itemIndex === 0 ? "fail" : "add" }}',
	});
	expect(outcomes(result)).toEqual(items.map(({ domain }) => domain));
	expect(event.objects).toHaveLength(6);
});

it('sends those with local tags or a sharing group of an attribute alone', async () => {
	const event = own();
	const more = [
		[{ object_relation: 'text', value: 'x', Tag: [{ name: 'tlp:green', local: 1 }] }],
		[{ object_relation: 'text', value: 'x', distribution: 4, sharing_group_id: 1 }],
	];
	const items = domains(7).map((item, at) => ({ ...item, more: more[at] ?? [] }));
	expect(outcomes(await create(event.id, items))).toEqual(items.map(({ domain }) => domain));
	expect(sent().filter((line) => line.startsWith('POST /objects/add/'))).toHaveLength(2);
});

it('says that nobody knows what became of one that is not whole after a break', async () => {
	const event = own();
	lab.faults.set('resetMidReply', { times: 1, match: /events\/edit/ });
	const items = domains(5);
	const half = (async () => {
		// MISP is still at work when the node looks.
		while (event.objects.length < 5) await wait(1);
		const [last] = event.objects.slice(-1);
		if (last?.attributes[0]) lab.world.removeAttribute(last.attributes[0]);
		last?.attributes.shift();
	})();
	const result = outcomes(await create(event.id, items));
	await half;
	const unknown = expect.stringContaining('It is not known whether MISP made the change');
	expect(result).toEqual([...items.slice(0, 4).map(({ domain }) => domain), unknown]);
	expect(event.objects).toHaveLength(5);
	expect(sent().some((line) => line.includes('/objects/'))).toBe(false);
});

it.each(['reset', 'resetMidReply', 'gatewayTimeout', 'failsAfterwards'] as const)(
	'adds none twice after a break: %s',
	async (fault) => {
		const event = own();
		lab.faults.set(fault, { times: 1, match: /events\/edit/ });
		const items = domains(6);
		expect(outcomes(await create(event.id, items))).toEqual(items.map(({ domain }) => domain));
		expect(event.objects).toHaveLength(6);
		expect(sent()).toContain(`GET /events/view/${event.id}`);
	},
);

it('adds none twice when MISP cannot say what became of them', async () => {
	const event = own();
	lab.faults.set('resetMidReply', { times: 1, match: /events\/edit/ });
	lab.faults.set('refusal', { status: 403, message: 'No.', match: /events\/view/ });
	const items = domains(6);
	expect(outcomes(await create(event.id, items))).toEqual(items.map(({ domain }) => domain));
	expect(event.objects).toHaveLength(6);
});

it('leaves the events of others alone', async () => {
	const event = lab.world.addEvent({ orgId: 3, distribution: 3 });
	const refused = 'You do not have permission to do that.';
	expect(outcomes(await create(event.id, domains(5)))).toEqual(Array(5).fill(refused));
	expect(event.objects).toHaveLength(0);
});

it('goes one by one into an event that is very large', async () => {
	const event = own();
	event.attributeCount = 5001;
	await create(event.id, domains(5));
	expect(event.objects).toHaveLength(5);
	expect(sent().filter((line) => line.startsWith('POST /objects/add/'))).toHaveLength(5);
});
