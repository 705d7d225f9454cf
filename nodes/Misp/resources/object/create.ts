import {
	choice,
	collection,
	endsRun,
	inputError,
	operation,
	path,
	recover,
	required,
	uuidText,
	withParams,
} from '../../definition';
import { readBackTags } from '../../fields/attributeWrites';
import { droppedText, type Dropped } from '../../fields/dropped';
import { editedEvent } from '../../fields/event';
import { newAttributes, objectBody, objectDetails, type ObjectRow } from '../../fields/object';
import {
	attributesFor,
	checkRequirements,
	lostAttributes,
	moreAttributes,
} from '../../fields/objectAttributes';
import { fetchTemplate, templateChoice } from '../../fields/objectTemplate';
import { Refanger } from '../../fields/refang';
import { objectRow } from '../../fields/rows';

export const create = operation({
	name: 'Create',
	action: 'Create an object',
	description:
		'Adds an object to an event: attributes that belong together, in the form that a template gives. Category, detection flag and correlation of each are as the template says. MISP unpublishes the event. Example: Event 1234, Template "domain-ip", Attributes {"domain": "c2.example.com", "ip": ["198.51.100.7", "198.51.100.8"]}.',
	access: 'contribute',
	endpoints: [
		'POST /objects/add/{event}/{template}',
		'GET /objectTemplates/index',
		'GET /objectTemplates/view/{template}',
		'GET /attributes/describeTypes.json',
		'POST /attributes/restSearch',
	],
	row: objectRow,
	refangs: true,
	fields: {
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
			uuid: uuidText('UUID', { description: 'Left empty, MISP makes one' }),
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
	},
	check: ({ attributes, additionalFields }) => {
		objectBody(additionalFields);
		const { moreAttributes: more = [] } = additionalFields;
		if (Object.keys(attributes).length + more.length > 0) return;
		throw inputError(
			'The object has no attributes.',
			'Fill in at least one under "Attributes", by its name in the template.',
		);
	},
	run: async ({ misp, hint, timeZone }, input) => {
		const { event, template: wanted, attributes: mapped, additionalFields } = input;
		const { uuid, onDuplicate, moreAttributes: more = [] } = additionalFields;
		const template = await fetchTemplate(misp, wanted);
		const refanger = new Refanger(input);
		const attributes = attributesFor(template, mapped, more, { timeZone, refanger });
		checkRequirements(template, attributes);
		const reply = await misp.post<{ Object: ObjectRow }>(
			withParams(path`/objects/add/${event}/${template.id}`, {
				breakOnDuplicate: onDuplicate === 'fail',
			}),
			{
				// Without it, MISP takes "your organisation only" whatever the event has.
				Object: { distribution: 5, ...objectBody(additionalFields), ...(uuid ? { uuid } : {}) },
				Attribute: attributes,
			},
			{ expect: 'Object' },
		);
		const { Attribute: stored = [] } = reply.Object;
		const byUuid = new Map(stored.map((row) => [row.uuid.toLowerCase(), row]));
		const written = attributes.map((sent) => {
			const row = byUuid.get(sent.uuid.toLowerCase());
			return row ? { row } : { error: new Error('not saved') };
		});
		await recover(
			readBackTags(misp, attributes, written),
			(error) => !endsRun(error),
			() => hint('The object was added, but the tags of its attributes could not be read back.'),
		);
		const dropped = [
			...lostAttributes(attributes, stored),
			...stored.flatMap((row) => (row.dropped as Dropped[] | undefined) ?? []),
		];
		const added = { ...reply, Object: refanger.noted(reply.Object) };
		if (dropped.length === 0) return added;
		hint(`MISP added object ${reply.Object.id} without ${droppedText(dropped)}`);
		return { ...added, Object: { ...added.Object, dropped } };
	},
});
