import { isIP } from 'node:net';

import * as z from 'zod/v4';

import type { Misp } from '../client/client';
import {
	choice,
	hinted,
	inputError,
	instanceChoice,
	instanceChoices,
	isUuid,
	locator,
	MispError,
	path,
	recover,
	required,
	text,
	type ListEntry,
	type LoadContext,
} from '../definition';
import { UNPUBLISHES } from './event';

export interface AttributeRow {
	id: string;
	uuid: string;
	event_id: string;
	type: string;
	category: string;
	value: string;
	deleted: boolean;
	[key: string]: unknown;
}

interface DescribedTypes {
	types: string[];
	categories: string[];
	sane_defaults: Record<string, { default_category: string; to_ids: number }>;
	category_type_mappings: Record<string, string[]>;
}

/** `GET /attributes/describeTypes.json`: the types and categories that this instance knows. */
export const describeTypes = async (misp: Misp): Promise<DescribedTypes> =>
	await misp.get(path`/attributes/describeTypes.json`, { unwrap: 'result' });

async function getAttributeTypes({ misp }: LoadContext): Promise<ListEntry[]> {
	const { types, sane_defaults: defaults } = await describeTypes(misp);
	return types
		.map((type) => {
			const preset = defaults[type];
			const ids = preset?.to_ids === 1 ? ', for detection' : '';
			return {
				name: type,
				value: type,
				...(preset ? { description: `${preset.default_category}${ids}` } : {}),
			};
		})
		.sort((a, b) => a.name.localeCompare(b.name));
}

async function getAttributeCategories({ misp }: LoadContext): Promise<ListEntry[]> {
	const { categories } = await describeTypes(misp);
	return categories.map((category) => ({ name: category, value: category }));
}

const TYPES = { loader: 'getAttributeTypes', load: getAttributeTypes };
const CATEGORIES = { loader: 'getAttributeCategories', load: getAttributeCategories };

/** The type of one attribute. */
export const attributeType = instanceChoice('Type', {
	...TYPES,
	description: 'What kind of value it is, such as ip-dst, domain, url, sha256 or email-src',
});

export const attributeValue = text('Value', {
	placeholder: 'e.g. 198.51.100.7',
	description: 'Defanged values such as bad[.]example[.]com are restored',
});

/** Left empty, MISP takes the usual category of the type. */
export const attributeCategory = instanceChoice('Category', {
	...CATEGORIES,
	description: 'Left empty, the usual one for the type',
});

export const attributeTypes = instanceChoices('Types', {
	...TYPES,
	apart: () => true,
	description: 'Any of these types',
});

export const attributeCategories = instanceChoices('Categories', {
	...CATEGORIES,
	apart: () => true,
	description: 'Any of these categories',
});

/** `to_ids`, which each type has its own usual value for. */
export const toIds = choice(
	'For Detection (IDS)',
	[
		{ value: 'default', name: 'As Usual for the Type' },
		{ value: 'yes', name: 'Yes' },
		{ value: 'no', name: 'No' },
	],
	'default',
	{ description: 'Whether it may be exported to detection systems' },
);

/** The same where it is changed: what is usual for the type is not looked at then. */
export const detection = choice(
	'For Detection (IDS)',
	[
		{ value: 'yes', name: 'Yes' },
		{ value: 'no', name: 'No' },
	],
	'yes',
	{ description: 'Whether it may be exported to detection systems' },
);

export const idsFlag = (ids: 'default' | 'yes' | 'no' | undefined): { to_ids?: boolean } =>
	ids === undefined || ids === 'default' ? {} : { to_ids: ids === 'yes' };

/** Types of attributes that hold a file. */
export const FILE_TYPES = ['attachment', 'malware-sample'];

export const isFileType = (type: string): boolean => FILE_TYPES.includes(type);

interface FoundAttributes {
	Attribute: Array<AttributeRow & { Event?: { info?: string } }>;
}

/** Attributes with exactly this value; `%` at an end stands for anything. */
const attributesLike =
	(filters: Record<string, unknown>) =>
	async ({ misp, search }: LoadContext): Promise<ListEntry[]> => {
		if (search === '') return [];
		const filter = isUuid(search) ? { uuid: search } : { value: search };
		const { Attribute } = await misp.post<FoundAttributes>(
			path`/attributes/restSearch`,
			{
				returnFormat: 'json',
				...filter,
				...filters,
				limit: 50,
				page: 1,
				order: 'Attribute.id desc',
			},
			{ read: true, unwrap: 'response' },
		);
		return Attribute.map(({ id, type, value, event_id: event, Event }) => ({
			name: `${value} (${type}, event #${event} ${Event?.info ?? ''})`.replace(/ \)$/, ')'),
			value: id,
		}));
	};

