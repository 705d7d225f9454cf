import { byId, useLab } from './support';

/** MISP lets tags of an exclusive taxonomy stand side by side when they are attached by UUID. */

const lab = useLab();

const tagsOf = (target: { tags: Array<{ tagId: number }> }) =>
	target.tags.map(({ tagId }) => lab.world.tags.get(tagId)?.name);

function own(...names: string[]) {
	const event = lab.world.addEvent({ orgId: 2, userId: 2 });
	for (const name of names) lab.world.link(event, lab.world.tag(name) as never);
	return event;
}

const attachable = (...names: string[]) => names.map((name) => lab.world.addTag({ name }));

beforeAll(() => {
	lab.world.addTaxonomy({
		namespace: 'lab-rating',
		exclusivePredicates: ['risk'],
		entries: ['risk="low"', 'risk="high"', 'seen-by="us"', 'seen-by="them"'].map((value) => ({
			tag: `lab-rating:${value}`,
			expanded: value,
		})),
	});
	attachable(
		'lab-rating:risk="low"',
		'lab-rating:risk="high"',
		'lab-rating:seen-by="us"',
		'lab-rating:seen-by="them"',
		'tlp:white',
	);
});

describe('a tag that another one excludes', () => {
	it('is refused before anything is written, with both names and what to do', async () => {
		const event = own('tlp:amber');
		const parameters = { event: byId(event.uuid), tags: ['sandbox:reviewed', 'tlp:red'] };
		const { message, description } = await lab.failure('tag', 'attach', parameters);
		expect(message).toBe(
			'The event has "tlp:amber", which excludes "tlp:red": of "tlp", this MISP wants one tag only. Nothing was attached.',
		);
		expect(description).toContain('If Another Tag Excludes It');
		expect(lab.sent).toEqual(['POST /events/index', 'POST /tags/search']);
		expect(tagsOf(event)).toEqual(['tlp:amber']);
	});

	it('is refused on an attribute, whatever is on its event', async () => {
		const event = own('tlp:green');
		const attribute = lab.world.addAttribute(event, { type: 'domain', value: 'x.example.com' });
		const parameters = { target: 'attribute', attribute: byId(attribute.id) };
		await lab.row('tag', 'attach', { ...parameters, tags: ['tlp:amber'] });
		const { message } = await lab.failure('tag', 'attach', { ...parameters, tags: ['tlp:red'] });
		expect(message).toContain('The attribute has "tlp:amber", which excludes "tlp:red"');
		expect(tagsOf(attribute)).toEqual(['tlp:amber']);
	});

	it('replaces the other one when that is chosen, which goes last', async () => {
		const event = own('tlp:amber', 'sandbox:reviewed');
		const row = await lab.row('tag', 'attach', {
			event: byId(event.id),
			tags: ['tlp:red'],
			onExclusive: 'replace',
		});
		expect(row).toMatchObject({ tags: ['tlp:red'], replaced: ['tlp:amber'] });
		expect(tagsOf(event)).toEqual(['sandbox:reviewed', 'tlp:red']);
		expect(lab.sent).toEqual([
			'POST /events/index',
			'POST /tags/search',
			'POST /tags/attachTagToObject',
			'POST /tags/removeTagFromObject',
		]);
		expect(lab.body(-1)).toMatchObject({ tag: String(lab.world.tag('tlp:amber')?.id) });
	});

	it('leaves the other one when MISP does not attach the new one', async () => {
		const event = own('tlp:amber');
		await lab.failure(
			'tag',
			'attach',
			{ event: byId(event.uuid), tags: ['tlp:unheard-of'], onExclusive: 'replace' },
			{ key: 'user' },
		);
		expect(tagsOf(event)).toEqual(['tlp:amber']);
	});

	it('is attached beside it when that is chosen, without a question', async () => {
		const event = own('tlp:amber');
		const parameters = { event: byId(event.uuid), tags: ['tlp:red'], onExclusive: 'keep' };
		await lab.row('tag', 'attach', parameters);
		expect(lab.sent).toEqual(['POST /tags/attachTagToObject']);
		expect(tagsOf(event)).toEqual(['tlp:amber', 'tlp:red']);
	});

	it.each(['fail', 'replace'])(
		'is refused beside it in one list, with "%s"',
		async (onExclusive) => {
			const event = own();
			const { message } = await lab.failure('tag', 'attach', {
				event: byId(event.uuid),
				tags: ['tlp:amber', 'tlp:red'],
				onExclusive,
			});
			expect(message).toContain('"tlp:amber" and "tlp:red" exclude each other');
			expect(tagsOf(event)).toEqual([]);
		},
	);

	it('is noticed when an item before attached it', async () => {
		const event = own();
		const { items } = await lab.run(
			'tag',
			'attach',
			{ event: byId(event.uuid), tags: ['={{ $json.tag }}'] },
			{ input: [{ tag: 'tlp:amber' }, { tag: 'tlp:red' }], onError: 'continueRegularOutput' },
		);
		expect(items.map(({ json }) => json.error ?? json.tags)).toEqual([
			['tlp:amber'],
			expect.stringContaining('which excludes "tlp:red"'),
		]);
		expect(tagsOf(event)).toEqual(['tlp:amber']);
	});
});

