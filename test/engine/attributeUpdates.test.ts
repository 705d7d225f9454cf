import { setTimeout as wait } from 'node:timers/promises';

import { byId, useLab } from './support';

/** Many items of attribute.update: how they share requests, and what becomes of each. */

const lab = useLab();

const own = () => lab.world.addEvent({ orgId: 2, userId: 2, published: true });

/** Updates the attributes that are named, each with a comment of its own or what else its item has. */
const update = async (
	attributes: unknown[],
	updateFields: Record<string, unknown> = { comment: '={{ "note " + $itemIndex }}' },
	values: unknown[] = [],
) =>
	await lab.run(
		'attribute',
		'update',
		{ attribute: byId('={{ $json.id }}'), updateFields },
		{
			input: attributes.map((id, at) => ({ id, value: values[at] })),
			onError: 'continueRegularOutput',
		},
	);

const outcomes = ({ items }: Awaited<ReturnType<typeof update>>) =>
	items.map(({ json, pairedItem }, at) => {
		expect(pairedItem).toEqual({ item: at });
		return json.error ?? json.comment;
	});

const notes = (count: number) => Array.from({ length: count }, (_, at) => `note ${at}`);

/** The last parts of the paths, which say enough here. */
const kinds = () => lab.sent.map((request) => request.split('/').slice(1, 3).join('/'));

it('changes those of an event together, and answers each in its place', async () => {
	const [first, second] = [own(), own()];
	const rows = [
		...lab.world.history.attributes(first, 6),
		...lab.world.history.attributes(second, 5),
	];
	const mixed = rows.map((_, at) => rows[(at * 4) % rows.length] as (typeof rows)[number]);
	const result = await update(mixed.map(({ uuid }) => uuid.toUpperCase()));
	expect(outcomes(result)).toEqual(notes(11));
	expect(mixed.map(({ comment }) => comment)).toEqual(notes(11));
	expect(result.items.map(({ json }) => json.uuid)).toEqual(mixed.map(({ uuid }) => uuid));
	expect(lab.sent).toEqual([
		'POST /attributes/restSearch',
		`POST /events/edit/${first.id}/metadata:1`,
		'POST /attributes/restSearch',
		`POST /events/edit/${second.id}/metadata:1`,
		'POST /attributes/restSearch',
	]);
	expect(Object.keys(lab.body(1))).toEqual(['Attribute']);
	expect([first.published, second.published]).toEqual([false, false]);
});

it('is a handful of requests for a thousand', async () => {
	const rows = lab.world.history.attributes(own(), 1000);
	expect(outcomes(await update(rows.map(({ uuid }) => uuid)))).toEqual(notes(1000));
	expect(lab.sent.length).toBeLessThanOrEqual(7);
});

it('changes every field, leaves what is not mentioned, and gives the row of a single update', async () => {
	const rows = lab.world.history.attributes(own(), 5);
	for (const row of rows) row.comment = 'stays';
	const fields = {
		toIds: 'no',
		distribution: 4,
		sharingGroup: '1',
		firstSeen: '2026-01-01T00:00:00+01:00',
		lastSeen: '2026-01-02T00:00:00Z',
		disableCorrelation: true,
	};
	const { items } = await update(
		rows.map(({ uuid }) => uuid),
		fields,
	);
	expect(kinds()).toEqual(['attributes/restSearch', 'events/edit', 'attributes/restSearch']);
	for (const row of rows) {
		expect(row).toMatchObject({
			toIds: false,
			distribution: 4,
			sharingGroupId: 1,
			comment: 'stays',
			disableCorrelation: true,
		});
	}
	const alone = await lab.row('attribute', 'update', {
		attribute: byId(rows[0]?.uuid),
		updateFields: { comment: 'stays' },
	});
	// A single update does not say which tags there are.
	const together = Object.keys(items[0]?.json ?? {}).filter((name) => !/^tags?$/i.test(name));
	expect(together.sort()).toEqual(Object.keys(alone).sort());
});

