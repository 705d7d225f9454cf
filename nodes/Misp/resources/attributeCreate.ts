import {
	choice,
	collection,
	endsRun,
	inGroups,
	inputError,
	operation,
	recover,
	required,
	uuidText,
	type InputOf,
	type Outcome,
	type RunContext,
} from '../definition';
import {
	attributeCategory,
	attributeType,
	checkValue,
	idsFlag,
	isFileType,
	toIds,
} from '../fields/attribute';
import { details, detailsOf } from '../fields/attributeDetails';
import { fileOfAttribute, ownValue, withFile } from '../fields/attributeFile';
import {
	addAttributes,
	LOST_CHARACTERS,
	newAttribute,
	readBackTags,
	storedDifferently,
	type NewAttribute,
} from '../fields/attributeWrites';
import { droppedText, type Dropped } from '../fields/dropped';
import { Refanger } from '../fields/refang';
import { editedEvent } from '../fields/event';
import { tagNames } from '../fields/tags';
import { writtenAttributeRow } from '../fields/rows';

const createFields = {
	event: editedEvent,
	type: required(attributeType),
	value: ownValue,
	...fileOfAttribute,
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

type Input = InputOf<typeof createFields>;

function attributeBody(input: Input, refanger = new Refanger(input)) {
	const { type, category, additionalFields: more } = input;
	const { fileName } = input;
	const value = input.value === undefined ? undefined : refanger.value(input.value, type);
	if (!isFileType(type)) {
		if (value === undefined) throw inputError('"Value" is required.');
		checkValue(type, value);
	}
	return newAttribute({
		type,
		value: value ?? fileName ?? '',
		...(category === undefined ? {} : { category }),
		...idsFlag(input.toIds),
		...detailsOf(more),
		...(more.tags === undefined ? {} : { Tag: more.tags.map((name) => ({ name })) }),
		...(more.uuid === undefined ? {} : { uuid: more.uuid }),
	});
}

export const create = operation({
	name: 'Create',
	action: 'Create an attribute (indicator, IOC)',
	description:
		'Adds an attribute (an indicator) to an event. Any number of items for the same event go in a few requests. MISP unpublishes the event. Example: Event 1234, Type "domain", Value "login.example.com". With Type "attachment" or "malware-sample", the file of the item is uploaded.',
	access: 'contribute',
	endpoints: ['POST /attributes/add/{event}', 'POST /attributes/restSearch'],
	row: writtenAttributeRow,
	fields: createFields,
	refangs: true,
	check: (input) => void attributeBody(input),
	runMany: async (context, inputs) => {
		const groupOf = ({ event, type, additionalFields }: Input, index: number) => {
			// A file may be as large as MISP takes in one request.
			const alone = isFileType(type) ? index : '';
			return `${additionalFields.onDuplicate ?? 'fail'} ${event} ${alone}`;
		};
		return await inGroups(inputs, groupOf, async (members) => await createAll(context, members));
	},
});

/** Attributes of one event that are written in the same way. */
async function createAll(context: RunContext, members: [Input, ...Input[]]): Promise<Outcome[]> {
	const { misp, hint } = context;
	const [first] = members;
	const refangers = members.map((input) => new Refanger(input));
	const sent = members.map((input, at) => attributeBody(input, refangers[at]));
	if (isFileType(first.type)) {
		const error = await withFile(context, first, sent[0] as NewAttribute);
		if (error) return [{ error }];
	}
	const written = await addAttributes(misp, first.event, sent, {
		updateExisting: first.additionalFields.onDuplicate === 'update',
	});
	await recover(
		readBackTags(misp, sent, written),
		(error) => !endsRun(error),
		() => hint('The attributes were added, but their tags could not be read back.'),
	);
	return written.map((one, at) => {
		if ('error' in one) return one;
		if (storedDifferently(sent[at]?.value ?? '', one.row.value)) hint(LOST_CHARACTERS);
		if (one.row.dropped) {
			const text = droppedText(one.row.dropped as Dropped[]);
			hint(`MISP added attribute ${one.row.id} without ${text}`);
		}
		return { rows: [(refangers[at] as Refanger).noted(one.row)] };
	});
}
