import { byId, useLab } from './support';

const lab = useLab();

const newEvent = () =>
	lab.world.addEvent({ info: 'Case', orgId: 2, orgcId: 2, date: '2026-11-24' });

const DEFANGED = 'hxxps[:]//c2[.]example[.]com/a[1]';
const MEANT = 'https://c2.example.com/a[1]';
const NOTED = [{ entered: DEFANGED, value: MEANT }];

it('adds attributes with the values that are meant, and says so', async () => {
	const rows = await lab.rows(
		'attribute',
		'create',
		{ event: byId(newEvent().id), type: '={{ $json.type }}', value: '={{ $json.value }}' },
		{
			input: [
				{ type: 'uri', value: DEFANGED },
				{ type: 'ip-dst|port', value: '198.51.100[.]7|443' },
				{ type: 'comment', value: 'on c2[.]example[.]com' },
				{ type: 'pattern-in-file', value: 'evil[.]exe' },
			],
		},
	);
	expect(rows.map(({ value, refanged }) => [value, refanged])).toEqual([
		[MEANT, NOTED],
		['198.51.100.7|443', [{ entered: '198.51.100[.]7|443', value: '198.51.100.7|443' }]],
		['on c2[.]example[.]com', undefined],
		['evil[.]exe', undefined],
	]);
});

it('sends them as entered when it is told to', async () => {
	const row = await lab.row('attribute', 'create', {
		event: byId(newEvent().id),
		type: 'uri',
		value: DEFANGED,
		options: { refang: 'no' },
	});
	expect(row.value).toBe(DEFANGED);
	expect(row).not.toHaveProperty('refanged');
});

it('changes an attribute to what is meant; its type decides, which MISP is asked for', async () => {
	const event = newEvent();
	const { id } = lab.world.addAttribute(event, { type: 'uri', value: 'https://old.example/' });
	const text = lab.world.addAttribute(event, { type: 'comment', value: 'old' });
	const update = async (attribute: unknown, value: string) =>
		await lab.row('attribute', 'update', { attribute: byId(attribute), updateFields: { value } });
	expect(await update(id, DEFANGED)).toMatchObject({ value: MEANT, refanged: NOTED });
	expect(lab.sent).toEqual([`GET /attributes/view/${id}`, `POST /attributes/edit/${id}`]);
	expect((await update(text.id, DEFANGED)).value).toBe(DEFANGED);
	lab.requests.length = 0;
	expect((await update(id, 'https://new.example/')).value).toBe('https://new.example/');
	expect(lab.sent).toEqual([`POST /attributes/edit/${id}`]);
});

it('creates events with what is meant, in the form, in JSON and in objects', async () => {
	const created = await lab.row('event', 'create', {
		info: 'Seen on c2[.]example[.]com',
		attributes: { entries: [{ type: 'uri', value: DEFANGED, comment: 'c2[.]example[.]com' }] },
		additionalFields: {
			attributesJson: '[{"type": "domain", "value": "a[.]example[.]com"}]',
			objects: JSON.stringify([
				{
					name: 'domain-ip',
					template_uuid: '43b3b146-77eb-4931-b4cc-b66c60f28734',
					template_version: '12',
					'meta-category': 'network',
					Attribute: [{ object_relation: 'domain', type: 'domain', value: 'b[.]example[.]com' }],
				},
			]),
		},
	});
	expect(created.info).toBe('Seen on c2[.]example[.]com');
	expect(created.refanged).toEqual([
		...NOTED,
		{ entered: 'a[.]example[.]com', value: 'a.example.com' },
		{ entered: 'b[.]example[.]com', value: 'b.example.com' },
	]);
	expect(lab.body().Attribute).toMatchObject([
		{ value: MEANT, comment: 'c2[.]example[.]com' },
		{ value: 'a.example.com' },
	]);
	expect(lab.body().Object).toMatchObject([{ Attribute: [{ value: 'b.example.com' }] }]);
});

it('adds objects with what is meant', async () => {
	const row = await lab.row('object', 'create', {
		event: byId(newEvent().id),
		template: 'domain-ip',
		attributes: {
			mappingMode: 'defineBelow',
			value: { domain: 'c2[.]example[.]com', text: 'c2[.]example[.]com' },
		},
	});
	expect(row.refanged).toEqual([{ entered: 'c2[.]example[.]com', value: 'c2.example.com' }]);
	expect(row.Attribute).toEqual(
		expect.arrayContaining([
			expect.objectContaining({ type: 'domain', value: 'c2.example.com' }),
			expect.objectContaining({ type: 'text', value: 'c2[.]example[.]com' }),
		]),
	);
});

it('proposes what is meant', async () => {
	const event = lab.world.addEvent({
		info: 'Theirs',
		orgId: 3,
		orgcId: 3,
		date: '2026-11-24',
		distribution: 3,
		published: true,
	});
	const row = await lab.row('proposal', 'create', {
		event: byId(event.id),
		type: 'uri',
		value: DEFANGED,
	});
	expect(row).toMatchObject({ value: MEANT, refanged: NOTED });
});

it('checks what is meant against warninglists', async () => {
	const rows = await lab.rows(
		'warninglist',
		'check',
		{ values: ['8[.]8[.]8[.]8', '8.8.8.8'] },
		{ access: 'read' },
	);
	expect(rows).toMatchObject([
		{ value: '8[.]8[.]8[.]8', searched: '8.8.8.8', on_warninglist: true },
		{ value: '8.8.8.8', searched: '8.8.8.8', on_warninglist: true },
	]);
});

it.each(['attribute', 'event', 'object'])('searches for what is meant: %s', async (resource) => {
	const event = newEvent();
	const value = `${resource}.example.com`;
	lab.world.addAttribute(event, { type: 'domain', value });
	const entered = value.replaceAll('.', '[.]');
	const { error, hints } = await lab.run(
		resource,
		'search',
		{ value: [entered], returnAll: true },
		{ access: 'read' },
	);
	expect(error).toBeUndefined();
	expect(lab.body().value).toEqual([value]);
	expect(hints).toContain(
		`Defanged values were restored: ${entered} as ${value}. To send them as entered, set Refang Values in the options.`,
	);
	lab.requests.length = 0;
	await lab.run(
		resource,
		'search',
		{ value: [entered], options: { refang: 'no' } },
		{ access: 'read' },
	);
	expect(lab.body().value).toEqual([entered]);
});
