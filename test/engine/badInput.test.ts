import { byId, useLab } from './support';

const lab = useLab();

/** What a person reads; and nothing was sent. */
async function refused(...args: Parameters<typeof lab.failure>) {
	const failure = await lab.failure(...args);
	expect(lab.sent).toEqual([]);
	return failure;
}

describe('the credential', () => {
	const withCredential = async (credential: Record<string, string | number>) =>
		await refused('event', 'get', { event: byId(1) }, { credential });

	it('must have an https address', async () => {
		const { message, description } = await withCredential({ url: 'http://misp.example.org' });
		expect(message).toBe(
			'The MISP URL starts with http://, so the key would be sent in the clear.',
		);
		expect(description).toContain('Only https:// is accepted');
	});

	it.each([
		['', 'The MISP URL is empty.'],
		['misp.example.org', 'does not start with https://'],
		['https://', 'is not a valid address'],
		['https://me:secret@misp.example.org', 'contains a user name or a password'],
	])('is not usable with the address "%s"', async (url, words) => {
		const { message } = await withCredential({ url });
		expect(message).toContain(words);
	});

	it('must have a key of 40 letters and digits', async () => {
		const short = await withCredential({ authKey: 'a'.repeat(39) });
		expect(short.message).toBe(
			'The auth key has 39 characters. A MISP auth key is 40 letters and digits.',
		);
		expect(short.description).toContain('Copy the whole key');
		const strange = await withCredential({ authKey: `${'a'.repeat(39)}-` });
		expect(strange.message).toContain('has a character that is neither');
		const none = await withCredential({ authKey: '' });
		expect(none.message).toBe('The auth key is empty.');
	});

	it.each([
		[{ timeout: 0 }, 'between 1 and 3600 seconds'],
		[{ accessLevel: 'everything' }, 'Unknown access level'],
		[{ caCertificate: 'nonsense' }, 'The CA certificate is not in PEM form.'],
		[{ serverCertificate: 'pin', certificateFingerprint: 'AB:CD' }, 'not a SHA-256'],
	])('is not usable with %j', async (credential, words) => {
		const { message } = await withCredential(credential as Record<string, string>);
		expect(message).toContain(words);
	});

	it('must trust the authority of MISP’s certificate', async () => {
		const { message, description } = await withCredential({ serverCertificate: 'system' });
		expect(message).toContain('is not trusted');
		expect(message).toContain('Nothing was sent');
		expect(description).toContain('Server Certificate');
	});
});

describe('an id', () => {
	it.each([
		'1/1',
		'../users',
		'%2e%2e',
		'1%2f1',
		'-1',
		'0',
		'1.5',
		'1e3',
		'1;2',
		'1 or 1=1',
		'NaN',
		'undefined',
		'123e4567-e89b-12d3-a456',
		'https://misp.example.org/attributes/view/1',
		'https://misp.example.org/events/view/1/../2',
		'９',
		'1\u0000',
	])('cannot be %j', async (id) => {
		for (const operation of ['get', 'delete', 'unpublish']) {
			const { message } = await refused('event', operation, {
				event: byId(`={{ ${JSON.stringify(id)} }}`),
			});
			expect(message).toMatch(/^"Event" (must be an id \(a number\) or a UUID|is the address)/);
			expect(message).toContain(id.slice(0, 60));
		}
	});

	it('that is typed into the form is refused in the same words', async () => {
		const { message } = await refused('event', 'get', { event: byId('1/1') });
		expect(message).toMatch(/^"Event" must be an id \(a number\) or a UUID/);
	});

	it.each([
		['undefined', '{{ undefined }}'],
		['null', '{{ null }}'],
		['an empty text', '{{ "" }}'],
		['blanks', '{{ "   " }}'],
		['a field that is not there', '{{ $json.nothing }}'],
	])('is required where an expression gives %s', async (_, expression) => {
		const { message } = await refused('event', 'get', { event: byId(`=${expression}`) });
		expect(message).toBe('"Event" is required.');
	});

	it.each([
		['NaN', '{{ NaN }}'],
		['true', '{{ true }}'],
		['a list', '{{ [1] }}'],
		['an object', '{{ ({ id: 1 }) }}'],
		['a date', '{{ $now }}'],
		['a fraction', '{{ 1.5 }}'],
	])('is refused where an expression gives %s', async (_, expression) => {
		const { message } = await refused('event', 'get', { event: byId(`=${expression}`) });
		expect(message).toContain('"Event" must be an id (a number) or a UUID');
	});
});

