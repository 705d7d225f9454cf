import {
	choice,
	collection,
	endsRun,
	inputError,
	limitOf,
	limits,
	moment,
	operation,
	path,
	recover,
	required,
	resource,
	text,
	toggle,
	uuidText,
	type InputOf,
	type Outcome,
} from '../definition';
import { search } from '../client/paging';
import {
	attributeCategory,
	attributeLocator,
	attributeType,
	checkValue,
	describeTypes,
	fetchAttribute,
	idsFlag,
	toIds,
} from '../fields/attribute';
import {
	addAttributes,
	LOST_CHARACTERS,
	newAttribute,
	readBackTags,
	storedDifferently,
} from '../fields/attributeWrites';
import { droppedText, type Dropped } from '../fields/dropped';
import { eventLocator } from '../fields/event';
import { attributeSearch, searchOf } from '../fields/search';
import { innerDistribution, sharingBody, sharingGroupOf } from '../fields/sharing';
import { tagNames } from '../fields/tags';

const value = text('Value', {
	placeholder: 'e.g. 198.51.100.7',
	description: 'Defanged values such as bad[.]example[.]com are restored by MISP',
});

/** What an attribute can have beside type and value. */
const details = {
	comment: text('Comment'),
	distribution: innerDistribution,
	sharingGroup: sharingGroupOf,
	firstSeen: moment('First Seen'),
	lastSeen: moment('Last Seen'),
	disableCorrelation: toggle('Disable Correlation', 'Whether to leave it out of correlation', true),
};

function detailsOf(input: Partial<InputOf<typeof details>>): Record<string, unknown> {
	const { comment, firstSeen, lastSeen, disableCorrelation } = input;
	if (firstSeen !== undefined && lastSeen !== undefined && lastSeen < firstSeen) {
		throw inputError('"Last Seen" is before "First Seen".');
	}
	return {
		...sharingBody(input),
		...(comment === undefined ? {} : { comment }),
		...(firstSeen === undefined ? {} : { first_seen: firstSeen }),
		...(lastSeen === undefined ? {} : { last_seen: lastSeen }),
		...(disableCorrelation === undefined ? {} : { disable_correlation: disableCorrelation }),
	};
}

const createFields = {
	event: eventLocator,
	type: required(attributeType),
	value: required(value),
	category: attributeCategory,
	toIds,
	additionalFields: collection('Additional Fields', {
		...details,
		tags: tagNames('Tags'),
		uuid: uuidText('UUID', { description: 'Left empty, one is made' }),
		onDuplicate: choice(
			'If the Value Exists',
			[
				{ value: 'fail', name: 'Fail' },
				{ value: 'update', name: 'Update It' },
			],
			'fail',
			{
				description:
					'What to do if the event has this value already, with the same type and category',
			},
		),
	}),
};

function attributeBody(input: InputOf<typeof createFields>) {
	const { type, category, additionalFields: more } = input;
	checkValue(type, input.value);
	return newAttribute({
		type,
		value: input.value,
		...(category === undefined ? {} : { category }),
		...idsFlag(input.toIds),
		...detailsOf(more),
		...(more.tags === undefined ? {} : { Tag: more.tags.map((name) => ({ name })) }),
		...(more.uuid === undefined ? {} : { uuid: more.uuid }),
	});
}

const create = operation({
	name: 'Create',
	action: 'Create an attribute',
	description:
		'Adds an attribute (an indicator) to an event. Any number of items for the same event go in a few requests. MISP unpublishes the event. Example: Event 1234, Type "domain", Value "login.example.com".',
	access: 'contribute',
	endpoints: ['POST /attributes/add/{event}', 'POST /attributes/restSearch'],
	fields: createFields,
	check: (input) => void attributeBody(input),
	runMany: async ({ misp, hint }, inputs) => {
		const outcomes: Outcome[] = [];
		const groups = new Map<string, number[]>();
		for (const [index, { event, additionalFields }] of inputs.entries()) {
			const group = `${additionalFields.onDuplicate ?? 'fail'} ${event}`;
			groups.set(group, [...(groups.get(group) ?? []), index]);
		}
		for (const indexes of groups.values()) {
			const members = indexes.map((index) => inputs[index] as (typeof inputs)[number]);
			const [first] = members;
			if (!first) continue;
			const bodies = members.map(attributeBody);
			const written = await addAttributes(misp, first.event, bodies, {
				updateExisting: first.additionalFields.onDuplicate === 'update',
			});
			await recover(
				readBackTags(misp, bodies, written),
				(error) => !endsRun(error),
				() => hint('The attributes were added, but their tags could not be read back.'),
			);
			for (const [position, one] of written.entries()) {
				const index = indexes[position] as number;
				outcomes[index] = 'error' in one ? one : { rows: [one.row] };
				if ('row' in one && storedDifferently(bodies[position]?.value ?? '', one.row.value)) {
					hint(LOST_CHARACTERS);
				}
				if ('row' in one && one.row.dropped) {
					const text = droppedText(one.row.dropped as Dropped[]);
					hint(`MISP added attribute ${one.row.id} without ${text}`);
				}
			}
		}
		return outcomes;
	},
});