it('lets a bad one fail alone, in MISP’s words', async () => {
	const rows = lab.world.history.attributes(own(), 6);
	const result = await update(
		rows.map(({ uuid }) => uuid),
		{
			comment: '={{ "note " + $itemIndex }}',
			distribution: 4,
			sharingGroup: '={{ $itemIndex === 2 ? "999" : "1" }}',
		},
	);
	const expected = notes(6);
	expected[2] = expect.stringContaining('Sharing group not found') as unknown as string;
	expect(outcomes(result)).toEqual(expected);
	expect(rows.map(({ sharingGroupId }) => sharingGroupId)).toEqual([1, 1, 0, 1, 1, 1]);
	expect(lab.sent).toHaveLength(4);
	expect(lab.sent[3]).toBe(`POST /attributes/edit/${rows[2]?.uuid}`);
});

it('sends those alone whose value changes, and restores defanged ones', async () => {
	const rows = lab.world.history.attributes(own(), 5);
	const values = ['a[.]example[.]com', 'B.Example.Com', 'c.example.com', 'd.example.com', 'e.test'];
	const { items } = await update(
		rows.map(({ uuid }) => uuid),
		{ value: '={{ $json.value }}' },
		values,
	);
	const stored = ['a.example.com', 'b.example.com', 'c.example.com', 'd.example.com', 'e.test'];
	expect(items.map(({ json }) => json.value)).toEqual(stored);
	expect(items[0]?.json.refanged).toEqual([{ entered: values[0], value: stored[0] }]);
	expect(kinds()).not.toContain('events/edit');
});

it('sends those alone that an edit of their event does not reach', async () => {
	const event = own();
	const rows = lab.world.history.attributes(event, 7);
	const object = lab.world.addObject(event, { name: 'file' });
	const inside = lab.world.addAttribute(event, {
		type: 'filename',
		value: 'a.exe',
		objectId: object.id,
		objectRelation: 'filename',
	});
	const deleted = rows[6] as (typeof rows)[number];
	lab.world.setDeleted(deleted, true);
	const named = [inside.uuid, ...rows.map(({ uuid }) => uuid), event.uuid];
	const result = await update(named);
	const expected = notes(9);
	expected[7] = 'Invalid attribute';
	expected[8] = 'Invalid attribute';
	expect(outcomes(result)).toEqual(expected);
	// The UUID of an event finds all of its attributes, so that others may be missing in the answer.
	const alone = [inside, deleted, event].map(({ uuid }) => `POST /attributes/edit/${uuid}`);
	expect(lab.sent).toEqual(
		expect.arrayContaining([...alone, expect.stringContaining('events/edit')]),
	);
});

it('makes several changes of the same one in their order', async () => {
	const rows = lab.world.history.attributes(own(), 5);
	const uuids = rows.map(({ uuid }) => uuid);
	const result = await update([...uuids, uuids[0], uuids[0]?.toUpperCase()]);
	expect(outcomes(result)).toEqual(notes(7));
	expect(rows[0]?.comment).toBe('note 6');
	const [first] = rows;
	await update([first?.id, ...uuids, rows[1]?.id]);
	expect([first?.comment, rows[1]?.comment]).toEqual(['note 1', 'note 6']);
});

it('leaves somebody else’s alone, which fail alone', async () => {
	const rows = lab.world.history.attributes(own(), 5);
	const event = lab.world.addEvent({ orgId: 3, distribution: 3 });
	const foreign = lab.world.history.attributes(event, 5);
	const result = await update([...rows, ...foreign].map(({ uuid }) => uuid));
	const refused = Array(5).fill('You do not have permission to do that.');
	expect(outcomes(result)).toEqual([...notes(5), ...refused]);
	expect(foreign.every(({ comment }) => comment === '')).toBe(true);
	// Nor is one that is as it was to become.
	const same = await update(
		foreign.map(({ uuid }) => uuid),
		{ comment: '', toIds: foreign[0]?.toIds === true ? 'yes' : 'no' },
	);
	expect(outcomes(same)).toEqual(refused);
});