describe('a search', () => {
	it.each(['event', 'attribute'])('of %ss without any filter is refused', async (resource) => {
		const { message, description } = await refused(resource, 'search', {});
		expect(message).toBe('This search has no filter, so MISP would return everything.');
		expect(description).toContain('Add at least one filter');
	});

	it('with result options alone is refused', async () => {
		const { message } = await refused('event', 'search', { result: { metadata: true } });
		expect(message).toContain('no filter');
	});

	it.each([
		['event', 'value', ['={{ $json.nothing }}']],
		['event', 'value', '={{ [] }}'],
		['event', 'value', ['={{ "" }}', '={{ null }}']],
		['event', 'eventinfo', '={{ $json.nothing }}'],
		['event', 'tags', '={{ $json.nothing }}'],
		['attribute', 'type', '={{ $json.nothing }}'],
	])(
		'of %ss whose %s is an expression that gives nothing is refused, other filters or not',
		async (resource, name, value) => {
			for (const filters of [{}, { org: ['CERT-ALPHA'] }]) {
				const { message, description } = await refused(resource, 'search', {
					[name]: value,
					filters,
				});
				expect(message).toMatch(/^The expression in ".+" gives nothing for this item\.$/);
				expect(description).toContain('return everything');
			}
		},
	);

	it.each(['undefined', 'null', '""', '" "', '[]', '$json.nothing', '$json.a?.b?.c'])(
		'refuses every filter that is the expression %s, beside one that is filled',
		async (expression) => {
			const fields = [
				'to_ids',
				'from',
				'timestampUntil',
				'type',
				'tagsNot',
				'searchall',
				'rawFilters',
				'threat_level_id',
				'uuid',
			];
			for (const name of fields) {
				const { message } = await refused('event', 'search', {
					filters: { org: ['CERT-ALPHA'], [name]: `={{ ${expression} }}` },
				});
				expect(message).toMatch(
					/^"Filters > .+" (is empty: remove it, or check the expression|must be)|^The filter ".+" is empty/,
				);
			}
		},
	);

	it('of the event index refuses a filter without a value, too', async () => {
		for (const name of ['eventinfo', 'tag', 'published', 'datefrom']) {
			const { message } = await refused('event', 'getAll', {
				filters: { [name]: '={{ $json.nothing }}' },
			});
			expect(message).toContain('is empty: remove it, or check the expression');
		}
	});

	it.each(['%', '%%', ' % '])('for everything in the form of "%s" is refused', async (value) => {
		const { message } = await refused('attribute', 'search', { value: [value] });
		expect(message).toBe('The filter "value" is empty.');
	});

	it.each([
		['published_timestamp', 'You may mean "publish_timestamp"'],
		['tag_name', 'You may mean "tags"'],
		['EventID', 'You may mean "eventid"'],
		['nonsense', 'It knows: value, type'],
	])('refuses the unknown filter "%s" in JSON, with a suggestion', async (name, suggestion) => {
		const { message, description } = await refused('event', 'search', {
			filters: { rawFilters: JSON.stringify({ org: 'CERT-ALPHA', [name]: 'x' }) },
		});
		expect(message).toBe(`MISP has no filter "${name}" for events.`);
		expect(description).toContain(suggestion);
	});

	it.each([
		['{"value": ""}', 'The filter "value" is empty.'],
		['{"value": []}', 'The filter "value" is empty.'],
		['{"value": {"OR": []}}', 'The filter "value" is empty.'],
		['{"value": "!1.2.3.4"}', 'MISP does not exclude by value'],
		['{"timestamp": "yesterday"}', 'is not a time'],
		['{"timestamp": ["1d", "2d", "3d"]}', 'give one time, or two'],
		['{"from": "5d"}', 'is not a date'],
		['{"searchall": "%x%", "org": "A"}', 'cannot be combined'],
		['[1]', '"Filters > More Filters (JSON)" must be an object'],
		['{"a": ', '"Filters > More Filters (JSON)" is not valid JSON'],
	])('refuses the filter %s in JSON', async (rawFilters, words) => {
		const { message } = await refused('event', 'search', { filters: { rawFilters } });
		expect(message).toContain(words);
	});

	it.each(['0', '-1', '1.5', 'abc', '={{ [] }}', '={{ ({}) }}', '={{ Infinity }}'])(
		'refuses the limit %s',
		async (limit) => {
			const { message } = await refused('event', 'search', { value: ['x'], limit });
			expect(message).toMatch(/^"Limit" must be (a number|a whole number|at least 1)/);
		},
	);

	it.each([
		'2026-13-01',
		'2026-02-30',
		'31.12.2026',
		'yesterday',
		'5',
		'={{ new Date("x") }}',
		'={{ [1] }}',
		'={{ ({ toString: 1 }) }}',
	])('refuses the time %s', async (time) => {
		const { message } = await refused('event', 'search', { filters: { timestamp: time } });
		expect(message).toContain('"Filters > Changed After" must be a date (2026-11-24 or');
	});
});

