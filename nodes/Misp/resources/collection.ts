import {
	besideEnvelope,
	changed,
	choice,
	collection as collectionField,
	countOf,
	hinted,
	type InputOf,
	limits,
	operation,
	path,
	recover,
	required,
	resource,
	shape,
	text,
	uuidText,
} from '../definition';
import {
	collectionLocator,
	element,
	elementOf,
	fetchCollections,
	findElement,
	ofCollection,
	SITE_ADMINS_ONLY,
} from '../fields/collection';
import { distributionOf, sharingBody, sharingGroupOf } from '../fields/sharing';
import { creator } from '../fields/columns';
import { LASTS } from '../fields/event';

const title = text('Collection Name', { placeholder: 'e.g. Phishing wave, autumn 2026' });

const details = text('Description', { placeholder: 'e.g. Everything about the wave' });

const type = choice(
	'Type',
	[
		{ value: 'campaign', name: 'Campaign' },
		{ value: 'intrusion_set', name: 'Intrusion Set' },
		{ value: 'named_threat', name: 'Named Threat' },
		{ value: 'other', name: 'Other' },
		{ value: 'research', name: 'Research' },
	],
	'campaign',
	{ description: 'What the collection is about' },
);

const distribution = distributionOf('Who may see the collection');

const collectionRow = shape({
	kind: 'Collection',
	flat: besideEnvelope('Collection'),
	columns: {
		id: 'Number in this MISP',
		name: 'Name',
		type: 'What it is about, such as `campaign`',
		description: 'Description',
		organisation: creator,
		element_count: {
			description: 'How many things are in it, where they are shown',
			from: ({ CollectionElement }) => countOf(CollectionElement),
		},
	},
});

const create = operation({
	name: 'Create',
	action: 'Create a collection',
	description:
		'Creates an empty collection, into which events and galaxy clusters can be put. Repeated, it creates another one of the same name. Example: Collection Name "Phishing wave", Type "campaign".',
	access: 'contribute',
	endpoints: ['POST /collections/add'],
	row: collectionRow,
	fields: {
		title: required(title),
		type: required(type),
		distribution,
		sharingGroup: sharingGroupOf,
		additionalFields: collectionField('Additional Fields', {
			details,
			uuid: uuidText('UUID', {
				description: 'Left out, MISP makes one',
			}),
		}),
	},
	check: (input) => void sharingBody(input),
	run: async ({ misp }, input) => {
		const { details: description = '', uuid } = input.additionalFields;
		const body = { name: input.title, type: input.type, description, uuid, ...sharingBody(input) };
		return await misp.post(path`/collections/add`, body, { expect: 'Collection' });
	},
});

const get = operation({
	name: 'Get',
	action: 'Get a collection',
	description:
		'Returns one collection with its elements. In MISP 2.5 this needs the key of a site admin. Example: Collection 4.',
	access: 'read',
	endpoints: ['GET /collections/view/{collection}'],
	row: collectionRow,
	fields: { collection: collectionLocator },
	run: async ({ misp }, { collection }) =>
		await ofCollection(misp.get(path`/collections/view/${collection}`, { expect: 'Collection' })),
});

const getAll = operation({
	name: 'Get Many',
	action: 'Get many collections',
	description:
		'Lists the collections that the user of the key may see. Example: Whose "Of My Organisation".',
	access: 'read',
	endpoints: [
		'GET /collections/index',
		'GET /collections/index/my_collections',
		'GET /collections/index/org_collections',
	],
	row: collectionRow,
	fields: {
		whose: choice(
			'Whose',
			[
				{ value: 'all', name: 'All That I May See' },
				{ value: 'mine', name: 'Mine' },
				{ value: 'organisation', name: 'Of My Organisation' },
			],
			'all',
			{ description: 'Mine are those that the user of the key created' },
		),
		...limits,
	},
	run: async ({ misp }, { whose = 'all' }) => await fetchCollections(misp, whose),
});

const changeable = { title, type, details, distribution, sharingGroup: sharingGroupOf };

/** @throws MispError of kind `input` when nothing is to be changed */
function changesOf(fields: Partial<InputOf<typeof changeable>>): Record<string, unknown> {
	return changed({
		...(fields.title === undefined ? {} : { name: fields.title }),
		...(fields.type === undefined ? {} : { type: fields.type }),
		...(fields.details === undefined ? {} : { description: fields.details }),
		...sharingBody(fields),
	});
}

