import {
	choice,
	collection,
	endsRun,
	inputError,
	limitOf,
	limits,
	operation,
	path,
	recover,
	required,
	resource,
	text,
	toggle,
	uuidText,
	withParams,
	type MispError,
} from '../definition';
import { readBackTags } from '../fields/attributeWrites';
import { droppedText, type Dropped } from '../fields/dropped';
import { eventLocator } from '../fields/event';
import { searchKnown } from '../fields/knownTypes';
import {
	changedAttributes,
	fetchObject,
	newAttributes,
	objectBody,
	objectDetails,
	objectLocator,
	uuidOfObject,
	type ObjectRow,
} from '../fields/object';
import {
	attributesFor,
	checkRequirements,
	lostAttributes,
	moreAttributes,
} from '../fields/objectAttributes';
import { changedDetails, changedList } from '../fields/objectChanges';
import { refer, referenceId, referenceTarget, uuidOfTarget } from '../fields/objectReference';
import { objectFilters, objectSearch } from '../fields/objectSearch';
import { fetchTemplate, templateChoice } from '../fields/objectTemplate';

/** MISP's 404 for a missing object or reference; where the key may not change one, it answers 403. */
const isGone = ({ status, message }: MispError): boolean =>
	status === 404 && /^Invalid object/i.test(message);

