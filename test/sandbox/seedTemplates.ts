/** Object templates: common ones with the names and types that MISP has, and made-up ones. */

export interface ElementRow {
	relation: string;
	type: string;
	priority: number;
	multiple: boolean;
	disableCorrelation: boolean;
	categories: string[];
	saneDefault: string[];
	valuesList: string[];
}

export interface TemplateRow {
	id: number;
	uuid: string;
	name: string;
	metaCategory: string;
	description: string;
	version: string;
	required: string[];
	requiredOneOf: string[];
	active: boolean;
	elements: ElementRow[];
}

const element = (
	relation: string,
	type = relation,
	more: Partial<ElementRow> = {},
): ElementRow => ({
	relation,
	type,
	priority: 1,
	multiple: false,
	disableCorrelation: false,
	categories: [],
	saneDefault: [],
	valuesList: [],
	...more,
});

const several = { multiple: true };
const silent = { disableCorrelation: true };
const delivery = { categories: ['Payload delivery'] };
const network = { categories: ['Network activity', 'External analysis'] };

const template = (
	row: Pick<TemplateRow, 'id' | 'uuid' | 'name' | 'elements'> & Partial<TemplateRow>,
): TemplateRow => ({
	metaCategory: 'network',
	description: `A ${row.name}, in the words of the sandbox`,
	version: '1',
	required: [],
	requiredOneOf: [],
	active: true,
	...row,
});

export const TEMPLATES: TemplateRow[] = [
	template({
		id: 70,
		uuid: '43b3b146-77eb-4931-b4cc-b66c60f28734',
		name: 'domain-ip',
		version: '9',
		requiredOneOf: ['ip', 'domain', 'hostname'],
		elements: [
			element('domain', 'domain', { ...several, ...network }),
			element('hostname'),
			element('ip', 'ip-dst', { ...several, ...network }),
			element('port', 'port', { ...several, ...network }),
			element('text', 'text', silent),
			element('first-seen', 'datetime', { ...silent, priority: 0 }),
			element('last-seen', 'datetime', { ...silent, priority: 0 }),
		],
	}),
	template({
		id: 89,
		uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
		name: 'file',
		metaCategory: 'file',
		version: '24',
		requiredOneOf: ['filename', 'size-in-bytes', 'md5', 'sha1', 'sha256', 'malware-sample'],
		elements: [
			element('filename', 'filename', {
				...several,
				...silent,
				categories: ['Payload delivery', 'Artifacts dropped', 'Payload installation'],
			}),
			element('md5'),
			element('sha1'),
			element('sha256'),
			element('size-in-bytes', 'size-in-bytes', { ...silent, priority: 0 }),
			element('mimetype', 'mime-type', { ...silent, priority: 0 }),
			element('state', 'text', {
				...several,
				...silent,
				priority: 0,
				valuesList: ['Malicious', 'Harmless', 'Signed', 'Revoked', 'Expired', 'Trusted'],
			}),
			element('text', 'text', { ...several, ...silent }),
			element('malware-sample'),
			element('attachment'),
		],
	}),
	template({
		id: 90,
		uuid: '60efb77b-40b5-4c46-871b-ed1ed999fce5',
		name: 'url',
		requiredOneOf: ['url', 'resource_path'],
		elements: [
			element('url'),
			element('domain', 'domain', { priority: 0 }),
			element('ip', 'ip-dst', { ...several, priority: 0 }),
			element('resource_path', 'text', { ...several, priority: 0 }),
			element('scheme', 'text', { ...silent, priority: 0, saneDefault: ['http', 'https', 'ftp'] }),
		],
	}),
	template({
		id: 91,
		uuid: 'a0c666e0-fc65-4be8-b48f-3423d788b552',
		name: 'email',
		version: '19',
		requiredOneOf: ['from', 'to', 'subject', 'message-id', 'header', 'email-body', 'eml'],
		elements: [
			element('from', 'email-src', { ...several, ...delivery }),
			element('from-display-name', 'email-src-display-name', { ...several, ...delivery }),
			element('to', 'email-dst', { ...several, ...silent, ...delivery }),
			element('reply-to', 'email-reply-to', { ...several, ...delivery }),
			element('subject', 'email-subject', { ...several, ...delivery }),
			element('message-id', 'email-message-id', { ...silent, ...delivery, priority: 0 }),
			element('send-date', 'datetime', { ...several, ...silent, priority: 0 }),
			element('header', 'email-header', { ...several, ...silent, ...delivery, priority: 0 }),
			element('email-body', 'email-body', { ...several, ...silent, ...delivery }),
			element('eml', 'attachment', silent),
		],
	}),
	template({
		id: 400,
		uuid: '0f6d2e9a-31c4-4b58-9d27-6a1e8c5b7f01',
		name: 'sandbox-visit',
		metaCategory: 'misc',
		description: 'An older version that is no longer in use',
		active: false,
		elements: [element('visitor', 'text')],
	}),
	template({
		id: 401,
		uuid: '0f6d2e9a-31c4-4b58-9d27-6a1e8c5b7f01',
		name: 'sandbox-visit',
		metaCategory: 'misc',
		description: 'Somebody came by',
		version: '2',
		required: ['visitor', 'day'],
		elements: [
			element('visitor', 'text'),
			element('day', 'datetime', { priority: 0 }),
			element('door', 'text', { valuesList: ['front', 'back'] }),
			element('invited', 'boolean', silent),
			element('address', 'ip-dst', { categories: ['Payload delivery'] }),
			element('remark', 'comment', several),
		],
	}),
];