describe('what excludes nothing', () => {
	it.each([
		['the tag that is there already', ['tlp:amber'], ['TLP:AMBER']],
		['tags of a taxonomy that is not exclusive', ['sandbox:reviewed'], ['sandbox:needs-review']],
		[
			'two values of a predicate that is not exclusive',
			['lab-rating:seen-by="us"'],
			['lab-rating:seen-by="them"'],
		],
		['values of different predicates', ['lab-rating:seen-by="us"'], ['lab-rating:risk="low"']],
		['the two names of one marking', ['tlp:clear'], ['tlp:white']],
	])('%s', async (_what, there, tags) => {
		const event = own(...there);
		await lab.row('tag', 'attach', { event: byId(event.uuid), tags });
		expect(event.tags.length).toBeGreaterThan(0);
	});

	it('clusters of one galaxy, without a question', async () => {
		const tags = [
			'misp-galaxy:sandbox-actor="Quiet Otter"',
			'misp-galaxy:sandbox-actor="Paper Heron"',
		];
		const event = own();
		await lab.row('tag', 'attach', { event: byId(event.uuid), tags });
		expect(tagsOf(event)).toEqual(tags);
		expect(new Set(lab.sent)).toEqual(new Set(['POST /tags/attachTagToObject']));
	});

	it('a local tag a global one', async () => {
		const event = lab.world.addEvent({ orgId: 1 });
		lab.world.link(event, lab.world.tag('tlp:amber') as never);
		const parameters = { event: byId(event.uuid), tags: ['tlp:red'], local: true };
		await lab.row('tag', 'attach', parameters, { key: 'admin' });
		expect(tagsOf(event)).toEqual(['tlp:amber', 'tlp:red']);
	});
});

it('excludes values of an exclusive predicate', async () => {
	const event = own('lab-rating:risk="low"');
	const { message } = await lab.failure('tag', 'attach', {
		event: byId(event.uuid),
		tags: ['lab-rating:risk="high"'],
	});
	expect(message).toContain('of "lab-rating:risk", this MISP wants one tag only');
});

it('reads the targets of many items at once, and asks for a taxonomy once', async () => {
	const events = Array.from({ length: 120 }, () => own('tlp:amber'));
	await lab.rows(
		'tag',
		'attach',
		{ event: byId('={{ $json.id }}'), tags: ['tlp:red'], onExclusive: 'replace' },
		{ input: events.map(({ id }) => ({ id })) },
	);
	const reads = lab.sent.filter((line) => !/TagToObject|TagFromObject/.test(line));
	expect(reads).toEqual(['POST /events/index', 'POST /tags/search', 'POST /events/index']);
	expect(events.every((event) => String(tagsOf(event)) === 'tlp:red')).toBe(true);
});
