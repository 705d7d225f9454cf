import { byId, useLab } from './support';

/** What is meant may differ by item, and an AI agent chooses it. */

const lab = useLab();

const own = () => lab.world.addEvent({ orgId: 2, userId: 2 });
/** A field of the form as n8n puts it there. */
const UNTOUCHED = { __rl: true, mode: 'list', value: '' };

const PARAMETERS = {
	target: '={{ $json.target }}',
	event: byId('={{ $json.event }}'),
	attribute: byId('={{ $json.attribute }}'),
	tags: ['sandbox:reviewed'],
};

it('takes the choice from an expression, and of the fields the one that it chooses', async () => {
	const event = own();
	const attribute = lab.world.addAttribute(own(), { type: 'domain', value: 'a.example.com' });
	const input = [
		{ target: 'event', event: event.uuid },
		{ target: 'Attribute', event: 'not an id, and not meant', attribute: attribute.uuid },
	];
	const rows = await lab.rows('tag', 'attach', PARAMETERS, { input });
	expect(rows).toMatchObject([
		{ target: 'event', uuid: event.uuid },
		{ target: 'attribute', uuid: attribute.uuid },
	]);
});

it('needs only the field that is chosen', async () => {
	const event = own();
	const row = await lab.row('tag', 'attach', {
		target: '={{ "event" }}',
		event: byId(event.uuid),
		attribute: UNTOUCHED,
		tags: ['sandbox:reviewed'],
	});
	expect(row).toMatchObject({ target: 'event', uuid: event.uuid });
});

it.each([
	['nothing for the chosen field', { target: 'attribute', event: '1' }, /^"Attribute" is required/],
	[
		'a choice that there is not',
		{ target: 'galaxy', event: '1' },
		/^"Target" must be one of: Event/,
	],
	['no choice', { event: '1' }, /^"Target" is required/],
])('refuses %s', async (_what, given, message) => {
	const failed = await lab.failure('tag', 'attach', PARAMETERS, { input: [given] });
	expect(failed.message).toMatch(message);
	expect(lab.sent).toEqual([]);
});

it('refuses an empty field of a fixed choice', async () => {
	const parameters = { target: 'event', event: UNTOUCHED, tags: ['sandbox:reviewed'] };
	const { message } = await lab.failure('tag', 'attach', parameters);
	expect(message).toMatch(/^"Event" is required/);
	expect(lab.sent).toEqual([]);
});

it('reads other fields of the form likewise, only where the choice shows them', async () => {
	const input = [{ from: 'values' }, { from: 'text' }];
	const parameters = {
		from: '={{ $json.from }}',
		values: ['198.51.100.7'],
		text: 'Seen: 203.0.113.9',
	};
	const rows = await lab.rows('attribute', 'lookup', parameters, { access: 'read', input });
	expect(rows.map(({ value }) => value)).toEqual(['198.51.100.7', '203.0.113.9']);
});
