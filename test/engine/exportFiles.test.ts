import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';

import { binaryStore, storagePath } from './binaryStore';
import { useLab, type Setting } from './support';

/** Exports in n8n's binary stores: stored while they arrive, whole or not at all. */

const lab = useLab();

const RESTSEARCH = /POST \/attributes\/restSearch/;
const ROWS = 5000;

beforeAll(() => {
	const orgId = lab.world.organisation('CERT-ALPHA').id;
	const [large] = lab.world.history.events(1);
	const event = lab.world.addEvent({ orgId, orgcId: orgId, distribution: 3, published: true });
	if (!large) throw new Error('No event was made.');
	lab.world.history.attributes(large, ROWS);
	const object = lab.world.addObject(event, { name: 'file', metaCategory: 'file' });
	const tag = lab.world.addTag({ name: 'lab:level="high"' });
	const hidden = lab.world.addTag({ name: 'lab:internal', exportable: false });
	const add = (value: string, more = {}) =>
		lab.world.addAttribute(event, { type: 'text', value, toIds: true, ...more });
	for (const link of [tag, hidden]) lab.world.link(add('with "quotes", and commas'), link, false);
	add('12345', { comment: '1e5' });
	add(' 7 ', { comment: '0x1A' });
	add('two\nlines', { comment: 'ünïcode ✓' });
	const inside = { type: 'filename', objectId: object.id, objectRelation: 'filename' };
	object.attributes.push(add('name.exe', inside));
	add('12345', { toIds: false });
	events = { large: String(large.id), mixed: String(event.id) };
});

let events: { large: string; mixed: string };

const run = async (parameters: Record<string, unknown>, setting: Setting = {}) =>
	await lab.run('export', 'run', parameters, { key: 'readonly', access: 'read', ...setting });

const of = (eventid: string) => ({ attributeFilters: { eventid: [eventid] } });

const stored = async (data: IBinaryData | undefined): Promise<string> =>
	(await binaryStore().getAsBuffer(data as IBinaryData)).toString();

/** A whole export, and what came with it. */
async function exported(parameters: Record<string, unknown>) {
	const { items, error, hints } = await run(parameters);
	expect(error).toBeUndefined();
	const [{ json, binary }] = items as [INodeExecutionData];
	const text = await stored(binary?.data);
	expect(json.size).toBe(Buffer.byteLength(text));
	return { json, text, data: binary?.data, hints };
}