const searchAttributes = attributesLike({});
const searchDeletedAttributes = attributesLike({ deleted: 'only' });

const TYPE_OR_GIVE =
	'type its value into the list (% at an end stands for anything), or give its ID or UUID';

const PAGE = { page: 'attributes/view', searchFirst: true };

export const attributeLocator = required(
	locator('Attribute', {
		...PAGE,
		loader: 'searchAttributes',
		load: searchAttributes,
		description: `The attribute: ${TYPE_OR_GIVE}`,
	}),
);

/** One that is deleted; to take that back is an edit of the event, too. */
export const deletedAttribute = hinted(
	UNPUBLISHES,
	required(
		locator('Attribute', {
			...PAGE,
			loader: 'searchDeletedAttributes',
			load: searchDeletedAttributes,
			description: `The deleted attribute: ${TYPE_OR_GIVE}`,
		}),
	),
);

/** An attribute that is changed, which MISP takes for an edit of the event. */
export const editedAttribute = hinted(UNPUBLISHES, attributeLocator);

/**
 * `GET /attributes/view/{id}`.
 *
 * @throws MispError of kind `notFound`: MISP itself answers 405 for a missing attribute
 */
export async function fetchAttribute(misp: Misp, attribute: string): Promise<AttributeRow> {
	const request = path`/attributes/view/${attribute}`;
	return await recover(
		misp.get<AttributeRow>(request, { unwrap: 'Attribute' }),
		({ status }) => status === 405 || status === 404,
		({ status }) => {
			throw new MispError(
				'notFound',
				`MISP has no attribute ${attribute}, or this key may not see it.`,
				{ request: `GET ${request}`, status, hint: 'It may have been deleted.' },
			);
		},
	);
}

const PORT = /^([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/;

const isIpOrRange = (text: string): boolean => {
	const [address = '', bits, ...rest] = text.split('/');
	const version = isIP(address);
	if (version === 0 || rest.length > 0) return false;
	return (
		bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
	);
};

/** Checks that need no server and have one right answer; everything else MISP judges itself. */
const VALUE_CHECKS = new Map<string, { good(value: string): boolean; wanted: string }>(
	Object.entries({
		'ip-src': { good: isIpOrRange, wanted: 'an IP address or a range like 192.0.2.0/24' },
		'ip-dst': { good: isIpOrRange, wanted: 'an IP address or a range like 192.0.2.0/24' },
		md5: { good: (value) => /^[0-9a-f]{32}$/i.test(value), wanted: '32 hexadecimal digits' },
		sha1: { good: (value) => /^[0-9a-f]{40}$/i.test(value), wanted: '40 hexadecimal digits' },
		sha256: { good: (value) => /^[0-9a-f]{64}$/i.test(value), wanted: '64 hexadecimal digits' },
		sha512: { good: (value) => /^[0-9a-f]{128}$/i.test(value), wanted: '128 hexadecimal digits' },
		port: { good: (value) => PORT.test(value), wanted: 'a number from 1 to 65535' },
	}),
);

/** MISP restores defanged indicators before it judges them; so must a check that comes before. */
const refanged = (value: string): string =>
	value
		.trim()
		.replace(/\[\.\]|\(\.\)|\[dot\]/gi, '.')
		.replace(/\[:\]/g, ':');

/** @throws MispError of kind `input` for a value that MISP would refuse for this type */
export function checkValue(type: string, value: string): void {
	const check = VALUE_CHECKS.get(type);
	const plain = refanged(value);
	// What is still defanged in some other way, MISP restores or refuses itself.
	if (check && !/[[\](){}\\]/.test(plain) && !check.good(plain)) {
		throw inputError(
			`"${value.slice(0, 60)}" is not a value for the type ${type}: it must be ${check.wanted}.`,
		);
	}
}

/** An attribute in MISP's own JSON, for those who have it: at least type and value. */
export const attributeJson = z.looseObject(
	{
		type: z.string('must be a text').min(1, 'must not be empty'),
		value: z
			.union([z.string(), z.number()], 'must be a text')
			.transform(String)
			.refine((value) => value !== '', 'must not be empty'),
	},
	'must be an object with "type" and "value"',
);
