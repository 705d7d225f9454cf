import type { Misp } from '../client/client';
import {
	hinted,
	inputError,
	type InputOf,
	isUuid,
	type ListEntry,
	type LoadContext,
	locator,
	type MappedField,
	mapping,
	moment,
	path,
	required,
	text,
} from '../definition';
import type { AttributeRow } from './attribute';
import { fetchTemplate, fieldsOfTemplate, templateChoice } from './objectTemplate';
import { innerDistribution, sharingBody, sharingGroupOf } from './sharing';
import { UNPUBLISHES } from './event';

export interface ObjectRow {
	id: string;
	uuid: string;
	name: string;
	event_id: string;
	template_uuid: string | null;
	distribution: string;
	sharing_group_id: string;
	comment: string;
	deleted: boolean;
	first_seen: string | null;
	last_seen: string | null;
	Attribute?: AttributeRow[];
	Event?: { info?: string };
	[key: string]: unknown;
}

/** Objects that have exactly this value in an attribute; `%` at an end stands for anything. */
async function searchObjects({ misp, search }: LoadContext): Promise<ListEntry[]> {
	if (search === '') return [];
	const found = await misp.post<Array<{ Object: ObjectRow }>>(
		path`/objects/restSearch`,
		{ returnFormat: 'json', value: search, limit: 50, page: 1 },
		{ read: true, unwrap: 'response' },
	);
	return found.map(({ Object: { id, name, event_id: event, Attribute = [], Event } }) => {
		const values = Attribute.slice(0, 2).map(({ value }) => value.slice(0, 60));
		return {
			name: `#${id} ${name}: ${values.join(', ')} (event #${event} ${Event?.info ?? ''})`.replace(
				/ \)$/,
				')',
			),
			value: id,
		};
	});
}

const anyObject = (displayName: string, description: string) =>
	required(
		locator(displayName, {
			loader: 'searchObjects',
			load: searchObjects,
			page: 'objects/view',
			searchFirst: true,
			description,
		}),
	);

export const objectLocator = anyObject(
	'Object',
	'The object: type a value in it into the list (% at an end stands for anything), or give its ID or UUID',
);

/** An object that is changed, which MISP takes for an edit of the event. */
export const editedObject = hinted(UNPUBLISHES, objectLocator);

export const referencedObject = anyObject(
	'Referenced Object',
	'The object that is referred to: from the list, by a value in it, or by ID or UUID',
);

/** `GET /objects/view/{id}`: an object with its attributes. */
export const fetchObject = async (misp: Misp, object: string): Promise<ObjectRow> =>
	await misp.get<ObjectRow>(path`/objects/view/${object}`, { unwrap: 'Object' });

/** MISP takes uuids where objects refer to each other. */
export const uuidOfObject = async (misp: Misp, object: string): Promise<string> =>
	isUuid(object) ? object : (await fetchObject(misp, object)).uuid;

/** What is written in a form, as far as it is known while the form is open. */
function written(value: unknown): string | undefined {
	const bare =
		value !== null && typeof value === 'object' && 'value' in value ? value.value : value;
	const plain = typeof bare === 'string' || typeof bare === 'number' ? String(bare).trim() : '';
	return plain === '' || plain.startsWith('=') ? undefined : plain;
}

/** The template that is chosen in the form: its id, UUID or name. */
function templateIn(value: unknown): string | undefined {
	if (written(value) === undefined) return undefined;
	const read = templateChoice({}).schema().safeParse(value);
	return read.success ? read.data : undefined;
}

async function getTemplateFields({ misp, parameter }: LoadContext): Promise<MappedField[]> {
	const template = templateIn(parameter('template'));
	return template === undefined ? [] : fieldsOfTemplate(await fetchTemplate(misp, template), true);
}

async function getObjectFields({ misp, parameter }: LoadContext): Promise<MappedField[]> {
	const chosen = templateIn(parameter('template'));
	const object = written(parameter('object'))?.match(/([0-9]+|[0-9a-f-]{36})$/i)?.[0];
	const template =
		chosen ?? (object === undefined ? undefined : (await fetchObject(misp, object)).template_uuid);
	if (template === undefined || template === null) return [];
	return fieldsOfTemplate(await fetchTemplate(misp, template), false);
}

const MAPPING = {
	word: { singular: 'attribute', plural: 'attributes' },
	description:
		'The values of the object, by their names in its template. Of those marked "several", give one a line, or a list as JSON or from an expression.',
};

export const newAttributes = mapping('Attributes', {
	...MAPPING,
	loader: 'getTemplateFields',
	load: getTemplateFields,
	dependsOn: ['template.value'],
	noFields: 'Choose a template first.',
});

export const changedAttributes = mapping('Attributes', {
	...MAPPING,
	loader: 'getObjectFields',
	load: getObjectFields,
	dependsOn: ['template.value', 'object.value'],
	noFields: 'Choose an object or a template first.',
});

/** What an object can have beside its attributes. */
export const objectDetails = {
	comment: text('Comment', { placeholder: 'e.g. attachment of the first mail' }),
	distribution: innerDistribution,
	sharingGroup: sharingGroupOf,
	firstSeen: moment('First Seen', { description: 'When what it describes was first seen' }),
	lastSeen: moment('Last Seen', { description: 'When what it describes was last seen' }),
};

export function objectBody(input: Partial<InputOf<typeof objectDetails>>): Record<string, unknown> {
	const { comment, firstSeen, lastSeen } = input;
	if (firstSeen !== undefined && lastSeen !== undefined && lastSeen < firstSeen) {
		throw inputError('"Last Seen" is before "First Seen".');
	}
	return {
		...sharingBody(input),
		...(comment === undefined ? {} : { comment }),
		...(firstSeen === undefined ? {} : { first_seen: firstSeen }),
		...(lastSeen === undefined ? {} : { last_seen: lastSeen }),
	};
}
