import {
	collection,
	operation,
	recover,
	required,
	toggle,
	orAsItIs,
	type RunContext,
} from '../../definition';
import { analysis, threatLevel, type EventRow } from '../../fields/event';
import { reportDropped, type NewEvent } from '../../fields/eventContents';
import { Refanger } from '../../fields/refang';
import { eventDistribution, sharingGroupOf } from '../../fields/sharing';
import { tagNames } from '../../fields/tags';
import { editEvent, publishedAfter } from './editing';
import { attributes, createEvent, info, moreContents, newEvent, onDropped, uuid } from './newEvent';
import { eventRow } from '../../fields/rows';

async function updateExisting(
	context: RunContext,
	event: NewEvent,
	input: {
		uuid: string;
		keepPublished?: boolean | undefined;
		additionalFields: { onDropped?: 'report' | 'fail' | undefined };
	},
): Promise<{ Event: EventRow }> {
	const published = await publishedAfter(context.misp, input.uuid, input.keepPublished !== false);
	const stored = await editEvent(context, input.uuid, { ...event, published }, published === 1);
	return await reportDropped(context, event, stored, input.additionalFields.onDropped === 'fail');
}

export const createOrUpdate = operation({
	name: 'Create or Update',
	action: 'Create or update an event',
	description:
		'Creates the event with this UUID, or updates it if it exists. Safe to repeat: attributes and tags that are there already stay as they are, nothing is removed.',
	access: 'contribute',
	// To keep an event published is to publish it again, which `publishedAfter` sees.
	irreversible: () => false,
	endpoints: [
		'POST /events/add',
		'POST /events/edit/{event}',
		'POST /attributes/add/{event}',
		'POST /attributes/restSearch',
		'POST /events/index',
		'GET /users/view/me',
	],
	row: eventRow,
	refangs: true,
	fields: {
		uuid: required(uuid),
		info: required(info),
		// Without a choice, an existing event keeps what it has, and a new one gets MISP's defaults.
		distribution: orAsItIs(eventDistribution),
		sharingGroup: sharingGroupOf,
		threatLevel: orAsItIs(threatLevel),
		analysis: orAsItIs(analysis),
		tags: tagNames('Tags'),
		attributes,
		keepPublished: toggle(
			'Keep Published',
			'Whether a published event stays published, which needs the access level Publish. Otherwise MISP unpublishes it when it is changed.',
			true,
		),
		additionalFields: collection('Additional Fields', { ...moreContents, onDropped }),
	},
	check: (input) => void newEvent(input),
	run: async (context, input) => {
		const refanger = new Refanger(input);
		const event = newEvent(input, refanger);
		const { Event } = await recover(
			createEvent(context, event, input.additionalFields),
			({ kind }) => kind === 'conflict',
			async () => await updateExisting(context, event, input),
		);
		return { Event: refanger.noted(Event) };
	},
});
