import { asStored, changed, choice, collection, day, operation } from '../../definition';
import { LOST_CHARACTERS, storedDifferently } from '../../fields/attributeWrites';
import { analysis, eventLocator, threatLevel } from '../../fields/event';
import { eventDistribution, sharingBody, sharingGroupOf } from '../../fields/sharing';
import { editEvent, publishedAfter } from './editing';
import { info, moreContents } from './newEvent';
import { eventRow } from '../../fields/rows';

/** The changes of an update by MISP's names. @throws MispError of kind `input` when there are none */
function changesOf(fields: {
	info?: string | undefined;
	date?: string | undefined;
	threatLevel?: number | undefined;
	analysis?: number | undefined;
	distribution?: number | undefined;
	sharingGroup?: string | undefined;
	disableCorrelation?: boolean | undefined;
	extendsEvent?: string | undefined;
}): Record<string, unknown> {
	const changes: Record<string, unknown> = {
		...sharingBody(fields),
		...(fields.info === undefined ? {} : { info: fields.info }),
		...(fields.date === undefined ? {} : { date: fields.date }),
		...(fields.threatLevel === undefined ? {} : { threat_level_id: fields.threatLevel }),
		...(fields.analysis === undefined ? {} : { analysis: fields.analysis }),
		...(fields.disableCorrelation === undefined
			? {}
			: { disable_correlation: fields.disableCorrelation }),
		...(fields.extendsEvent === undefined
			? {}
			: { extends_uuid: asStored(fields.extendsEvent.trim()) }),
	};
	return changed(changes);
}

export const update = operation({
	name: 'Update',
	action: 'Update an event',
	description:
		'Changes what is filled in and leaves the rest. MISP unpublishes an event that is edited; what becomes of that is chosen here.',
	access: ({ published }) => (published === 'publish' ? 'publish' : 'contribute'),
	endpoints: ['POST /events/edit/{event}', 'POST /events/index', 'GET /users/view/me'],
	row: eventRow,
	fields: {
		event: eventLocator,
		published: choice(
			'Published State',
			[
				{
					value: 'keep',
					name: 'Keep',
					description:
						'A published event is published again at once. Needs the access level Publish.',
				},
				{
					value: 'unpublish',
					name: 'Unpublish',
					description: 'Other instances do not get the change until the event is published again',
				},
				{ value: 'publish', name: 'Publish', description: 'Needs the access level Publish' },
			],
			'keep',
			{
				hint: 'MISP unpublishes an event with every edit. Keep publishes it again at once, if it was published.',
			},
		),
		updateFields: collection(
			'Fields to Update',
			{
				info,
				date: day('Date'),
				threatLevel,
				analysis,
				distribution: eventDistribution,
				sharingGroup: sharingGroupOf,
				disableCorrelation: moreContents.disableCorrelation,
				extendsEvent: moreContents.extendsEvent,
			},
			{ placeholder: 'Add Field' },
		),
	},
	check: ({ updateFields }) => void changesOf(updateFields),
	run: async (context, { event, published, updateFields }) => {
		const changes = changesOf(updateFields);
		const flag =
			published === 'publish'
				? 1
				: published === 'unpublish'
					? 0
					: await publishedAfter(context.misp, event, true);
		const stored = await editEvent(context, event, { ...changes, published: flag }, flag === 1);
		if (changes.info !== undefined && storedDifferently(String(changes.info), stored.info)) {
			context.hint(LOST_CHARACTERS);
		}
		return { Event: stored };
	},
});
