import { wholeDocument } from '../../nodes/Misp/fields/wholeDocument';
import { failureOf } from './support';

async function read(text: string, form: 'json' | 'xml', chunk: number): Promise<string> {
	async function* chunks() {
		const bytes = Buffer.from(text);
		for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
	}
	const parts: Buffer[] = [];
	for await (const part of wholeDocument(chunks(), form, 'POST /x')) parts.push(part);
	return Buffer.concat(parts).toString();
}

const JSON_DOCUMENT = JSON.stringify({ a: ['}', '\\"{', { b: '✓ ]' }], 'c{': '\\' });
const XML_DOCUMENT =
	'<?xml version="1.0"?>\n<stix:STIX_Package id="1"><a>✓</a></stix:STIX_Package>\n';

describe.each([1, 7, 1000])('In chunks of %i', (chunk) => {
	it.each([
		['json', JSON_DOCUMENT],
		['json', `${JSON_DOCUMENT}\n`],
		['json', '[]'],
		['json', ''],
		['json', '\n'],
		['xml', XML_DOCUMENT],
		['xml', `<response>${'<a/>'.repeat(500)}</response>`],
		['xml', '<?xml version="1.0"?>\n<response/>\n'],
		['xml', ''],
	] as const)('a whole document of %s passes: %j', async (form, text) => {
		expect(await read(text, form, chunk)).toBe(text);
	});

	it.each([
		['json', JSON_DOCUMENT.slice(0, -1)],
		['json', '{"a": [{"b": 1}'],
		['json', '{"a": "}'],
		['json', '{"a": 1} and more'],
		['json', 'MISP is down'],
		['xml', XML_DOCUMENT.slice(0, -3)],
		['xml', '<response><a>1</a>'],
		['xml', `<response>${'<a/>'.repeat(500)}`],
		['xml', '<response><a/>'],
	] as const)('one of %s that was cut is an error: %j', async (form, text) => {
		const { kind, message } = await failureOf(read(text, form, chunk));
		expect({ kind, message }).toEqual({
			kind: 'notMisp',
			message: 'The export was cut short: it is not a whole document.',
		});
	});
});
