/** Reading STIX documents, as far as the demo and the tests write them. */
import { isRecord, type Json } from './http';

export interface StixDocument {
	uuid: string | undefined;
	info: string;
	threatLevelId: number;
	/** The version, as MISP notes it beside the document that it keeps. */
	format: string;
	attributes: Json[];
}

const uuidIn = (id: unknown): string | undefined =>
	/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.exec(String(id))?.[0].toLowerCase();

const PATTERN = /\[([a-z0-9-]+):([^=]*?)\s*=\s*'([^']*)'\]/;

/** Type, and the relation that MISP notes where the pattern is not its own. */
function typeOf(observable: string, property: string): [string, string] {
	if (observable === 'domain-name') return ['domain', 'domain'];
	if (observable === 'ipv4-addr') return ['ip-dst', 'ip'];
	if (observable === 'url') return ['url', 'url'];
	const hash = /sha-?256|sha-?1|md5/i.exec(property)?.[0].toLowerCase().replace('-', '') ?? 'text';
	return [hash, hash];
}

export function readStix2(bundle: Json): StixDocument | string {
	if (bundle.type === undefined) {
		const shown = JSON.stringify(bundle).replaceAll('"', "'").replaceAll(':', ': ');
		return `ParseError: Can't parse object with no 'type' property: ${shown}`;
	}
	const objects = Array.isArray(bundle.objects) ? bundle.objects.filter(isRecord) : [];
	const report = objects.find(({ type }) => type === 'report' || type === 'grouping');
	const own = JSON.stringify(report?.labels ?? []).includes('MISP-STIX-Converter');
	const attributes = objects.flatMap((object) => {
		const found = object.type === 'indicator' ? PATTERN.exec(String(object.pattern)) : null;
		if (found === null) return [];
		const [, observable = '', property = '', value = ''] = found;
		const [type, relation] = typeOf(observable, property);
		const timestamp = Math.floor(Date.parse(String(object.created)) / 1000);
		return [
			{
				type,
				value,
				uuid: uuidIn(object.id),
				to_ids: true,
				...(own ? {} : { object_relation: relation }),
				...(Number.isNaN(timestamp) ? {} : { timestamp }),
			},
		];
	});
	return {
		uuid: uuidIn(report?.id ?? bundle.id),
		info:
			typeof report?.name === 'string'
				? report.name
				: `STIX 2.1 Bundle (${String(bundle.id)}) and converted with the MISP-STIX import feature.`,
		threatLevelId: 4,
		format: '2.1',
		attributes,
	};
}

const OBSERVABLES: Array<[RegExp, string]> = [
	[/<DomainNameObj:Value[^>]*>([^<]+)</g, 'domain'],
	[/<AddressObj:Address_Value[^>]*>([^<]+)</g, 'ip-dst'],
	[/<cyboxCommon:Simple_Hash_Value[^>]*>([^<]+)</g, 'sha256'],
];

export function readStix1(xml: string): StixDocument | string {
	const failed = 'Error while loading the STIX file:';
	// The name in brackets is that of a file that MISP makes for the time of the import.
	if (xml === '') return `${failed} Document is empty, line 1, column 1 (MISPjBzaw4, line 1)`;
	const root = /<([A-Za-z][\w:.-]*)/.exec(xml.replace(/<\?.*?\?>/gs, ''))?.[1] ?? '';
	if (root !== 'stix:STIX_Package') {
		return `${failed} Document root element (${root}) not one of (['{http://stix.mitre.org/stix-1}STIX_Package'])`;
	}
	return {
		uuid: uuidIn(/<stix:STIX_Package[^>]*\bid="([^"]*)"/.exec(xml)?.[1]),
		info: /<stix:Title>([^<]*)</.exec(xml)?.[1] ?? 'STIX 1 package',
		threatLevelId: 3,
		format: 'STIX 1.1',
		attributes: OBSERVABLES.flatMap(([pattern, type]) =>
			[...xml.matchAll(pattern)].map(([, value = '']) => ({ type, value, to_ids: true })),
		),
	};
}