it('refuses the second of two that would be the same, as MISP does when they come one by one', async () => {
	const rows = lab.world.history.attributes(own(), 6);
	const values = ['a.test', 'b.test', 'A.test', 'c.test', 'd.test', 'e.test'];
	const result = await update(
		rows.map(({ uuid }) => uuid),
		{ value: '={{ $json.value }}', comment: '={{ "note " + $itemIndex }}' },
		values,
	);
	const expected = notes(6);
	expected[2] = expect.stringContaining('A similar attribute already exists') as unknown as string;
	expect(outcomes(result)).toEqual(expected);
});

it('says that nobody knows what became of those that a proxy had no patience for', async () => {
	const rows = lab.world.history.attributes(own(), 6);
	lab.faults.set('refusalPage', { status: 504, times: 1, match: /events\/edit/ });
	const unknown = expect.stringContaining('It is not known whether MISP made the change');
	expect(outcomes(await update(rows.map(({ uuid }) => uuid)))).toEqual(Array(6).fill(unknown));
	expect(kinds()).toEqual(['attributes/restSearch', 'events/edit', 'attributes/restSearch']);
});

it('leaves what else is to become of one open when nobody knows of the first', async () => {
	const rows = lab.world.history.attributes(own(), 6);
	lab.faults.set('refusalPage', { status: 504, times: 1, match: /events\/edit/ });
	const again = [...rows, ...rows.slice(0, 2)].map(({ uuid }) => uuid);
	const unknown = expect.stringContaining('It is not known whether MISP made the change');
	expect(outcomes(await update(again))).toEqual(Array(8).fill(unknown));
	expect(kinds()).not.toContain('attributes/edit');
});

it('changes each once more, alone, when they cannot be read back', async () => {
	const rows = lab.world.history.attributes(own(), 6);
	lab.sandbox.setCost(50);
	const failing = (async () => {
		while (lab.requests.length < 2) await wait(5);
		lab.faults.set('refusal', { status: 403, message: 'No.', match: /restSearch/ });
	})();
	const result = await update(rows.map(({ uuid }) => uuid)).finally(() => lab.sandbox.setCost(0));
	await failing;
	expect(outcomes(result)).toEqual(notes(6));
	expect(kinds().slice(3)).toEqual(Array(6).fill('attributes/edit'));
});

it('goes one by one with a key that may do more: an edit of the event might take off tags', async () => {
	const rows = lab.world.history.attributes(own(), 5);
	const { items } = await lab.run(
		'attribute',
		'update',
		{ attribute: byId('={{ $json.id }}'), updateFields: { comment: 'x' } },
		{ input: rows.map(({ uuid }) => ({ id: uuid })), key: 'org_admin' },
	);
	expect(items).toHaveLength(5);
	expect(kinds()).toEqual(Array(5).fill('attributes/edit'));
});

it.each(['reset', 'resetMidReply', 'gatewayTimeout', 'failsAfterwards'] as const)(
	'finds out what was changed after a break: %s',
	async (fault) => {
		const rows = lab.world.history.attributes(own(), 6);
		lab.faults.set(fault, { times: 1, match: /events\/edit/ });
		expect(outcomes(await update(rows.map(({ uuid }) => uuid)))).toEqual(notes(6));
		expect(rows.map(({ comment }) => comment)).toEqual(notes(6));
		expect(lab.sent.filter((request) => request.includes('/events/edit'))).toHaveLength(1);
	},
);

it('goes one by one where MISP does not say where they are', async () => {
	const rows = lab.world.history.attributes(own(), 5);
	lab.faults.set('refusal', { status: 403, message: 'No.', match: /restSearch/ });
	expect(outcomes(await update(rows.map(({ uuid }) => uuid)))).toEqual(notes(5));
});

it('goes one by one for a few, and by ids', async () => {
	const few = lab.world.history.attributes(own(), 4);
	expect(outcomes(await update(few.map(({ uuid }) => uuid)))).toEqual(notes(4));
	expect(lab.sent).toEqual(few.map(({ uuid }) => `POST /attributes/edit/${uuid}`));
	lab.requests.length = 0;
	const rows = lab.world.history.attributes(own(), 6);
	expect(outcomes(await update(rows.map(({ id }) => id)))).toEqual(notes(6));
	expect(lab.sent).toEqual(rows.map(({ id }) => `POST /attributes/edit/${id}`));
});
