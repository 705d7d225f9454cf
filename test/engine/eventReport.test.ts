import type { EventRow, ReportRow } from '../sandbox/rows';
import { byId, useLab } from './support';

const lab = useLab();
const URL_OF_PAGE = 'https://www.example.com/report.html';

let event: EventRow;
let report: ReportRow;

beforeEach(() => {
	const { world } = lab;
	world.reports.clear();
	world.pages.clear();
	const alpha = world.organisation('CERT-ALPHA').id;
	event = world.addEvent({
		info: 'Phishing',
		orgId: alpha,
		orgcId: alpha,
		userId: 2,
		distribution: 3,
		published: true,
	});
	report = world.addReport(event, {
		name: 'Triage',
		content: '# Summary',
		timestamp: 1_700_000_000,
	});
});

describe('create', () => {
	it('sends all fields and returns the report with its event', async () => {
		const row = await lab.row('eventReport', 'create', {
			event: byId(event.id),
			reportName: 'Analysis',
			content: '# Title',
			additionalFields: { distribution: 1, uuid: '5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b' },
		});
		expect(lab.sent).toEqual([`POST /event_reports/add/${event.id}`]);
		expect(lab.body()).toEqual({
			name: 'Analysis',
			content: '# Title',
			distribution: 1,
			uuid: '5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b',
		});
		expect(row).toMatchObject({ name: 'Analysis', deleted: false, Event: { info: 'Phishing' } });
		expect(row).not.toHaveProperty('SharingGroup');
		expect(event.published).toBe(false);
	});

	it('looks the id of an event up, and inherits its distribution', async () => {
		await lab.row('eventReport', 'create', { event: byId(event.uuid), reportName: 'Short' });
		expect(lab.sent).toEqual(['POST /events/index', `POST /event_reports/add/${event.id}`]);
		expect(lab.body(-1)).toEqual({ name: 'Short', content: '', distribution: 5 });
	});

	it('reports what MISP refuses, in its words', async () => {
		const { message } = await lab.failure('eventReport', 'create', {
			event: byId(event.id),
			reportName: 'Twice',
			additionalFields: { uuid: report.uuid },
		});
		expect(message).toBe('The UUID provided is not unique');
		const foreign = await lab.failure(
			'eventReport',
			'create',
			{ event: byId(event.id), reportName: 'x' },
			{ key: 'beta_user' },
		);
		expect(foreign.message).toBe('You do not have permission to do that.');
	});

	it.each([
		['no name', { reportName: '={{ "" }}' }, /"Report Name" is required/],
		[
			'a sharing group that is not named',
			{ reportName: 'x', additionalFields: { distribution: 4 } },
			/no "Sharing Group" is chosen/,
		],
	])('refuses %s before anything is sent', async (_what, parameters, message) => {
		const failed = await lab.failure('eventReport', 'create', {
			event: byId(event.id),
			...parameters,
		});
		expect(failed.message).toMatch(message);
		expect(lab.requests).toHaveLength(0);
	});
});

describe('get and get many', () => {
	it('returns one by id or UUID, also a deleted one', async () => {
		report.deleted = true;
		const row = await lab.row(
			'eventReport',
			'get',
			{ report: byId(report.uuid) },
			{ access: 'read' },
		);
		expect(row).toMatchObject({ id: String(report.id), content: '# Summary', deleted: true });
		expect(row.timestamp_iso).toBe('2023-11-14T22:13:20.000Z');
		const { message } = await lab.failure('eventReport', 'get', { report: byId(99999) });
		expect(message).toBe('Invalid report');
	});

	it('filters by event, text, time and deletion', async () => {
		const { world } = lab;
		const other = world.addReport(event, { name: 'Other', content: 'PHISHING kit', deleted: true });
		const names = async (filters: Record<string, unknown>) =>
			(await lab.rows('eventReport', 'getAll', { returnAll: true, filters })).map(
				({ name }) => name,
			);
		expect(await names({ event: byId(event.uuid) })).toEqual(['Triage']);
		expect(lab.sent.at(-1)).toBe(`GET /event_reports/index/event_id:${event.id}`);
		expect(await names({ context: 'deleted' })).toEqual(['Other']);
		expect(lab.sent.at(-1)).toBe('GET /event_reports/index/context:deleted');
		expect(await names({ context: 'all', contains: 'phishing' })).toEqual(['Other']);
		expect(await names({ context: 'all', changedSince: other.timestamp })).toEqual(['Other']);
		expect(await names({})).toEqual(['Triage']);
	});
});

describe('update', () => {
	it('sends only what is to change', async () => {
		const row = await lab.row('eventReport', 'update', {
			report: byId(report.id),
			updateFields: { content: '# New' },
		});
		expect(lab.sent).toEqual([`POST /event_reports/edit/${report.id}`]);
		expect(lab.body()).toEqual({ content: '# New' });
		expect(row).toMatchObject({ name: 'Triage', content: '# New' });
	});

	it('refuses an update without a change before anything is sent', async () => {
		const { message } = await lab.failure('eventReport', 'update', { report: byId(report.id) });
		expect(message).toMatch(/^Nothing is to be changed/);
		expect(lab.requests).toHaveLength(0);
	});

	it('is refused to another organisation', async () => {
		const { message } = await lab.failure(
			'eventReport',
			'update',
			{ report: byId(report.id), updateFields: { content: 'x' } },
			{ key: 'beta_publisher' },
		);
		expect(message).toBe('Unauthorized');
		expect(report.content).toBe('# Summary');
	});
});

