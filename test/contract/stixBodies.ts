/** STIX documents whose end was left out of the recordings, filled in from what MISP made of them. */
import { parseCut } from './cut';
import { entries, isRow, type Row } from './import';
import type { Recording } from './recordings';

const CUT = /…\[trimmed \d+\]$/;

export const isCutStix = ({ request }: Recording): boolean =>
	request.line.includes('/upload_stix') &&
	typeof request.body === 'string' &&
	CUT.test(request.body);

const OBSERVABLES: Record<string, string> = {
	domain: 'domain-name:value',
	'ip-dst': 'ipv4-addr:value',
	sha256: "file:hashes.'SHA-256'",
};

function attributesOf(one: Recording): Row[] {
	return isRow(one.response) ? entries(one.response.Attribute) : [];
}

function bundle(text: string, one: Recording): string {
	const cut = parseCut(text) as Row;
	const indicators = attributesOf(one).map((row) => ({
		type: 'indicator',
		id: `indicator--${String(row.uuid)}`,
		pattern: `[${OBSERVABLES[String(row.type)] ?? ''} = '${String(row.value)}']`,
	}));
	const kept = entries(cut.objects).filter(({ type }) => type !== 'indicator');
	return JSON.stringify({ ...cut, objects: [...kept, ...indicators] });
}

const ELEMENTS: Record<string, string> = {
	domain: 'DomainNameObj:Value',
	'ip-dst': 'AddressObj:Address_Value',
	sha256: 'cyboxCommon:Simple_Hash_Value',
};

function packageOf(text: string, one: Recording): string {
	// Sent as JSON, MISP does not look into it.
	if (!isRow(one.response) || !isRow(one.response.Event)) return text;
	const observables = attributesOf(one).map((row) => {
		const name = ELEMENTS[String(row.type)] ?? 'other';
		return `<${name}>${String(row.value)}</${name}>`;
	});
	const title = `<stix:Title>${String(one.response.Event.info)}</stix:Title>`;
	return `<stix:STIX_Package>${title}${observables.join('')}</stix:STIX_Package>`;
}

export function wholeStix(one: Recording): string {
	const text = String(one.request.body).replace(CUT, '');
	return text.startsWith('{') ? bundle(text, one) : packageOf(text, one);
}