const get = operation({
	name: 'Get',
	action: 'Get an attribute',
	description: 'Returns one attribute with its tags.',
	access: 'read',
	endpoints: ['GET /attributes/view/{attribute}'],
	fields: { attribute: attributeLocator },
	run: async ({ misp }, { attribute }) => await fetchAttribute(misp, attribute),
});

const filtersOf = ({
	value: values,
	type,
	tags,
	filters,
	result,
}: InputOf<typeof attributeSearch>) =>
	searchOf('attributes', { value: values, type, tags }, { filters, result });

const searchAttributes = operation({
	name: 'Search',
	action: 'Search attributes',
	description:
		'Finds attributes (indicators), one item each, with their event. At least one filter is needed. Example: Value "198.51.100.7", or Types "domain" with Tags "tlp:green" and Published Within "1d".',
	access: 'read',
	endpoints: ['POST /attributes/restSearch'],
	fields: { ...attributeSearch, ...limits },
	check: (input) => void filtersOf(input),
	run: ({ misp }, input) => search(misp, 'attributes', filtersOf(input), limitOf(input)),
});

const updateFields = {
	value,
	type: attributeType,
	category: attributeCategory,
	toIds,
	...details,
};

function changesOf(input: Partial<InputOf<typeof updateFields>>): Record<string, unknown> {
	const { value: newValue, type, category, toIds: ids } = input;
	if (type !== undefined && newValue !== undefined) checkValue(type, newValue);
	const changes = {
		...(newValue === undefined ? {} : { value: newValue }),
		...(type === undefined ? {} : { type }),
		...(category === undefined ? {} : { category }),
		...idsFlag(ids),
		...detailsOf(input),
	};
	if (Object.keys(changes).length === 0) {
		throw inputError(
			'Nothing is to be changed.',
			'Add at least one field under "Fields to Update".',
		);
	}
	return changes;
}

const update = operation({
	name: 'Update',
	action: 'Update an attribute',
	description: 'Changes what is filled in and leaves the rest. MISP unpublishes the event.',
	access: 'contribute',
	endpoints: ['POST /attributes/edit/{attribute}'],
	row: 'Attribute',
	fields: {
		attribute: attributeLocator,
		updateFields: collection('Fields to Update', updateFields),
	},
	check: (input) => void changesOf(input.updateFields),
	run: async ({ misp }, { attribute, updateFields: changes }) =>
		await misp.post(path`/attributes/edit/${attribute}`, changesOf(changes), {
			expect: 'Attribute',
		}),
});

const deleteAttribute = operation({
	name: 'Delete',
	action: 'Delete an attribute',
	description:
		'Marks the attribute as deleted, which other instances learn too and which can be taken back; or deletes it for good, which other instances do not learn. MISP unpublishes the event.',
	access: 'contribute',
	endpoints: ['POST /attributes/delete/{attribute}'],
	fields: {
		attribute: attributeLocator,
		hard: toggle('For Good', 'Whether to remove it from the database, which cannot be taken back'),
	},
	run: async ({ misp }, { attribute, hard }) => {
		const target =
			hard === true
				? path`/attributes/delete/${attribute}/1`
				: path`/attributes/delete/${attribute}`;
		await misp.post(target);
		return { attribute, deleted: true, forGood: hard === true };
	},
});

const getTypes = operation({
	name: 'Get Types',
	action: 'Get attribute types',
	description:
		'Lists the attribute types of the instance, each with its usual category and detection flag, and the categories it may stand in.',
	access: 'read',
	endpoints: ['GET /attributes/describeTypes.json'],
	fields: {},
	run: async ({ misp }) => {
		const {
			types,
			sane_defaults: defaults,
			category_type_mappings: mappings,
		} = await describeTypes(misp);
		return types.map((type) => ({
			type,
			default_category: defaults[type]?.default_category,
			to_ids: defaults[type]?.to_ids === 1,
			categories: Object.keys(mappings).filter((category) => mappings[category]?.includes(type)),
		}));
	},
});

export const attribute = resource({
	name: 'Attribute',
	description: 'A single indicator or other piece of data in an event',
	operations: {
		create,
		delete: deleteAttribute,
		get,
		getTypes,
		search: searchAttributes,
		update,
	},
});
