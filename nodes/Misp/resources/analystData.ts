import {
	changed,
	choice,
	collection,
	epoch,
	filter,
	hinted,
	inputError,
	type InputOf,
	limits,
	longText,
	number,
	operation,
	path,
	recover,
	required,
	resource,
	text,
	uuidText,
	when,
} from '../definition';
import {
	analystRow,
	dataLocator,
	dataOf,
	dataType as type,
	epochOf,
	fetchAll,
	inside,
	type DataType,
} from '../fields/analystData';
import {
	idText,
	LOOK_UPS,
	TARGET_TYPES,
	targetFields,
	targetOf,
	uuidOf,
	type TargetInput,
} from '../fields/analystTarget';
import { distributionOf, sharingBody, sharingGroupOf } from '../fields/sharing';
import { LASTS } from '../fields/event';

const note = longText('Note', {
	placeholder: 'e.g. Seen in our mail gateway on three days',
	description: 'The text, in Markdown',
});

const opinion = number('Opinion', {
	min: 0,
	max: 100,
	default: 50,
	hint: 'From 0 (strongly disagree) over 50 (neutral) to 100 (strongly agree)',
});

const comment = text('Comment', {
	placeholder: 'e.g. Seen in traffic to the same network before',
	description: 'Why you think so',
});

const language = text('Language', {
	placeholder: 'e.g. en',
	description: 'The language of the note. Left empty, en.',
});

const sharing = {
	// It is shared as soon as it is there: MISP does not publish it.
	distribution: distributionOf('Who may see it'),
	sharingGroup: sharingGroupOf,
};

const createFields = {
	type,
	...targetFields,
	note: when({ type: ['Note'] }, required(note)),
	opinion: when({ type: ['Opinion'] }, required(opinion)),
	comment: when({ type: ['Opinion'] }, comment),
	relationshipType: when(
		{ type: ['Relationship'] },
		required(
			text('Relationship Type', {
				placeholder: 'e.g. related-to',
				description: 'How the target belongs to the other thing, such as derived-from',
			}),
		),
	),
	relatedType: when(
		{ type: ['Relationship'] },
		required(choice('Related Type', TARGET_TYPES, 'Event', { description: 'What the other is' })),
	),
	related: when(
		{ type: ['Relationship'] },
		required(idText('Related ID or UUID', { description: 'The other thing' })),
	),
	additionalFields: collection('Additional Fields', {
		...sharing,
		language: when({ '/type': ['Note'] }, language),
		authors: text('Authors', {
			placeholder: 'e.g. analyst@example.com',
			description: 'Left empty, the user of the key',
		}),
		uuid: uuidText('UUID', { description: 'Left empty, one is made' }),
	}),
};

type CreateInput = InputOf<typeof createFields>;

const missing = (label: string) => inputError(`"${label}" is required.`);

/** What it says, by its type. */
function sayingOf(input: CreateInput): Record<string, unknown> {
	if (input.type === 'Note') {
		if (input.note === undefined) throw missing('Note');
		return { note: input.note, language: input.additionalFields.language };
	}
	if (input.type === 'Opinion') {
		if (input.opinion === undefined) throw missing('Opinion');
		return { opinion: input.opinion, comment: input.comment ?? '' };
	}
	if (input.relationshipType === undefined) throw missing('Relationship Type');
	if (input.related === undefined) throw missing('Related ID or UUID');
	return { relationship_type: input.relationshipType, related_object_type: input.relatedType };
}

function newData(input: CreateInput): Record<string, unknown> {
	const { authors, uuid, ...share } = input.additionalFields;
	return { ...sayingOf(input), ...sharingBody(share), authors, uuid };
}

const create = operation({
	name: 'Create',
	action: 'Create a note, an opinion or a relationship',
	description:
		'Adds a note, an opinion or a relationship to something in MISP that exists and that you see. The event stays as it is, and published. Every call adds one more. Example: Type "Opinion", Target "event", Event 1234, Opinion 80.',
	access: 'contribute',
	endpoints: ['POST /analyst_data/add/{type}/{uuid}/{target}', ...LOOK_UPS],
	row: analystRow,
	fields: createFields,
	check: (input) => {
		targetOf(input as TargetInput);
		newData(input);
	},
	run: async ({ misp }, input) => {
		const target = targetOf(input as TargetInput);
		const uuid = await uuidOf(misp, target.type, target.id);
		const { related, relatedType = 'Event' } = input;
		const other =
			input.type === 'Relationship' && related !== undefined
				? { related_object_uuid: await uuidOf(misp, relatedType, related) }
				: {};
		return await misp.post(
			path`/analyst_data/add/${input.type}/${uuid}/${target.type}`,
			{ ...newData(input), ...other },
			{ expect: input.type },
		);
	},
});

