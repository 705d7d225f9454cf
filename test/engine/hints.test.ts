import { byId, useLab } from './support';

/** Hints with the node's output. n8n shows them as HTML. */

const lab = useLab();

const newEvent = async (info = 'Phishing') => await lab.run('event', 'create', { info });

it('links to the event that was made', async () => {
	const { items, notes } = await newEvent();
	const id = String(items[0]?.json.id);
	expect(notes).toEqual([
		`In MISP: <a href="${lab.sandbox.url}/events/view/${id}" target="_blank">event ${id}</a>`,
	]);
});

it('links to the event of what was added, and of a tag, once for many items', async () => {
	const id = String((await newEvent()).items[0]?.json.id);
	const added = await lab.run(
		'attribute',
		'create',
		{ event: byId(id), type: 'domain', value: '={{ $json.value }}' },
		{ input: [{ value: 'a.example.com' }, { value: 'b.example.com' }] },
	);
	const tagged = await lab.run('tag', 'attach', { event: byId(id), tags: ['tlp:amber'] });
	for (const { notes } of [added, tagged]) {
		expect(notes).toHaveLength(1);
		expect(notes[0]).toContain(`/events/view/${id}"`);
	}
});

it('links to the first of many events', async () => {
	const input = Array.from({ length: 5 }, (_, index) => ({ info: `Event ${index}` }));
	const { notes } = await lab.run('event', 'create', { info: '={{ $json.info }}' }, { input });
	expect(notes[0]?.match(/<a /g)).toHaveLength(3);
	expect(notes[0]).toMatch(/<\/a> and 2 more$/);
});

it('links to nothing that was only read, deleted, or failed', async () => {
	const id = String((await newEvent()).items[0]?.json.id);
	const read = await lab.run('event', 'get', { event: byId(id) }, { access: 'read' });
	const failed = await lab.run(
		'attribute',
		'create',
		{ event: byId(id), type: 'md5', value: 'no hash' },
		{ onError: 'continueRegularOutput' },
	);
	const deleted = await lab.run('event', 'delete', { event: byId(id) });
	for (const { notes, items } of [read, failed, deleted]) {
		expect(items).toHaveLength(1);
		expect(notes).toEqual([]);
	}
});

it('shows what MISP says as text, whatever it looks like', async () => {
	const { hints } = await lab.run('event', 'create', {
		info: 'Phishing',
		tags: ['<a href="https://evil.example.com">click</a>'],
	});
	expect(hints).toHaveLength(1);
	expect(hints[0]).toContain('&lt;a href=');
	expect(hints[0]).not.toContain('<');
});
