import { collection, MispError, operation, recover, required, toggle } from '../../definition';
import { analysis, threatLevel } from '../../fields/event';
import { Refanger } from '../../fields/refang';
import { eventDistribution, sharingGroupOf } from '../../fields/sharing';
import { tagNames } from '../../fields/tags';
import { attributes, createEvent, info, moreContents, newEvent, onDropped, uuid } from './newEvent';
import { eventRow } from '../../fields/rows';

export const create = operation({
	name: 'Create',
	action: 'Create an event',
	description:
		'Creates an event, with attributes, objects, tags and galaxies in one call. Example: Event Info "Phishing against finance", attribute type "domain" with value "login.example.com", tag "tlp:amber".',
	access: ({ additionalFields }) =>
		additionalFields.published === true ? 'publish' : 'contribute',
	endpoints: ['POST /events/add', 'POST /attributes/add/{event}', 'POST /attributes/restSearch'],
	row: eventRow,
	refangs: true,
	fields: {
		info: required(info),
		distribution: eventDistribution,
		sharingGroup: sharingGroupOf,
		threatLevel,
		analysis,
		tags: tagNames('Tags'),
		attributes,
		additionalFields: collection('Additional Fields', {
			...moreContents,
			uuid,
			published: toggle(
				'Publish at Once',
				'Whether to publish the event when it is created: others get it at once. Needs the access level Publish. MISP refuses this for an event without any content.',
			),
			onDropped,
		}),
	},
	check: (input) => void newEvent(input),
	run: async (context, input) => {
		const refanger = new Refanger(input);
		const { Event } = await recover(
			createEvent(context, newEvent(input, refanger), input.additionalFields),
			({ kind }) => kind === 'conflict',
			(error) => {
				const hint =
					'Use the operation Create or Update for an event that may exist, or leave UUID empty for a new one.';
				throw new MispError(error.kind, error.message, { ...error, hint });
			},
		);
		return { Event: refanger.noted(Event) };
	},
});
