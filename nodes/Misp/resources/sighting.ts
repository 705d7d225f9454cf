import {
	choice,
	endsRun,
	epoch,
	idOrUuid,
	inputError,
	oneOf,
	operation,
	path,
	recover,
	required,
	resource,
	text,
} from '../definition';
import { attributeLocator } from '../fields/attribute';
import { recordedWith, SIGHTING_TYPES, type SightingReply } from '../fields/sighting';
import { deleteSighting, get, search } from './sightingReads';

const target = oneOf('target', 'Target', 'What was seen', {
	value: required(
		text('Value', {
			placeholder: 'e.g. 198.51.100.7',
			description: 'The sighting is recorded on every attribute with this value',
		}),
	),
	attribute: attributeLocator,
});

const create = operation({
	name: 'Create',
	action: 'Create a sighting',
	description:
		'Records that a value was seen, was a false positive, or expires: on every attribute with this value, or on one attribute. Returns each sighting that was recorded. Every call adds one more; an expiration replaces the one before. Example: Value "198.51.100.7", Source "proxy".',
	access: 'contribute',
	endpoints: ['POST /sightings/add', 'POST /sightings/restSearch'],
	row: 'Sighting',
	fields: {
		...target.fields,
		type: required(choice('Type', SIGHTING_TYPES, '0')),
		source: text('Source', {
			placeholder: 'e.g. proxy-berlin',
			description: 'Where it was seen, such as a sensor or a system',
		}),
		time: epoch('Time', { description: 'When it was seen, or expires. Left empty, now.' }),
	},
	check: (input) => {
		const { kind, value } = target.of(input);
		if (kind === 'value' && /^!|^%|%$/.test(value)) {
			throw inputError(
				`"${value.slice(0, 60)}" starts with ! or %, or ends with %, which MISP reads as a search: it could be any value.`,
				'Give the full value, or choose the attribute.',
			);
		}
	},
	run: async ({ misp, hint }, input) => {
		const { kind, value } = target.of(input);
		const { type, source, time: timestamp } = input;
		const what = kind === 'value' ? { values: [value] } : idOrUuid(value);
		const last = await misp.post<SightingReply>(
			path`/sightings/add`,
			{ ...what, type, source, timestamp },
			{ expect: 'Sighting' },
		);
		if (kind === 'attribute') return last;
		// They are recorded by now: an item that failed here would be repeated, and they would double.
		const recorded = await recover(
			recordedWith(misp, last, value),
			(error) => !endsRun(error),
			() => [],
		);
		if (recorded.length > 0) return recorded;
		hint('MISP recorded the sightings, but only the last one can be shown.');
		return last;
	},
});

export const sighting = resource({
	name: 'Sighting',
	description: 'That a value was seen, was a false positive, or expires',
	operations: { create, delete: deleteSighting, get, search },
});
