import { byId, useLab } from './support';
import { Watching } from './watch';

const lab = useLab();

const own = () => {
	const event = lab.world.addEvent({
		info: 'Seen on login.example.com <!channel>',
		orgId: 2,
		orgcId: 2,
		date: '2026-11-24',
		published: true,
	});
	lab.world.addAttribute(event, { type: 'url', value: 'https://login.example.com/a' });
	return event;
};

const get = async (options: Record<string, unknown>) => {
	const event = own();
	const row = await lab.row('event', 'get', { event: byId(event.id), options }, { access: 'read' });
	return { event, row };
};

const SUMMARY =
	'Seen on login[.]example[.]com <\u200b!channel> (2026-11-24, CERT-ALPHA, published, 1 attribute)';

it('defangs titles and values where they stand', async () => {
	const { row } = await get({ defang: 'replace' });
	expect(row.info).toBe('Seen on login[.]example[.]com <!channel>');
	expect(row.Attribute).toEqual([
		expect.objectContaining({ value: 'hxxps[:]//login[.]example[.]com/a', type: 'url' }),
	]);
	expect(row).not.toHaveProperty('info_original');
	expect(row).not.toHaveProperty('summary');
});

it('keeps the original beside it when it is asked for, with raw replies too', async () => {
	const { row } = await get({ defang: 'keep', raw: true });
	expect(row.Event).toMatchObject({
		info: 'Seen on login[.]example[.]com <!channel>',
		info_original: 'Seen on login.example.com <!channel>',
	});
});

it('adds a summary that is safe to post', async () => {
	const { event, row } = await get({ summary: 'text' });
	expect(row.summary).toBe(`#${event.id} ${SUMMARY}`);
	// The rest of the row is as it was.
	expect(row.info).toBe('Seen on login.example.com <!channel>');
});

it('sums up the answer of a look-up, and restores what was defanged', async () => {
	const event = own();
	const row = await lab.row(
		'attribute',
		'lookup',
		{
			values: ['hxxps[:]//login[.]example[.]com/a'],
			options: { summary: 'slack', defang: 'replace' },
		},
		{ access: 'read' },
	);
	expect(row.status).toBe('found');
	expect(row.searched).toBe('hxxps[:]//login[.]example[.]com/a');
	expect(row.summary).toContain('*hxxps[:]//login[.]example[.]com/a* malicious');
	expect(row.summary).toContain(`#${event.id} Seen on login[.]example[.]com &lt;!channel&gt;`);
});

it('hands over what a trigger starts with, too', async () => {
	const options = { defang: 'keep', summary: 'text' };
	const trigger = await new Watching(lab, 'eventPublished', { options }).begin();
	const event = own();
	lab.world.publish(event);
	const [row] = await trigger.drained();
	expect(row).toMatchObject({
		info: 'Seen on login[.]example[.]com <!channel>',
		info_original: 'Seen on login.example.com <!channel>',
	});
	expect(row?.summary).toContain(`#${event.id} Seen on login[.]example[.]com <\u200b!channel>`);
	const list = new Watching(lab, 'eventPublished', { options, output: 'list' });
	const [item] = await list.fetchTestEvent();
	expect(item?.json.rows).toMatchObject([{ info: row?.info, summary: row?.summary }]);
	lab.world.startClock();
});

it('refuses a form of summary that is not known', async () => {
	const { error } = await lab.run(
		'event',
		'get',
		{ event: byId(1), options: { summary: '={{ "pdf" }}' } },
		{ access: 'read' },
	);
	expect(error?.message).toContain('Add Summary');
	expect(lab.sent).toEqual([]);
});