const update = operation({
	name: 'Update',
	action: 'Update a collection',
	description:
		'Changes what is filled in and leaves the rest. In MISP 2.5 this needs the key of a site admin. Example: Collection 4, Type "research".',
	access: 'contribute',
	endpoints: ['POST /collections/edit/{collection}'],
	row: collectionRow,
	fields: {
		collection: collectionLocator,
		updateFields: collectionField('Fields to Update', changeable),
	},
	check: ({ updateFields }) => void changesOf(updateFields),
	run: async ({ misp }, { collection, updateFields }) =>
		await ofCollection(
			misp.post(path`/collections/edit/${collection}`, changesOf(updateFields), {
				expect: 'Collection',
			}),
		),
});

const deleteCollection = operation({
	name: 'Delete',
	action: 'Delete a collection',
	description:
		'Deletes a collection for good; what is in it stays in MISP. One that is gone already is no error. In MISP 2.5 this needs the key of a site admin. Example: Collection 4.',
	access: 'contribute',
	ownRows: true,
	endpoints: ['POST /collections/delete/{collection}'],
	fields: { collection: hinted(`${LASTS}. ${SITE_ADMINS_ONLY}`, collectionLocator) },
	run: async ({ misp }, { collection }) =>
		await recover(
			ofCollection(misp.post(path`/collections/delete/${collection}`)).then(() => ({
				collection,
				deleted: true,
				already_gone: false,
			})),
			({ status }) => status === 404,
			() => ({ collection, deleted: false, already_gone: true }),
		),
});

const addElement = operation({
	name: 'Add Element',
	action: 'Add an element to a collection',
	description:
		'Puts an event or a galaxy cluster into a collection. One that is in it already is no error, and returned as it is. In MISP 2.5 this needs the key of a site admin. Example: Collection 4, Event 1234.',
	access: 'contribute',
	endpoints: [
		'POST /collectionElements/add/{collection}',
		'GET /collectionElements/index/{collection}',
		'POST /events/index',
		'GET /galaxy_clusters/view/{cluster}',
	],
	row: 'CollectionElement',
	fields: {
		collection: collectionLocator,
		...element.fields,
		additionalFields: collectionField('Additional Fields', {
			details: text('Description', {
				placeholder: 'e.g. First event of the wave',
				description: 'Why it is in the collection',
			}),
		}),
	},
	check: (input) => void element.of(input),
	run: async ({ misp }, input) => {
		const { collection } = input;
		const what = await elementOf(misp, input);
		const body = { ...what, description: input.additionalFields.details };
		return await ofCollection(
			recover(
				misp.post(path`/collectionElements/add/${collection}`, body, {
					expect: 'CollectionElement',
				}),
				({ kind }) => kind === 'server',
				async (error) => {
					// MISP breaks on an element that is there already.
					const there = await recover(
						findElement(misp, collection, what.element_uuid),
						() => true,
						() => undefined,
					);
					if (there) return there;
					throw error;
				},
			),
		);
	},
});

const removeElement = operation({
	name: 'Remove Element',
	action: 'Remove an element from a collection',
	description:
		'Takes an event or a galaxy cluster out of a collection; it stays in MISP. One that is not in it is no error. In MISP 2.5 this needs the key of a site admin. Example: Collection 4, Event 1234.',
	access: 'contribute',
	ownRows: true,
	endpoints: [
		'POST /collectionElements/delete/{element}',
		'GET /collectionElements/index/{collection}',
		'POST /events/index',
		'GET /galaxy_clusters/view/{cluster}',
	],
	fields: { collection: collectionLocator, ...element.fields },
	check: (input) => void element.of(input),
	run: async ({ misp }, input) => {
		const { collection } = input;
		const what = await elementOf(misp, input, true);
		const there = await ofCollection(findElement(misp, collection, what.element_uuid));
		const row = { collection, ...what };
		if (there === undefined) return { ...row, removed: false, already_gone: true };
		await ofCollection(misp.post(path`/collectionElements/delete/${there.CollectionElement.id}`));
		return { ...row, removed: true, already_gone: false };
	},
});

export const collection = resource({
	name: 'Collection',
	description: 'A set of events and galaxy clusters about one topic, such as a campaign',
	operations: {
		create,
		get,
		getAll,
		update,
		delete: deleteCollection,
		addElement,
		removeElement,
	},
});