const create = operation({
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
	row: 'Object',
	fields: {
		event: eventLocator,
		template: required(templateChoice('What kind of object it is, such as file or domain-ip')),
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
	run: async (
		{ misp, hint },
		{ event, template: wanted, attributes: mapped, additionalFields },
	) => {
		const { uuid, onDuplicate, moreAttributes: more = [] } = additionalFields;
		const template = await fetchTemplate(misp, wanted);
		const attributes = attributesFor(template, mapped, more);
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
		if (dropped.length === 0) return reply;
		hint(`MISP added object ${reply.Object.id} without ${droppedText(dropped)}`);
		return { ...reply, Object: { ...reply.Object, dropped } };
	},
});

const get = operation({
	name: 'Get',
	action: 'Get an object',
	description: 'Returns one object with its attributes.',
	access: 'read',
	endpoints: ['GET /objects/view/{object}'],
	fields: { object: objectLocator },
	run: async ({ misp }, { object }) => await fetchObject(misp, object),
});

const searchObjects = operation({
	name: 'Search',
	action: 'Search objects',
	description:
		'Finds objects, one item each, with their attributes. An object is found when one of its attributes fits. At least one filter is needed. Example: Templates "file", Value "invoice.docm".',
	access: 'read',
	endpoints: ['POST /objects/restSearch', 'GET /attributes/describeTypes.json'],
	row: 'Object',
	fields: { ...objectSearch, ...limits },
	check: (input) => void objectFilters(input),
	run: ({ misp }, input) => searchKnown(misp, 'objects', objectFilters(input), limitOf(input)),
});

const update = operation({
	name: 'Update',
	action: 'Update an object',
	description:
		'Changes what is filled in and leaves the rest, all other attributes included. MISP unpublishes the event. Example: Object 93, Attributes {"size-in-bytes": "2048"}.',
	access: 'contribute',
	endpoints: [
		'POST /objects/edit/{object}',
		'GET /objects/view/{object}',
		'GET /objectTemplates/index',
		'GET /objectTemplates/view/{template}',
		'GET /attributes/describeTypes.json',
	],
	row: 'Object',
	fields: {
		object: objectLocator,
		template: templateChoice(
			'Needed only where Object is an expression, so that the form can offer the attributes; the object must be of this template',
		),
		attributes: changedAttributes,
		updateFields: collection('Fields to Update', {
			...objectDetails,
			several: choice(
				'Attributes That May Be Several',
				[
					{ value: 'add', name: 'Add the Values to Those There' },
					{
						value: 'replace',
						name: 'Replace Those There',
						description: 'Values that are not given again are deleted',
					},
				],
				'add',
				{
					description:
						'What becomes of the values of the same attribute that the object has already. Attributes that are not filled in always stay.',
				},
			),
		}),
	},
	check: ({ attributes, updateFields }) => {
		const body = objectBody(updateFields);
		if (Object.keys(attributes).length + Object.keys(body).length > 0) return;
		throw inputError(
			'Nothing is to be changed.',
			'Fill in an attribute, or add a field under "Fields to Update".',
		);
	},
	run: async ({ misp, hint }, { object, template, attributes, updateFields }) => {
		const stored = await fetchObject(misp, object);
		const list = await changedList(misp, stored, {
			template,
			mapped: attributes,
			replace: updateFields.several === 'replace',
		});
		const reply = await misp.post<{ Object: ObjectRow }>(
			path`/objects/edit/${object}`,
			{ Object: changedDetails(stored, objectBody(updateFields)), Attribute: list },
			{ expect: 'Object' },
		);
		const dropped = lostAttributes(list, reply.Object.Attribute ?? []);
		if (dropped.length === 0) return reply;
		hint(`MISP changed object ${stored.id} without ${droppedText(dropped)}`);
		return { ...reply, Object: { ...reply.Object, dropped } };
	},
});

const deleteObject = operation({
	name: 'Delete',
	action: 'Delete an object',
	description:
		'Marks the object and its attributes as deleted, which other instances learn too; or deletes them for good, which other instances do not learn. One that is gone already is no error.',
	access: 'contribute',
	endpoints: ['POST /objects/delete/{object}'],
	fields: {
		object: objectLocator,
		hard: toggle(
			'For Good',
			'Whether to remove it with its attributes from the database, which cannot be taken back',
		),
	},
	run: async ({ misp, hint }, { object, hard }) => {
		const target =
			hard === true ? path`/objects/delete/${object}/1` : path`/objects/delete/${object}`;
		const gone = await recover(
			misp.post(target).then(() => false),
			isGone,
			() => true,
		);
		if (gone)
			hint(`MISP has no object ${object}, or this key may not see it: nothing was deleted.`);
		return { object, deleted: !gone, already_gone: gone, for_good: hard === true };
	},
});

const addReference = operation({
	name: 'Add Reference',
	action: 'Add a reference to an object',
	description:
		'Says how the object relates to another object or an attribute of the same event. Returns the reference with its ID. Every call adds one more. MISP unpublishes the event. Example: Object 93, Referenced Object 94, Relationship "drops".',
	access: 'contribute',
	endpoints: [
		'POST /objectReferences/add',
		'GET /objects/view/{object}',
		'GET /attributes/view/{attribute}',
	],
	row: 'ObjectReference',
	fields: {
		object: objectLocator,
		...referenceTarget.fields,
		relationship: required(
			text('Relationship', {
				placeholder: 'e.g. connects-to',
				description:
					'How the first relates to the second, by the name of the relation in MISP, such as related-to, connects-to, communicates-with, contains, drops or downloads',
			}),
		),
		comment: text('Comment'),
	},
	check: (input) => void referenceTarget.of(input),
	run: async ({ misp }, { object, relationship, comment, ...input }) =>
		await refer(misp, {
			referenced_uuid: await uuidOfTarget(misp, input),
			object_uuid: await uuidOfObject(misp, object),
			relationship_type: relationship,
			comment,
		}),
});

const removeReference = operation({
	name: 'Remove Reference',
	action: 'Remove a reference of an object',
	description:
		'Marks a reference as deleted, which other instances learn too; or deletes it for good. One that is gone already is no error. Example: Reference 12.',
	access: 'contribute',
	endpoints: ['POST /objectReferences/delete/{reference}'],
	fields: {
		reference: referenceId,
		hard: toggle('For Good', 'Whether to remove it from the database, which cannot be taken back'),
	},
	run: async ({ misp, hint }, { reference, hard }) => {
		const place =
			hard === true
				? path`/objectReferences/delete/${reference}/1`
				: path`/objectReferences/delete/${reference}`;
		const gone = await recover(
			misp.post(place).then(() => false),
			isGone,
			() => true,
		);
		if (gone) hint(`MISP has no reference ${reference}: nothing was removed.`);
		return { reference, deleted: !gone, already_gone: gone, for_good: hard === true };
	},
});

export const object = resource({
	name: 'Object',
	description: 'Attributes of an event that belong together, in the form of a template',
	operations: {
		addReference,
		create,
		delete: deleteObject,
		get,
		removeReference,
		search: searchObjects,
		update,
	},
});
