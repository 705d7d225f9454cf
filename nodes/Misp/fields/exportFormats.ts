import {
	choice,
	collection,
	inputError,
	number,
	required,
	text,
	texts,
	toggle,
} from '../definition';

/** The export formats of MISP's restSearch. `opendata` is left out: it publishes to a portal. */
interface ExportFormat {
	value: string;
	name: string;
	description: string;
	extension: string;
	mimeType: string;
	/** MISP leaves out what is not published and not for detection, unless told otherwise. */
	restricted?: true;
	/** MISP knows it for whole events only. */
	eventsOnly?: true;
	/** What MISP must be asked for, where it would answer in JSON instead. */
	accept?: string;
	/** One document, so that a reply that was cut short shows. */
	document?: 'json' | 'xml';
}

const PLAIN = { extension: 'txt', mimeType: 'text/plain' } as const;
const RULES = { extension: 'rules', mimeType: 'text/plain', restricted: true } as const;
const JSON_FILE = { extension: 'json', mimeType: 'application/json' } as const;
const XML_FILE = { extension: 'xml', mimeType: 'application/xml' } as const;
const PAGE = { extension: 'html', mimeType: 'text/html', eventsOnly: true } as const;

const FORMATS: readonly ExportFormat[] = [
	{
		value: 'attack',
		name: 'ATT&CK Matrix (HTML, Events Only)',
		description: 'A heat map of the techniques',
		...PAGE,
	},
	{
		value: 'attack-sightings',
		name: 'ATT&CK Sightings (JSON)',
		description: 'For the ATT&CK Sightings project',
		...JSON_FILE,
	},
	{
		value: 'cache',
		name: 'Cache',
		description: 'MD5 of each value with the UUID of its event, as MISP caches feeds',
		...PLAIN,
	},
	{
		value: 'context',
		name: 'Context (HTML, Events Only)',
		description: 'A summary of tags and galaxies. Several MB long.',
		...PAGE,
	},
	{
		value: 'context-markdown',
		name: 'Context (Markdown, Events Only)',
		description: 'A summary of tags and galaxies, for reports and AI agents',
		extension: 'md',
		mimeType: 'text/markdown',
		eventsOnly: true,
		restricted: true,
	},
	{ value: 'count', name: 'Count', description: 'How many there are, nothing else', ...PLAIN },
	{
		value: 'csv',
		name: 'CSV',
		description: 'A table with one line for each attribute',
		extension: 'csv',
		mimeType: 'text/csv',
	},
	{
		value: 'hashes',
		name: 'Hashes',
		description: 'File hashes, one a line',
		...PLAIN,
		restricted: true,
	},
	{
		value: 'hosts',
		name: 'Hosts File',
		description: 'Domains and host names as /etc/hosts takes them',
		...PLAIN,
		restricted: true,
	},
	{
		value: 'kunai',
		name: 'Kunai Rules',
		description: 'For the Kunai threat hunting tool on Linux',
		...JSON_FILE,
		restricted: true,
	},
	{
		value: 'json',
		name: 'MISP JSON',
		description: 'As MISP exchanges it',
		...JSON_FILE,
		document: 'json',
	},
	{
		value: 'xml',
		name: 'MISP XML',
		description: 'As MISP exchanged it once',
		...XML_FILE,
		document: 'xml',
	},
	{
		value: 'netfilter',
		name: 'Netfilter',
		description: 'IP addresses as iptables commands',
		extension: 'sh',
		mimeType: 'text/plain',
	},
	{
		value: 'openioc',
		name: 'OpenIOC',
		description: 'Indicators as XML',
		...XML_FILE,
		restricted: true,
	},
	{
		value: 'rpz',
		name: 'RPZ Zone',
		description: 'A response policy zone for DNS servers such as BIND',
		extension: 'zone',
		mimeType: 'text/plain',
		restricted: true,
	},
	{ value: 'snort', name: 'Snort Rules', description: 'Network detection rules', ...RULES },
	{
		value: 'stix',
		name: 'STIX 1 (XML)',
		description: 'STIX 1.1.1. MISP 2.5.1 fails to make it of attributes: use events.',
		...XML_FILE,
		accept: 'application/xml',
		document: 'xml',
	},
	{
		value: 'stix-json',
		name: 'STIX 1 (JSON)',
		description: 'STIX 1.1.1. MISP 2.5.1 fails to make it of attributes: use events.',
		...JSON_FILE,
		document: 'json',
	},
	{
		value: 'stix2',
		name: 'STIX 2',
		description: 'A bundle of STIX 2.1',
		...JSON_FILE,
		document: 'json',
	},
	{ value: 'suricata', name: 'Suricata Rules', description: 'Network detection rules', ...RULES },
	{
		value: 'text',
		name: 'Text',
		description: 'Values alone, one a line, for block lists',
		...PLAIN,
		restricted: true,
	},
	{
		value: 'yara',
		name: 'YARA',
		description: 'YARA rules, for files',
		extension: 'yar',
		mimeType: 'text/plain',
	},
	{
		value: 'yara-json',
		name: 'YARA (JSON)',
		description: 'YARA rules with what MISP says about each',
		...JSON_FILE,
	},
];

