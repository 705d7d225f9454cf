import { randomUUID } from 'node:crypto';

import {
	choice,
	collection,
	endsRun,
	inGroups,
	inputError,
	isTrue,
	oneByOne,
	operation,
	recover,
	required,
	uuidText,
	type InputOf,
	type Outcome,
	type RunContext,
} from '../../definition';
import { readBackTags, type Written } from '../../fields/attributeWrites';
import { droppedText, type Dropped } from '../../fields/dropped';
import { editedEvent } from '../../fields/event';
import { newAttributes, objectBody, objectDetails } from '../../fields/object';
import { addObjects, type NewObject, type ObjectWritten } from '../../fields/objectAdds';
import {
	attributesFor,
	checkRequirements,
	lostAttributes,
	moreAttributes,
} from '../../fields/objectAttributes';
import { fetchTemplate, templateChoice } from '../../fields/objectTemplate';
import { Refanger } from '../../fields/refang';
import { objectRow } from '../../fields/rows';

const fields = {
	event: editedEvent,
	template: required(
		templateChoice({
			description: 'What kind of object it is, such as file or domain-ip',
			hint: 'Its attributes appear below when it is chosen',
		}),
	),
	attributes: newAttributes,
	additionalFields: collection('Additional Fields', {
		...objectDetails,
		uuid: uuidText('UUID', { description: 'Left empty, one is made' }),
		moreAttributes,
		onDuplicate: choice(
			'If the Object Exists',
			[
				{ value: 'add', name: 'Add It Again' },
				{ value: 'fail', name: 'Fail' },
			],
			'add',
			{ description: 'What to do if the event has an object with the same attributes already' },
		),
	}),
};

type Input = InputOf<typeof fields>;

export const create = operation({
	name: 'Create',
	action: 'Create an object',
	description:
		'Adds an object to an event: attributes that belong together, in the form that a template gives. Category, detection flag and correlation of each are as the template says. MISP unpublishes the event. Many items for the same event go in a few requests. Example: Event 1234, Template "domain-ip", Attributes {"domain": "c2.example.com", "ip": ["198.51.100.7", "198.51.100.8"]}.',
	access: 'contribute',
	endpoints: [
		'POST /objects/add/{event}/{template}',
		'POST /events/edit/{event}',
		'POST /events/index',
		'GET /events/view/{event}',
		'GET /objects/view/{object}',
		'POST /objects/delete/{object}',
		'GET /objectTemplates/index',
		'GET /objectTemplates/view/{template}',
		'GET /attributes/describeTypes.json',
		'POST /attributes/restSearch',
	],
	row: objectRow,
	refangs: true,
	fields,
	check: ({ attributes, additionalFields }) => {
		objectBody(additionalFields);
		const { moreAttributes: more = [] } = additionalFields;
		if (Object.keys(attributes).length + more.length > 0) return;
		throw inputError(
			'The object has no attributes.',
			'Fill in at least one under "Attributes", by its name in the template.',
		);
	},
	runMany: async (context, inputs) => {
		const prepared: Array<Prepared | { error: Error }> = [];
		await oneByOne(
			inputs,
			async (input) => void prepared.push(await prepare(context, input)),
			(input, error) => {
				context.refuse(input, error);
				prepared.push({ error });
			},
		);
		// One that may not be sent is a group of its own.
		const groupOf = (one: (typeof prepared)[number]) => ('error' in one ? one : one.event);
		return await inGroups(prepared, groupOf, async (members) => {
			const [first] = members;
			if ('error' in first) return [first];
			return await createAll(context, first.event, members as Prepared[]);
		});
	},
});

/**
 * Whether an edit of the event would do something else with an attribute: change the one that has
 * its UUID, make its local tags global, or drop its sharing group without a word. Files are too
 * large to go together.
 */
const mustGoAlone = (given: Record<string, unknown>): boolean =>
	'uuid' in given ||
	'data' in given ||
	'sharing_group_id' in given ||
	(Array.isArray(given.Tag) && given.Tag.some((tag: { local?: unknown }) => isTrue(tag?.local)));

interface Prepared {
	event: string;
	object: NewObject;
	refanger: Refanger;
}

/** @throws MispError of kind `input` for what does not fit the template */
async function prepare({ misp, timeZone }: RunContext, input: Input): Promise<Prepared> {
	const { uuid, onDuplicate, moreAttributes: more = [] } = input.additionalFields;
	const template = await fetchTemplate(misp, input.template);
	const refanger = new Refanger(input);
	const attributes = attributesFor(template, input.attributes, more, { timeZone, refanger });
	checkRequirements(template, attributes);
	const refuseDuplicate = onDuplicate === 'fail';
	const object = {
		template,
		// Without it, MISP takes "your organisation only" whatever the event has.
		body: { distribution: 5, ...objectBody(input.additionalFields) },
		uuid: uuid ?? randomUUID(),
		attributes,
		refuseDuplicate,
		alone: uuid !== undefined || more.some(mustGoAlone),
	};
	return { event: input.event, object, refanger };
}

async function createAll(
	{ misp, hint }: RunContext,
	event: string,
	members: Prepared[],
): Promise<Outcome[]> {
	const objects = members.map(({ object }) => object);
	const added = await addObjects(misp, event, objects);
	const sent = objects.flatMap(({ attributes }) => attributes);
	const written = members.flatMap(({ object: { attributes } }, at): Written[] => {
		const one = added[at] as ObjectWritten;
		if ('error' in one) return attributes.map(() => one);
		const byUuid = new Map(one.row.Attribute?.map((row) => [row.uuid.toLowerCase(), row]));
		return attributes.map(({ uuid }) => {
			const row = byUuid.get(uuid.toLowerCase());
			return row ? { row } : { error: new Error('not saved') };
		});
	});
	await recover(
		readBackTags(misp, sent, written),
		(error) => !endsRun(error),
		() => hint('The objects were added, but the tags of their attributes could not be read back.'),
	);
	return members.map(({ object: { attributes }, refanger }, at) => {
		const one = added[at] as ObjectWritten;
		if ('error' in one) return one;
		const { row } = one;
		const { Attribute: stored = [] } = row;
		const dropped = [
			...lostAttributes(attributes, stored),
			...stored.flatMap((attribute) => (attribute.dropped as Dropped[] | undefined) ?? []),
		];
		const noted = refanger.noted(row);
		if (dropped.length === 0) return { rows: [{ Object: noted }] };
		hint(`MISP added object ${row.id} without ${droppedText(dropped)}`);
		return { rows: [{ Object: { ...noted, dropped } }] };
	});
}
