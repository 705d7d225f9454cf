import { changed, choice, collection, operation, path } from '../../definition';
import { droppedText } from '../../fields/dropped';
import {
	changedAttributes,
	fetchObject,
	objectBody,
	objectDetails,
	editedObject,
	type ObjectRow,
} from '../../fields/object';
import { lostAttributes } from '../../fields/objectAttributes';
import { changedDetails, changedList } from '../../fields/objectChanges';
import { templateChoice } from '../../fields/objectTemplate';
import { Refanger } from '../../fields/refang';
import { objectRow } from '../../fields/rows';

export const update = operation({
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
	row: objectRow,
	refangs: true,
	fields: {
		object: editedObject,
		template: templateChoice({
			description:
				'Needed only where Object is an expression, so that the form can offer the attributes; the object must be of this template',
		}),
		attributes: changedAttributes,
		updateFields: collection('Fields to Update', {
			...objectDetails,
			several: choice(
				'If Values Exist',
				[
					{ value: 'add', name: 'Add to Them' },
					{
						value: 'replace',
						name: 'Replace Them',
						description: 'Values that are not given again are deleted',
					},
				],
				'add',
				{
					description:
						'What becomes of the values that the object has of an attribute that is filled in. Attributes that are not filled in always stay.',
				},
			),
		}),
	},
	check: ({ attributes, updateFields }) => {
		const whatToDo = 'Fill in an attribute, or add a field under "Fields to Update".';
		changed({ ...attributes, ...objectBody(updateFields) }, whatToDo);
	},
	run: async ({ misp, hint, timeZone }, input) => {
		const { object, template, attributes, updateFields } = input;
		const refanger = new Refanger(input);
		const stored = await fetchObject(misp, object);
		const list = await changedList(misp, stored, {
			timeZone,
			refanger,
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
		const after = { ...reply, Object: refanger.noted(reply.Object) };
		if (dropped.length === 0) return after;
		hint(`MISP changed object ${stored.id} without ${droppedText(dropped)}`);
		return { ...after, Object: { ...after.Object, dropped } };
	},
});
