import {
	choice,
	epoch,
	inputError,
	MispError,
	number,
	oneOf,
	operation,
	required,
	text,
	when,
	type Outcome,
} from '../definition';
import { attributeLocator } from '../fields/attribute';
import { SIGHTING_TYPES } from '../fields/sighting';
import { targetsOf, type Target } from '../fields/sightingTargets';
import { SightingWriter, type Order } from '../fields/sightingWrites';
import { sightingRow } from '../fields/rows';

const target = oneOf('target', 'Target', 'What was seen', {
	value: required(
		text('Value', {
			placeholder: 'e.g. 198.51.100.7',
			description: 'The sighting is recorded on every attribute with this value',
		}),
	),
	attribute: attributeLocator,
});

const HOURS = 1;

const notRecorded = () =>
	new MispError('notFound', 'MISP took the sighting, but does not list it.', {
		hint: 'The attribute may have been deleted meanwhile. "Search" shows what is recorded.',
	});

export const create = operation({
	name: 'Create',
	action: 'Create a sighting',
	description:
		'Records that a value was seen, was a false positive, or expires: on every attribute with this value, or on one attribute. Returns each sighting, with already_recorded. Many items go in few requests. MISP adds one more each time; with "If Already Recorded" set to Skip a repeat adds none. Example: Value "198.51.100.7", Source "proxy", Time "2026-11-24T08:00:00Z".',
	access: 'contribute',
	endpoints: [
		'POST /sightings/add',
		'POST /sightings/restSearch',
		'POST /attributes/restSearch',
		'GET /users/view/me',
	],
	row: sightingRow,
	fields: {
		...target.fields,
		type: required(choice('Type', SIGHTING_TYPES, '0')),
		source: text('Source', {
			placeholder: 'e.g. proxy-berlin',
			description: 'Where it was seen, such as a sensor or a system',
		}),
		time: epoch('Time', {
			description:
				'When it was seen, or expires. Left empty, now. With the time of the log line, a repeat is recognised however late it comes.',
		}),
		ifRecorded: choice(
			'If Already Recorded',
			[
				{
					value: 'skip',
					name: 'Skip',
					description:
						'Return the one that is there: a workflow that is retried counts nothing twice',
				},
				{
					value: 'add',
					name: 'Add Another',
					description: 'Count it once more, as MISP itself does',
				},
			],
			'skip',
			{
				description:
					'When your organisation has recorded the same on this attribute: same type, source and time. An expiration always replaces the one before.',
			},
		),
		within: when(
			{ ifRecorded: ['skip'] },
			number('Recorded Within (Hours)', {
				min: 1,
				max: 720,
				default: HOURS,
				description:
					'Without a time, one that is at most so many hours old counts as the same. With a time, only one of just that time does.',
			}),
		),
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
	runMany: async (context, inputs) => {
		const targets = await targetsOf(context.misp, inputs.map(target.of));
		const orders = inputs.map((input, index): Order | MispError => {
			const found = targets[index] as Target | MispError;
			if (found instanceof MispError) return found;
			const { type, source, time, ifRecorded = 'skip', within = HOURS } = input;
			return { ...found, type, source, time, skip: ifRecorded === 'skip', within };
		});
		const written = await new SightingWriter(context).write(
			orders.flatMap((order) => (order instanceof MispError ? [] : [order])),
		);
		return orders.map((order): Outcome => {
			const rows = order instanceof MispError ? order : (written.get(order) ?? []);
			if (rows instanceof MispError) return { error: rows };
			return rows.length > 0 ? { rows } : { error: notRecorded() };
		});
	},
});