async function storedFiles(): Promise<string[]> {
	const entries = await readdir(storagePath(), { recursive: true, withFileTypes: true }).catch(
		() => [],
	);
	return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** n8n 2.8 keeps what it has of a file that breaks off, until it deletes the execution. */
async function leftByN8n(): Promise<number> {
	const before = await storedFiles();
	const broken = Readable.from(
		(function* () {
			yield Buffer.from('half');
			throw new Error('broken');
		})(),
	);
	const execution = { type: 'execution', workflowId: 'w', executionId: 'e' } as const;
	const storing = binaryStore().store(execution, broken, { mimeType: 'text/plain' } as never);
	await expect(storing).rejects.toThrow('broken');
	return (await storedFiles()).length - before.length;
}

describe.each(['memory', 'filesystem'])('In n8n’s mode %s', (mode) => {
	let before: string[];
	let left: number;

	beforeAll(async () => {
		// Without its set-up the service keeps files in the items.
		if (mode === 'filesystem') await binaryStore().init();
		left = await leftByN8n();
	});

	beforeEach(async () => {
		before = await storedFiles();
	});

	/** Nothing of a file that broke off, apart from what n8n itself leaves of any. */
	const expectNoHalfFile = async () => {
		// n8n's store may learn of it after the workflow has ended.
		const news = async () => (await storedFiles()).filter((name) => !before.includes(name));
		for (let tries = 0; tries < 40 && (await news()).length > left; tries += 1) await wait(50);
		expect(await news()).toHaveLength(left);
	};

	it('an export is stored whole', async () => {
		const { json, text, data } = await exported({ format: 'json', ...of(events.large) });
		expect(data?.id === undefined).toBe(mode === 'memory');
		expect(json).toMatchObject({ format: 'json', result_count: ROWS });
		const { response } = JSON.parse(text) as { response: { Attribute: unknown[] } };
		expect(response.Attribute).toHaveLength(ROWS);
		expect(lab.sent).toEqual(['POST /attributes/restSearch']);
	});

	it('for an agent an export is read to its end, and no file is kept', async () => {
		const wanted = { format: 'json', ...of(events.large) };
		const { items, error } = await run(wanted, { tool: true });
		expect(error).toBeUndefined();
		expect(await storedFiles()).toEqual(before);
		const { json } = await exported(wanted);
		const remark = 'The file is left out: a language model cannot read it here.';
		const results = [{ ...json, file: json.file_name, remark }];
		expect(json.result_count).toBe(ROWS);
		expect(items[0]?.json).toMatchObject({ found: 1, results });
		expect(items.map(({ binary }) => binary)).toEqual([undefined]);
	});

	it('for an agent, too, an export that breaks in the middle is an error', async () => {
		lab.faults.set('resetMidReply', { match: RESTSEARCH });
		const { items, error } = await run({ format: 'json', ...of(events.large) }, { tool: true });
		expect(items).toEqual([]);
		expect(error?.message).toMatch(/connection to .* broke/);
	});

	it.each([
		['csv', undefined],
		['csv', { headerless: true, requested_attributes: ['value', 'timestamp', 'object_name'] }],
		['text', undefined],
	])('%s with %j has the bytes that MISP writes', async (format, csv) => {
		for (const event of [events.mixed, events.large]) {
			const wanted = { format, csv, ...of(event) };
			const byMisp = await exported({ ...wanted, additionalFields: { writtenBy: 'misp' } });
			lab.requests.length = 0;
			const own = await exported(wanted);
			expect(
				lab.requests.map(({ body }) => (body as { returnFormat: string }).returnFormat),
			).toContain('json');
			expect(own.text).toBe(byMisp.text);
			expect(own.json).toEqual(byMisp.json);
			expect(own.hints).toEqual([]);
		}
	});

	it('a connection that breaks in the middle fails the item, and leaves no half file', async () => {
		lab.faults.set('resetMidReply', { match: RESTSEARCH });
		const { items, error } = await run({ format: 'json', ...of(events.large) });
		expect(items).toEqual([]);
		expect(error?.message).toMatch(/connection to .* broke/);
		expect(error?.description).toContain('POST /attributes/restSearch');
		expect(lab.sent).toHaveLength(1);
		await expectNoHalfFile();
	});

	it('one that was cut so that it seems complete does, too', async () => {
		lab.faults.set('malformedJson', { match: RESTSEARCH });
		const { items, error } = await run(
			{ format: 'json', ...of(events.large) },
			{ onError: 'continueRegularOutput' },
		);
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json)).toEqual([
			{ error: expect.stringContaining('cut short') },
		]);
		await expectNoHalfFile();
	});

	it('a page that fails behind the first ends a CSV that is written here', async () => {
		lab.sandbox.setCost(50);
		const failing = async () => {
			while (lab.requests.length < 2) await wait(5);
			lab.faults.set('refusal', { match: RESTSEARCH, status: 500, message: 'Out of memory' });
		};
		const { items, error } = await run(
			{ format: 'csv', ...of(events.large) },
			{ onStart: () => void failing() },
		).finally(() => lab.sandbox.setCost(0));
		expect(items).toEqual([]);
		expect(error?.message).toContain('Out of memory');
		await expectNoHalfFile();
	});

	it('a cancelled execution ends in the middle of it', async () => {
		lab.faults.set('slowBody', { match: RESTSEARCH, delayMs: 8000 });
		const started = Date.now();
		const { run: cancelled } = await run(
			{ format: 'json', ...of(events.large) },
			{ onStart: (cancel) => void setTimeout(cancel, 1500) },
		);
		expect(cancelled?.status).toBe('canceled');
		expect(Date.now() - started).toBeLessThan(7000);
		await expectNoHalfFile();
	});
});

it('is left to MISP where the lines have something that rows do not tell', async () => {
	for (const more of [
		{ csv: { includeContext: true } },
		{ csv: { requested_attributes: ['value', 'first_seen'] } },
		{ attributeResult: { includeDecayScore: true } },
		{ attributeFilters: { eventid: [events.mixed], deleted: 'include' } },
	]) {
		lab.requests.length = 0;
		await exported({ format: 'csv', ...of(events.mixed), ...more });
		expect(lab.requests).toMatchObject([{ body: { returnFormat: 'csv' } }]);
	}
});

it('has lines that MISP wrote where it writes others than this node would, and says so', async () => {
	lab.world.settings.csvWithObjects = false;
	try {
		const byMisp = await exported({
			format: 'csv',
			additionalFields: { writtenBy: 'misp' },
			...of(events.mixed),
		});
		const own = await exported({ format: 'csv', ...of(events.mixed) });
		expect(own.text).toBe(byMisp.text);
		expect(own.hints.join(' ')).toMatch(/in objects in a way that this node does not know/);
	} finally {
		lab.world.settings.csvWithObjects = true;
	}
});

it('is no text where it would be too much for an item', async () => {
	lab.faults.set('hugeReply', { match: RESTSEARCH });
	lab.faults.bytesSent = 0;
	const { error } = await run({ format: 'suricata', output: 'text', ...of(events.large) });
	expect(error?.message).toMatch(/larger than 20 MiB/);
	expect(error?.description).toContain('Set "Put Output In" to "File"');
	expect(lab.faults.bytesSent).toBeLessThan(200 * 1024 * 1024);
});