describe('delete and restore', () => {
	it('marks as deleted, takes that back, deletes for good, and may be repeated', async () => {
		const id = byId(report.id);
		expect(await lab.row('eventReport', 'delete', { report: id })).toMatchObject({
			deleted: true,
			for_good: false,
			already_gone: false,
		});
		expect(report.deleted).toBe(true);
		const back = await lab.row('eventReport', 'restore', { report: id });
		expect(back).toMatchObject({ name: 'Triage', deleted: false });
		await lab.row('eventReport', 'delete', { report: id, hard: true });
		expect(lab.body(-1)).toEqual({ hard: 1 });
		const { items, hints } = await lab.run('eventReport', 'delete', { report: id, hard: true });
		expect(items[0]?.json).toMatchObject({ deleted: false, already_gone: true });
		expect(hints).toEqual([expect.stringMatching(/MISP had no report/)]);
	});

	it('does not fail when a restored report cannot be read', async () => {
		lab.faults.set('internalError', { times: 5, match: /view/ });
		const { items, hints } = await lab.run('eventReport', 'restore', { report: byId(report.id) });
		expect(items[0]?.json).toMatchObject({ id: String(report.id), deleted: false });
		expect(hints).toEqual([expect.stringMatching(/was restored, but could not be read/)]);
	});
});

describe('import from a URL', () => {
	const input = () => ({ event: byId(event.id), url: URL_OF_PAGE });

	it('imports for those who may change the event', async () => {
		lab.world.pages.set(URL_OF_PAGE, '# Page');
		const row = await lab.row('eventReport', 'importFromUrl', input());
		expect(row).toMatchObject({ content: '# Page', event_id: String(event.id) });
		expect(lab.sent).toEqual([
			'POST /events/restSearch',
			'GET /users/view/me',
			`POST /event_reports/importReportFromUrl/${event.id}`,
		]);
		expect(lab.body(-1)).toEqual({ url: URL_OF_PAGE });
	});

	it.each(['readonly', 'beta_publisher'] as const)(
		'is refused to %s, whom MISP would let',
		async (key) => {
			lab.world.pages.set(URL_OF_PAGE, '# Page');
			const { message, description } = await lab.failure('eventReport', 'importFromUrl', input(), {
				key,
			});
			expect(message).toBe(
				`The user of this key may not change event ${event.id}. Nothing was changed.`,
			);
			expect(description).toMatch(/This MISP would let it through/);
			expect(event.reports).toEqual([report]);
		},
	);

	it('leaves no report behind for an event that does not exist', async () => {
		lab.world.pages.set(URL_OF_PAGE, '# Page');
		const { message } = await lab.failure('eventReport', 'importFromUrl', {
			...input(),
			event: byId(99999),
		});
		expect(message).toBe('MISP has no event 99999, or this key may not see it.');
		expect(lab.sent).toEqual(['POST /events/restSearch']);
	});

	it('takes the empty list of a page that could not be read for a failure', async () => {
		const { message, description } = await lab.failure('eventReport', 'importFromUrl', input());
		expect(message).toBe(`MISP could not read ${URL_OF_PAGE}, and imported nothing.`);
		expect(description).toMatch(/html_to_markdown/);
	});

	it.each(['file:///etc/passwd', 'www.example.com', 'javascript:alert(1)'])(
		'refuses %s before anything is sent',
		async (url) => {
			const { message } = await lab.failure('eventReport', 'importFromUrl', { ...input(), url });
			expect(message).toMatch(/is not the address of a web page/);
			expect(lab.requests).toHaveLength(0);
		},
	);
});

describe('extract indicators', () => {
	beforeEach(() => {
		report.content = 'Seen 198.51.100.9 and kit.example.com, tlp:red';
	});

	it('returns the report with what was linked now, and may be repeated', async () => {
		const row = await lab.row('eventReport', 'extractIndicators', {
			report: byId(report.uuid),
			tagEvent: true,
		});
		expect(lab.sent).toEqual([
			`GET /event_reports/view/${report.uuid}`,
			'GET /users/view/me',
			`POST /event_reports/extractAllFromReport/${report.id}`,
		]);
		expect(lab.body(-1)).toEqual({ tag_event: true });
		expect(row.extracted_attributes).toEqual(event.attributes.map(({ uuid }) => uuid));
		expect(row.extracted_tags).toEqual(['tlp:red']);
		const again = await lab.row('eventReport', 'extractIndicators', { report: byId(report.id) });
		expect(again).toMatchObject({ extracted_attributes: [], extracted_tags: [] });
	});

	it.each(['readonly', 'beta_publisher'] as const)(
		'is refused to %s before anything is changed',
		async (key) => {
			const { message } = await lab.failure(
				'eventReport',
				'extractIndicators',
				{ report: byId(report.id) },
				{ key },
			);
			expect(message).toMatch(/may not change event/);
			expect(event.attributes).toEqual([]);
		},
	);
});