describe('what an event is made of', () => {
	const create = async (parameters: Record<string, unknown>, setting = {}) =>
		await refused('event', 'create', { info: 'x', ...parameters }, setting);

	it.each([
		'2026-13-01',
		'2026-02-30',
		'01/02/2026',
		'today',
		'={{ 5 }}',
		'={{ new Date("x") }}',
		'={{ DateTime.invalid("x") }}',
	])('refuses the date %s', async (date) => {
		const { message } = await create({ additionalFields: { date } });
		expect(message).toContain('"Additional Fields > Date" must be a date like 2026-11-24');
	});

	it('must have a title', async () => {
		for (const info of ['={{ $json.nothing }}', '={{ null }}', '={{ " " }}']) {
			const { message } = await create({ info });
			expect(message).toBe('"Event Info" is required.');
		}
		const { message } = await create({ info: '' });
		expect(message).toMatch(/"Event Info" is required|workflow has issues/); // n8n says so itself
	});

	it('names every field that is wrong, at once', async () => {
		const { message } = await create({
			info: '={{ null }}',
			threatLevel: 'extreme',
			additionalFields: { uuid: 'x', date: 'y' },
		});
		expect(message).toContain('"Event Info" is required');
		expect(message).toContain(
			'"Threat Level" must be one of: High (1), Medium (2), Low (3), Undefined (4) (got "extreme")',
		);
		expect(message).toContain('"Additional Fields > UUID" must be a UUID');
		expect(message).toContain('"Additional Fields > Date" must be a date');
	});

	it('must name the sharing group when it is shared with one', async () => {
		const { message, description } = await create({ distribution: 4 });
		expect(message).toBe('"Distribution" is "Sharing Group", but no "Sharing Group" is chosen.');
		expect(description).toContain('Choose the group');
	});

	it.each([
		['ip-dst', 'not an ip', 'it must be an IP address or a range like 192.0.2.0/24'],
		['ip-dst', '300.1.1.1', 'it must be an IP address'],
		['ip-src', '192.0.2.0/33', 'it must be an IP address'],
		['md5', 'abc', 'it must be 32 hexadecimal digits'],
		['sha256', 'z'.repeat(60), 'it must be 64 hexadecimal digits'],
		['port', '70000', 'it must be a number from 1 to 65535'],
	])('refuses the %s "%s", before anything is sent', async (type, value, words) => {
		const inEvent = await create({ attributes: { entries: [{ type, value }] } });
		expect(inEvent.message).toContain(`"${value}" is not a value for the type ${type}: ${words}`);
		const alone = await refused('attribute', 'create', { event: byId(1), type, value });
		expect(alone.message).toBe(inEvent.message);
		const changed = await refused('attribute', 'update', {
			attribute: byId(1),
			updateFields: { type, value },
		});
		expect(changed.message).toBe(inEvent.message);
	});

	it.each([
		[
			'objects',
			'[{"uuid": 5, "name": "file"}]',
			'"Additional Fields > Objects (JSON) > entry 1 > uuid" must be a UUID',
		],
		['objects', '[{"Attribute": []}]', '> entry 1 > name" must be a text'],
		[
			'objects',
			'[{"name": "file", "Attribute": [5]}]',
			'> entry 1 > Attribute > entry 1" must be an object',
		],
		['objects', '{"name": "file"}', 'must be a list of objects'],
		['objects', '={{ [null] }}', 'must be an object with "name"'],
		['attributesJson', '[{"type": "domain"}]', '> entry 1 > value" must be a text'],
		['attributesJson', '["a.example.com"]', 'must be an object with "type" and "value"'],
		['attributesJson', '[{"type": "domain", "value": true}]', '> value" must be a text'],
		['attributesJson', 'nonsense', 'is not valid JSON'],
	])('refuses %s %s', async (name, value, words) => {
		const { message } = await create({ additionalFields: { [name]: value } });
		expect(message).toContain(words);
	});

	it.each([
		['a list', '={{ [1, 2] }}'],
		['an object', '={{ ({ a: 1 }) }}'],
		['a date', '={{ $now }}'],
	])('refuses %s as title', async (_, info) => {
		const { message } = await create({ info });
		expect(message).toBe('"Event Info" must be a text.');
	});

	it('refuses a NUL character and more text than MISP stores', async () => {
		const nul = await create({ info: '={{ "a\\u0000b" }}' });
		expect(nul.message).toContain(
			'"Event Info" contains a NUL character, which MISP does not store',
		);
		const long = await create({ info: '={{ "a".repeat(1024 * 1024) }}' });
		expect(long.message).toContain('"Event Info" is longer than the 65,535 bytes that MISP stores');
		expect(long.message.length).toBeLessThan(300);
	});

	it('refuses a last sighting before the first', async () => {
		const { message } = await refused('attribute', 'create', {
			event: byId(1),
			type: 'domain',
			value: 'x.example.com',
			additionalFields: { firstSeen: '2026-02-01', lastSeen: '2026-01-01' },
		});
		expect(message).toBe('"Last Seen" is before "First Seen".');
	});
});

