import type { Misp } from '../client/client';
import { collection, operation, type InputOf } from '../definition';
import {
	attributeCategory,
	attributeType,
	attributeValue,
	detection,
	editedAttribute,
	fetchAttribute,
} from '../fields/attribute';
import { attributeChanges, details } from '../fields/attributeDetails';
import { updateAttributes } from '../fields/attributeUpdates';
import { Refanger, refangedValue } from '../fields/refang';
import { writtenAttributeRow } from '../fields/rows';

const fields = {
	attribute: editedAttribute,
	updateFields: collection('Fields to Update', {
		value: attributeValue,
		type: attributeType,
		category: attributeCategory,
		toIds: detection,
		...details,
	}),
};

type Input = InputOf<typeof fields>;

/** Fields that make another attribute of it. */
const ANOTHER = ['value', 'type', 'category'] as const;

/** What type a value has, only MISP knows where that is not changed: asked when it makes a difference. */
async function changesOf(
	misp: Misp,
	{ attribute, updateFields }: Input,
	refanger: Refanger,
): Promise<Record<string, unknown>> {
	const { value } = updateFields;
	if (value === undefined || refangedValue(value) === value) return attributeChanges(updateFields);
	const type = updateFields.type ?? (await fetchAttribute(misp, attribute)).type;
	return attributeChanges({ ...updateFields, value: refanger.value(value, type) });
}

export const update = operation({
	name: 'Update',
	action: 'Update an attribute',
	description:
		'Changes what is filled in and leaves the rest. MISP unpublishes the event. Many items that name their attributes by UUID, and change neither value nor type nor category, go in a few requests.',
	access: 'contribute',
	endpoints: [
		'POST /attributes/edit/{attribute}',
		'POST /events/edit/{event}',
		'POST /attributes/restSearch',
		'GET /attributes/view/{attribute}',
	],
	row: writtenAttributeRow,
	refangs: true,
	fields,
	check: (input) => void attributeChanges(input.updateFields),
	runMany: async ({ misp }, inputs) => {
		const refangers = inputs.map((input) => new Refanger(input));
		const updates = inputs.map((input, at) => ({
			attribute: input.attribute,
			changes: async () => await changesOf(misp, input, refangers[at] as Refanger),
			asAnother: ANOTHER.some((name) => input.updateFields[name] !== undefined),
		}));
		const written = await updateAttributes(misp, updates);
		return written.map((one, at) =>
			'error' in one ? one : { rows: [(refangers[at] as Refanger).noted(one.row)] },
		);
	},
});