export const exportFormat = required(
	choice('Format', FORMATS, 'csv', { description: 'What the data is turned into' }),
);
exportFormat.property.options = FORMATS.map(({ value, name, description }) => ({
	value,
	name,
	description,
}));

/** The format by its value. @throws MispError of kind `input` for whole-event formats of attributes */
export function formatFor(scope: 'events' | 'attributes', value: string): ExportFormat {
	const format = FORMATS.find((one) => one.value === value) as ExportFormat;
	if (scope === 'attributes' && format.eventsOnly === true) {
		throw inputError(
			`MISP makes the format "${format.name}" of events only.`,
			'Set "Export" to "Events", or choose another format.',
		);
	}
	return format;
}

export const RESTRICTED = FORMATS.filter(({ restricted }) => restricted === true).map(
	({ value }) => value,
);

export const exportedData = choice(
	'Data to Export',
	[
		{
			value: 'detection',
			name: 'Published and for Detection',
			description:
				'What MISP does by itself: the event is published, the attribute has its IDS flag',
		},
		{
			value: 'all',
			name: 'Everything That Matches',
			description: 'Also what is not published, and what is not meant for detection systems',
		},
	],
	'detection',
	{
		description:
			'MISP leaves out of this format what is not published or not for detection, unless told otherwise. A filter on either decides by itself.',
	},
);

const seconds = (displayName: string, example: string, description: string) =>
	text(displayName, { placeholder: `e.g. ${example}`, description });

/** Of a response policy zone. What is not given comes from the settings of the MISP. */
export const rpzSettings = collection(
	'Zone Settings',
	{
		policy: choice(
			'Policy',
			[
				{ value: 'NXDOMAIN', name: 'NXDOMAIN', description: 'The name does not exist' },
				{ value: 'NODATA', name: 'NODATA', description: 'The name exists but has no answer' },
				{ value: 'DROP', name: 'DROP', description: 'No answer at all' },
				{
					value: 'Local-Data',
					name: 'Local Data',
					description: 'The address in Walled Garden is the answer',
				},
				{ value: 'PASSTHRU', name: 'PASSTHRU', description: 'The real answer, only logged' },
				{ value: 'TCP-only', name: 'TCP Only', description: 'The client must ask again over TCP' },
			],
			'NXDOMAIN',
			{ description: 'What the DNS server answers for what is listed' },
		),
		walled_garden: text('Walled Garden', {
			placeholder: 'e.g. 192.0.2.10',
			description: 'Where the policy Local Data leads',
		}),
		ns: text('Name Server', { placeholder: 'e.g. ns1.example.com.' }),
		ns_alt: text('Second Name Server', { placeholder: 'e.g. ns2.example.com.' }),
		email: text('E-Mail', {
			placeholder: 'e.g. root.example.com',
			description: 'As a zone file writes it, with a dot instead of the @',
		}),
		serial: text('Serial', {
			placeholder: 'e.g. $date00',
			description: 'In it, $date becomes the day as 20261124, and $time the epoch seconds',
		}),
		refresh: seconds('Refresh', '2h', 'How often secondary servers ask for changes'),
		retry: seconds('Retry', '30m', 'When they ask again after a failure'),
		expiry: seconds('Expiry', '30d', 'When they give up on the zone'),
		minimum_ttl: seconds('Minimum TTL', '1h', 'How long a missing name is remembered'),
		ttl: seconds('TTL', '1w', 'How long an answer is remembered'),
	},
	{ placeholder: 'Add Setting', description: 'What is left out comes from the settings of MISP' },
);

export const csvSettings = collection(
	'Table Settings',
	{
		includeContext: toggle(
			'Event Columns',
			'Whether to add title, organisations, threat level, date and tags of the event',
			true,
		),
		requested_attributes: texts('Columns', 'Column', {
			placeholder: 'e.g. value',
			description: 'Only these columns of the attribute, by MISP’s names, such as type and value',
		}),
		headerless: toggle('Without Header', 'Whether to leave the line with the names out', true),
	},
	{ placeholder: 'Add Setting' },
);

export const exportLimit = number('Limit', {
	min: 1,
	default: 1000,
	description: 'At most this many attributes or events. Without it, all that match are exported.',
});