const get = operation({
	name: 'Get',
	action: 'Get a note, an opinion or a relationship',
	description: 'Returns one note, opinion or relationship.',
	access: 'read',
	endpoints: ['GET /analyst_data/view/{type}/{id}'],
	row: analystRow,
	fields: { type, analystData: dataLocator },
	check: ({ type: of, analystData: chosen }) => void dataOf(of, chosen),
	run: async ({ misp }, { type: of, analystData: chosen }) =>
		await misp.get(path`/analyst_data/view/${of}/${dataOf(of, chosen)}`, { expect: of }),
});

const getAll = operation({
	name: 'Get Many',
	action: 'Get many notes, opinions or relationships',
	description: 'Lists the notes, opinions or relationships that you see, the newest first.',
	access: 'read',
	endpoints: ['GET /analyst_data/index/{type}'],
	row: analystRow,
	fields: {
		type,
		...limits,
		filters: collection(
			'Filters',
			{
				targetUuid: filter(
					uuidText('Target UUID', { description: 'The UUID of what they are about' }),
				),
				targetType: filter(choice('Target Type', TARGET_TYPES, 'Event')),
				changedSince: filter(
					epoch('Changed After', { description: 'Added or edited at this time or later' }),
				),
			},
			{ placeholder: 'Add Filter' },
		),
	},
	run: async ({ misp }, { type: of, filters }) => {
		const { targetUuid, targetType, changedSince = -Infinity } = filters;
		return (await fetchAll(misp, of))
			.filter((sent) => {
				const row = inside(sent);
				return (
					(targetUuid === undefined || row.object_uuid === targetUuid.toLowerCase()) &&
					(targetType === undefined || row.object_type === targetType) &&
					epochOf(row.modified) >= changedSince
				);
			})
			.sort((a, b) => Number(inside(b).id) - Number(inside(a).id));
	},
});

const updateFields = {
	note: when({ '/type': ['Note'] }, note),
	language: when({ '/type': ['Note'] }, language),
	opinion: when({ '/type': ['Opinion'] }, opinion),
	comment: when({ '/type': ['Opinion'] }, comment),
	...sharing,
};

const FITTING: Record<DataType, readonly string[]> = {
	Note: ['note', 'language'],
	Opinion: ['opinion', 'comment'],
	Relationship: [],
};

/** MISP saves what it is sent, so all is judged here. @throws MispError of kind `input` */
function changesOf(of: DataType, input: Partial<InputOf<typeof updateFields>>) {
	const { distribution, sharingGroup, ...said } = input;
	const given = Object.entries(said).filter(([, value]) => value !== undefined);
	const wrong = given.find(([name]) => !FITTING[of].includes(name));
	if (wrong) {
		const label = updateFields[wrong[0] as keyof typeof updateFields].property.displayName;
		throw inputError(`"${label}" does not belong to a ${of}.`, 'Remove it, or choose its type.');
	}
	const body = { ...Object.fromEntries(given), ...sharingBody({ distribution, sharingGroup }) };
	return changed(body);
}

const update = operation({
	name: 'Update',
	action: 'Update a note, an opinion or a relationship',
	description:
		'Changes what is filled in and leaves the rest. Only the organisation that made it may. Of a relationship, MISP changes only who may see it.',
	access: 'contribute',
	endpoints: ['POST /analyst_data/edit/{type}/{id}'],
	row: analystRow,
	fields: {
		type,
		analystData: dataLocator,
		updateFields: collection('Fields to Update', updateFields),
	},
	check: ({ type: of, analystData: chosen, updateFields: changes }) => {
		dataOf(of, chosen);
		changesOf(of, changes);
	},
	run: async ({ misp }, { type: of, analystData: chosen, updateFields: changes }) =>
		await misp.post(path`/analyst_data/edit/${of}/${dataOf(of, chosen)}`, changesOf(of, changes), {
			expect: of,
		}),
});

const deleteData = operation({
	name: 'Delete',
	action: 'Delete a note, an opinion or a relationship',
	description:
		'Deletes it for good; MISP puts its UUID on a blocklist. Only the organisation that made it may. What is not there any more is no error.',
	access: 'contribute',
	ownRows: true,
	endpoints: ['POST /analyst_data/delete/{type}/{id}'],
	fields: { type, analystData: hinted(LASTS, dataLocator) },
	check: ({ type: of, analystData: chosen }) => void dataOf(of, chosen),
	run: async ({ misp, hint }, { type: of, analystData: chosen }) => {
		const id = dataOf(of, chosen);
		const gone = await recover(
			misp.post(path`/analyst_data/delete/${of}/${id}`, {}, { expect: 'saved' }).then(() => false),
			({ kind, status }) => kind === 'notFound' && status === 404,
			() => true,
		);
		if (gone) hint(`MISP had no ${of} ${id}: deleted before, or not visible for this key.`);
		return { type: of, analystData: id, deleted: !gone, already_gone: gone };
	},
});

export const analystData = resource({
	name: 'Analyst Data',
	description: 'Notes, opinions and relationships about anything in MISP',
	operations: { create, delete: deleteData, get, getAll, update },
});