describe('what is unusual but right', () => {
	it.each([
		['emoji', '🦦 otter 🇱🇺'],
		['text from right to left', 'تصيد احتيالي'],
		['quotes and brackets', `"'<b>&amp;</b>{{ not an expression`],
		['line breaks', 'one\ntwo\r\nthree'],
	])('keeps %s as they are', async (_, info) => {
		const row = await lab.row('event', 'create', {
			info: `={{ ${JSON.stringify(info).replaceAll('}}', '} }')} }}`,
		});
		expect(row.info).toBe(info);
	});

	it('takes a number where text is expected, and text where a number is', async () => {
		const row = await lab.row('event', 'create', {
			info: '={{ 42 }}',
			distribution: '={{ "1" }}',
			threatLevel: '={{ "low" }}',
		});
		expect(row).toMatchObject({ info: '42', distribution: '1', threat_level_id: '3' });
	});

	it('takes 64 kB of text', async () => {
		const row = await lab.row('event', 'create', { info: '={{ "a".repeat(65535) }}' });
		expect(String(row.info)).toHaveLength(65_535);
	});

	it('takes dates of n8n’s own kind', async () => {
		const row = await lab.row('event', 'create', {
			info: 'Dates',
			additionalFields: {
				date: '={{ DateTime.fromISO("2026-03-04T23:30:00", { zone: "Asia/Tokyo" }) }}',
			},
		});
		expect(row.date).toBe('2026-03-04');
	});
});

it('says in MISP’s words what a read-only key may not do, whatever the credential says', async () => {
	const { message, description } = await lab.failure(
		'event',
		'create',
		{ info: 'x' },
		{ key: 'admin_read_only', access: 'contribute' },
	);
	expect(message).toBe('You do not have permission to use this functionality.');
	expect(description).toContain('Use a credential whose key may do this');
	expect(lab.sent).toEqual(['POST /events/add']);
});

it('says that an operation is unknown, also one with the name of something in JavaScript', async () => {
	for (const operation of ['nonsense', 'constructor', 'toString', '__proto__']) {
		const { message, description } = await refused('event', operation);
		expect(message).toBe(
			`This version of the node does not know the operation "${operation}" of "event".`,
		);
		expect(description).toContain('Update n8n-nodes-misp');
	}
});
