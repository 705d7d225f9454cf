import { CSV_COLUMNS, csvHeader, csvLine } from '../../nodes/Misp/fields/exportCsv';
import { exportHere } from '../../nodes/Misp/fields/exportHere';
import type { Misp, MispRequest } from '../../nodes/Misp/client/client';
import { recording } from './recordings';

/** What this node writes of recorded rows is, byte for byte, what the same MISP wrote of them. */

type Row = Record<string, unknown>;

const textIn = (name: string): string => recording(name).response_text ?? '';

/** The rows of a recorded search; of a reply that was cut, those that are whole. */
function rowsIn(name: string): Row[] {
	const { response, response_text: text = '' } = recording(name);
	if (response !== null) return (response as { response: { Attribute: Row[] } }).response.Attribute;
	const whole = text.slice(text.indexOf('[') + 1).split(/,(?=\{"id")/);
	return whole.flatMap((row) => {
		try {
			return [JSON.parse(row) as Row];
		} catch {
			return [];
		}
	});
}

/** A MISP that knows some rows and how it writes their lines. */
function mispWith(rows: Row[], csv = ''): { misp: Misp; asked: Row[] } {
	const asked: Row[] = [];
	const left = [...rows];
	const request = async ({ body }: MispRequest) => {
		asked.push(body as Row);
		return { status: 200, headers: {}, data: { response: { Attribute: left.splice(0) } } };
	};
	const post = async (_path: string, body: Row) => {
		asked.push(body);
		return `${csv}\n`;
	};
	return { misp: { request, post } as unknown as Misp, asked };
}

async function written(misp: Misp, body: Row): Promise<string> {
	const hints: string[] = [];
	const { content } = exportHere(misp, body, (text) => hints.push(text));
	let text = '';
	for await (const chunk of content) text += String(chunk);
	expect(hints).toEqual([]);
	return text;
}

const PAIRS: Array<[string, string]> = [
	['attributes_restSearch_accept_csv', 'attributes_restSearch_last'],
	['attributes_restSearch_accept_csv', 'attributes_restSearch_timestamp'],
	['attributes_restSearch_accept_csv', 'attributes_restSearch_publish_timestamp'],
	['attributes_restSearch_csv', 'attributes_restSearch_no_limit_one_event'],
	['attributes_restSearch_csv', 'attributes_restSearch_limit0'],
	['attributes_restSearch_csv_no_match', 'attributes_restSearch_no_match'],
];

it.each(PAIRS)('%s is what comes of the rows of %s', async (csv, json) => {
	const recorded = textIn(csv);
	const rows = rowsIn(json);
	const [header, ...lines] = recorded.split('\n');
	expect(csvHeader(CSV_COLUMNS)).toBe(`${header}\n`);
	const own = rows.map((row) => csvLine(CSV_COLUMNS, row)).join('');
	const same = lines.slice(0, rows.length).map((line) => `${line}\n`);
	expect(own).toBe(same.join(''));
	if (recording(csv).response_truncated === true) return;
	const { misp, asked } = mispWith(rows, own);
	expect(await written(misp, { returnFormat: 'csv', value: 'x' })).toBe(recorded);
	expect(asked[0]).toMatchObject({ order: 'Attribute.id asc', returnFormat: 'json' });
});

it('the pairs have rows with quotes, commas, tags and letters beyond ASCII', () => {
	const rows = PAIRS.flatMap(([, json]) => rowsIn(json));
	expect(rows.length).toBeGreaterThan(6);
	const text = JSON.stringify(rows);
	for (const special of ['überfällig ✓', 'dropper, stage 2', '"Tag"'])
		expect(text).toContain(special);
	expect(textIn('attributes_restSearch_accept_csv')).toContain('=""b""');
});

it('a text is the values of the rows, as recorded', async () => {
	const recorded = textIn('attributes_restSearch_text');
	const rows = recorded
		.trim()
		.split('\n')
		.map((value, id) => ({ id: String(id + 1), value }));
	const { misp, asked } = mispWith([...rows, { id: '99', value: rows[0]?.value }]);
	expect(await written(misp, { returnFormat: 'text', to_ids: 1 })).toBe(recorded);
	expect(asked[0]).toMatchObject({ to_ids: 1, allow_proposal_blocking: 1 });
	const nothing = await written(mispWith([]).misp, { returnFormat: 'text', value: 'x' });
	expect(nothing).toBe(textIn('attributes_restSearch_text_no_match'));
});
